//! Monitoring: `GET /api/v1/status`, `/metrics`, `/healthz` and `/readyz`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::engine::Status;
use crate::http::metrics;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;

/// Responds with the public status.
pub(super) async fn status(State(state): State<AppState>) -> Json<Status> {
    Json(state.engine.status().public())
}

/// Responds with the full status.
pub(super) async fn full_status(State(state): State<AppState>) -> Json<Status> {
    Json(state.engine.status())
}

/// Responds with the public metrics.
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, ProblemDetails> {
    encode(&state, &state.engine.status().public())
}

/// Responds with the full metrics.
pub(super) async fn full_metrics(State(state): State<AppState>) -> Result<Response, ProblemDetails> {
    encode(&state, &state.engine.status())
}

/// Responds with metrics in the `OpenMetrics` text format.
fn encode(state: &AppState, status: &Status) -> Result<Response, ProblemDetails> {
    let encoded = state.metrics.encode(status, state.engine.caught_panics());
    let failed = |_| ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, "cannot encode the metrics");
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], encoded.map_err(failed)?).into_response())
}

/// Responds with `ok` as long as the process serves requests.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// Responds with `ready`, or with status 503 if the index is being built for the first time, or has been out of sync with
/// the content for too long.
pub(super) async fn readiness(State(state): State<AppState>) -> Result<&'static str, ProblemDetails> {
    if let Some(build) = state.engine.build_progress() {
        return Err(ProblemDetails::not_built(build.percent));
    }
    let Some(check) = state.engine.failing_sync_check(state.unready_after) else { return Ok("ready\n") };
    let seconds = state.unready_after.as_secs();
    let detail = format!(
        "the index has been out of sync with the content for more than {seconds} s: the check `{}` fails; see the log; \
         the last commit keeps serving",
        check.name()
    );
    Err(ProblemDetails::new(StatusCode::SERVICE_UNAVAILABLE, detail))
}
