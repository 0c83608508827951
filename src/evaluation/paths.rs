//! Resolution of expected paths of judged queries to the ids of indexed posts.
//!
//! Posts are renamed, moved and unpublished, but judged queries must not become stale unnoticed. An expected
//! path that is not in the index is reported with the closest ids.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::judged_query::JudgedQuery;
use crate::config::limits;

/// Smallest Dice coefficient of letter trigrams at which a path is suggested.
const SIMILARITY_THRESHOLD: f64 = 0.4;

/// File extensions that a path may omit.
const EXTENSIONS: [&str; 9] =
    [".md", ".markdown", ".mdx", ".mdown", ".mkd", ".html", ".htm", ".adoc", ".org"];

/// The ids in the index, and the short forms of them that judged queries may use.
pub(crate) struct IndexedPaths {
    ids: BTreeSet<String>,
    by_key: BTreeMap<String, Vec<String>>,
    /// Folders, with a trailing slash, that may precede an id.
    prefixes: Vec<String>,
}

/// An expected path that does not resolve to exactly one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnresolvedPath {
    /// The file of judged queries.
    pub(crate) path: Arc<Path>,
    /// The line of the query, from 1.
    pub(crate) line: usize,
    /// The path as written in the file; `None` if the query expects no post at all.
    pub(crate) expected: Option<String>,
}

impl IndexedPaths {
    /// Returns the paths of these ids. Expected paths may start with `content/` or with `content_dir`, the
    /// content directory relative to the site's root.
    #[must_use]
    pub(crate) fn new(ids: impl IntoIterator<Item = String>, content_dir: &str) -> Self {
        let ids: BTreeSet<String> = ids.into_iter().collect();
        let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in &ids {
            by_key.entry(key(id).to_owned()).or_default().push(id.clone());
        }
        let mut prefixes = vec!["content/".to_owned()];
        let own = format!("{}/", content_dir.trim_matches('/'));
        if own != "/" && own != prefixes[0] {
            prefixes.push(own);
        }
        Self { ids, by_key, prefixes }
    }

    /// Returns the ids that match a path: exactly, without its content folder, or with an omitted `.md`,
    /// `/index.md` or `/_index.md`.
    #[must_use]
    pub(crate) fn matches(&self, path: &str) -> Vec<&str> {
        if let Some(id) = self.ids.get(path) {
            return vec![id];
        }
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let shorter = self.prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix.as_str()));
        let forms: Vec<&str> = std::iter::once(path).chain(shorter).collect();
        let exact: Vec<&str> =
            forms.iter().filter_map(|form| self.ids.get(*form)).map(String::as_str).collect();
        if !exact.is_empty() {
            return exact;
        }
        let keys: BTreeSet<&str> = forms.iter().map(|form| key(form)).collect();
        keys.iter().filter_map(|key| self.by_key.get(*key)).flatten().map(String::as_str).collect()
    }

    /// Replaces the expected paths by ids. Returns the paths that match no id or several ids; they stay
    /// unchanged, so that no hit matches them.
    pub(crate) fn resolve(&self, queries: &mut [JudgedQuery]) -> Vec<UnresolvedPath> {
        let mut unresolved = Vec::new();
        for query in queries {
            let at_query =
                |expected| UnresolvedPath { path: Arc::clone(&query.path), line: query.line, expected };
            if query.relevant.values().all(|grade| *grade == 0) {
                unresolved.push(at_query(None));
            }
            let mut relevant = BTreeMap::new();
            for (path, grade) in std::mem::take(&mut query.relevant) {
                let id = if let [id] = self.matches(&path).as_slice() {
                    (*id).to_owned()
                } else {
                    unresolved.push(at_query(Some(path.clone())));
                    path
                };
                let best: &mut u32 = relevant.entry(id).or_default();
                *best = grade.max(*best);
            }
            query.relevant = relevant;
        }
        unresolved
    }

    /// Returns why a path does not resolve to one post. `hidden` describes the files that are not indexed.
    #[must_use]
    pub(crate) fn explain(&self, path: &str, hidden: &BTreeMap<String, String>) -> String {
        let several = self.matches(path);
        if !several.is_empty() {
            return format!("is ambiguous: {}; write the full path", list(&several));
        }
        let others = Self { prefixes: self.prefixes.clone(), ..Self::new(hidden.keys().cloned(), "") };
        if let [id] = others.matches(path).as_slice()
            && let Some(what) = hidden.get(*id)
        {
            return format!("is not in the index: {id} is {what}");
        }
        match self.nearest(path).as_slice() {
            [] => "is not in the index, nor is any similar path".to_owned(),
            nearest => format!("is not in the index; did you mean {}?", list(nearest)),
        }
    }

    /// Returns the ids whose letter trigrams are most similar to those of the path, most similar first.
    fn nearest(&self, path: &str) -> Vec<&str> {
        let expected = trigrams(path);
        let mut similar: Vec<(f64, &str)> = Vec::new();
        for id in &self.ids {
            let own = trigrams(id);
            let similarity = dice(expected.intersection(&own).count(), expected.len() + own.len());
            if similarity >= SIMILARITY_THRESHOLD {
                similar.push((similarity, id));
            }
        }
        similar.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        similar.into_iter().take(limits::MAX_SUGGESTED_PATHS).map(|(_, id)| id).collect()
    }
}

