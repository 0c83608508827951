//! The house style that tools can check: import order, cycles, names, file lengths.

#[path = "tidy/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Graph, ModulePath, children_graph, find_cycle, import_graph};

/// The layers; each imports only those before it.
const LAYERS: [&str; 10] =
    ["config", "content", "analysis", "index", "query", "reindex", "engine", "evaluation", "http", "cli"];
/// Pairs of layers of which the first does not import the second, although the order would allow it.
const SEPARATE: [(&str, &str); 2] = [("query", "reindex"), ("reindex", "query")];
/// The modules of `query`; each imports only those before it.
const QUERY_ORDER: [&str; 20] = [
    "cancellation",
    "conditions",
    "quoting",
    "date_bound",
    "request",
    "weights",
    "synonyms",
    "context",
    "language",
    "expand",
    "retrieve",
    "rank",
    "present",
    "search",
    "facet_values",
    "records",
    "suggest",
    "post_lookup",
    "post",
    "related",
];
/// The modules of `index`; each imports only those before it.
const INDEX_ORDER: [&str; 17] = [
    "error",
    "varint",
    "packed_tokens",
    "schema",
    "field_values",
    "manifest",
    "memory_budget",
    "post_document",
    "text_layout",
    "simhash",
    "suggestion",
    "post_store",
    "storage",
    "snapshot",
    "document_builder",
    "writer",
    "bundle",
];
/// Layers whose files and folders have no import cycles.
const WITHOUT_CYCLES: [&str; 4] = ["content", "analysis", "index", "query"];

/// Crates that only one file or folder uses.
const RESERVED: [(&str, &str); 6] = [
    ("pulldown_cmark", "content/"),
    ("axum", "http/"),
    ("notify", "reindex/watcher"),
    ("clap", "cli/"),
    ("anstream", "cli/terminal.rs"),
    ("libmimalloc_sys", "allocator.rs"),
];

const MAX_LINES: usize = 400;
const BANNED_FILE_NAMES: [&str; 5] = ["utils", "util", "helpers", "common", "misc"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(dir: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(dir).build().flatten() {
        let extension = entry.path().extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if extensions.contains(&extension) {
            files.push(entry.into_path());
        }
    }
    assert!(!files.is_empty(), "no files below {}", dir.display());
    files
}

/// The Rust files below `src`: path and text.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files_below(&src, &["rs"]).into_iter().map(read).collect()
}

fn graph() -> Graph {
    let graph = import_graph(&sources());
    let imports: usize = graph.values().map(BTreeSet::len).sum();
    assert!(imports > 500, "only {imports} imports were found");
    graph
}

fn path(text: &str) -> ModulePath {
    text.split("::").map(str::to_owned).collect()
}

/// Asserts that each child of `folder` imports only the children before it in `order`, which names all of them.
fn assert_order(folder: &[String], order: &[&str]) {
    let rank = |name: &String| {
        let rank = order.iter().position(|other| other == name);
        rank.unwrap_or_else(|| panic!("the order of {} does not name {name}", folder.join("::")))
    };
    for (own, imported) in children_graph(&graph(), folder) {
        for other in &imported {
            assert!(rank(other) < rank(&own), "{own} imports {other}, which comes after it in {order:?}");
        }
    }
}

#[test]
fn layers_import_only_the_layers_before_them() {
    let children: Vec<&str> = LAYERS.to_vec();
    assert_order(&[], &children);
    let layers = children_graph(&graph(), &[]);
    for (own, other) in SEPARATE {
        assert!(!layers[own].contains(other), "{own} imports {other}");
    }
}

#[test]
fn modules_of_query_and_index_import_only_those_before_them() {
    assert_order(&path("query"), &QUERY_ORDER);
    assert_order(&path("index"), &INDEX_ORDER);
}

#[test]
fn files_and_folders_have_no_import_cycles() {
    let graph = graph();
    for layer in WITHOUT_CYCLES {
        let files: Graph = graph
            .iter()
            .filter(|(path, _)| path.first().is_some_and(|first| first == layer))
            .map(|(path, imported)| (path.clone(), imported.clone()))
            .collect();
        assert_eq!(find_cycle(&files), None, "files of {layer} import each other in a circle");
        let folders: BTreeSet<&[String]> =
            files.keys().flat_map(|path| (1..path.len()).map(|depth| &path[..depth])).collect();
        for folder in folders {
            let cycle = find_cycle(&children_graph(&graph, folder));
            assert_eq!(cycle, None, "children of {} import each other in a circle", folder.join("::"));
        }
    }
}

#[test]
fn imports_are_found_in_groups_and_behind_reexports() {
    let sources = [
        ("a/mod.rs", "mod deep;\npub use deep::Item;\n#[cfg(test)]\nmod checks;\n"),
        ("a/deep.rs", "pub struct Item;\n"),
        ("a/checks.rs", "use crate::c::Other;\n"),
        ("b.rs", "use crate::{\n    a::{Item as Renamed, other},\n    c::Other,\n};\n// crate::d::Comment\n"),
        (
            "c.rs",
            "use super::d;\npub struct Other;\nfn f() { crate::a::Item; d::g(); std::mem::take(); }\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}\n",
        ),
        ("d.rs", "pub fn g() {}\n"),
    ];
    let sources = sources.map(|(file, text)| (file.to_owned(), text.to_owned()));
    let graph = import_graph(&sources);
    let imports = |module: &str| -> Vec<String> {
        graph[&path(module)].iter().map(|imported| imported.join("::")).collect()
    };
    assert_eq!(imports("a"), [""; 0]);
    assert_eq!(imports("b"), ["a", "a::deep", "c"]);
    assert_eq!(imports("c"), ["a::deep", "d"]);
    assert!(!graph.contains_key(&path("a::checks")));
}

