//! Warnings about names in filters that no post has, with the nearest name that a post has.

use crate::config::limits;
use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot, filter_key};
use crate::query::expand::edit_distance::EditDistance;
use crate::query::language::syntax_tree::FilterField;
use crate::query::quoting::shortened;
use crate::query::request::{Grouping, SearchRequest};
use crate::query::retrieve::absent_names::AbsentNames;
use crate::query::retrieve::language_range::has_language;

/// Returns a warning for each name in the filters of a request that no post has.
///
/// # Errors
/// If a column cannot be read.
pub(crate) fn unknown_name_warnings(
    snapshot: &Snapshot,
    request: &SearchRequest,
    absent: &AbsentNames,
) -> Result<Vec<String>, IndexError> {
    let segments = snapshot.segments().len();
    let mut unknown: Vec<UnknownName> =
        absent.absent_from_all(segments).map(|(field, name)| UnknownName::new(field, name)).collect();
    // Among versions of a post, the language is no filter.
    let preferred = request.lang.as_ref().filter(|_| request.group != Grouping::None && segments > 0);
    if let Some(lang) = preferred.filter(|lang| !has_language(snapshot, lang)) {
        unknown.push(UnknownName::new(FilterField::Lang, lang));
    }
    for name in unknown.iter_mut().take(limits::MAX_COMPARED_NAMES) {
        name.compare_with_all(snapshot)?;
    }
    Ok(unknown.iter().map(UnknownName::warning).collect())
}

/// A name that no post has.
struct UnknownName {
    field: FilterField,
    name: String,
    /// The nearest name that a post has, with its difference.
    nearest: Option<(NameDifference, String)>,
}

/// The difference of two names; the smallest one is the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NameDifference {
    /// The edit distance.
    Typos(u8),
    /// Letters that are missing at the end.
    Rest(usize),
}

impl UnknownName {
    fn new(field: FilterField, name: &str) -> Self {
        Self { field, name: name.to_owned(), nearest: None }
    }

    /// Compares the name with all names of posts, by their keys.
    fn compare_with_all(&mut self, snapshot: &Snapshot) -> Result<(), IndexError> {
        let key = filter_key(&self.name);
        let Some(column) = column(self.field) else { return Ok(()) };
        if key.len() > limits::MAX_COMPARED_NAME_BYTES {
            return Ok(());
        }
        let mut names = NameComparison::new(&key);
        snapshot.each_value(column, |value| {
            if let Some(difference) = names.difference(&filter_key(value)) {
                let is_nearer =
                    |(known, name): &(NameDifference, String)| (difference, value) < (*known, name.as_str());
                if self.nearest.as_ref().is_none_or(is_nearer) {
                    self.nearest = Some((difference, value.to_owned()));
                }
            }
        })
    }

    fn warning(&self) -> String {
        let quoted = |name: &str| format!("{:?}", shortened(name, limits::MAX_QUOTED_BYTES));
        let (field, name) = (self.field, quoted(&self.name));
        let nobody = match field {
            FilterField::Category => format!("no post is in the category {name}"),
            FilterField::Author => format!("no post is by the author {name}"),
            FilterField::Lang => format!("no post is in the language {name}"),
            FilterField::Series => format!("no post is in the series {name}"),
            _ => format!("no post has the {} {name}", field.name()),
        };
        match &self.nearest {
            Some((_, nearest)) => format!("{nobody}; the nearest is {}", quoted(nearest)),
            None => nobody,
        }
    }
}

fn column(field: FilterField) -> Option<&'static str> {
    match field {
        FilterField::Category => Some(columns::CATEGORY),
        FilterField::Tag => Some(columns::TAG),
        FilterField::Author => Some(columns::AUTHOR),
        FilterField::Lang => Some(columns::LANG),
        FilterField::Series => Some(columns::SERIES),
        FilterField::Url | FilterField::Year | FilterField::Before | FilterField::After => None,
    }
}

/// Compares an unknown name with known ones.
struct NameComparison<'a> {
    key: &'a str,
    letters: usize,
    distance: EditDistance,
}

impl<'a> NameComparison<'a> {
    fn new(key: &'a str) -> Self {
        let letters = key.chars().count();
        // Two of three letters agree at least.
        let max = match letters {
            ..3 => 0,
            3..6 => 1,
            6..9 => 2,
            _ => 3,
        };
        Self { key, letters, distance: EditDistance::new(key, max) }
    }

    /// Returns the difference to a name with this key, or `None` if they are not alike.
    fn difference(&mut self, other: &str) -> Option<NameDifference> {
        if let Some(typos) = self.distance.distance_to(other) {
            return Some(NameDifference::Typos(typos));
        }
        let rest = other.strip_prefix(self.key).filter(|_| self.letters >= 2)?;
        Some(NameDifference::Rest(rest.chars().count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_near_and_others_are_not() {
        let difference = |typed: &str, known: &str| NameComparison::new(typed).difference(known);
        assert_eq!(difference("kubernets", "kubernetes"), Some(NameDifference::Typos(1)));
        assert_eq!(difference("rsut", "rust"), Some(NameDifference::Typos(1)));
        assert_eq!(difference("kube", "kubernetes"), Some(NameDifference::Rest(6)));
        for (typed, known) in
            [("xyz", "rust"), ("go", "c"), ("rust", "trust-me"), ("k", "kube"), ("abc", "xbz")]
        {
            assert_eq!(difference(typed, known), None, "{typed} {known}");
        }
        assert!(NameDifference::Typos(3) < NameDifference::Rest(1));
    }
}
