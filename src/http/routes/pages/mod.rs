//! Pages for readers without JavaScript and documents for programs: the results page, the `OpenSearch` description, feeds
//! of any query, and the blog as Markdown for language models.
//!
//! Each is rendered from the JSON of the API, so that it has the same results, costs, cache and limits.

mod feeds;
mod llms;
mod opensearch;
mod origin;
mod results;
mod results_view;
mod xml;

pub(super) use feeds::{atom, json_feed};
pub(super) use llms::{llms_txt, markdown};
pub(super) use opensearch::{description, suggestions};
pub(super) use results::results_page;

use serde::de::DeserializeOwned;

use crate::http::problem::ProblemDetails;

/// Parses the JSON of a response of the API.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, ProblemDetails> {
    serde_json::from_slice(json).map_err(|error| {
        let cause = format!("cannot render a response: {error}; this is a bug in bloghound");
        ProblemDetails::failure(cause, "the response cannot be rendered; see the server log")
    })
}
