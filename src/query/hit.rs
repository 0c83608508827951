//! A ranked post to the hit that is shown.

use super::explanation::explain;
use super::matches::PostMatches;
use super::ranking::QueryShape;
use super::resolve::{Need, ResolvedQuery};
use super::response::Hit;
use super::{Context, RankedHit, markup, snippet};
use crate::analysis::positions;
use crate::index::IndexError;

/// Reads what is shown of a hit, and makes its snippet.
pub(super) fn make_hit(
    context: &Context<'_>,
    is_explained: bool,
    query: &ResolvedQuery,
    shape: &QueryShape,
    ranked: &RankedHit,
) -> Result<Hit, IndexError> {
    let document = context.snapshot.document(ranked.candidate.address)?;
    let (snippet, section) = snippet::make(&document, &ranked.matches, &shape.worths, context.snippet_chars);
    let post = document.post;
    let is_missing = |slot: usize| ranked.candidate.matched & 1 << slot == 0;
    let slots = query.slots.iter().enumerate();
    let missing = slots.filter(|(at, slot)| slot.need == Need::Should && is_missing(*at));
    let explanation = if is_explained { Some(explain(context, query, shape, ranked)?) } else { None };
    Ok(Hit {
        title_html: title_html(&post.title, &ranked.matches),
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
        section,
        missing: missing.map(|(_, slot)| slot.label.clone()).collect(),
        versions: Vec::new(),
        explanation,
    })
}

fn title_html(title: &str, matches: &PostMatches) -> String {
    if matches.title.is_empty() {
        return markup::to_html(title, &[]);
    }
    let positions = positions(title);
    let ranges = matches.title.iter().filter_map(|found| {
        let last = positions.get((found.position + found.span - 1) as usize)?;
        Some(positions.get(found.position as usize)?.start..last.end)
    });
    let ranges = markup::merge_ranges(title, ranges.collect());
    markup::to_html(title, &ranges)
}
