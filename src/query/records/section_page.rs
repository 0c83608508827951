//! A page of sections: the sections of the best posts, a few of each post at a time.

use super::facets::count_facets;
use super::request::RecordRequest;
use super::response::{RecordHits, RecordResponse, SectionHitRecord};
use crate::config::limits;
use crate::index::IndexError;
use crate::query::context::Context;
use crate::query::present::snippet::sections::{
    MatchedSection, all_sections, count_sections, matched_sections, section_excerpt,
};
use crate::query::present::snippet::{SnippetSource, title_marks};
use crate::query::rank::top_hits::{HitPage, RankedHit, ranked_page};
use crate::query::request::SearchRequest;
use crate::query::retrieve::candidate::{Candidate, Retrieved};
use crate::query::search::Search;

/// Number of sections of a post that precede the sections of the next post. Front ends group records by post, and
/// one long post would fill the page.
const SECTIONS_PER_TURN: usize = 3;

/// Returns a page of sections.
pub(super) fn section_page(
    context: &Context<'_>,
    request: &RecordRequest,
    search: &Search<'_>,
    retrieved: Retrieved,
) -> Result<RecordResponse, IndexError> {
    let has_words = search.query.terms.iter().any(|term| term.scoring);
    let posts = retrieved.candidates.len();
    let every = if has_words { Vec::new() } else { section_counts(context, &retrieved.candidates) };
    let ranked = if has_words || request.search.limit > 0 {
        // Without words, each post has sections, so that the page needs no more posts than records.
        let last = request.search.page.saturating_mul(request.search.limit);
        let limit = if has_words { limits::MAX_SECTION_POSTS } else { last };
        let first = SearchRequest { page: 1, limit, ..request.search.clone() };
        Some(ranked_page(context, &first, &search.query, retrieved)?)
    } else {
        None
    };
    let ranked_hits = ranked.as_ref().map_or(&[][..], |page| &page.hits);
    let weights = ranked.as_ref().map_or(&[][..], |page| &page.shape.term_weights);
    let mut sections = Vec::with_capacity(ranked_hits.len());
    for hit in ranked_hits {
        context.cancellation.check()?;
        let record = context.snapshot.record(hit.candidate.address)?;
        let of_post = if has_words {
            matched_sections(&record, &hit.matches, weights)?
        } else {
            all_sections(&record)?
        };
        sections.push(of_post);
    }
    let counted: Vec<(tantivy::DocAddress, u64)> = if has_words {
        let counts = ranked_hits.iter().zip(&sections);
        counts.map(|(hit, of_post)| (hit.candidate.address, of_post.len() as u64)).collect()
    } else {
        every
    };
    let total = counted.iter().map(|(_, count)| *count).sum::<u64>();
    let facets = count_facets(context, request, &counted.into_iter())?;
    let hits = match &ranked {
        Some(page) if request.search.limit > 0 => page_of_sections(context, request, page, &sections)?,
        _ => Vec::new(),
    };
    Ok(RecordResponse {
        total: usize::try_from(total).unwrap_or(usize::MAX),
        is_exhaustive: !has_words || posts <= limits::MAX_SECTION_POSTS,
        took_us: 0,
        hits: RecordHits::Sections(hits),
        facets,
    })
}

/// Returns the posts with the number of their sections.
fn section_counts(context: &Context<'_>, candidates: &[Candidate]) -> Vec<(tantivy::DocAddress, u64)> {
    let segments = context.snapshot.open_segments();
    let count = |Candidate { address, .. }: &Candidate| {
        let spans = &segments[address.segment_ord as usize].heading_spans;
        (*address, count_sections(spans.values_for_doc(address.doc_id).count()) as u64)
    };
    candidates.iter().map(count).collect()
}

/// Returns the requested page: the first sections of each post, then the next ones of each, and so on.
fn page_of_sections(
    context: &Context<'_>,
    request: &RecordRequest,
    page: &HitPage,
    sections: &[Vec<MatchedSection<'_>>],
) -> Result<Vec<SectionHitRecord>, IndexError> {
    let limit = request.search.limit;
    let mut skipped = (request.search.page - 1).saturating_mul(limit);
    let mut hits = Vec::new();
    for turn in 0.. {
        let mut is_last = true;
        for (hit, of_post) in page.hits.iter().zip(sections) {
            let rest = of_post.get(turn * SECTIONS_PER_TURN..).unwrap_or_default();
            is_last &= rest.len() <= SECTIONS_PER_TURN;
            for section in rest.iter().take(SECTIONS_PER_TURN) {
                if skipped > 0 {
                    skipped -= 1;
                } else if hits.len() < limit {
                    hits.push(section_hit(context, page, hit, section)?);
                }
            }
        }
        if is_last || hits.len() == limit {
            break;
        }
    }
    Ok(hits)
}

fn section_hit(
    context: &Context<'_>,
    page: &HitPage,
    hit: &RankedHit,
    section: &MatchedSection<'_>,
) -> Result<SectionHitRecord, IndexError> {
    context.cancellation.check()?;
    let record = context.snapshot.record(hit.candidate.address)?;
    let post = record.post()?;
    let source = SnippetSource { record: &record, url: &post.url, description: &post.description };
    let weights = &page.shape.term_weights;
    let excerpt = section_excerpt(source, &hit.matches, weights, context.snippet_chars, section)?;
    let title_ranges = title_marks(&post.title, 0, &hit.matches.title);
    Ok(SectionHitRecord { post, title_ranges, number: section.number, excerpt })
}
