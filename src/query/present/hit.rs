//! A ranked post to the hit that is shown.

use super::explanation::explain;
use super::response::{Hit, Version};
use super::snippet::{self, Excerpt, SnippetOptions, Source, mark_title};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Need, ResolvedQuery};
use crate::query::rank::features::QueryShape;
use crate::query::rank::top_hits::RankedHit;
use crate::query::rank::versions::Identities;
use crate::query::request::SearchRequest;
use tantivy::DocAddress;

use crate::index::{IndexError, Snapshot};

/// Reads what is shown of a hit, and makes its snippets.
pub(crate) fn make_hit(
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

/// What is shown of other versions.
///
/// # Errors
/// When a column cannot be read.
pub(crate) fn describe(snapshot: &Snapshot, addresses: &[DocAddress]) -> Result<Vec<Version>, IndexError> {
    let identities = Identities::open(snapshot)?;
    let describe = |address: &DocAddress| {
        Ok(Version {
            id: snapshot.id(*address)?,
            url: snapshot.url(*address)?.unwrap_or_default(),
            lang: identities.of(*address)?.lang.unwrap_or_default(),
        })
    };
    let mut versions: Vec<Version> = addresses.iter().map(describe).collect::<Result<_, IndexError>>()?;
    versions.sort_by(|a, b| (&a.lang, &a.id).cmp(&(&b.lang, &b.id)));
    Ok(versions)
}
