//! The description of the API: `GET /openapi.json` and `GET /docs`.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::http::openapi::{DOCUMENT, PAGE};
use crate::http::problem::ProblemDetails;

/// Responds with the `OpenAPI` document.
pub(super) async fn document() -> Result<Response, ProblemDetails> {
    respond_with(&DOCUMENT, "application/json")
}

/// Responds with the `OpenAPI` document as a page.
pub(super) async fn page() -> Result<Response, ProblemDetails> {
    respond_with(&PAGE, "text/html; charset=utf-8")
}

fn respond_with(
    text: &'static LazyLock<serde_json::Result<String>>,
    content_type: &'static str,
) -> Result<Response, ProblemDetails> {
    match &**text {
        Ok(text) => Ok(([(CONTENT_TYPE, content_type)], text.as_str()).into_response()),
        Err(error) => Err(ProblemDetails::failure(
            error.to_string(),
            "cannot write the OpenAPI document; see the server log",
        )),
    }
}
