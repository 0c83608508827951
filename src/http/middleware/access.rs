//! Keys of requests: which requests need one, and the refusal of those without a valid one.
//!
//! A router has either no rule or one for all of its routes, so that a new route is never open by mistake.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, VARY, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::security_headers::RESOURCE_POLICY;
use crate::http::algolia::AlgoliaError;
use crate::http::keys::{Credentials, KeyRing, KeyScope};
use crate::http::problem::ProblemDetails;
use crate::http::refusal::ErrorFormat;
use crate::http::request_metrics::{DenialReason, DeniedRequests};

/// Routes that say nothing about posts, and that monitoring, or a page before its reader has given a key, needs.
const OPEN_ROUTES: [&str; 6] =
    ["/healthz", "/readyz", "/openapi.json", "/docs", "/assets/{name}", "/bloghound.{file}"];
/// Paths that programs call. Other paths lead to pages and feeds, for which browsers and feed readers ask for a password.
const API: &str = "/api/";

/// The key that requests to a router need.
pub(super) struct AccessRule {
    pub(super) keys: Arc<KeyRing>,
    /// The scope that a key needs.
    pub(super) scope: KeyScope,
    pub(super) denied: DeniedRequests,
}

/// A request whose key is valid. Its response is not for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HasKey(pub(super) bool);

impl AccessRule {
    /// Checks the key of a request.
    ///
    /// # Errors
    /// Returns the response to a request without a valid key.
    pub(super) fn check(&self, request: &Request) -> Result<HasKey, Box<Response>> {
        let route = request.extensions().get::<MatchedPath>();
        if route.is_some_and(|route| OPEN_ROUTES.contains(&route.as_str())) {
            return Ok(HasKey(false));
        }
        let path = request.uri().path();
        let credentials = if ErrorFormat::of_path(path) == ErrorFormat::Algolia {
            Credentials::of_algolia(request.headers(), request.uri())
        } else {
            Credentials::of_headers(request.headers())
        };
        let reason = match &credentials {
            Credentials::Missing => DenialReason::MissingKey,
            Credentials::Unreadable => DenialReason::UnknownKey,
            Credentials::Key(key) => match self.keys.scope_of(key) {
                Some(scope) if scope.includes(self.scope) => return Ok(HasKey(true)),
                Some(_) => DenialReason::Scope,
                None => DenialReason::UnknownKey,
            },
        };
        self.denied.count(reason);
        Err(Box::new(self.refuse(path, reason)))
    }

    fn refuse(&self, path: &str, reason: DenialReason) -> Response {
        if ErrorFormat::of_path(path) == ErrorFormat::Algolia {
            return AlgoliaError::invalid_key().into_response();
        }
        let scope = self.scope.name();
        let (status, detail, error) = match reason {
            DenialReason::MissingKey => {
                let detail = format!(
                    "this needs a key of the scope {scope}: send it as `Authorization: Bearer KEY`, or as the password of \
                     `Authorization: Basic`"
                );
                (StatusCode::UNAUTHORIZED, detail, String::new())
            }
            DenialReason::UnknownKey => {
                let detail = "the key is not valid: it is incomplete, was revoked, or is sent more than once";
                (StatusCode::UNAUTHORIZED, detail.to_owned(), ", error=\"invalid_token\"".to_owned())
            }
            DenialReason::Scope => {
                let detail = format!("the key is valid, but not for this: it needs the scope {scope}");
                (StatusCode::FORBIDDEN, detail, format!(", error=\"insufficient_scope\", scope=\"{scope}\""))
            }
        };
        let mut response = ProblemDetails::new(status, detail).into_response();
        // A challenge for `Basic` makes browsers ask for a password, which a page that calls the API must not cause.
        let challenge = if path.starts_with(API) {
            HeaderValue::try_from(format!("Bearer realm=\"bloghound\"{error}")).ok()
        } else {
            Some(HeaderValue::from_static("Basic realm=\"bloghound\", charset=\"UTF-8\""))
        };
        if let Some(challenge) =
            challenge.filter(|_| status == StatusCode::UNAUTHORIZED || path.starts_with(API))
        {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Keeps the response to a request with a key from others: from shared caches, and from pages of other origins that
/// embed it while the browser sends the password that it remembers.
pub(super) fn make_private(headers: &mut HeaderMap) {
    let cache_control = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    if let Some(rest) = cache_control.and_then(|value| value.strip_prefix("public"))
        && let Ok(private) = HeaderValue::try_from(format!("private{rest}"))
    {
        headers.insert(CACHE_CONTROL, private);
    }
    headers.append(VARY, HeaderValue::from_name(AUTHORIZATION));
    headers.append(VARY, HeaderValue::from_name(crate::http::keys::ALGOLIA_API_KEY));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_to_requests_with_keys_are_private_and_vary_by_key() {
        for (before, after) in [
            (Some("public, max-age=60, must-revalidate"), Some("private, max-age=60, must-revalidate")),
            (Some("private, max-age=60"), Some("private, max-age=60")),
            (Some("no-store"), Some("no-store")),
            (None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.extend(before.map(|value| (CACHE_CONTROL, HeaderValue::from_static(value))));
            make_private(&mut headers);
            assert_eq!(headers.get(CACHE_CONTROL).map(|value| value.to_str().unwrap()), after);
            let vary: Vec<_> = headers.get_all(VARY).iter().collect();
            assert_eq!(vary, ["authorization", "x-algolia-api-key"]);
            assert_eq!(headers[RESOURCE_POLICY], "same-origin");
        }
    }
}
