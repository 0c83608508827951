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

    /// Compiles the lines of an ignore file in the style of `.gitignore`: a name matches at any depth, and a
    /// folder matches everything below it. Negated lines are not supported and are skipped.
    #[must_use]
    pub(crate) fn from_ignore_lines(lines: &str) -> Self {
        let lines =
            lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
        Self::new(lines.flat_map(|line| {
            let entry = line.trim_end_matches('/');
            let anchored = if entry.trim_start_matches("./").contains('/') {
                entry.trim_start_matches("./").trim_start_matches('/').to_owned()
            } else {
                format!("**/{}", entry.trim_start_matches("./"))
            };
            [format!("{anchored}/**"), anchored]
        }))
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
    fn matches_paths_by_globs_and_ignore_lines() {
        let globs = GlobList::new(["README.md".to_owned(), "./demo/**".to_owned(), "[".to_owned()]);
        let lines = GlobList::from_ignore_lines("# no\nREADME.md\ndrafts/\n/top/x.md\nsrc/old\n");
        let cases = [
            ("README.md", true, true),
            ("a/README.md", false, true),
            ("demo/x/y.md", true, false),
            ("a/drafts/x.md", false, true),
            ("top/x.md", false, true),
            ("a/top/x.md", false, false),
            ("src/old/y.md", false, true),
            ("x.md", false, false),
        ];
        for (path, in_globs, in_lines) in cases {
            assert_eq!((globs.matches(path), lines.matches(path)), (in_globs, in_lines), "{path}");
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
