//! Functions that the routes share: parsing parameters, and responding from the cache or the search pool.

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;

use crate::config::limits;
use crate::engine::query_log::QuerySource;
use crate::engine::{ApiRequest, PinnedCommit};
use crate::http::caching::{CacheConditions, header_value};
use crate::http::metrics::endpoint;
use crate::http::peer::PeerNetwork;
use crate::http::pool::RequestCost;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::query_logging::QueryRecorder;
use crate::http::state::AppState;
use crate::query::post::{PostFormat, PostRequest};
use crate::query::{Cancellation, shortened};

/// Content type of a post as Markdown (RFC 7763).
const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// Returns the parameters of a request.
///
/// # Errors
/// Status 400 if they cannot be parsed.
pub(super) fn parameters<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ProblemDetails> {
    query.map(|Query(parameters)| parameters).map_err(|rejection| {
        let detail = format!(
            "cannot parse the parameters: {}; give each parameter once, percent-encoded",
            shortened(&rejection.body_text(), limits::MAX_QUOTED_BYTES)
        );
        ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
    })
}

/// Responds to a request whose response clients may cache. If a client has the current one, the response is status 304
/// and takes no search.
pub(super) async fn respond_if_modified(
    state: &AppState,
    peer: PeerNetwork,
    conditions: &CacheConditions,
    request: ApiRequest,
) -> Result<Response, ProblemDetails> {
    let commit = state.engine.pin(&request)?;
    let tag = header_value(commit.entity_tag(&request));
    let matches_later = conditions.match_any() && names_post(&request);
    if conditions.have(&tag) || (conditions.match_any() && !matches_later) {
        return Ok(state.cache_policy.not_modified(conditions, tag));
    }
    let content_type = content_type(&request);
    let recorder = QueryRecorder::of(state, peer, &request, QuerySource::Api);
    let body = compute(state, peer, commit, request).await?;
    if let Some(recorder) = recorder {
        recorder.record_response(&body);
    }
    if matches_later {
        return Ok(state.cache_policy.not_modified(conditions, tag));
    }
    Ok(state.cache_policy.apply(conditions, tag, api_response(body, content_type)))
}

/// Returns whether a request names a post; only a search tells whether there is one.
fn names_post(request: &ApiRequest) -> bool {
    matches!(request, ApiRequest::Related(_) | ApiRequest::Post(_))
}

/// What a document that is rendered from the JSON of a response depends on, besides the response and the state.
#[derive(Debug, Clone, Copy, Hash)]
pub(super) struct Document {
    pub(super) content_type: &'static str,
    pub(super) links: PostLinks,
}

/// Responds with what `render` makes of the JSON of a response, unless the client has the current one.
pub(super) async fn respond_rendered(
    state: &AppState,
    peer: PeerNetwork,
    conditions: &CacheConditions,
    request: ApiRequest,
    document: Document,
    render: impl FnOnce(&[u8]) -> Result<String, ProblemDetails>,
) -> Result<Response, ProblemDetails> {
    let commit = state.engine.pin(&request)?;
    // Rendered documents contain the name of the blog and the URL of the service.
    let tag = header_value(commit.entity_tag(&(&request, document, &state.blog, &state.public_url)));
    let matches_later = conditions.match_any() && names_post(&request);
    if conditions.have(&tag) || (conditions.match_any() && !matches_later) {
        return Ok(state.cache_policy.not_modified(conditions, tag));
    }
    let json = compute(state, peer, commit, request).await?;
    if matches_later {
        return Ok(state.cache_policy.not_modified(conditions, tag));
    }
    let response = api_response(render(&json)?.into(), HeaderValue::from_static(document.content_type));
    Ok(state.cache_policy.apply(conditions, tag, response))
}

/// Returns the JSON of the response to a request that is part of another one.
pub(super) async fn compute_now(
    state: &AppState,
    peer: PeerNetwork,
    request: ApiRequest,
) -> Result<Bytes, ProblemDetails> {
    let commit = state.engine.pin(&request)?;
    compute(state, peer, commit, request).await
}

/// Responds to a request whose response no client caches.
pub(super) async fn respond(
    state: &AppState,
    peer: PeerNetwork,
    request: ApiRequest,
) -> Result<Response, ProblemDetails> {
    let content_type = content_type(&request);
    let commit = state.engine.pin(&request)?;
    let recorder = QueryRecorder::of(state, peer, &request, QuerySource::Api);
    let body = compute(state, peer, commit, request).await?;
    if let Some(recorder) = recorder {
        recorder.record_response(&body);
    }
    Ok(api_response(body, content_type))
}

/// Returns the response from the cache, or computes it on the search pool.
async fn compute(
    state: &AppState,
    peer: PeerNetwork,
    commit: PinnedCommit,
    request: ApiRequest,
) -> Result<Bytes, ProblemDetails> {
    let endpoint = endpoint(&request);
    if let Some(cached) = commit.cached_response(&request) {
        state.metrics.count_cached(endpoint);
        return Ok(cached);
    }
    let engine = state.engine.clone();
    let cost = RequestCost::of(&request, engine.num_posts());
    let search = move |cancellation: &Cancellation| engine.respond_from(&commit, request, cancellation);
    let response = async { Ok(state.pool.run(peer, cost, search).await??) };
    state.metrics.observe(endpoint, ProblemDetails::is_overload, response).await
}

fn api_response(body: Bytes, content_type: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

fn content_type(request: &ApiRequest) -> HeaderValue {
    HeaderValue::from_static(match request {
        ApiRequest::Post(PostRequest { format: PostFormat::Markdown, .. }) => MARKDOWN,
        _ => "application/json",
    })
}
