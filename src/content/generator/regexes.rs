//! Lists of regular expressions in settings: `\.tmp$`.

use regex::RegexSet;

/// A list of regular expressions for paths.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(crate) struct RegexList {
    patterns: Vec<String>,
    #[serde(skip)]
    set: RegexSet,
}

/// Compares the patterns; the matcher follows from them.
impl PartialEq for RegexList {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl RegexList {
    /// Compiles a list of regular expressions in the syntax of Go, which is nearly that of the crate `regex`.
    ///
    /// # Errors
    /// If one is invalid or too large: without it, files would be found that the site leaves out.
    pub(crate) fn new(patterns: Vec<String>) -> Result<Self, regex::Error> {
        Ok(Self { set: RegexSet::new(&patterns)?, patterns })
    }

    /// Compiles the valid ones of a list of regular expressions; the others match nothing.
    #[must_use]
    pub(crate) fn valid(patterns: impl Iterator<Item = String>) -> Self {
        let patterns = patterns.filter(|pattern| regex::Regex::new(pattern).is_ok()).collect();
        Self::new(patterns).unwrap_or_default()
    }

    /// Returns whether any expression matches a part of the path.
    #[must_use]
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_parts_of_paths() {
        let list =
            RegexList::new([r"\.tmp\.md$", "secret", "(?i)draft"].map(str::to_owned).to_vec()).unwrap();
        for (path, expected) in [
            ("/content/a.tmp.md", true),
            ("/content/a.tmp.md.md", false),
            ("/content/my-secret-plan.md", true),
            ("/content/DRAFT.md", true),
            ("/content/a.md", false),
        ] {
            assert_eq!(list.matches(path), expected, "{path}");
        }
        assert!(RegexList::new(vec!["(".to_owned()]).is_err());
        assert!(!RegexList::default().matches("/content/a.md"));
    }
}
