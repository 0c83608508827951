//! What holds for every request: CORS, security headers, logging, no panic reaches the reader.

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::Problem;

/// The search page loads its own files only, and nothing of a post can run in it.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                              img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(super) fn layer(router: Router, allow_origins: &[String]) -> Result<Router, InvalidHeaderValue> {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Ok(router
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()))
        .layer(cors(allow_origins)?)
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(REFERRER_POLICY, "no-referrer"))
        .layer(header(CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .layer(TraceLayer::new_for_http()))
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
