//! `GET /api/v1/search`: ranked hits.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;

use crate::http::{AppState, Problem};
use crate::query::{RawRequest, SearchRequest, SearchResponse};

/// Answers a search.
pub(in crate::http) async fn search(
    State(state): State<AppState>,
    parameters: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Json<SearchResponse>, Problem> {
    let Query(raw) = parameters.map_err(|rejection| {
        let detail = format!(
            "the parameters cannot be read: {}; give each once, percent-encoded",
            rejection.body_text()
        );
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    let ignored: Vec<String> =
        raw.unknown.keys().map(|name| format!("unknown parameter `{name}` was ignored")).collect();
    let request = raw.validate()?;
    let mut response = run(&state, request).await?;
    response.warnings.extend(ignored);
    Ok(Json(response))
}

/// Runs the search on a blocking thread, when its turn comes.
async fn run(state: &AppState, request: SearchRequest) -> Result<SearchResponse, Problem> {
    let _admitted = state.admitted.try_acquire().map_err(|_| Problem::overload())?;
    let _running = state.running.acquire().await.map_err(|_| Problem::overload())?;
    let engine = state.engine.clone();
    let searched = tokio::task::spawn_blocking(move || engine.search(&request)).await;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the search failed; the log says more");
    Ok(searched.map_err(failed)??)
}
