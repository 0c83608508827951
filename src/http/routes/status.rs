//! `GET /api/v1/status`: how the index is doing.

use axum::Json;
use axum::extract::State;

use crate::engine::Status;
use crate::http::AppState;

/// Answers the state of the index.
pub(in crate::http) async fn status(State(state): State<AppState>) -> Json<Status> {
    Json(state.engine.status())
}
