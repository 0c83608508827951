//! Lines in the syntax of `.gitignore` in settings.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Lines in the syntax of `.gitignore`, relative to the content directory.
#[derive(Debug, Clone, serde::Serialize)]
pub struct IgnoreLines {
    lines: String,
    #[serde(skip)]
    matcher: Gitignore,
}

/// Compares the lines; the matcher follows from them.
impl PartialEq for IgnoreLines {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}

impl Default for IgnoreLines {
    fn default() -> Self {
        Self { lines: String::new(), matcher: Gitignore::empty() }
    }
}

impl IgnoreLines {
    /// Compiles lines; an invalid one matches nothing.
    #[must_use]
    pub(crate) fn new(lines: String) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in lines.lines() {
            let _ = builder.add_line(None, line);
        }
        Self { matcher: builder.build().unwrap_or_else(|_| Gitignore::empty()), lines }
    }

    /// Returns whether a file or one of its folders is ignored.
    #[must_use]
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negated_lines_are_followed() {
        let lines = IgnoreLines::new("/a/\n*.tmp.md\n!keep.tmp.md\n# no\nsub/x.md\n".to_owned());
        for (path, expected) in [
            ("a/b.md", true),
            ("b/a/c.md", false),
            ("b/x.tmp.md", true),
            ("b/keep.tmp.md", false),
            ("sub/x.md", true),
            ("b/sub/x.md", false),
        ] {
            assert_eq!(lines.matches(path), expected, "{path}");
        }
        assert!(!IgnoreLines::default().matches("a.md"));
    }
}
