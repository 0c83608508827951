//! The files of a JavaScript project besides its settings: `package.json` and source code.

use std::path::{Path, PathBuf};

use super::site_files;
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
    let text = site_files::read_text(&path).unwrap_or_default();
    Data::parse(&text, DataFormat::Json).unwrap_or_default()
}

/// Returns the text of the first existing file among `name.js`, `name.ts` and so on, below the site's root.
#[must_use]
pub(crate) fn script_text(site_dir: &Path, name: &str) -> Option<String> {
    let paths = ["js", "ts", "mjs", "cjs", "mts", "cts"]
        .map(|extension| site_dir.join(format!("{name}.{extension}")));
    let read = |path: &PathBuf| site_files::read_text(path).ok();
    paths.iter().find_map(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dependencies_and_commands() {
        let dir = tempfile::tempdir().unwrap();
        let package = r#"{"scripts": {"build": "hexo generate"}, "devDependencies": {"hexo": "^7"}}"#;
        std::fs::write(dir.path().join("package.json"), package).unwrap();
        assert!(depends_on(dir.path(), "hexo") && !depends_on(dir.path(), "astro"));
        assert_eq!(commands(dir.path()), ["hexo generate"]);
    }
}
