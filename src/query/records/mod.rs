//! Records: the results of a search as front ends for records of posts or of sections expect them.
//!
//! Texts come with the ranges of their matches, so that the caller decides how they are marked and escaped.

mod facets;
mod request;
mod response;
mod section_page;

use std::time::Instant;

use super::context::Context;
use super::expand::expander::Expander;
use super::present::snippet::{self, SnippetOptions, SnippetSource, title_marks};
use super::rank::top_hits::{HitPage, RankedHit, ranked_page};
use super::search::{Matches, Search};
use crate::index::IndexError;
use facets::count_facets;
pub(crate) use request::{RecordFacet, RecordRequest, RecordUnit};
pub(crate) use response::{
    NumberStatistics, PostHit, RecordFacetCounts, RecordHits, RecordResponse, SectionHitRecord,
};
use section_page::section_page;

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
    let facets = count_facets(context, request, &counted)?;
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
