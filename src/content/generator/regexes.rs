//! Lists of regular expressions in settings: `\.tmp$`.

use regex::RegexSet;

/// A list of regular expressions for paths; an invalid one matches nothing.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct RegexList {
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
    /// Compiles a list of regular expressions in the syntax of Go, which is also that of the crate `regex`.
    #[must_use]
    pub(crate) fn new(patterns: Vec<String>) -> Self {
        let valid = patterns.iter().filter(|pattern| regex::Regex::new(pattern).is_ok());
        Self { set: RegexSet::new(valid).unwrap_or_default(), patterns }
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
        let list = RegexList::new([r"\.tmp\.md$", "(", "secret", "(?i)draft"].map(str::to_owned).to_vec());
        for (path, expected) in [
            ("/content/a.tmp.md", true),
            ("/content/a.tmp.md.md", false),
            ("/content/my-secret-plan.md", true),
            ("/content/DRAFT.md", true),
            ("/content/a.md", false),
        ] {
            assert_eq!(list.matches(path), expected, "{path}");
        }
        assert!(!RegexList::default().matches("/content/a.md"));
    }
}
