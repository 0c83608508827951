//! Monitoring: `GET /api/v1/status`, `/metrics` and `/healthz`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::engine::Status;
use crate::http::metrics;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;

/// Responds with the state of the index.
pub(super) async fn status(State(state): State<AppState>) -> Json<Status> {
    Json(state.engine.status())
}

/// Responds with metrics in the `OpenMetrics` text format.
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, ProblemDetails> {
    let encoded = state.metrics.encode(&state.engine.status());
    let failed = |_| ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, "cannot encode the metrics");
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], encoded.map_err(failed)?).into_response())
}

/// Responds with `ok` as long as the process serves requests.
pub(super) async fn health() -> &'static str {
    "ok\n"
}
