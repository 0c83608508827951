//! Conditions on posts that front ends combine: groups of alternatives, any of which may be excluded.

use std::ops::RangeInclusive;

/// Text between the levels of a category's path, as in `Programming > Rust`.
pub(crate) const LEVEL_SEPARATOR: &str = " > ";

/// A property of posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A category, by name or folder.
    Category(String),
    /// A category with this path, or one below it.
    CategoryPath(String),
    /// A tag.
    Tag(String),
    /// An author.
    Author(String),
    /// A series.
    Series(String),
    /// A language.
    Lang(String),
    /// A date within this range, in seconds since 1970.
    Dates(RangeInclusive<i64>),
    /// A date and time of day within this range as the author wrote them, in seconds since 1970 as if they were in UTC.
    WrittenDates(RangeInclusive<i64>),
}

/// A condition that posts must or must not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConditionClause {
    pub(crate) condition: Condition,
    pub(crate) is_excluded: bool,
}

/// Groups of clauses: a post passes if it passes at least one clause of each group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) groups: Vec<Vec<ConditionClause>>,
}

impl Conditions {
    /// Returns the number of clauses.
    pub(crate) fn len(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}

/// Returns whether a category's name is a path, or is below it.
pub(crate) fn is_within_path(name: &str, path: &str) -> bool {
    let rest = name.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(LEVEL_SEPARATOR))
}

/// Returns the first levels of a category's name, up to the level `last` from 0, or `None` if it has fewer.
pub(crate) fn path_to_level(name: &str, last: usize) -> Option<&str> {
    match name.match_indices(LEVEL_SEPARATOR).nth(last) {
        Some((end, _)) => Some(&name[..end]),
        None => (name.matches(LEVEL_SEPARATOR).count() == last).then_some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_contains_itself_and_what_is_below_it() {
        for name in ["Code", "Code > Rust", "Code > Rust > Async"] {
            assert!(is_within_path(name, "Code"), "{name}");
        }
        for name in ["Coder", "Code >Rust", "code", "A > Code", ""] {
            assert!(!is_within_path(name, "Code"), "{name}");
        }
    }

    #[test]
    fn a_name_has_a_path_for_each_of_its_levels() {
        let paths = |name| [0, 1, 2].map(|level| path_to_level(name, level));
        assert_eq!(paths("Code"), [Some("Code"), None, None]);
        assert_eq!(paths("Code > Rust"), [Some("Code"), Some("Code > Rust"), None]);
        assert_eq!(paths("é > b > c > d"), [Some("é"), Some("é > b"), Some("é > b > c")]);
    }
}
