//! The setting `exclude` of Jekyll.

use crate::content::generator::globs::GlobList;

/// The entries of `exclude`: beginnings of paths, or patterns whose `*` and `?` also match `/`.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Exclusion {
    beginnings: Vec<String>,
    #[serde(skip)]
    patterns: GlobList,
}

impl Exclusion {
    pub(super) fn new(entries: Vec<String>) -> Self {
        let beginnings = entries.into_iter().map(|entry| entry.trim_start_matches('/').to_owned());
        let beginnings: Vec<String> = beginnings.filter(|entry| !entry.is_empty()).collect();
        Self { patterns: GlobList::across_folders(beginnings.clone()), beginnings }
    }

    /// Returns whether an entry is the beginning of the path, or matches it or one of its folders.
    pub(super) fn matches(&self, id: &str) -> bool {
        self.beginnings.iter().any(|entry| id.starts_with(entry)) || self.patterns.matches_part_of(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_beginnings_or_patterns_from_the_folder_of_the_site() {
        let entries = ["vendor", "x[0-9]*.md", "notes-?.md", "/top/", ""].map(str::to_owned).to_vec();
        let exclusion = Exclusion::new(entries);
        for id in ["vendor/a.md", "vendors.md", "x1.md", "x22.md", "x1/y.md", "notes-a.md", "top/a.md"] {
            assert!(exclusion.matches(id), "{id}");
        }
        for id in ["a/vendor.md", "xa.md", "sub/x1.md", "notes-ab.md", "topmost.md", "a.md"] {
            assert!(!exclusion.matches(id), "{id}");
        }
    }
}
