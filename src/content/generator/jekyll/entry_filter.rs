//! The files and folders that Jekyll enters: `include`, `exclude` and special names.
//!
//! The rules are those of `lib/jekyll/entry_filter.rb`, which sees each folder on the way to a page, but only the last part
//! of the path below `_posts` or the folder of a collection.

use crate::content::data::Data;
use crate::content::generator::globs::GlobList;

/// What Jekyll always adds to `exclude` (`DEFAULT_EXCLUDES` in `lib/jekyll/configuration.rb`).
const DEFAULT_EXCLUDES: [&str; 10] = [
    ".sass-cache",
    ".jekyll-cache",
    "gemfiles",
    "Gemfile",
    "Gemfile.lock",
    "node_modules",
    "vendor/bundle/",
    "vendor/cache/",
    "vendor/gems/",
    "vendor/ruby/",
];

/// The entries of `include` or `exclude`: beginnings of paths, or patterns whose `*` and `?` also match `/`.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
struct EntryPatterns {
    beginnings: Vec<String>,
    #[serde(skip)]
    patterns: GlobList,
}

impl EntryPatterns {
    fn new(entries: impl IntoIterator<Item = String>) -> Self {
        let beginnings = entries.into_iter().map(|entry| entry.trim_start_matches('/').to_owned());
        let beginnings: Vec<String> = beginnings.filter(|entry| !entry.is_empty()).collect();
        // Braces are characters like any other for `File.fnmatch?`.
        let globs = beginnings.iter().map(|entry| entry.replace('{', "[{]").replace('}', "[}]"));
        Self { patterns: GlobList::across_folders(globs.collect()), beginnings }
    }

    /// Returns whether an entry is the beginning of the path or matches it; a folder also matches with a slash at its end.
    fn match_path(&self, path: &str, is_folder: bool) -> bool {
        let is_named = |entry: &String| {
            path.starts_with(entry.as_str()) || is_folder && entry.strip_suffix('/') == Some(path)
        };
        self.beginnings.iter().any(is_named) || self.patterns.matches(path)
    }
}

/// Decides which files and folders Jekyll enters.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EntryFilter {
    include: EntryPatterns,
    exclude: EntryPatterns,
}

impl Default for EntryFilter {
    fn default() -> Self {
        Self::of_config(&Data::default())
    }
}

impl EntryFilter {
    /// Reads `include` and `exclude`.
    pub(super) fn of_config(config: &Data) -> Self {
        let include = match config.get("include") {
            Some(_) => config.texts("include"),
            None => vec![".htaccess".to_owned()],
        };
        let mut exclude = config.texts("exclude");
        exclude.extend(DEFAULT_EXCLUDES.map(str::to_owned));
        exclude.retain(|entry| !include.contains(entry));
        Self { include: EntryPatterns::new(include), exclude: EntryPatterns::new(exclude) }
    }

    /// Returns whether Jekyll enters `entry`, a path below the folder `base`.
    pub(super) fn passes(&self, base: &str, entry: &str, is_folder: bool) -> bool {
        let name = entry.rsplit('/').next().unwrap_or(entry);
        let path = if base.is_empty() { entry.to_owned() } else { format!("{base}/{entry}") };
        let is_special = |name: &str| name.starts_with(['_', '.', '#', '~']);
        if entry.ends_with('.') {
            false
        } else if self.include.match_path(entry, is_folder) || self.include.match_path(name, is_folder) {
            true
        } else {
            !self.exclude.match_path(&path, is_folder)
                && !is_special(entry)
                && !is_special(name)
                && !entry.ends_with('~')
        }
    }

    /// Returns whether `include` names exactly this file, which Jekyll then reads as a page wherever it is.
    pub(super) fn includes_file(&self, id: &str) -> bool {
        self.include.beginnings.iter().any(|entry| entry == id)
    }

    /// Returns whether `include` names this path or something below it.
    pub(super) fn includes_at_or_below(&self, folder: &str) -> bool {
        self.include.beginnings.iter().any(|entry| entry.starts_with(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn filter(config: &str) -> EntryFilter {
        EntryFilter::of_config(&Data::parse(config, DataFormat::Yaml).unwrap())
    }

    #[test]
    fn entries_of_exclude_are_beginnings_or_patterns_from_the_source_folder() {
        let filter = filter("exclude: [vendor, 'x[0-9]*.md', 'notes-?.md', /top/, '', '{a}.md']");
        for path in
            ["vendor", "vendors.md", "x1.md", "x22.md", "notes-a.md", "top/a.md", "{a}.md", "node_modules"]
        {
            assert!(!filter.passes("", path, false), "{path}");
        }
        for (base, entry) in
            [("a", "vendor.md"), ("", "xa.md"), ("sub", "x1.md"), ("", "topmost.md"), ("", "a.md")]
        {
            assert!(filter.passes(base, entry, false), "{base} {entry}");
        }
        assert!(!filter.passes("", "top", true) && filter.passes("", "top", false));
    }

    #[test]
    fn jekyll_excludes_installed_gems_and_packages_by_default() {
        let (default, own) = (filter(""), filter("exclude: [drafts]"));
        for filter in [&default, &own] {
            for (base, entry) in [
                ("vendor", "bundle"),
                ("vendor", "cache"),
                ("vendor", "gems"),
                ("vendor", "ruby"),
                ("", "node_modules"),
                ("", "gemfiles"),
            ] {
                assert!(!filter.passes(base, entry, true), "{base}/{entry}");
            }
            assert!(filter.passes("", "vendor", true) && filter.passes("vendor", "parts", true));
            assert!(filter.passes("vendor", "bundle.md", false));
        }
        assert!(filter("include: [vendor/bundle/]").passes("vendor", "bundle", true));
    }

    #[test]
    fn include_takes_precedence_over_special_names_and_exclude() {
        let filter = filter("include: [_pages, .well-known, notes.md]\nexclude: [notes, notes.md]");
        for (base, entry) in [("", "_pages"), ("sub", "_pages"), ("", ".well-known"), ("", "notes.md")] {
            assert!(filter.passes(base, entry, true), "{base}/{entry}");
        }
        for entry in ["_other", ".git", "#a.md", "~a.md", "a.md~", "notes", "a."] {
            assert!(!filter.passes("", entry, true), "{entry}");
        }
        assert!(filter.passes("_posts", "a/_b/c.md", false) && !filter.passes("_posts", "_a/c.md", false));
        assert!(filter.includes_file("notes.md") && !filter.includes_file("notes"));
    }
}
