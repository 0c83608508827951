//! Completions while typing.
//!
//! Titles, headings, tags, categories and the phrases that posts use again and again are in the
//! index ([`crate::index::suggestion`]), in memory once a snapshot ([`table`]), found by what was
//! typed ([`matching`]) and marked with it ([`mod@mark`]).

mod mark;
mod matching;
mod table;
mod typed;

use std::time::Instant;

use serde::Serialize;
use tantivy::DocAddress;

use super::present::highlight::to_html;
use super::present::snippet::section_url;
use super::request::{RequestError, parse_limit};
use crate::config::limits;
use crate::index::{IndexError, Snapshot, SuggestionKind};
pub(crate) use table::Completions;
use table::Entry;
use typed::Typed;

/// What a reader has typed, and how many suggestions are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SuggestRequest {
    /// The text; any will do.
    pub query: String,
    /// How many suggestions at most.
    pub limit: usize,
}

impl SuggestRequest {
    /// Reads the parameters as a URL or a command line has them.
    ///
    /// # Errors
    /// When the limit is not allowed.
    pub fn validate(query: String, limit: Option<&str>) -> Result<Self, RequestError> {
        let limit = parse_limit(limit, limits::MAX_SUGGESTIONS, limits::MAX_SUGGESTIONS)?;
        Ok(Self { query, limit })
    }
}

/// What may be typed next; its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestResponse {
    /// The text as it was typed.
    pub query: String,
    /// Time that it took, in microseconds.
    pub took_us: u64,
    /// The commit of the index that answered.
    pub generation: String,
    /// The suggestions, best first.
    pub suggestions: Vec<Suggestion>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// As the posts write it.
    pub text: String,
    /// The text, escaped, with what was typed in `<mark>`.
    pub html: String,
    /// Byte ranges of `text` that were typed.
    pub ranges: Vec<[usize; 2]>,
    /// What it is in the posts.
    pub kind: SuggestionKind,
    /// Posts that have it.
    pub posts: u32,
    /// Where the one post with this title, or the one section with this heading, is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Completes what was typed; `completions` are those of the snapshot, and `started` is when the
/// request came.
///
/// # Errors
/// When the index cannot be read; never because of the text.
pub(crate) fn suggest(
    snapshot: &Snapshot,
    completions: &Completions,
    request: &SuggestRequest,
    started: Instant,
) -> Result<SuggestResponse, IndexError> {
    let typed = Typed::new(&request.query);
    let mut suggestions = Vec::new();
    for (kind, number) in matching::find(completions, &typed, request.limit) {
        let entry = &completions.entries[number as usize];
        let ranges = mark::mark(&entry.text, &typed, kind);
        suggestions.push(Suggestion {
            html: to_html(&entry.text, &ranges),
            ranges: ranges.iter().map(|range| [range.start, range.end]).collect(),
            text: entry.text.to_string(),
            kind: entry.kind,
            posts: entry.posts,
            url: entry.source.map(|post| url(snapshot, entry, post)).transpose()?,
        });
    }
    Ok(SuggestResponse {
        query: request.query.clone(),
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: snapshot.generation().to_owned(),
        suggestions,
    })
}

fn url(snapshot: &Snapshot, entry: &Entry, post: DocAddress) -> Result<String, IndexError> {
    let url = snapshot.url(post)?.unwrap_or_default();
    Ok(if entry.anchor.is_empty() { url } else { section_url(&url, &entry.anchor) })
}