/// Returns the Dice coefficient of two sets: twice the common elements over all elements.
#[expect(clippy::cast_precision_loss, reason = "counts of letters are small")]
fn dice(common: usize, total: usize) -> f64 {
    2.0 * common as f64 / total.max(1) as f64
}

fn trigrams(path: &str) -> BTreeSet<[char; 3]> {
    let padded: Vec<char> = format!("/{}/", key(path)).to_lowercase().chars().collect();
    padded.windows(3).map(|window| [window[0], window[1], window[2]]).collect()
}

/// Returns the path without its extension, and without `/index` or `/_index`.
fn key(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = EXTENSIONS.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path);
    path.strip_suffix("/_index").or_else(|| path.strip_suffix("/index")).unwrap_or(path)
}

fn list(ids: &[&str]) -> String {
    ids[..ids.len().min(limits::MAX_SUGGESTED_PATHS)].join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::judged_query::tests::query;
    use super::*;

    fn indexed_paths(ids: &[&str]) -> IndexedPaths {
        IndexedPaths::new(ids.iter().map(|id| (*id).to_owned()), "src/posts")
    }

    #[test]
    fn resolves_paths_without_content_folder_extension_or_index_name() {
        let paths = indexed_paths(&["a/x/_index.md", "a/y/index.md", "b/z.md", "b/z.fr.md", "about.mdx"]);
        let cases = [
            ("a/x/_index.md", "a/x/_index.md"),
            ("a/x", "a/x/_index.md"),
            ("/a/x/", "a/x/_index.md"),
            ("content/a/x", "a/x/_index.md"),
            ("./content/a/x/_index.md", "a/x/_index.md"),
            ("src/posts/a/y/index.md", "a/y/index.md"),
            ("a/y", "a/y/index.md"),
            ("b/z", "b/z.md"),
            ("b/z.fr", "b/z.fr.md"),
            ("about", "about.mdx"),
            ("about.md", "about.mdx"),
        ];
        for (path, id) in cases {
            assert_eq!(paths.matches(path), [id], "{path}");
        }
        for path in ["a", "z", "b/Z", "posts/a/x", ""] {
            assert!(paths.matches(path).is_empty(), "{path}");
        }
        assert_eq!(indexed_paths(&["a/x.md", "a/x/index.md"]).matches("a/x").len(), 2);
        assert_eq!(indexed_paths(&["a/x.md", "a/x/index.md"]).matches("a/x.md"), ["a/x.md"]);
    }

    #[test]
    fn explains_paths_that_are_not_indexed() {
        let paths = indexed_paths(&["rust/blocking-work/_index.md", "rust/traits.md", "z.md", "z/index.md"]);
        let hidden = [("rust/soon.md".to_owned(), "a draft".to_owned())].into();
        let cases = [
            ("rust/blocking-wrok", "is not in the index; did you mean rust/blocking-work/_index.md"),
            ("content/go/blocking-work.md", "did you mean rust/blocking-work/_index.md"),
            ("content/rust/soon", "is not in the index: rust/soon.md is a draft"),
            ("rust/soon.md", "is not in the index: rust/soon.md is a draft"),
            ("wholly/elsewhere", "nor is any similar path"),
            ("z", "is ambiguous: z.md, z/index.md; write the full path"),
        ];
        for (path, expected) in cases {
            let message = paths.explain(path, &hidden);
            assert!(message.contains(expected), "{path}: {message}");
        }
    }

    #[test]
    fn replaces_expected_paths_by_ids_with_their_best_grade() {
        let paths = indexed_paths(&["a/x.md"]);
        let mut queries = [query("1", "k", "-"), query("2", "k", "-")];
        queries[0].relevant =
            [("a/x".to_owned(), 3), ("a/x.md".to_owned(), 1), ("gone".to_owned(), 1)].into();
        queries[1].relevant.clear();
        let unresolved = paths.resolve(&mut queries);
        assert_eq!(queries[0].relevant, [("a/x.md".to_owned(), 3), ("gone".to_owned(), 1)].into());
        let expected: Vec<_> = unresolved.iter().map(|path| path.expected.as_deref()).collect();
        assert_eq!(expected, [Some("gone"), None]);
    }
}
