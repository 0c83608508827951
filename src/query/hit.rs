//! A ranked post to the hit that is shown.

use super::Context;
use super::explanation::explain;
use super::page::RankedHit;
use super::ranking::QueryShape;
use super::request::SearchRequest;
use super::resolve::{Need, ResolvedQuery};
use super::response::Hit;
use super::snippet::{self, Excerpt, SnippetOptions, Source, mark_title};
use crate::index::IndexError;

/// Reads what is shown of a hit, and makes its snippets.
pub(super) fn make_hit(
    context: &Context<'_>,
    (request, is_explained): (&SearchRequest, bool),
    query: &ResolvedQuery,
    shape: &QueryShape,
    ranked: &RankedHit,
) -> Result<Hit, IndexError> {
    let record = context.snapshot.record(ranked.candidate.address)?;
    let post = record.post()?;
    let source = Source { record: &record, url: &post.url, description: &post.description };
    let SearchRequest { fragments, sections, .. } = *request;
    let options = SnippetOptions { max_chars: context.snippet_chars, fragments, sections };
    let Excerpt { snippet, fragments, section, sections } =
        snippet::make(source, &ranked.matches, &shape.worths, options)?;
    let is_missing = |slot: usize| ranked.candidate.matched & 1 << slot == 0;
    let slots = query.slots.iter().enumerate();
    let missing = slots.filter(|(at, slot)| slot.need == Need::Should && is_missing(*at));
    let explanation = if is_explained { Some(explain(context, query, shape, ranked)?) } else { None };
    Ok(Hit {
        title_html: mark_title(&post.title, 0, &ranked.matches.title),
        id: post.id,
        url: post.url,
        title: post.title,
        description: post.description,
        kind: post.kind,
        categories: post.categories.into_iter().map(|category| category.name).collect(),
        tags: post.tags,
        date: post.date,
        updated: post.updated,
        authors: post.authors,
        series: post.series,
        image: post.image,
        reading_minutes: post.reading_minutes,
        lang: post.lang,
        score: ranked.score,
        snippet,
        fragments,
        section,
        sections,
        missing: missing.map(|(_, slot)| slot.label.clone()).collect(),
        versions: Vec::new(),
        explanation,
    })
}
