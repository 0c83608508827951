//! The search API: `GET /api/v1/search`, `/api/v1/suggest` and `/api/v1/related`.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::respond::{parameters, respond_if_modified};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::caching::CacheConditions;
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::related::RelatedRequest;
use crate::query::suggest::SuggestRequest;
use crate::query::{RawRequest, shortened};

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
    conditions: CacheConditions,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let raw = parameters(query)?;
    let warnings = unknown_parameters(&raw);
    respond_if_modified(&state, peer, &conditions, ApiRequest::search(raw.validate()?, warnings)).await
}

/// Returns a warning for each unknown parameter, and one for those beyond the first few.
fn unknown_parameters(raw: &RawRequest) -> Vec<String> {
    let quoted = |name: &String| shortened(name, limits::MAX_QUOTED_BYTES).into_owned();
    let names = raw.unknown.keys().take(limits::MAX_UNKNOWN_PARAMETERS);
    let warnings = names.map(|name| format!("unknown parameter `{}` ignored", quoted(name)));
    let more = raw.unknown.len().saturating_sub(limits::MAX_UNKNOWN_PARAMETERS);
    warnings.chain((more > 0).then(|| format!("{more} more unknown parameters ignored"))).collect()
}

/// Responds with completions of a partly typed query.
pub(super) async fn suggest(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<SuggestParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let SuggestParameters { q, limit } = parameters(query)?;
    let request = SuggestRequest::validate(q, limit.as_deref())?;
    respond_if_modified(&state, peer, &conditions, ApiRequest::Suggest(request)).await
}

/// Responds with the posts that are related to one post.
pub(super) async fn related(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<RelatedParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let RelatedParameters { id, limit } = parameters(query)?;
    let request = RelatedRequest::validate(id, limit.as_deref())?;
    respond_if_modified(&state, peer, &conditions, ApiRequest::Related(request)).await
}
