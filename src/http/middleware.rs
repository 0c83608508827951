//! Middleware for every request: CORS, security headers, the host check, tracing, and panics turned into status 500.
//!
//! Everything is one layer, because axum boxes every route and its future once per layer: six layers took
//! twice the time of routing and the HTTP protocol together (`cargo bench --bench http_latency`).

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, InvalidHeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::trace::TraceLayer;

use super::caching::NO_STORE;
use super::host_check::{AllowedHosts, HostCheckLayer};
use super::problem::ProblemDetails;

/// Lets the search page load only its own files, so that no script in a post can run.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                              img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY)),
];

/// Wraps the router in the middleware.
///
/// # Errors
/// If an allowed origin is not a valid header value.
pub(super) fn layer(
    router: Router,
    allow_origins: &[String],
    hosts: Option<AllowedHosts>,
) -> Result<Router, InvalidHeaderValue> {
    let layers = ServiceBuilder::new()
        .map_response(complete_headers)
        .layer(cors(allow_origins)?)
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| after_panic()))
        .option_layer(hosts.map(HostCheckLayer));
    let router = router.layer(layers);
    // Without the layer, tracing costs nothing when it is off.
    let is_traced = tracing::enabled!(target: "tower_http", tracing::Level::DEBUG);
    Ok(if is_traced { router.layer(TraceLayer::new_for_http()) } else { router })
}

/// Lets the router answer only requests for these hosts.
pub(super) fn check_hosts(router: Router, hosts: Option<AllowedHosts>) -> Router {
    match hosts {
        Some(hosts) => router.layer(HostCheckLayer(hosts)),
        None => router,
    }
}

/// Adds the security headers, and forbids caches to store what has no policy.
fn complete_headers<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    headers.extend(SECURITY_HEADERS);
    headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
    response
}

fn cors(allow_origins: &[String]) -> Result<CorsLayer, InvalidHeaderValue> {
    let origins = if allow_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let origins: Result<Vec<HeaderValue>, _> =
            allow_origins.iter().map(|origin| origin.parse()).collect();
        AllowOrigin::list(origins?)
    };
    Ok(CorsLayer::new().allow_origin(origins).allow_methods([Method::GET, Method::HEAD]))
}

fn after_panic() -> Response {
    tracing::error!("request failed: panic; this is a bug in bloghound");
    ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, "the request failed; see the server log")
        .into_response()
}
