//! The syntax tree of a query.

use std::ops::Range;

use jiff::Timestamp;

/// A part of a query.
///
/// What [`super::parse`] makes is in its simplest form: no [`Node::All`] stands directly in another one or at
/// the top, no [`Node::Any`] in another one, no [`Node::Not`] in another one, and groups have at least
/// two members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Something to look for.
    Unit(Unit),
    /// A condition without influence on the order of hits.
    Filter(Filter),
    /// What must not hold.
    Not(Box<Node>),
    /// All of them are wanted.
    All(Vec<Node>),
    /// One of them is enough.
    Any(Vec<Node>),
}

/// A word or phrase as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The text, without quotes, field, sign and trailing `*`; never blank.
    pub(crate) text: String,
    /// It was in quotes.
    pub(crate) is_phrase: bool,
    /// Where it has to stand, if that was said.
    pub(crate) field: Option<SearchField>,
    /// It is still being typed at the very end of the query: its last word may be the beginning of one.
    pub(crate) is_open: bool,
    /// It ended in a `*`: its last word is the beginning of one. It is not open then.
    pub(crate) is_prefix: bool,
    /// Where `text` stands in the query, in bytes.
    pub(crate) range: Range<usize>,
}

/// A part of posts that a word can be looked for in alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchField {
    /// The title.
    Title,
    /// The headings.
    Heading,
    /// The code blocks.
    Code,
}

/// What a filter looks at.
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
    /// The URL.
    Url,
    /// The date, from above.
    Before,
    /// The date, from below.
    After,
}

impl FilterField {
    /// Its name in queries.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
            Self::Author => "author",
            Self::Lang => "lang",
            Self::Url => "url",
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// Whether several values, joined by commas, may be given.
    pub(super) fn takes_list(self) -> bool {
        !matches!(self, Self::Before | Self::After)
    }
}

/// A condition; one of its values is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Of one of these categories, by name or folder.
    Category(Vec<String>),
    /// With one of these tags.
    Tag(Vec<String>),
    /// By one of these authors.
    Author(Vec<String>),
    /// In one of these languages.
    Lang(Vec<String>),
    /// With one of these in the path of its URL.
    Url(Vec<String>),
    /// Dated before this moment.
    Before(Timestamp),
    /// Dated at this moment or later.
    After(Timestamp),
}

impl Filter {
    /// What it looks at.
    pub(crate) fn field(&self) -> FilterField {
        match self {
            Self::Category(_) => FilterField::Category,
            Self::Tag(_) => FilterField::Tag,
            Self::Author(_) => FilterField::Author,
            Self::Lang(_) => FilterField::Lang,
            Self::Url(_) => FilterField::Url,
            Self::Before(_) => FilterField::Before,
            Self::After(_) => FilterField::After,
        }
    }
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ParsedQuery {
    /// All of them are wanted.
    pub(crate) nodes: Vec<Node>,
    /// What was left out, in words for the reader.
    pub(crate) warnings: Vec<String>,
}
