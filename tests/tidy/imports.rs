//! The import graph of `src`: which module uses items of which other module.
//!
//! A path is followed through re-exports to the module that defines the item, so that `crate::index::Snapshot`
//! is an import of `index::snapshot`. Test modules are left out: tests may use anything.

use std::collections::{BTreeMap, BTreeSet};

/// A module by its path below `src`, such as `["query", "rank"]`; the crate itself is empty.
pub(crate) type ModulePath = Vec<String>;

/// Imports by module: the modules whose items it uses.
pub(crate) type Graph = BTreeMap<ModulePath, BTreeSet<ModulePath>>;

/// A `use` declaration of one name.
struct Import {
    /// The name in this module; `*` for a glob.
    name: String,
    path: Vec<String>,
    is_reexport: bool,
}

struct Module {
    imports: Vec<Import>,
    /// Paths in the code, such as `crate::config::limits::MAX_LIMIT`.
    inline_paths: Vec<Vec<String>>,
}

/// The import graph of the sources, given as pairs of a path below `src` and a text.
pub(crate) fn import_graph(sources: &[(String, String)]) -> Graph {
    let tests: BTreeSet<ModulePath> =
        sources.iter().flat_map(|(file, text)| test_modules(&module_path(file), text)).collect();
    let modules: BTreeMap<ModulePath, Module> = sources
        .iter()
        .map(|(file, text)| (module_path(file), text))
        .filter(|(path, _)| !tests.iter().any(|test| path.starts_with(test)))
        .map(|(path, text)| (path, parse(text)))
        .collect();
    let mut graph = Graph::new();
    for (path, module) in &modules {
        let imported = graph.entry(path.clone()).or_default();
        let used = module.imports.iter().filter(|import| !import.is_reexport).map(|import| &import.path);
        for used in used.chain(&module.inline_paths) {
            imported.extend(resolve(&modules, path, used, 0).filter(|target| target != path));
        }
    }
    graph
}

/// `query/rank/mod.rs` and `query/rank.rs` are both the module `query::rank`.
fn module_path(file: &str) -> ModulePath {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').filter(|part| !matches!(*part, "lib" | "main" | "mod")).map(str::to_owned).collect()
}

/// The modules that `text` declares for tests only.
fn test_modules(path: &[String], text: &str) -> Vec<ModulePath> {
    let declared = text.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let line = rest.trim_start().lines().next()?;
        let name = line.strip_suffix(';')?.split("mod ").nth(1)?;
        Some([path, &[name.to_owned()]].concat())
    });
    declared.collect()
}

fn parse(text: &str) -> Module {
    // Unit tests are the last item of a file.
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String =
        code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut module = Module { imports: Vec::new(), inline_paths: Vec::new() };
    let mut rest = String::new();
    for (at, part) in split_declarations(&code).into_iter().enumerate() {
        if at % 2 == 0 {
            rest.push_str(part);
            continue;
        }
        let (visibility, tree) = part.split_once("use ").unwrap_or_default();
        for (name, path) in expand(tree.trim_end_matches(';').trim()) {
            module.imports.push(Import { name, path, is_reexport: !visibility.trim().is_empty() });
        }
    }
    module.inline_paths = inline_paths(&rest);
    module
}

/// The code between `use` declarations and the declarations themselves, in turns.
fn split_declarations(code: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut line_start) = (0, 0);
    for line in code.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let is_declaration =
            trimmed.starts_with("use ") || trimmed.starts_with("pub") && trimmed.contains(" use ");
        if is_declaration && line_start >= start {
            let end = code[line_start..].find(';').map_or(code.len(), |end| line_start + end + 1);
            parts.extend([&code[start..line_start], &code[line_start..end]]);
            start = end;
        }
        line_start += line.len();
    }
    parts.push(&code[start..]);
    parts
}

