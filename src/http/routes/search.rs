//! The search API: `/api/v1/search`, `/api/v1/facets`, `/api/v1/suggest`, `/api/v1/related` and `/api/v1/posts`.

use std::collections::BTreeMap;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::VARY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Deserialize;

use super::body_methods::{answer_body, with_accept_query};
use super::respond::{parameters, respond_if_modified};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::caching::CacheConditions;
use crate::http::parameters::{SEARCH, SUGGEST, prefers_markdown};
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::post::{PostFormat, PostRequest};
use crate::query::related::RelatedRequest;
use crate::query::suggest::SuggestRequest;
use crate::query::{RawFacetRequest, RawRequest, RequestError, shortened};

/// Parameters of `/api/v1/suggest`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SuggestParameters {
    q: String,
    limit: Option<String>,
}

impl SuggestParameters {
    pub(super) fn validate(self) -> Result<ApiRequest, RequestError> {
        Ok(ApiRequest::Suggest(SuggestRequest::validate(self.q, self.limit.as_deref())?))
    }
}

/// Parameters of `/api/v1/related`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RelatedParameters {
    id: String,
    limit: Option<String>,
}

/// Parameters of `/api/v1/posts`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostParameters {
    pub(super) id: String,
}

/// Responds with ranked hits. Unknown parameters are ignored with a warning.
pub(super) async fn search(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let request = search_request(parameters(query)?)?;
    respond_if_modified(&state, peer, &conditions, request).await.map(with_accept_query)
}

/// Responds to `POST` and `QUERY` as to `GET`.
pub(super) async fn search_by_body(
    State(state): State<AppState>,
    peer: PeerNetwork,
    request: Request,
) -> Response {
    answer_body(&state, peer, request, &SEARCH, search_request).await
}

/// Returns the request with these parameters. Unknown ones are ignored with a warning.
pub(super) fn search_request(raw: RawRequest) -> Result<ApiRequest, RequestError> {
    let warnings = unknown_parameters(&raw.unknown);
    Ok(ApiRequest::search(raw.validate()?, warnings))
}

/// Returns a warning for each unknown parameter, and one for those beyond the first few.
fn unknown_parameters(unknown: &BTreeMap<String, String>) -> Vec<String> {
    let quoted = |name: &String| shortened(name, limits::MAX_QUOTED_BYTES).into_owned();
    let names = unknown.keys().take(limits::MAX_UNKNOWN_PARAMETERS);
    let warnings = names.map(|name| format!("unknown parameter `{}` ignored", quoted(name)));
    let more = unknown.len().saturating_sub(limits::MAX_UNKNOWN_PARAMETERS);
    warnings.chain((more > 0).then(|| format!("{more} more unknown parameters ignored"))).collect()
}

/// Responds with the values of a facet. Unknown parameters are ignored with a warning.
pub(super) async fn facets(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<RawFacetRequest>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let raw = parameters(query)?;
    let warnings = unknown_parameters(&raw.unknown);
    let request = Box::new(raw.validate()?);
    respond_if_modified(&state, peer, &conditions, ApiRequest::Facets { request, warnings }).await
}

/// Responds with completions of a partly typed query.
pub(super) async fn suggest(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<SuggestParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let request = parameters(query)?.validate()?;
    respond_if_modified(&state, peer, &conditions, request).await.map(with_accept_query)
}

/// Responds to `POST` and `QUERY` as to `GET`.
pub(super) async fn suggest_by_body(
    State(state): State<AppState>,
    peer: PeerNetwork,
    request: Request,
) -> Response {
    answer_body(&state, peer, request, &SUGGEST, SuggestParameters::validate).await
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

/// Responds with a post, as Markdown if the client prefers it to JSON.
pub(super) async fn post(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    headers: HeaderMap,
    query: Result<Query<PostParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let format = if prefers_markdown(&headers) { PostFormat::Markdown } else { PostFormat::Json };
    let request = PostRequest::validate(parameters(query)?.id, format)?;
    let mut response = respond_if_modified(&state, peer, &conditions, ApiRequest::Post(request)).await?;
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}
