//! `GET /api/v1/search`: ranked hits.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;

use super::{answer, parameters};
use crate::engine::Question;
use crate::http::{AppState, Problem};
use crate::query::RawRequest;

/// Answers a search.
pub(in crate::http) async fn search(
    State(state): State<AppState>,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Response, Problem> {
    let raw = parameters(query)?;
    let ignored = raw.unknown.keys().map(|name| format!("unknown parameter `{name}` was ignored")).collect();
    answer(&state, Question::search(raw.validate()?, ignored)).await
}
