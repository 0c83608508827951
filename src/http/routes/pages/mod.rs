//! Pages and documents for programs: the search page, the results page without scripts, the preview of a post, the
//! `OpenSearch` description, feeds of any query, and the blog as Markdown for language models.
//!
//! Each is rendered from the JSON of the API, so that it has the same results, costs, cache and limits.

mod example_queries;
mod feeds;
mod llms;
mod opensearch;
mod origin;
mod post_preview;
mod post_view;
mod results;
mod results_view;
mod search_page;
mod search_word;
mod text_direction;
mod xml;

pub(super) use feeds::{atom, json_feed};
pub(super) use llms::{llms_txt, markdown};
pub(super) use opensearch::{description, suggestions};
pub(super) use post_preview::preview;
pub(super) use results::results_page;
pub(super) use search_page::search_page;

use serde::de::DeserializeOwned;

use crate::http::problem::ProblemDetails;

const HTML: &str = "text/html; charset=utf-8";
/// Length of an RFC 3339 date without the time.
const DATE_CHARS: usize = 10;

/// Returns the day of an RFC 3339 date.
fn day_of(date: &str) -> Option<&str> {
    date.get(..DATE_CHARS)
}

/// Parses the JSON of a response of the API.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, ProblemDetails> {
    serde_json::from_slice(json).map_err(|error| {
        let cause = format!("cannot render a response: {error}; this is a bug in bloghound");
        ProblemDetails::failure(cause, "the response cannot be rendered; see the server log")
    })
}