#[test]
fn cycles_are_found() {
    let graph = |edges: &[(u8, u8)]| {
        let mut graph: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (from, to) in edges {
            graph.entry(*from).or_default().insert(*to);
        }
        graph
    };
    assert_eq!(find_cycle(&graph(&[(1, 2), (1, 3), (2, 3), (3, 4)])), None);
    assert_eq!(find_cycle(&graph(&[(1, 2), (2, 3), (3, 4), (4, 2)])), Some(vec![2, 3, 4]));
}

#[test]
fn the_map_in_lib_rs_names_every_layer_in_order() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let positions = LAYERS.map(|layer| {
        map.find(&format!("[`{layer}`]")).unwrap_or_else(|| panic!("{layer} is missing in the map of lib.rs"))
    });
    assert!(positions.is_sorted(), "the map in lib.rs is not in the order of the layers");
}

#[test]
fn reserved_crates_are_used_only_in_their_module() {
    for (name, module) in RESERVED {
        let users = sources().into_iter().filter(|(_, text)| text.contains(&format!("{name}::")));
        let users: Vec<String> = users.map(|(file, _)| file).collect();
        assert!(users.iter().any(|file| file.starts_with(module)), "{module} does not use {name}");
        let others: Vec<&String> = users.iter().filter(|file| !file.starts_with(module)).collect();
        assert!(others.is_empty(), "{name} is used outside of {module}: {others:?}");
    }
}

#[test]
fn files_of_a_site_are_read_in_one_module() {
    let layers = ["config/", "content/", "reindex/"];
    for (file, text) in sources() {
        if !layers.iter().any(|layer| file.starts_with(layer)) || file == "config/regular_file.rs" {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in [
            "fs::read(",
            "fs::read,",
            "fs::read_to_string",
            "File::open",
            "Gitignore::new(",
            ".add(GITIGNORE",
        ] {
            assert!(!code.contains(call), "{file} calls {call}: read files with config::regular_file");
        }
    }
}

#[test]
fn no_two_types_share_a_name() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources() {
        for name in text.lines().filter_map(declared_type) {
            files.entry(name.to_owned()).or_default().push(file.clone());
        }
    }
    assert!(files.len() > 300, "only {} types were found", files.len());
    files.retain(|_, files| files.len() > 1);
    assert!(files.is_empty(), "types that share a name: {files:#?}");
}

/// The name of the type that a line declares outside of functions, implementations and test modules.
fn declared_type(line: &str) -> Option<&str> {
    let line = match line.strip_prefix("pub(") {
        Some(restricted) => restricted.split_once(") ")?.1,
        None => line.strip_prefix("pub ").unwrap_or(line),
    };
    let rest =
        ["struct ", "enum ", "trait ", "type "].iter().find_map(|keyword| line.strip_prefix(keyword))?;
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
}

#[test]
fn files_are_short() {
    for dir in ["src", "tests", "benches"] {
        for path in files_below(&root().join(dir), &["rs", "js", "css", "html", "sh"]) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines; split it", path.display());
        }
    }
}

#[test]
fn file_names_are_specific() {
    for path in files_below(&root().join("src"), &["rs"]) {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            !BANNED_FILE_NAMES.contains(&stem),
            "{}: name the file after what it contains",
            path.display()
        );
    }
}

#[test]
fn nothing_is_unfinished_or_silenced() {
    // Split, so that this file does not contain them.
    let banned = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ign", "ore"),
        concat!("allow(", "dead_code"),
        concat!("FIX", "ME"),
    ];
    for dir in ["src", "tests", "benches"] {
        for path in files_below(&root().join(dir), &["rs"]) {
            let text = fs::read_to_string(&path).unwrap();
            for word in banned {
                assert!(!text.contains(word), "{} contains {word}", path.display());
            }
        }
    }
}

/// The macros of the standard library panic when the output cannot be written, and neither they nor the streams
/// escape what a terminal acts on.
#[test]
fn output_is_written_in_one_place() {
    let outside = |file: &str| !matches!(file, "cli/terminal.rs" | "cli/log.rs");
    for (file, text) in sources().into_iter().filter(|(file, _)| outside(file)) {
        let text = text.split("#[cfg(test)]").next().unwrap();
        let is_inside = |at: usize| text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let names =
            ["print", "eprint", "stdout", "stderr"].into_iter().flat_map(|name| text.match_indices(name));
        for (at, _) in names.filter(|(at, _)| !is_inside(*at)) {
            let rest = &text[at..];
            let is_macro =
                ["print!(", "println!(", "eprint!(", "eprintln!("].iter().any(|name| rest.starts_with(name));
            let is_stream = ["stdout()", "stderr()"].iter().any(|name| rest.starts_with(name));
            let is_ours =
                text[..at].ends_with("terminal::") || rest[8.min(rest.len())..].starts_with(".is_terminal()");
            assert!(
                !is_macro && (!is_stream || is_ours),
                "{file} writes without cli/terminal.rs: {rest:.40}"
            );
        }
    }
}

#[test]
fn git_ignores_the_index() {
    let gitignore = fs::read_to_string(root().join("index/.gitignore")).unwrap();
    assert_eq!(gitignore, "*\n!.gitignore\n");
}
