//! `GET /api/v1/search`: ranked hits.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};

use super::{parameters, run};
use crate::http::{AppState, Problem};
use crate::query::{RawRequest, SearchResponse};

/// Answers a search.
pub(in crate::http) async fn search(
    State(state): State<AppState>,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Json<SearchResponse>, Problem> {
    let raw = parameters(query)?;
    let ignored: Vec<String> =
        raw.unknown.keys().map(|name| format!("unknown parameter `{name}` was ignored")).collect();
    let request = raw.validate()?;
    let mut response = run(&state, move |engine| engine.search(&request)).await?;
    response.warnings.extend(ignored);
    Ok(Json(response))
}
