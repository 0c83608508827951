//! Lists of glob patterns in settings: `drafts/**`, `README.md`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of glob patterns for paths; an invalid pattern matches nothing.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct GlobList {
    patterns: Vec<String>,
    #[serde(skip)]
    set: GlobSet,
}

/// Compares the patterns; the matcher follows from them.
impl PartialEq for GlobList {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl GlobList {
    /// Compiles a list of patterns, relative to the content directory; a leading `./` or `/` is ignored.
    #[must_use]
    pub(crate) fn new(patterns: impl IntoIterator<Item = String>) -> Self {
        Self::compile(patterns.into_iter().collect(), true)
    }

    /// Compiles a list of patterns whose `*` and `?` also match `/`.
    #[must_use]
    pub(crate) fn across_folders(patterns: Vec<String>) -> Self {
        Self::compile(patterns, false)
    }

    fn compile(patterns: Vec<String>, separates_folders: bool) -> Self {
        let mut set = GlobSetBuilder::new();
        for pattern in &patterns {
            let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(separates_folders).build() {
                set.add(glob);
            }
        }
        Self { set: set.build().unwrap_or_default(), patterns }
    }

    /// Compiles a list of patterns of the JavaScript library `micromatch`, which have alternatives such as `@(a|b)`.
    #[must_use]
    pub(crate) fn of_micromatch(patterns: impl IntoIterator<Item = String>) -> Self {
        Self::new(patterns.into_iter().map(|pattern| plain_pattern(&pattern)))
    }

    /// Returns whether the list has no patterns.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns whether any pattern matches the path or one of its folders.
    #[must_use]
    pub(crate) fn matches_part_of(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        !self.set.is_empty() && folders.chain([path]).any(|part| self.matches(part))
    }

    /// Returns whether any pattern matches the path.
    #[must_use]
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

/// Returns a pattern of `micromatch` without the marks that globs here do not know: `@(a|b)` becomes `{a,b}`.
fn plain_pattern(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('(') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let Some((inner, end)) = after.split_once(')') else { break };
        match before.chars().last() {
            // A negation of names matches all names here.
            Some('!') => plain.extend([&before[..before.len() - 1], "*"]),
            Some('@' | '+' | '?' | '*') => {
                plain.extend([&before[..before.len() - 1], "{", &inner.replace('|', ","), "}"]);
            }
            _ => plain.extend([before, "{", &inner.replace('|', ","), "}"]),
        }
        rest = end;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_paths_by_globs() {
        let globs = GlobList::new(["README.md".to_owned(), "./demo/**".to_owned(), "[".to_owned()]);
        for (path, expected) in
            [("README.md", true), ("a/README.md", false), ("demo/x/y.md", true), ("x.md", false)]
        {
            assert_eq!(globs.matches(path), expected, "{path}");
        }
        let across = GlobList::across_folders(["x*.md".to_owned(), "old".to_owned()].to_vec());
        let matching = ["x/y.md", "xy.md", "old/a/b.md", "a/xy.md", "older/a.md"]
            .map(|path| across.matches_part_of(path));
        assert_eq!(matching, [true, true, true, false, false]);
    }

    #[test]
    fn patterns_of_micromatch_become_globs() {
        let cases = [
            ("**/*.@(md|mdx)", "**/*.{md,mdx}"),
            ("**/[^_]*.{md,mdx}", "**/[^_]*.{md,mdx}"),
            ("!(_)*.md", "**.md"),
            ("(a|b)/*.md", "{a,b}/*.md"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(plain_pattern(pattern), expected, "{pattern}");
        }
    }
}
