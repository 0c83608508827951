//! Requests for records.

use crate::index::OrdinalColumn;
use crate::query::conditions::Conditions;
use crate::query::request::SearchRequest;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordUnit {
    /// A post.
    Post,
    /// A section of a post.
    Section,
}

/// An attribute whose values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordFacet {
    /// The values of a column.
    Column(OrdinalColumn),
    /// The paths of the categories down to a level, from 0.
    CategoryLevel(usize),
    /// The year of the date.
    Year,
    /// The month of the date, below its year.
    Month,
    /// The date in seconds since 1970, of which only statistics are returned.
    Date,
}

/// A request for records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordRequest {
    /// The query, its order, and the page; a `limit` of 0 returns no records.
    pub(crate) search: SearchRequest,
    pub(crate) unit: RecordUnit,
    pub(crate) conditions: Conditions,
    pub(crate) facets: Vec<RecordFacet>,
    /// Maximum number of values of each facet.
    pub(crate) max_values: usize,
    /// The beginning of a word in the values to return.
    pub(crate) value_prefix: Option<String>,
    /// Target length of snippets in characters, if it is not the site's.
    pub(crate) snippet_chars: Option<usize>,
}
