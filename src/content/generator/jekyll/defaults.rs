//! Jekyll's `defaults`: front matter defaults by path and type
//! (jekyllrb.com/docs/configuration/front-matter-defaults).

use globset::{GlobBuilder, GlobMatcher};

use crate::content::data::Data;

/// The type of files that are neither posts nor documents of a collection.
const PAGES: &str = "pages";

/// One entry of `defaults`.
#[derive(Debug, Clone, serde::Serialize)]
pub struct FrontMatterDefaults {
    path: String,
    #[serde(skip)]
    glob: Option<GlobMatcher>,
    kind: Option<String>,
    values: Data,
}

/// Compares paths, types and values; the matcher follows from the path.
impl PartialEq for FrontMatterDefaults {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.kind, &self.values) == (&other.path, &other.kind, &other.values)
    }
}

/// Reads the entries from `_config.yml`.
#[must_use]
pub(super) fn of_config(config: &Data) -> Vec<FrontMatterDefaults> {
    config.tables("defaults").iter().map(read).collect()
}

fn read(entry: &Data) -> FrontMatterDefaults {
    let scope = entry.table("scope");
    let mut path = scope.text("path").unwrap_or_default().trim_start_matches('/').to_owned();
    // A glob also covers everything below the paths that it matches.
    let glob = path.contains('*').then(|| {
        GlobBuilder::new(&format!("{}{{,/**}}", path.trim_end_matches('/')))
            .literal_separator(true)
            .build()
            .ok()
    });
    if matches!(glob, Some(None)) {
        // More pages get the values, which may hide them, than with a valid glob.
        path.truncate(path.find(['*', '?', '[', '{', '\\']).unwrap_or(path.len()));
    }
    FrontMatterDefaults {
        glob: glob.flatten().map(|glob| glob.compile_matcher()),
        path,
        kind: scope.text("type").map(|kind| match kind.as_str() {
            // The names of Jekyll 1.
            "page" => PAGES.to_owned(),
            "post" => "posts".to_owned(),
            _ => kind,
        }),
        values: entry.table("values"),
    }
}

impl FrontMatterDefaults {
    /// Returns whether the entry applies to a file of the type `kind`, by its path relative to the collections folder
    /// `parent`.
    fn applies_to(&self, path: &str, parent: &str, kind: &str) -> bool {
        let matches_path = match &self.glob {
            // A glob finds files below the source folder.
            Some(glob) => glob.is_match(path) || kind != PAGES && glob.is_match(below(parent, path)),
            None => path.starts_with(without(parent, &self.path)),
        };
        matches_path && self.kind.as_ref().is_none_or(|wanted| wanted == kind)
    }
}

/// Returns a path below a folder.
fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Returns a path without the folder at its beginning.
fn without<'a>(folder: &str, path: &'a str) -> &'a str {
    let rest = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    rest.filter(|_| !folder.is_empty()).unwrap_or(path)
}

/// Returns the values that the entries give to a file, whose path is relative to the collections folder `parent`. A longer
/// path takes precedence over a shorter one, and of equal paths, an entry with a type over one without.
pub(super) fn of_file(defaults: &[FrontMatterDefaults], path: &str, parent: &str, kind: &str) -> Data {
    let mut matching: Vec<&FrontMatterDefaults> =
        defaults.iter().filter(|entry| entry.applies_to(path, parent, kind)).collect();
    // Of equal entries, the later one takes precedence.
    matching.reverse();
    matching.sort_by_key(|entry| std::cmp::Reverse((entry.path.len(), entry.kind.is_some())));
    let mut values = Data::default();
    for entry in matching {
        values.fill_from(&entry.values);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn prefers_the_most_specific_scope() {
        let config = "defaults:\n\
            - {scope: {path: ''}, values: {layout: all, lang: en}}\n\
            - {scope: {path: '', type: posts}, values: {layout: post}}\n\
            - {scope: {path: de}, values: {lang: de}}\n\
            - {scope: {path: 'notes/*/old'}, values: {lang: fr}}\n\
            - {scope: {path: 'secret/[*'}, values: {lang: xx}}\n";
        let defaults = of_config(&Data::parse(config, DataFormat::Yaml).unwrap());
        let values = |path, kind| {
            let data = of_file(&defaults, path, "", kind);
            format!("{} {}", data.text("layout").unwrap_or_default(), data.text("lang").unwrap_or_default())
        };
        assert_eq!(values("about.md", "pages"), "all en");
        assert_eq!(values("de/_posts/2024-01-01-x.md", "posts"), "post de");
        assert_eq!(values("notes/a/old/x.md", "pages"), "all fr");
        assert_eq!(values("notes/a/x.md", "pages"), "all en");
        assert_eq!(values("secret/a/x.md", "pages"), "all xx");
    }
    #[test]
    fn paths_are_relative_to_the_collections_folder() {
        let config = "defaults:\n\
            - {scope: {path: 'all/_posts/held', type: post}, values: {a: 1}}\n\
            - {scope: {path: '_posts/held'}, values: {b: 1}}\n\
            - {scope: {path: 'all/*/held'}, values: {c: 1}}\n\
            - {scope: {path: 'all/notes'}, values: {d: 1}}\n";
        let defaults = of_config(&Data::parse(config, DataFormat::Yaml).unwrap());
        let keys = |path, kind| of_file(&defaults, path, "all", kind).keys().collect::<String>();
        assert_eq!(keys("_posts/held/x.md", "posts"), "abc");
        assert_eq!(keys("_posts/x.md", "posts"), "");
        assert_eq!(keys("all/notes/x.md", "pages"), "");
    }
}
