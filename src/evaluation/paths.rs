//! The posts that judged queries expect, looked up among those of the index.
//!
//! A blog's judged queries must not silently rot: posts are renamed, moved and unpublished. What is
//! expected and is not there is told, with what it may have become.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::judged::JudgedQuery;

/// Ids that are named in a hint.
const MAX_NAMED: usize = 3;

/// Share of common letter triples from which paths are near.
const MIN_NEARNESS: f64 = 0.4;

/// Extensions that a path may leave out.
const EXTENSIONS: [&str; 9] =
    [".md", ".markdown", ".mdx", ".mdown", ".mkd", ".html", ".htm", ".adoc", ".org"];

/// Ids by the shortest way to write them.
pub struct KnownPaths {
    ids: BTreeSet<String>,
    by_key: BTreeMap<String, Vec<String>>,
    /// Folders, with a slash, that may stand before an id.
    prefixes: Vec<String>,
}

/// An expected path that is no post of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedPath {
    /// The file of judged queries.
    pub path: Arc<Path>,
    /// The line of the query, from 1.
    pub line: usize,
    /// The path as it is written; none where the query expects nothing at all.
    pub expected: Option<String>,
}

impl KnownPaths {
    /// Looks up among `ids`; paths may begin with `content/` or with `content_dir`, the content
    /// directory below the site's root.
    #[must_use]
    pub fn new(ids: impl IntoIterator<Item = String>, content_dir: &str) -> Self {
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

    /// The ids that a path stands for: as it is written, without its folder of content, and with
    /// `.md`, `/index.md` or `/_index.md` left out.
    #[must_use]
    pub fn matches(&self, path: &str) -> Vec<&str> {
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

    /// Replaces the expected paths by the ids that they stand for; those that stand for none or for
    /// several are returned, and stay as they are: nothing can find them.
    pub fn resolve(&self, queries: &mut [JudgedQuery]) -> Vec<UnresolvedPath> {
        let mut unresolved = Vec::new();
        for query in queries {
            let place =
                |expected| UnresolvedPath { path: Arc::clone(&query.path), line: query.line, expected };
            if query.relevant.values().all(|grade| *grade == 0) {
                unresolved.push(place(None));
            }
            let mut relevant = BTreeMap::new();
            for (path, grade) in std::mem::take(&mut query.relevant) {
                let id = if let [id] = self.matches(&path).as_slice() {
                    (*id).to_owned()
                } else {
                    unresolved.push(place(Some(path.clone())));
                    path
                };
                let best: &mut u32 = relevant.entry(id).or_default();
                *best = grade.max(*best);
            }
            query.relevant = relevant;
        }
        unresolved
    }

    /// Why a path stands for no post; `hidden` names what files are that are not in the index.
    #[must_use]
    pub fn explain(&self, path: &str, hidden: &BTreeMap<String, String>) -> String {
        let several = self.matches(path);
        if !several.is_empty() {
            return format!("may be {}; write it out", list(&several));
        }
        // The content directory's folders are the same for hidden files.
        let others = Self { prefixes: self.prefixes.clone(), ..Self::new(hidden.keys().cloned(), "") };
        if let [id] = others.matches(path).as_slice()
            && let Some(what) = hidden.get(*id)
        {
            return if *id == path {
                format!("is {what}, so it is not in the index")
            } else {
                format!("is not in the index: {id} is {what}")
            };
        }
        match self.nearest(path).as_slice() {
            [] => "is not in the index, and nothing near it is".to_owned(),
            nearest => format!("is not in the index; near it is {}", list(nearest)),
        }
    }

    /// The ids with the most letter triples in common with the path, nearest first.
    fn nearest(&self, path: &str) -> Vec<&str> {
        let wanted = triples(path);
        let mut near: Vec<(f64, &str)> = Vec::new();
        for id in &self.ids {
            let own = triples(id);
            let nearness = dice(wanted.intersection(&own).count(), wanted.len() + own.len());
            if nearness >= MIN_NEARNESS {
                near.push((nearness, id));
            }
        }
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        near.into_iter().take(MAX_NAMED).map(|(_, id)| id).collect()
    }
}

/// Dice's coefficient.
#[expect(clippy::cast_precision_loss, reason = "counts of letters")]
fn dice(common: usize, total: usize) -> f64 {
    2.0 * common as f64 / total.max(1) as f64
}

fn triples(path: &str) -> BTreeSet<[char; 3]> {
    let padded: Vec<char> = format!("/{}/", key(path)).to_lowercase().chars().collect();
    padded.windows(3).map(|window| [window[0], window[1], window[2]]).collect()
}

/// The path without its extension and the name of a folder's page.
fn key(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = EXTENSIONS.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path);
    path.strip_suffix("/_index").or_else(|| path.strip_suffix("/index")).unwrap_or(path)
}

fn list(ids: &[&str]) -> String {
    ids[..ids.len().min(MAX_NAMED)].join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::judged::tests::query;
    use super::*;

    fn known(ids: &[&str]) -> KnownPaths {
        KnownPaths::new(ids.iter().map(|id| (*id).to_owned()), "src/posts")
    }

    #[test]
    fn paths_may_leave_out_what_is_clear() {
        let paths = known(&["a/x/_index.md", "a/y/index.md", "b/z.md", "b/z.fr.md", "about.mdx"]);
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
        assert_eq!(known(&["a/x.md", "a/x/index.md"]).matches("a/x").len(), 2);
        assert_eq!(known(&["a/x.md", "a/x/index.md"]).matches("a/x.md"), ["a/x.md"]);
    }

    #[test]
    fn what_is_not_there_is_explained() {
        let paths = known(&["rust/blocking-work/_index.md", "rust/traits.md", "z.md", "z/index.md"]);
        let hidden = [("rust/soon.md".to_owned(), "a draft".to_owned())].into();
        let cases = [
            ("rust/blocking-wrok", "is not in the index; near it is rust/blocking-work/_index.md"),
            ("content/go/blocking-work.md", "near it is rust/blocking-work/_index.md"),
            ("content/rust/soon", "is not in the index: rust/soon.md is a draft"),
            ("rust/soon.md", "is a draft, so it is not in the index"),
            ("wholly/elsewhere", "nothing near it is"),
            ("z", "may be z.md, z/index.md; write it out"),
        ];
        for (path, expected) in cases {
            let message = paths.explain(path, &hidden);
            assert!(message.contains(expected), "{path}: {message}");
        }
    }

    #[test]
    fn expected_paths_become_ids_with_their_best_grade() {
        let paths = known(&["a/x.md"]);
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
