//! What is wrong with the content, for its writers.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::Serialize;

/// A file that cannot be read as a post.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{path}:{line}: {message}")]
pub struct Failure {
    /// Path below the content directory.
    pub path: String,
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is not searched.
    Error,
    /// It is, but something is odd.
    Warning,
}

/// A problem with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Path below the content directory.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
}

/// A warning for every page but the first of those (language, URL, id) that share a URL within a language.
#[must_use]
pub fn duplicate_urls<'a>(pages: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Vec<Problem> {
    let mut firsts: HashMap<(&str, &str), &str, RandomState> =
        HashMap::with_capacity_and_hasher(pages.size_hint().0, RandomState::default());
    let mut problems = Vec::new();
    for (lang, url, id) in pages {
        let first = *firsts.entry((lang, url)).or_insert(id);
        if first != id {
            problems.push(Problem {
                path: id.to_owned(),
                line: 1,
                severity: Severity::Warning,
                message: format!(
                    "has the same URL as {first}: {url}; only one can be seen there, so give one another slug"
                ),
            });
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_with_one_url_are_told_of_each_other() {
        let pages = [
            ("en", "/a/", "a.md"),
            ("en", "/b/", "b.md"),
            ("fr", "/a/", "a.fr.md"),
            ("en", "/a/", "a/index.md"),
        ];
        let problems = duplicate_urls(pages.into_iter());
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, "a/index.md");
        assert!(problems[0].message.starts_with("has the same URL as a.md: /a/"));
    }
}
