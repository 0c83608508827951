//! Refusals: errors that are not responses of a route, in the format that the clients of the requested path expect.
//!
//! The server refuses some requests before the router reads them, because their heads are too long or there are too many
//! requests. The router of [`refusals`] responds to them, so that these responses have the middleware of all others:
//! pages of other origins can read them, and they are counted.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

use super::algolia::{self, AlgoliaError};
use super::problem::{ProblemDetails, RequestFailure};

/// The format of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    /// Problem details (RFC 9457).
    Problem,
    /// That of Algolia's protocol.
    Algolia,
}

impl ErrorFormat {
    /// Returns the format that clients of a path expect.
    pub(super) fn of_path(path: &str) -> Self {
        let rest = path.strip_prefix(algolia::ROOT);
        let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_below { Self::Algolia } else { Self::Problem }
    }

    /// Returns the response that tells the problem.
    pub(super) fn respond(self, problem: ProblemDetails) -> Response {
        match self {
            Self::Problem => problem.into_response(),
            Self::Algolia => AlgoliaError::from(problem).into_response(),
        }
    }

    /// Replaces the body of the response to a failed request by one with the id of the request.
    pub(super) fn add_request_id(self, failure: RequestFailure, request_id: &str, response: &mut Response) {
        let problem = failure.into_problem(request_id);
        let mut with_id = match self {
            Self::Problem => problem.into_response(),
            Self::Algolia => AlgoliaError::with_request_id(&problem, request_id).into_response(),
        };
        if let Some(content_type) = with_id.headers_mut().remove(CONTENT_TYPE) {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        *response.body_mut() = with_id.into_body();
    }
}

/// Why the server refuses a request; attached to it.
#[derive(Debug, Clone)]
struct Refusal(ProblemDetails);

/// Returns the router that responds to refused requests.
pub(super) fn refusals(base_path: Option<Arc<str>>) -> Router {
    Router::new().fallback(move |mut request: Request| {
        let path = request.uri().path();
        let below = base_path.as_deref().and_then(|base_path| path.strip_prefix(base_path));
        let format = ErrorFormat::of_path(below.filter(|below| below.starts_with('/')).unwrap_or(path));
        let refusal = request.extensions_mut().remove::<Refusal>();
        let problem = refusal.map_or_else(ProblemDetails::overload, |Refusal(problem)| problem);
        std::future::ready(format.respond(problem))
    })
}

/// Returns a refused request as [`refusals`] takes it: without its body.
pub(super) fn refused_request(parts: Parts, problem: ProblemDetails) -> Request {
    let mut request = Request::from_parts(parts, Body::empty());
    request.extensions_mut().insert(Refusal(problem));
    request
}

/// Returns a request of which only the beginning is known as [`refusals`] takes it: its path without the
/// query, and the origin of its page.
pub(super) fn partial_request(received: &[u8], problem: ProblemDetails) -> Request {
    let (mut parts, ()) = axum::http::Request::new(()).into_parts();
    let mut lines = received.split_inclusive(|byte| *byte == b'\n');
    let target = lines.next().and_then(|line| line.split(|byte| *byte == b' ').nth(1)).unwrap_or_default();
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    if let Ok(uri) = Uri::try_from(path) {
        parts.uri = uri;
    }
    // A line without an end may be only a part of the origin.
    let origin = lines.filter(|line| line.ends_with(b"\n")).find_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let is_origin = line[..colon].eq_ignore_ascii_case(ORIGIN.as_str().as_bytes());
        is_origin.then(|| HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok())?
    });
    if let Some(origin) = origin {
        parts.headers.insert(ORIGIN, origin);
    }
    refused_request(parts, problem)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use tower::Service as _;

    use super::*;

    #[test]
    fn paths_below_the_root_of_the_protocol_have_its_errors() {
        for path in ["/1", "/1/", "/1/indexes/*/queries", "/1//x"] {
            assert_eq!(ErrorFormat::of_path(path), ErrorFormat::Algolia, "{path}");
        }
        for path in ["/", "", "/10", "/1x/", "/api/1/", "//1/", "*"] {
            assert_eq!(ErrorFormat::of_path(path), ErrorFormat::Problem, "{path}");
        }
    }

    #[test]
    fn a_refusal_has_the_format_of_its_path_with_and_without_the_base_path() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let respond = |base_path: Option<&str>, path: &str| {
            let (mut parts, ()) = axum::http::Request::new(()).into_parts();
            parts.uri = path.parse().unwrap();
            let mut router = refusals(base_path.map(Into::into));
            let response = router.call(refused_request(parts, ProblemDetails::overload()));
            let Ok(response) = runtime.block_on(response);
            (response.status().as_u16(), response.headers()[CONTENT_TYPE].to_str().unwrap().to_owned())
        };
        // Clients of Algolia's protocol would stop using the host after a 503.
        let algolia = (429, "application/json".to_owned());
        let problem = (503, "application/problem+json".to_owned());
        assert_eq!(respond(None, "/1/indexes/*/queries"), algolia);
        assert_eq!(respond(None, "/api/v1/search"), problem);
        assert_eq!(respond(Some("/blog"), "/blog/1/events"), algolia);
        assert_eq!(respond(Some("/blog"), "/1/events"), algolia);
        assert_eq!(respond(Some("/blog"), "/blog1/1/events"), problem);
        assert_eq!(respond(Some("/blog"), "/blog"), problem);
    }

    #[test]
    fn a_partial_head_tells_the_path_and_the_origin() {
        let parsed = |head: &str| {
            let problem = ProblemDetails::new(StatusCode::URI_TOO_LONG, "too long");
            let request = partial_request(head.as_bytes(), problem);
            let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap().to_owned());
            (request.uri().to_string(), origin)
        };
        let with_origin = |path: &str, origin: &str| (path.to_owned(), Some(origin.to_owned()));
        let path = |path: &str| (path.to_owned(), None);
        let with_fields = "POST /1/x?q=a HTTP/1.1\r\nHost: a\r\nORIGIN:  https://a.example \r\nx: y";
        for (head, expected) in [
            (with_fields, with_origin("/1/x", "https://a.example")),
            ("GET /a HTTP/1.1\r\norigin: https://a.exam", path("/a")),
            ("GET /a?aaaa", path("/a")),
            ("GET /a b c\r\n\r\n", path("/a")),
            ("GET", path("/")),
            ("", path("/")),
            ("GET \u{1}\u{fffd} HTTP/1.1\r\norigin\r\n: x\r\norigin: \u{1}\r\n", path("/")),
        ] {
            assert_eq!(parsed(head), expected, "{head:?}");
        }
        assert_eq!(parsed(&format!("GET /{}", "a".repeat(100_000))).0, "/");
    }
}