/// The names of a use tree and their full paths: `a::{b, c as d}` gives `b: a::b` and `d: a::c`.
fn expand(tree: &str) -> Vec<(String, Vec<String>)> {
    if let Some((prefix, group)) = tree.split_once('{') {
        let prefix = prefix.trim().trim_end_matches("::");
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let prefix: Vec<String> = segments(prefix);
        let with_prefix = |(name, path): (String, Vec<String>)| (name, [&prefix[..], &path].concat());
        return split_group(group).into_iter().flat_map(expand).map(with_prefix).collect();
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
    let mut path = segments(path.trim());
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    let name = alias.map(str::trim).or(path.last().map(String::as_str)).unwrap_or_default().to_owned();
    if path.is_empty() { Vec::new() } else { vec![(name, path)] }
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}

/// The items of a group, whose commas may also separate items of inner groups.
fn split_group(group: &str) -> Vec<&str> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(group[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(group[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

/// The paths in the code that begin with `crate`, `super` or `self`, or have more than one segment.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words =
        code.split(|c: char| !is_path(c)).filter(|word| word.contains("::") && !word.starts_with("::"));
    words.map(segments).filter(|path| path.len() > 1).collect()
}

/// The module that defines what `path` means in the module `at`, if it is one of this crate.
fn resolve<'a>(
    modules: &'a BTreeMap<ModulePath, Module>,
    at: &[String],
    path: &[String],
    depth: usize,
) -> impl Iterator<Item = ModulePath> + use<'a> {
    resolve_path(modules, at, path, depth).into_iter()
}

fn resolve_path(
    modules: &BTreeMap<ModulePath, Module>,
    at: &[String],
    path: &[String],
    depth: usize,
) -> Option<ModulePath> {
    // A name cannot be re-exported more often than there are modules.
    if depth > modules.len() {
        return None;
    }
    let mut module = at.to_vec();
    let mut is_local = false;
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => module.clear(),
            "super" => module.truncate(module.len().saturating_sub(1)),
            "self" => {}
            name => {
                let child = [&module[..], &[name.to_owned()]].concat();
                if modules.contains_key(&child) {
                    module = child;
                } else if let Some(import) =
                    modules.get(&module)?.imports.iter().find(|import| import.name == name)
                {
                    // The same import again would lead nowhere.
                    let is_own = module == at && import.path == path;
                    let target = [&import.path[..], after].concat();
                    return if is_own { None } else { resolve_path(modules, &module, &target, depth + 1) };
                } else {
                    // An item of this module; or an external crate, where nothing led here.
                    return (is_local || module != at).then_some(module);
                }
            }
        }
        is_local = true;
        rest = after;
    }
    Some(module)
}

/// A cycle of a graph, if there is one.
pub(crate) fn find_cycle<T: Ord + Clone>(graph: &BTreeMap<T, BTreeSet<T>>) -> Option<Vec<T>> {
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| visit(graph, start, &mut Vec::new(), &mut done))
}

fn visit<T: Ord + Clone>(
    graph: &BTreeMap<T, BTreeSet<T>>,
    node: &T,
    trail: &mut Vec<T>,
    done: &mut BTreeSet<T>,
) -> Option<Vec<T>> {
    if let Some(start) = trail.iter().position(|earlier| earlier == node) {
        return Some(trail[start..].to_vec());
    }
    if done.contains(node) {
        return None;
    }
    trail.push(node.clone());
    let cycle = graph.get(node).into_iter().flatten().find_map(|next| visit(graph, next, trail, done));
    trail.pop();
    done.insert(node.clone());
    cycle
}

/// The imports between the direct children of `folder`.
pub(crate) fn children_graph(graph: &Graph, folder: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let child = |path: &ModulePath| {
        let is_below = path.len() > folder.len() && path.starts_with(folder);
        is_below.then(|| path[folder.len()].clone())
    };
    let mut children: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, imported) in graph {
        let Some(own) = child(path) else { continue };
        let others = imported.iter().filter_map(child).filter(|other| *other != own);
        children.entry(own.clone()).or_default().extend(others);
    }
    children
}
