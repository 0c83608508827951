//! Functions that the routes share: parsing parameters, and responding from the cache or the search pool.

use std::time::Instant;

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::metrics::endpoint;
use crate::http::peer::PeerNetwork;
use crate::http::pool::{PoolError, RequestCost};
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::{Cancellation, shortened};

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

/// Responds from the cache, or computes the response on the search pool.
pub(super) async fn respond(
    state: &AppState,
    peer: PeerNetwork,
    request: ApiRequest,
) -> Result<Response, ProblemDetails> {
    let endpoint = endpoint(&request);
    let json = if let Some(cached) = state.engine.cached_response(&request) {
        state.metrics.count_cached(endpoint);
        cached
    } else {
        let (engine, started) = (state.engine.clone(), Instant::now());
        let cost = RequestCost::of(&request, engine.num_posts());
        let mut abandon_guard = state.metrics.abandon_guard(endpoint);
        let search =
            move |cancellation: &Cancellation| engine.respond_unless_cancelled(request, cancellation);
        let result = state.pool.run(peer, cost, search).await;
        abandon_guard.disarm();
        if result.as_ref().is_err_and(|error| *error == PoolError::Refused) {
            state.metrics.count_refused(endpoint);
        }
        let json = result??;
        state.metrics.count_computed(endpoint, started.elapsed());
        json
    };
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
