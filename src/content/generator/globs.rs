//! Lists of path patterns in settings: `drafts/**`, `README.md`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Path patterns; one that is no glob fits nothing.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Globs {
    patterns: Vec<String>,
    #[serde(skip)]
    set: GlobSet,
}

/// Compares what was written, of which the matcher is made.
impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Globs {
    /// Those of a list; a leading `./` or `/` means the content directory itself.
    #[must_use]
    pub fn new(patterns: impl IntoIterator<Item = String>) -> Self {
        let patterns: Vec<String> = patterns.into_iter().collect();
        let mut set = GlobSetBuilder::new();
        for pattern in &patterns {
            let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
                set.add(glob);
            }
        }
        Self { set: set.build().unwrap_or_default(), patterns }
    }

    /// Those of a `.gitignore`-like list: a name fits at any depth, a folder stands for all below it.
    #[must_use]
    pub fn of_ignore_lines(lines: &str) -> Self {
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

    /// Whether one of them fits the path.
    #[must_use]
    pub fn fit(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths() {
        let globs = Globs::new(["README.md".to_owned(), "./demo/**".to_owned(), "[".to_owned()]);
        let lines = Globs::of_ignore_lines("# no\nREADME.md\ndrafts/\n/top/x.md\nsrc/old\n");
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
            assert_eq!((globs.fit(path), lines.fit(path)), (in_globs, in_lines), "{path}");
        }
    }
}
