//! Hits of the response, built from ranked posts.

use super::response::{Hit, PostVersion};
use super::snippet::{self, Excerpt, SnippetOptions, SnippetSource, mark_title};
use crate::index::{IndexError, Snapshot};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{ExpandedQuery, Occur};
use crate::query::rank::features::QueryShape;
use crate::query::rank::top_hits::RankedHit;
use crate::query::rank::versions::IdentityColumns;
use crate::query::request::SearchRequest;
use tantivy::DocAddress;

/// Builds the hits of a response.
pub(crate) struct HitBuilder<'a> {
    context: &'a Context<'a>,
    query: &'a ExpandedQuery,
    shape: &'a QueryShape,
    snippets: SnippetOptions,
    /// Whether the response contains excerpts of the text.
    has_excerpts: bool,
}

impl<'a> HitBuilder<'a> {
    /// Returns the builder for a request and its query.
    pub(crate) fn new(
        context: &'a Context<'a>,
        request: &SearchRequest,
        query: &'a ExpandedQuery,
        shape: &'a QueryShape,
    ) -> Self {
        let snippets = SnippetOptions {
            max_chars: context.snippet_chars,
            fragments: request.fragments,
            sections: request.sections,
        };
        Self { context, query, shape, snippets, has_excerpts: request.fields.need_text() }
    }

    /// Builds a hit, without its versions and explanation.
    pub(crate) fn build(&self, ranked: &RankedHit) -> Result<Hit, IndexError> {
        self.context.cancellation.check()?;
        let record = self.context.snapshot.record(ranked.candidate.address)?;
        let post = record.post()?;
        let source = SnippetSource { record: &record, url: &post.url, description: &post.description };

        let Excerpt { snippet, fragments, section, sections } = if self.has_excerpts {
            snippet::make(source, &ranked.matches, &self.shape.term_weights, self.snippets)?
        } else {
            Excerpt::default()
        };
        let is_missing = |term: usize| ranked.candidate.matched & 1 << term == 0;
        let terms = self.query.terms.iter().enumerate();
        let missing = terms.filter(|(at, term)| term.occur == Occur::Should && is_missing(*at));

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
            missing: missing.map(|(_, term)| term.label.clone()).collect(),
            versions: Vec::new(),
            explanation: None,
        })
    }
}

/// Returns the versions of a post to show, by language and id.
///
/// # Errors
/// If a column cannot be read.
pub(crate) fn post_versions(
    snapshot: &Snapshot,
    addresses: &[DocAddress],
) -> Result<Vec<PostVersion>, IndexError> {
    let identities = IdentityColumns::open(snapshot)?;
    let version = |address: &DocAddress| {
        Ok(PostVersion {
            id: snapshot.id(*address)?,
            url: snapshot.url(*address)?.unwrap_or_default(),
            lang: identities.of(*address)?.lang.unwrap_or_default(),
        })
    };
    let versions: Result<Vec<_>, IndexError> = addresses.iter().map(version).collect();
    let mut versions = versions?;
    versions.sort_by(|a, b| (&a.lang, &a.id).cmp(&(&b.lang, &b.id)));
    Ok(versions)
}
