//! Cross-origin requests: which origins may read responses, and what their requests may contain.
//!
//! The files of the search box allow every origin by themselves, because a page has to load them before it can search.

use std::time::Duration;

use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, InvalidHeaderValue, RETRY_AFTER,
};
use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use super::request_id::REQUEST_ID;

/// Methods of the API. `QUERY` is that of RFC 10008.
const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "QUERY"];
/// Header fields of requests. They are listed and not mirrored, so that a header field that is not listed proves that
/// a request does not come from a page of another origin.
const REQUEST_HEADERS: [HeaderName; 9] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    IF_NONE_MATCH,
    REQUEST_ID,
    HeaderName::from_static("request-id"),
    // Those of Algolia's clients.
    HeaderName::from_static("x-algolia-agent"),
    HeaderName::from_static("x-algolia-api-key"),
    HeaderName::from_static("x-algolia-application-id"),
    HeaderName::from_static("x-algolia-request-id"),
];
/// Header fields of responses that scripts may read, besides those that they may always read.
const RESPONSE_HEADERS: [HeaderName; 5] = [ETAG, RETRY_AFTER, RATE_LIMIT, RATE_LIMIT_POLICY, REQUEST_ID];
/// Time for which a browser need not repeat a preflight request; Chromium allows no more.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_hours(2);

/// Returns the layer that lets pages of these origins call the API; `*` allows all origins.
///
/// # Errors
/// If an origin is not a valid header value.
pub(super) fn layer(allow_origins: &[String]) -> Result<CorsLayer, InvalidHeaderValue> {
    let origins = if allow_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let origins: Result<Vec<HeaderValue>, _> =
            allow_origins.iter().map(|origin| origin.parse()).collect();
        AllowOrigin::list(origins?)
    };
    let methods: Vec<Method> = METHODS.iter().filter_map(|method| method.parse().ok()).collect();
    Ok(CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(methods)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(PREFLIGHT_MAX_AGE))
}
