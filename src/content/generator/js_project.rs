//! The files of a JavaScript project besides its settings: `package.json` and source code.

use std::path::{Path, PathBuf};

use super::script::ParsedScript;
use crate::config::{limits, regular_file};
use crate::content::data::{Data, DataFormat};

/// The files beside the settings that generators read.
pub(crate) const FILES: [&str; 3] = ["package.json", ".eleventyignore", "versions.json"];

/// Returns whether `package.json` lists a package in `dependencies` or `devDependencies`.
#[must_use]
pub(crate) fn depends_on(site_dir: &Path, package: &str) -> bool {
    let package_json = package_json(site_dir);
    ["dependencies", "devDependencies"]
        .iter()
        .any(|table| package_json.table(table).keys().any(|key| key == package))
}

/// Returns the commands in `scripts` of `package.json`.
#[must_use]
pub(crate) fn commands(site_dir: &Path) -> Vec<String> {
    let scripts = package_json(site_dir).table("scripts");
    scripts.keys().filter_map(|key| scripts.text(key)).collect()
}

fn package_json(site_dir: &Path) -> Data {
    let path = site_dir.join("package.json");
    let text = regular_file::read_text(&path, limits::MAX_SETTINGS_BYTES).unwrap_or_default();
    Data::parse(&text, DataFormat::Json).unwrap_or_default()
}

/// Parses the first existing file among `name.js`, `name.ts` and so on, below the site's root.
#[must_use]
pub(crate) fn parse_script(site_dir: &Path, name: &str) -> Option<ParsedScript> {
    let paths = ["js", "ts", "mjs", "cjs", "mts", "cts"]
        .map(|extension| site_dir.join(format!("{name}.{extension}")));
    let read = |path: &PathBuf| regular_file::read_text(path, limits::MAX_SETTINGS_BYTES).ok();
    paths.iter().find_map(read).map(|text| ParsedScript::parse(&text))
}

/// Returns the files below a folder whose names have one of the `endings`: pairs of a path below the folder
/// and the file's text, in the order of paths. Hidden folders and `node_modules` are skipped.
#[must_use]
pub(crate) fn files_below(folder: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false)
        .hidden(true)
        .max_depth(Some(limits::MAX_PROJECT_DEPTH))
        .sort_by_file_name(std::cmp::Ord::cmp);
    walk.filter_entry(|entry| entry.file_name() != "node_modules");
    let named = walk.build().flatten().filter_map(|entry| {
        let path = entry.path().strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
        let is_wanted = endings.iter().any(|ending| path.ends_with(ending))
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() <= limits::MAX_PROJECT_FILE_BYTES);
        is_wanted.then(|| (path, entry.into_path()))
    });
    let read = |(path, file): (String, PathBuf)| {
        Some((path, regular_file::read_text(&file, limits::MAX_PROJECT_FILE_BYTES).ok()?))
    };
    named.take(limits::MAX_PROJECT_FILES).filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dependencies_commands_and_files() {
        let dir = tempfile::tempdir().unwrap();
        let package = r#"{"scripts": {"build": "hexo generate"}, "devDependencies": {"hexo": "^7"}}"#;
        std::fs::write(dir.path().join("package.json"), package).unwrap();
        assert!(depends_on(dir.path(), "hexo") && !depends_on(dir.path(), "astro"));
        assert_eq!(commands(dir.path()), ["hexo generate"]);
        assert_eq!(files_below(dir.path(), &[".json"])[0].0, "package.json");
    }
}
