//! What holds for every request: CORS, security headers, logging, no panic reaches the reader.
//!
//! All of it is one layer: axum boxes a route and its future anew for each layer that is put around it, and
//! six of them took twice the time of the routing and the protocol together.

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, InvalidHeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::trace::TraceLayer;

use super::Problem;

/// The search page loads its own files only, and nothing of a post can run in it.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                              img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const SECURITY: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
];

pub(super) fn layer(router: Router, allow_origins: &[String]) -> Result<Router, InvalidHeaderValue> {
    let layers = ServiceBuilder::new()
        .map_response(secure)
        .layer(cors(allow_origins)?)
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()));
    let router = router.layer(layers);
    // Nobody waits for a log that nobody wants.
    let is_traced = tracing::enabled!(target: "tower_http", tracing::Level::DEBUG);
    Ok(if is_traced { router.layer(TraceLayer::new_for_http()) } else { router })
}

fn secure<B>(mut response: Response<B>) -> Response<B> {
    response.headers_mut().extend(SECURITY);
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

fn panicked() -> Response {
    tracing::error!("a request panicked: this is a bug in bloghound");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the request failed; the log says more").into_response()
}
