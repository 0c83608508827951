//! Holds the house style: the direction of imports, the length of files, banned names.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the layers; each may import those before it.
const LAYERS: [&str; 10] =
    ["config", "content", "analysis", "index", "query", "reindex", "engine", "evaluation", "http", "cli"];

/// Pairs that must not know of each other although the order would allow it.
const STRANGERS: [(&str, &str); 1] = [("reindex", "query")];

/// Crates that belong to one place.
const RESERVED: [(&str, &str); 4] =
    [("pulldown_cmark", "content/"), ("axum", "http/"), ("notify", "reindex/watcher.rs"), ("clap", "cli/")];

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
    assert!(!files.is_empty(), "nothing to look at in {}", dir.display());
    files
}

fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files_below(&src, &["rs"]).into_iter().map(read).collect()
}

fn layer_of(file: &str) -> Option<usize> {
    let module = file.split(['/', '.']).next()?;
    LAYERS.iter().position(|layer| *layer == module)
}

/// The modules of this crate that a source names by path.
fn imported_layers(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.split("crate::").skip(1).filter_map(|rest| {
        let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        LAYERS.iter().position(|layer| *layer == name)
    })
}

#[test]
fn imports_go_one_way() {
    let mut checked = 0;
    for (file, text) in sources() {
        let Some(own) = layer_of(&file) else { continue };
        for imported in imported_layers(&text) {
            checked += 1;
            assert!(imported <= own, "{file} imports {}, which stands above it", LAYERS[imported]);
            let pair = (LAYERS[own], LAYERS[imported]);
            assert!(!STRANGERS.contains(&pair), "{} must not know {}", pair.0, pair.1);
        }
    }
    assert!(checked > 50, "only {checked} imports were seen");
}

#[test]
fn the_map_names_every_layer_in_order() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let places = LAYERS.map(|layer| {
        map.find(&format!("[`{layer}`]")).unwrap_or_else(|| panic!("{layer} is not on the map"))
    });
    assert!(places.is_sorted(), "the map in lib.rs is not in the order of the layers");
}

#[test]
fn crates_stay_where_they_belong() {
    for (name, place) in RESERVED {
        let users: Vec<String> = sources()
            .into_iter()
            .filter(|(_, text)| text.contains(&format!("{name}::")))
            .map(|(file, _)| file)
            .collect();
        assert!(users.iter().any(|file| file.starts_with(place)), "{place} does not use {name}");
        let strangers: Vec<&String> = users.iter().filter(|file| !file.starts_with(place)).collect();
        assert!(strangers.is_empty(), "{name} is used in {strangers:?}");
    }
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
fn names_say_what_things_are() {
    for path in files_below(&root().join("src"), &["rs"]) {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(!BANNED_FILE_NAMES.contains(&stem), "{} says nothing", path.display());
    }
}

#[test]
fn nothing_is_left_open_or_silenced() {
    // Spelled apart, so that this file does not find itself.
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
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}

#[test]
fn the_index_is_not_kept_in_git() {
    let kept = fs::read_to_string(root().join("index/.gitignore")).unwrap();
    assert_eq!(kept, "*\n!.gitignore\n");
}
