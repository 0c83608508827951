//! The description of the API: `GET /openapi.json` and `GET /docs`.

use std::sync::LazyLock;

use axum::extract::State;
use axum::response::Response;

use crate::http::caching::{CacheConditions, TaggedText};
use crate::http::openapi;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;

/// A document, or why it cannot be written.
type WrittenDocument = serde_json::Result<TaggedText>;

static DOCUMENT: LazyLock<WrittenDocument> =
    LazyLock::new(|| openapi::json().map(|json| TaggedText::new("application/json", json)));
static PAGE: LazyLock<WrittenDocument> =
    LazyLock::new(|| openapi::page().map(|page| TaggedText::new("text/html; charset=utf-8", page)));

/// Responds with the `OpenAPI` document.
pub(super) async fn document(
    State(state): State<AppState>,
    conditions: CacheConditions,
) -> Result<Response, ProblemDetails> {
    respond(&DOCUMENT, &state, &conditions)
}

/// Responds with the `OpenAPI` document as a page.
pub(super) async fn page(
    State(state): State<AppState>,
    conditions: CacheConditions,
) -> Result<Response, ProblemDetails> {
    respond(&PAGE, &state, &conditions)
}

fn respond(
    written: &WrittenDocument,
    state: &AppState,
    conditions: &CacheConditions,
) -> Result<Response, ProblemDetails> {
    match written {
        Ok(text) => Ok(text.respond(&state.cache_policy, conditions)),
        Err(error) => Err(ProblemDetails::failure(
            error.to_string(),
            "cannot write the OpenAPI document; see the server log",
        )),
    }
}
