//! Diagnostics: errors and warnings about the content, for their authors.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::Serialize;

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is not indexed.
    Error,
    /// The file is indexed, but its author should look at it.
    Warning,
}

/// An error or a warning at a line of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Path below the content directory.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong and how to fix it.
    pub message: String,
}

/// A page and its URL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageUrl<'a> {
    /// Path of the source file below the content directory.
    pub(crate) id: &'a str,
    /// Language of the page.
    pub(crate) lang: &'a str,
    /// URL of the page.
    pub(crate) url: &'a str,
}

/// Returns a warning for each page whose URL an earlier page of the same language has.
pub(crate) fn duplicate_urls<'a>(pages: impl Iterator<Item = PageUrl<'a>>) -> Vec<Diagnostic> {
    let mut firsts: HashMap<(&str, &str), &str, RandomState> =
        HashMap::with_capacity_and_hasher(pages.size_hint().0, RandomState::default());
    let mut warnings = Vec::new();
    for PageUrl { id, lang, url } in pages {
        let first = *firsts.entry((lang, url)).or_insert(id);
        if first != id {
            warnings.push(Diagnostic {
                path: id.to_owned(),
                line: 1,
                severity: Severity::Warning,
                message: format!(
                    "duplicate URL {url}, already used by {first}: the site can show only one of them; \
                     change one slug"
                ),
            });
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_about_the_second_page_with_a_url_within_a_language() {
        let pages = [
            ("en", "/a/", "a.md"),
            ("en", "/b/", "b.md"),
            ("fr", "/a/", "a.fr.md"),
            ("en", "/a/", "a/index.md"),
        ];
        let warnings = duplicate_urls(pages.iter().map(|&(lang, url, id)| PageUrl { id, lang, url }));
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].path, "a/index.md");
        assert!(warnings[0].message.starts_with("duplicate URL /a/, already used by a.md"));
    }
}
