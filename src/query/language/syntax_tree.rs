//! The syntax tree of a query.

use std::ops::Range;

use crate::query::date_bound::{DateBound, Year};

/// A node of the syntax tree.
///
/// [`super::parse`] returns the tree in its simplest form: no [`Node::All`] directly inside another one or at
/// the top level, no [`Node::Any`] inside another one, no double [`Node::Not`], and at least two members in
/// every group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A word or phrase to search for.
    Literal(Literal),
    /// A filter, which does not affect scores.
    Filter(Filter),
    /// An excluded node.
    Not(Box<Node>),
    /// A group whose members must all match.
    All(Vec<Node>),
    /// A group of which at least one member must match.
    Any(Vec<Node>),
}

/// A word or phrase as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The text without quotes, field, sign and trailing `*`; never blank.
    pub(crate) text: String,
    /// Whether it was quoted.
    pub(crate) is_phrase: bool,
    /// The field it is restricted to, if any.
    pub(crate) field: Option<SearchField>,
    /// Whether it ends the query and may still be being typed: its last word then also matches as a prefix.
    pub(crate) is_unfinished: bool,
    /// Whether it ended with `*`: its last word matches as a prefix. Excludes `is_unfinished`.
    pub(crate) is_prefix: bool,
    /// The byte range of `text` in the query.
    pub(crate) range: Range<usize>,
}

/// A part of posts to which a word or phrase can be restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchField {
    /// Titles.
    Title,
    /// Headings.
    Heading,
    /// Code blocks.
    Code,
}

/// The field of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterField {
    /// Categories.
    Category,
    /// Tags.
    Tag,
    /// Authors.
    Author,
    /// The language.
    Lang,
    /// Series.
    Series,
    /// The URL.
    Url,
    /// The year of the date.
    Year,
    /// Dates before a time.
    Before,
    /// Dates at or after a time.
    After,
}

impl FilterField {
    /// Returns its name in the query language.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
            Self::Author => "author",
            Self::Lang => "lang",
            Self::Series => "series",
            Self::Url => "url",
            Self::Year => "year",
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// Returns whether it accepts several comma-separated values.
    pub(super) fn takes_list(self) -> bool {
        !matches!(self, Self::Before | Self::After)
    }
}

/// A filter on posts. Filters with several values match posts with any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Posts in one of these categories, by name or folder.
    Category(Vec<String>),
    /// Posts with one of these tags.
    Tag(Vec<String>),
    /// Posts by one of these authors.
    Author(Vec<String>),
    /// Posts in one of these languages.
    Lang(Vec<String>),
    /// Posts in one of these series.
    Series(Vec<String>),
    /// Posts whose URL path contains one of these texts.
    Url(Vec<String>),
    /// Posts dated in one of these years.
    Year(Vec<Year>),
    /// Posts dated before this time.
    Before(DateBound),
    /// Posts dated at this time or later.
    After(DateBound),
}

impl Filter {
    /// Returns the field it filters by.
    pub(crate) fn field(&self) -> FilterField {
        match self {
            Self::Category(_) => FilterField::Category,
            Self::Tag(_) => FilterField::Tag,
            Self::Author(_) => FilterField::Author,
            Self::Lang(_) => FilterField::Lang,
            Self::Series(_) => FilterField::Series,
            Self::Url(_) => FilterField::Url,
            Self::Year(_) => FilterField::Year,
            Self::Before(_) => FilterField::Before,
            Self::After(_) => FilterField::After,
        }
    }
}

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ParsedQuery {
    /// The top-level nodes, all of which apply.
    pub(crate) nodes: Vec<Node>,
    /// Messages to the reader about ignored parts of the query.
    pub(crate) warnings: Vec<String>,
}
