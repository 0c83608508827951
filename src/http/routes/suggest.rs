//! `GET /api/v1/suggest`: completions while typing.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{answer, parameters};
use crate::engine::Question;
use crate::http::{AppState, Problem};
use crate::query::suggest::SuggestRequest;

/// The parameters of a URL.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Parameters {
    q: String,
    limit: Option<String>,
}

/// Answers what may be typed next.
pub(in crate::http) async fn suggest(
    State(state): State<AppState>,
    query: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Problem> {
    let Parameters { q, limit } = parameters(query)?;
    let request = SuggestRequest::validate(q, limit.as_deref())?;
    answer(&state, Question::Suggest(request)).await
}
