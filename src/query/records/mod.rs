//! Records: the results of a search as front ends for records of posts or of sections expect them.
//!
//! Texts come with the ranges of their matches, so that the caller decides how they are marked and escaped.

mod facets;
mod section_page;

use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::conditions::Conditions;
use super::context::Context;
use super::expand::expander::Expander;
use super::present::snippet::sections::SectionExcerpt;
use super::present::snippet::{self, Excerpt, SnippetOptions, SnippetSource, title_marks};
use super::rank::top_hits::{HitPage, RankedHit, ranked_page};
use super::request::SearchRequest;
use super::search::{Matches, Search};
use crate::index::{IndexError, OrdinalColumn, StoredPost};
use facets::count_facets;
use section_page::section_page;

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
    pub(crate) facets: Vec<FacetValues>,
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
    pub(crate) title_ranges: Vec<std::ops::Range<usize>>,
    /// The text that matches best, and its section.
    pub(crate) excerpt: Excerpt,
}

/// A section that matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SectionHitRecord {
    pub(crate) post: StoredPost,
    /// Byte ranges of the post's title that match.
    pub(crate) title_ranges: Vec<std::ops::Range<usize>>,
    /// Number of the section in the post; 0 is the introduction.
    pub(crate) number: usize,
    pub(crate) excerpt: SectionExcerpt,
}

/// The values of a facet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FacetValues {
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
    pub(crate) range: Option<std::ops::Range<usize>>,
}

/// Statistics of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberStatistics {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) sum: i128,
    pub(crate) count: u64,
}

/// Answers a request for records.
///
/// # Errors
/// When the index cannot be read; no query text causes an error.
pub(crate) fn records(context: &Context<'_>, request: &RecordRequest) -> Result<RecordResponse, IndexError> {
    let started = Instant::now();
    let snippet_chars = request.snippet_chars.unwrap_or(context.snippet_chars);
    let context = &Context { snippet_chars, ..*context };
    let analyzer = context.analyzer.for_query(&request.search.query);
    let expander = Expander::new(context, &analyzer, &request.search);
    let search = Search::new(context, &request.search, &expander)?;
    let filters = search.filters.clone().with_conditions(request.conditions.clone());
    let matches = search.find(&filters)?;
    context.cancellation.check()?;
    let response = match request.unit {
        RecordUnit::Post => post_page(context, request, &search, matches)?,
        RecordUnit::Section => section_page(context, request, &search, matches.retrieved)?,
    };
    Ok(RecordResponse {
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        ..response
    })
}

/// Returns a page of posts.
fn post_page(
    context: &Context<'_>,
    request: &RecordRequest,
    search: &Search<'_>,
    matches: Matches,
) -> Result<RecordResponse, IndexError> {
    let retrieved = matches.retrieved;
    let total = retrieved.candidates.len();
    let counted = retrieved.candidates.iter().map(|candidate| (candidate.address, 1));
    let facets = count_facets(context, request, counted)?;
    let hits = if request.search.limit == 0 {
        Vec::new()
    } else {
        let page = ranked_page(context, &request.search, &search.query, retrieved)?;
        page.hits.iter().map(|ranked| post_hit(context, &page, ranked)).collect::<Result<_, _>>()?
    };
    let hits = RecordHits::Posts(hits);
    Ok(RecordResponse { total, is_exhaustive: true, took_us: 0, hits, facets })
}

fn post_hit(context: &Context<'_>, page: &HitPage, ranked: &RankedHit) -> Result<PostHit, IndexError> {
    context.cancellation.check()?;
    let record = context.snapshot.record(ranked.candidate.address)?;
    let post = record.post()?;
    let source = SnippetSource { record: &record, url: &post.url, description: &post.description };
    let options = SnippetOptions { max_chars: context.snippet_chars, fragments: 1, sections: 0 };
    let excerpt = snippet::make(source, &ranked.matches, &page.shape.term_weights, options)?;
    let title_ranges = title_marks(&post.title, 0, &ranked.matches.title);
    Ok(PostHit { post, title_ranges, excerpt })
}

/// Returns the year and month of a date in seconds since 1970, in UTC.
fn year_and_month(seconds: i64) -> Option<(i16, i8)> {
    let date = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    Some((date.year(), date.month()))
}
