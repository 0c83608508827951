//! The collections that code queries, in its own calls of `getCollection` and in those of the modules that it imports.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::site_files;
use crate::config::limits;
use crate::content::script::expression::{Expression, ScriptCode};
use crate::content::source_id::extension;

/// The functions of `astro:content` that return entries of the collection that they are called with.
const QUERIES: [&str; 6] =
    ["getCollection", "getEntry", "getEntryBySlug", "getDataEntryById", "getLiveCollection", "getLiveEntry"];
/// Endings of modules, in the order in which imports are completed.
const ENDINGS: [&str; 9] =
    ["", ".ts", ".js", ".mjs", ".tsx", ".astro", "/index.ts", "/index.js", "/index.mjs"];

/// The collections that code queries.
#[derive(Debug, Default, PartialEq)]
pub(super) struct CollectionQueries {
    /// Names of the collections.
    pub(super) names: BTreeSet<String>,
    /// Whether the code also queries collections whose names are computed.
    pub(super) is_unknown: bool,
    /// Callbacks that filter the entries.
    pub(super) filters: Vec<Expression>,
}

/// The source code of a project: its pages, and the modules that they import.
#[derive(Debug, Default)]
pub(super) struct ProjectCode {
    /// The folder of sources.
    folder: PathBuf,
    /// The pages: pairs of a path in the folder of pages and the text.
    pub(super) pages: Vec<(String, String)>,
}

impl ProjectCode {
    /// Reads the pages of a project; modules are read when they are needed.
    pub(super) fn read(folder: PathBuf) -> Self {
        Self { pages: site_files::files_below(&folder.join("pages"), &[".astro", ".tsx", ".jsx"]), folder }
    }

    /// Returns the path and the code of the module that a file imports, if it is a part of the project.
    fn module(&self, from: &str, module: &str) -> Option<(String, ScriptCode)> {
        let path = if module.starts_with('.') {
            let mut parts: Vec<&str> = from.split('/').collect();
            parts.pop();
            for part in module.split('/') {
                match part {
                    "." => {}
                    ".." => drop(parts.pop()?),
                    part => parts.push(part),
                }
            }
            parts.join("/")
        } else {
            // Aliases of the folder of sources: `@/lib`, `~/lib`, `src/lib`, `@lib/…`, `$lib/…`.
            let rest = module.trim_start_matches(['@', '~', '$', '#']).trim_start_matches('/');
            rest.strip_prefix("src/").unwrap_or(rest).to_owned()
        };
        let is_package = !module.starts_with('.') && !module.contains('/') || module.starts_with("astro:");
        let read = |ending: &&str| {
            let path = format!("{path}{ending}");
            let text = site_files::read_text(&self.folder.join(&path)).ok()?;
            let code = ScriptCode::parse(code_of(&path, &text));
            Some((path, code))
        };
        ENDINGS.iter().filter(|_| !is_package).find_map(read)
    }

    /// Returns the collections that a part of a file's code queries.
    pub(super) fn queries(&self, path: &str, file: &ScriptCode, scope: &ScriptCode) -> CollectionQueries {
        let mut search =
            QuerySearch { project: self, found: CollectionQueries::default(), visited: BTreeSet::new() };
        search.add(path, file, scope);
        search.found
    }

    /// Returns the functions to which names are bound in a file's code, or in the modules that it imports them from.
    pub(super) fn functions(&self, path: &str, file: &ScriptCode, names: &[&str]) -> Vec<Expression> {
        let own = file.bindings();
        let find = |name: &&str| {
            let is_function = |(own, value): &&(String, Expression)| {
                own == name && matches!(value, Expression::Function(..))
            };
            let local = own.iter().find(is_function).map(|(_, value)| value.clone());
            local.or_else(|| {
                let imports = file.imports();
                let import = imports.iter().find(|import| import.names.iter().any(|own| own == name))?;
                let (_, code) = self.module(path, &import.module)?;
                let bindings = code.bindings();
                let functions =
                    || bindings.iter().filter(|(_, value)| matches!(value, Expression::Function(..)));
                // A default export may have another name in its own module.
                let named = functions().find(|(own, _)| own == name).or_else(|| functions().next_back());
                named.map(|(_, value)| value.clone())
            })
        };
        names.iter().filter_map(find).collect()
    }
}

/// Returns the code of a file; in an `.astro` file it is between two lines `---`, and HTML follows.
pub(super) fn code_of<'a>(path: &str, text: &'a str) -> &'a str {
    if extension(path) != "astro" {
        return text;
    }
    let fenced = text.trim_start().strip_prefix("---").and_then(|text| text.split_once("\n---"));
    fenced.map_or("", |(code, _)| code)
}

/// A search for queries through modules.
struct QuerySearch<'a> {
    project: &'a ProjectCode,
    found: CollectionQueries,
    visited: BTreeSet<(String, String)>,
}

impl QuerySearch<'_> {
    fn add(&mut self, path: &str, file: &ScriptCode, scope: &ScriptCode) {
        self.add_calls(path, file, scope);
        for import in file.imports() {
            let used =
                import.names.iter().filter(|name| scope.mentions(name) && !QUERIES.contains(&name.as_str()));
            for name in used {
                self.add_imported(path, name, &import.module);
            }
        }
        for (name, _) in scope.called_names().iter().filter_map(|name| Some((name, file.function(name)?))) {
            self.add_local(path, file, name);
        }
    }

    fn add_local(&mut self, path: &str, file: &ScriptCode, name: &str) {
        if self.is_new(path, name)
            && let Some(function) = file.function(name)
        {
            self.add(path, file, &function);
        }
    }

    fn add_imported(&mut self, path: &str, name: &str, module: &str) {
        let Some((path, code)) = self.project.module(path, module) else { return };
        // A component queries for itself.
        if extension(&path) == "astro" || !self.is_new(&path, name) {
            return;
        }
        match code.function(name) {
            Some(function) => self.add(&path, &code, &function),
            // The name is that of a default export, or is exported from another module.
            None => self.add(&path, &code, &code),
        }
    }

    fn is_new(&mut self, path: &str, name: &str) -> bool {
        self.visited.len() < limits::MAX_ROUTE_MODULES
            && self.visited.insert((path.to_owned(), name.to_owned()))
    }

    fn add_calls(&mut self, path: &str, file: &ScriptCode, scope: &ScriptCode) {
        let names = file.bindings();
        for arguments in QUERIES.iter().flat_map(|query| scope.calls(query)) {
            let Some(first) = arguments.first() else { continue };
            match collection_name(first, &names) {
                Some(name) => drop(self.found.names.insert(name)),
                None => self.found.is_unknown = true,
            }
            match arguments.get(1) {
                Some(filter @ Expression::Function(..)) => self.found.filters.push(filter.clone()),
                Some(Expression::Name(name)) => {
                    let functions = self.project.functions(path, file, &[name]);
                    self.found.filters.extend(functions);
                }
                _ => {}
            }
        }
    }
}

/// Returns the collection that the first argument of a query names.
fn collection_name(argument: &Expression, names: &[(String, Expression)]) -> Option<String> {
    match argument {
        Expression::Text(name) => Some(name.clone()),
        Expression::Object(entries) => {
            let (_, value) = entries.iter().find(|(key, _)| key == "collection")?;
            value.as_text().map(str::to_owned)
        }
        Expression::Name(name) => {
            let mut bound = names.iter().filter(|(own, _)| own == name);
            bound.find_map(|(_, value)| value.as_text()).map(str::to_owned)
        }
        _ => None,
    }
}
