//! `GET /metrics`: figures for a monitoring system.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::http::{AppState, Problem, metrics};

/// Answers the figures of the service.
pub(in crate::http) async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    let encoded = state.metrics.encode(&state.engine.status());
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the figures cannot be written");
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], encoded.map_err(failed)?).into_response())
}
