//! The search API: `GET /api/v1/search`, `/api/v1/suggest` and `/api/v1/related`.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::respond::{parameters, respond};
use crate::engine::ApiRequest;
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::RawRequest;
use crate::query::related::RelatedRequest;
use crate::query::suggest::SuggestRequest;

/// Parameters of `/api/v1/suggest`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SuggestParameters {
    q: String,
    limit: Option<String>,
}

/// Parameters of `/api/v1/related`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RelatedParameters {
    id: String,
    limit: Option<String>,
}

/// Responds with ranked hits. Unknown parameters are ignored with a warning.
pub(super) async fn search(
    State(state): State<AppState>,
    peer: PeerNetwork,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let raw = parameters(query)?;
    let warnings = raw.unknown.keys().map(|name| format!("unknown parameter `{name}` ignored")).collect();
    respond(&state, peer, ApiRequest::search(raw.validate()?, warnings)).await
}

/// Responds with completions of a partly typed query.
pub(super) async fn suggest(
    State(state): State<AppState>,
    peer: PeerNetwork,
    query: Result<Query<SuggestParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let SuggestParameters { q, limit } = parameters(query)?;
    let request = SuggestRequest::validate(q, limit.as_deref())?;
    respond(&state, peer, ApiRequest::Suggest(request)).await
}

/// Responds with the posts that are related to one post.
pub(super) async fn related(
    State(state): State<AppState>,
    peer: PeerNetwork,
    query: Result<Query<RelatedParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let RelatedParameters { id, limit } = parameters(query)?;
    let request = RelatedRequest::validate(id, limit.as_deref())?;
    respond(&state, peer, ApiRequest::Related(request)).await
}
