//! Suggestions while typing.
//!
//! The index stores titles, headings, tags, categories and frequent phrases ([`crate::index::suggestion`]).
//! They are held in memory per snapshot ([`table`]), matched with the typed text ([`typed`], [`matching`])
//! and highlighted ([`mod@mark`]).

mod mark;
mod matching;
mod table;
mod typed;

use std::time::Instant;

use serde::Serialize;
use tantivy::DocAddress;
use utoipa::ToSchema;

use super::context::Context;
use super::present::highlight::to_html;
use super::present::snippet::section_url;
use super::quoting::repeated_query;
use super::request::{RequestError, parse_limit};
use crate::config::limits;
use crate::index::{IndexError, Snapshot, SuggestionKind};
use matching::RankedSuggestion;
use table::SuggestionEntry;
pub(crate) use table::SuggestionTable;
use typed::TypedText;

/// A validated request for suggestions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SuggestRequest {
    /// The typed text; any text is valid.
    pub query: String,
    /// Maximum number of suggestions.
    pub limit: usize,
}

impl SuggestRequest {
    /// Parses and validates the parameters.
    ///
    /// # Errors
    /// If the limit is invalid.
    pub fn validate(query: String, limit: Option<&str>) -> Result<Self, RequestError> {
        let limit = parse_limit(limit, limits::MAX_SUGGESTIONS, limits::MAX_SUGGESTIONS)?;
        Ok(Self { query, limit })
    }
}

/// The suggestions for a typed text. Its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SuggestResponse {
    /// The text as typed, up to 2,000 bytes.
    pub query: String,
    /// Duration, in microseconds.
    pub took_us: u64,
    /// The commit of the index that was searched.
    pub generation: String,
    /// The suggestions, best first.
    pub suggestions: Vec<Suggestion>,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Suggestion {
    /// The text as the posts write it.
    pub text: String,
    /// The text as HTML, with the typed parts in `<mark>`.
    pub html: String,
    /// The byte ranges of `text` that were typed.
    pub ranges: Vec<[usize; 2]>,
    /// Its role in the posts, such as title or phrase.
    pub kind: SuggestionKind,
    /// The number of posts that have it.
    pub posts: u32,
    /// The URL of the only post with this title, or of the only section with this heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Returns the suggestions for a typed text from the table of the snapshot. `started` is the time at which
/// the request arrived.
///
/// # Errors
/// If the index cannot be read; no text causes an error.
pub(crate) fn suggest(
    context: &Context<'_>,
    table: &SuggestionTable,
    request: &SuggestRequest,
    started: Instant,
) -> Result<SuggestResponse, IndexError> {
    context.cancellation.check()?;
    let typed = TypedText::new(&request.query, context.typos);
    let mut suggestions = Vec::new();
    let snapshot = context.snapshot;
    for RankedSuggestion { kind, index } in matching::find(table, &typed, request.limit) {
        let entry = &table.entries[index as usize];
        let ranges = mark::mark(&entry.text, &typed, kind);
        suggestions.push(Suggestion {
            html: to_html(&entry.text, &ranges),
            ranges: ranges.iter().map(|range| [range.start, range.end]).collect(),
            text: entry.text.to_string(),
            kind: entry.kind,
            posts: entry.posts,
            url: entry.source.map(|post| page_url(snapshot, entry, post)).transpose()?,
        });
    }
    Ok(SuggestResponse {
        query: repeated_query(&request.query),
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: snapshot.generation().to_owned(),
        suggestions,
    })
}

fn page_url(snapshot: &Snapshot, entry: &SuggestionEntry, post: DocAddress) -> Result<String, IndexError> {
    let url = snapshot.url(post)?.unwrap_or_default();
    Ok(if entry.anchor.is_empty() { url } else { section_url(&url, &entry.anchor) })
}
