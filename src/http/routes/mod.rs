//! The route table, and what the routes share: parameters, responses, fallbacks.

mod monitoring;
mod page;
mod search;

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;

use super::metrics::endpoint;
use super::problem::ProblemDetails;
use super::state::AppState;
use crate::engine::ApiRequest;

/// Returns the router with all routes.
pub(super) fn table(state: AppState) -> Router {
    Router::new()
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/suggest", get(search::suggest))
        .route("/api/v1/related", get(search::related))
        .route("/api/v1/status", get(monitoring::status))
        .route("/metrics", get(monitoring::metrics))
        .route("/healthz", get(monitoring::health))
        .route("/", get(page::index))
        .route("/assets/{name}", get(page::asset))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
}

/// Returns the parameters of a request.
///
/// # Errors
/// Status 400 if they cannot be parsed.
fn parameters<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ProblemDetails> {
    query.map(|Query(parameters)| parameters).map_err(|rejection| {
        let detail = format!(
            "cannot parse the parameters: {}; give each parameter once, percent-encoded",
            rejection.body_text()
        );
        ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
    })
}

/// Responds from the cache, or computes the response on the search pool.
async fn respond(state: &AppState, request: ApiRequest) -> Result<Response, ProblemDetails> {
    let endpoint = endpoint(&request);
    let json = if let Some(cached) = state.engine.cached_response(&request) {
        state.metrics.count_cached(endpoint);
        cached
    } else {
        let (engine, started) = (state.engine.clone(), Instant::now());
        let json = state.pool.run(move || engine.respond(request)).await??;
        state.metrics.count_computed(endpoint, started.elapsed());
        json
    };
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

async fn not_found(uri: Uri) -> ProblemDetails {
    let detail = format!("no route for {}; searches go to /api/v1/search?q=", uri.path());
    ProblemDetails::new(StatusCode::NOT_FOUND, detail)
}

async fn method_not_allowed(method: Method, uri: Uri) -> ProblemDetails {
    let detail = format!("{} does not accept {method}; use GET", uri.path());
    ProblemDetails::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}
