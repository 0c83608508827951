//! What the folder of a JavaScript project says besides its settings: `package.json`, other programs.

use std::path::Path;

use super::script::Script;
use crate::content::data::{Data, DataFormat};

/// How many programs are looked at, how deep they may be, and how large each may be.
const MAX_PROGRAMS: usize = 2_000;
const MAX_DEPTH: usize = 8;
const MAX_PROGRAM_BYTES: u64 = 256 << 10;

/// Whether `package.json` names a package among those that the project needs.
#[must_use]
pub fn depends_on(site_dir: &Path, package: &str) -> bool {
    let package_json = package_json(site_dir);
    ["dependencies", "devDependencies"]
        .iter()
        .any(|table| package_json.table(table).keys().any(|key| key == package))
}

/// The `scripts` of `package.json`.
#[must_use]
pub fn commands(site_dir: &Path) -> Vec<String> {
    let scripts = package_json(site_dir).table("scripts");
    scripts.keys().filter_map(|key| scripts.text(key)).collect()
}

fn package_json(site_dir: &Path) -> Data {
    let text = std::fs::read_to_string(site_dir.join("package.json")).unwrap_or_default();
    Data::parse(&text, DataFormat::Json).unwrap_or_default()
}

/// The first of the programs `name.js`, `name.ts`… below the site's root that exists.
#[must_use]
pub fn program(site_dir: &Path, name: &str) -> Option<Script> {
    let paths = ["js", "ts", "mjs", "cjs", "mts", "cts"]
        .map(|extension| site_dir.join(format!("{name}.{extension}")));
    paths.iter().find_map(|path| std::fs::read_to_string(path).ok()).map(|text| Script::parse(&text))
}

/// The files below a folder whose names end so, with their text, by path below the folder and in its
/// order; what other tools install or build is left out.
#[must_use]
pub fn files_below(folder: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false)
        .hidden(true)
        .max_depth(Some(MAX_DEPTH))
        .sort_by_file_name(std::cmp::Ord::cmp);
    walk.filter_entry(|entry| entry.file_name() != "node_modules");
    let named = walk.build().flatten().filter_map(|entry| {
        let path = entry.path().strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
        let is_wanted = endings.iter().any(|ending| path.ends_with(ending))
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_PROGRAM_BYTES);
        is_wanted.then(|| (path, entry.into_path()))
    });
    let read = |(path, file)| Some((path, std::fs::read_to_string::<std::path::PathBuf>(file).ok()?));
    named.take(MAX_PROGRAMS).filter_map(read).collect()
}

/// A folder as settings write it, `./src/` or `${__dirname}/src`, from the site's root: `src`.
#[must_use]
pub fn folder_name(written: &str) -> String {
    let from_root = written.rsplit_once("${__dirname}").map_or(written, |(_, path)| path);
    from_root.trim_start_matches("./").trim_matches('/').trim_end_matches("/.").to_owned()
}

/// The sentence for the owner of a site whose URLs had to be guessed.
#[must_use]
pub fn guessed(what: &str) -> Option<String> {
    Some(format!("{what}; `[urls] permalink = \"/blog/:year/:slug/\"` in bloghound.toml settles it"))
}

/// The folder that a path is in, and the path below it, where it is at or below that folder.
#[must_use]
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether a walk from the content's root has to go into `folder` to come to one of the `wanted` ones.
#[must_use]
pub fn leads_to<'a>(folder: &str, wanted: impl IntoIterator<Item = &'a str>) -> bool {
    wanted.into_iter().any(|wanted| below(folder, wanted).is_some() || below(wanted, folder).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_from_the_root() {
        for (written, expected) in [
            ("./src/content/", "src/content"),
            ("${__dirname}/content", "content"),
            ("docs", "docs"),
            ("./", ""),
            (".", "."),
        ] {
            assert_eq!(folder_name(written), expected, "{written}");
        }
        assert_eq!(below("a/b", "a"), Some("b"));
        assert_eq!(below("ab/c", "a"), None);
        assert!(leads_to("src", ["src/pages"]) && leads_to("src/pages/x", ["src/pages"]));
        assert!(!leads_to("source", ["src/pages"]));
    }

    #[test]
    fn a_project_names_what_it_needs() {
        let dir = tempfile::tempdir().unwrap();
        let package = r#"{"scripts": {"build": "hexo generate"}, "devDependencies": {"hexo": "^7"}}"#;
        std::fs::write(dir.path().join("package.json"), package).unwrap();
        assert!(depends_on(dir.path(), "hexo") && !depends_on(dir.path(), "astro"));
        assert_eq!(commands(dir.path()), ["hexo generate"]);
        assert_eq!(files_below(dir.path(), &[".json"])[0].0, "package.json");
    }
}
