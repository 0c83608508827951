//! Pages of records.

use std::ops::Range;

use crate::index::StoredPost;
use crate::query::present::snippet::Excerpt;
use crate::query::present::snippet::sections::SectionExcerpt;

/// A page of records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordResponse {
    /// The number of records on all pages.
    pub(crate) total: usize,
    /// Whether `total` and the counts of facets include all matching records.
    pub(crate) is_exhaustive: bool,
    pub(crate) took_us: u64,
    pub(crate) hits: RecordHits,
    /// The counts of each requested facet.
    pub(crate) facets: Vec<RecordFacetCounts>,
}

/// The records of a page, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RecordHits {
    Posts(Vec<PostHit>),
    Sections(Vec<SectionHitRecord>),
}

/// A post that matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PostHit {
    pub(crate) post: StoredPost,
    /// Byte ranges of the title that match.
    pub(crate) title_ranges: Vec<Range<usize>>,
    /// The text that matches best, and its section.
    pub(crate) excerpt: Excerpt,
}

/// A section that matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SectionHitRecord {
    pub(crate) post: StoredPost,
    /// Byte ranges of the post's title that match.
    pub(crate) title_ranges: Vec<Range<usize>>,
    /// Number of the section in the post; 0 is the introduction.
    pub(crate) number: usize,
    pub(crate) excerpt: SectionExcerpt,
}

/// The values of a facet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RecordFacetCounts {
    /// The values, by descending count.
    pub(crate) values: Vec<FacetValue>,
    /// Statistics of the values, if they are numbers.
    pub(crate) statistics: Option<NumberStatistics>,
    /// Whether no value is missing that should have been returned.
    pub(crate) is_exhaustive: bool,
}

/// A value of a facet with its number of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FacetValue {
    pub(crate) value: String,
    pub(crate) count: u64,
    /// The byte range that matches the requested prefix.
    pub(crate) range: Option<Range<usize>>,
}

/// Statistics of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberStatistics {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) sum: i128,
    pub(crate) count: u64,
}
