//! The files that Eleventy leaves out: folders of includes and data, ignore files, and `ignores` of the configuration.
//!
//! Source: `EleventyFiles.js` of Eleventy. Patterns are relative to the folder of the ignore file, and to the root of the
//! site in the configuration.

use std::path::Path;

use super::config::ConfigScripts;
use crate::content::generator::folders;
use crate::content::generator::globs::GlobList;
use crate::content::generator::site_files;

/// Returns the patterns of files that Eleventy ignores, relative to the content directory. `includes` are folders below it.
pub(super) fn read(scripts: &ConfigScripts, site_dir: &Path, input: &str, includes: &[&str]) -> GlobList {
    let data = scripts.directory("data", "setDataDirectory").unwrap_or_else(|| "_data".to_owned());
    let output = scripts.option("output").or_else(|| scripts.directory("output", "setOutputDirectory"));
    let output = folders::folder_name(&output.unwrap_or_else(|| "_site".to_owned()));
    let in_input = includes.iter().copied().chain([data.as_str()]).filter(|folder| !folder.is_empty());
    let mut patterns: Vec<String> = in_input.map(str::to_owned).collect();
    let from_root = from_root(scripts, site_dir)
        .into_iter()
        .chain([output].into_iter().filter(|output| !output.is_empty()));
    patterns.extend(from_root.filter_map(|pattern| below_input(&pattern, input)));
    if !input.is_empty() {
        patterns.extend(lines(&site_dir.join(input).join(".eleventyignore")));
    }
    GlobList::new(patterns.into_iter().flat_map(|pattern| {
        let pattern = pattern.trim_end_matches('/').trim_end_matches("/**").to_owned();
        [format!("{pattern}/**"), pattern]
    }))
}

/// Returns the patterns that are relative to the root of the site.
fn from_root(scripts: &ConfigScripts, site_dir: &Path) -> Vec<String> {
    let mut patterns = lines(&site_dir.join(".eleventyignore"));
    let uses_git = scripts.calls("setUseGitIgnore");
    if !uses_git.iter().any(|call| call.arguments.first() == Some(&serde_json::Value::Bool(false))) {
        patterns.extend(lines(&site_dir.join(".gitignore")));
    }
    patterns.extend(scripts.calls("add").iter().filter_map(|call| call.name().map(str::to_owned)));
    for call in scripts.calls("delete") {
        patterns.retain(|pattern| call.name() != Some(pattern));
    }
    patterns
}

/// Returns the patterns in an ignore file; Eleventy does not support negated ones.
fn lines(path: &Path) -> Vec<String> {
    let text = site_files::read_text(path).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
    lines.map(|line| line.trim_start_matches("./").trim_start_matches('/').to_owned()).collect()
}

/// Returns a pattern relative to the content folder; `None` if it matches nothing below it.
fn below_input(pattern: &str, input: &str) -> Option<String> {
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
    if pattern.starts_with("**") {
        return Some(pattern.to_owned());
    }
    let entry = pattern.trim_end_matches(['/', '*']);
    if !entry.is_empty() && !input.is_empty() && folders::below(input, entry).is_some() {
        return Some("**".to_owned());
    }
    folders::below(pattern, input).filter(|below| !below.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::generator::settings::GeneratorSettings;

    #[test]
    fn patterns_are_relative_to_the_root_or_to_the_content_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("src")).unwrap();
        let files = [
            (".eleventyignore", "README.md\nsrc/wip\n# no\n!src/wip/a.md\n./src/old/*.md\n"),
            (".gitignore", "/src/made/\n"),
            ("src/.eleventyignore", "TODO.md\n"),
        ];
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let read = |script: &str| {
            let settings = GeneratorSettings {
                site_dir: dir.path().to_owned(),
                script: script.to_owned(),
                ..GeneratorSettings::default()
            };
            super::read(&ConfigScripts::read(&settings), dir.path(), "src", &["_includes"])
        };
        let globs = read(
            "c.ignores.add('src/api/*'); c.ignores.add('**/secret/**'); c.ignores.add('src/x.md'); c.ignores.delete('src/x.md')",
        );
        let cases = [
            ("README.md", false),
            ("wip/a/b.md", true),
            ("old/a.md", true),
            ("old/a/b.md", false),
            ("made/a.md", true),
            ("TODO.md", true),
            ("a/TODO.md", false),
            ("api/a.md", true),
            ("a/secret/b.md", true),
            ("x.md", false),
            ("_includes/a.md", true),
            ("_data/a.md", true),
        ];
        for (path, expected) in cases {
            assert_eq!(globs.matches(path), expected, "{path}");
        }
        assert!(!read("c.setUseGitIgnore(false)").matches("made/a.md"));
        assert!(read("c.ignores.add('src')").matches("a.md"));
    }
}
