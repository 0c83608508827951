//! Values of parameters that are one of a few names.

use serde::Serialize;
use utoipa::ToSchema;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// By score, best first.
    #[default]
    Relevance,
    /// By date, latest first; posts without a date last.
    Newest,
    /// By date, earliest first; posts without a date last.
    Oldest,
}

/// How hits are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Grouping {
    /// Each post is a hit of its own.
    #[default]
    None,
    /// Translations and copies of a post are one hit.
    Translations,
}

/// The attribute that a facet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FacetField {
    /// The categories, by name.
    Category,
    /// The tags.
    Tag,
    /// The authors, by name.
    Author,
    /// The languages.
    Lang,
    /// The series.
    Series,
    /// The year of the date.
    Year,
}

impl FacetField {
    /// All fields.
    pub const ALL: [Self; 6] =
        [Self::Category, Self::Tag, Self::Author, Self::Lang, Self::Series, Self::Year];

    /// Returns its name in requests and responses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
            Self::Author => "author",
            Self::Lang => "lang",
            Self::Series => "series",
            Self::Year => "year",
        }
    }
}
