//! The middleware around routes of all kinds.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use tower::ServiceExt;

use super::*;
use crate::http::algolia::AlgoliaError;
use crate::http::caching::NO_STORE;
use crate::http::metrics::Metrics;

const LONG: &str = "All work and no play makes Jack a dull boy. ";

fn long_text() -> String {
    LONG.repeat(1_000)
}

/// A service with routes that succeed, fail and panic.
fn service() -> Router {
    async fn panic() -> &'static str {
        panic!("a bug")
    }
    let failure =
        || async { ProblemDetails::failure("disk <on> fire", "cannot read the index; see the server log") };
    let tagged = || async { (StatusCode::NOT_ACCEPTABLE, [(ETAG, "\"a\""), (CACHE_CONTROL, "public")]) };
    let router = Router::new()
        .route("/long", get(|| async { long_text() }))
        .route("/short", get(|| async { "short" }))
        .route("/events", get(|| async { ([(CONTENT_TYPE, "text/event-stream")], long_text()) }))
        .route("/failure", get(failure))
        .route("/panic", get(panic))
        .route("/1/failure", get(async move || AlgoliaError::from(failure().await)))
        .route("/1/panic", get(panic))
        .route("/tagged", get(tagged));
    let routers = WrappedRouters { routes: router, refusals: Router::new() };
    let metrics = Some(Metrics::new().requests);
    wrap(routers, &["*".to_owned()], AdmissionRules::default(), metrics).unwrap().routes
}

/// The status, the header fields and the body of the response to a request.
fn respond(method: &str, path: &str, fields: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = service().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    })
}

fn accepting(path: &str, encodings: &str) -> (HeaderMap, Vec<u8>) {
    let (status, headers, body) = respond("GET", path, &[(ACCEPT_ENCODING.as_str(), encodings)]);
    assert_eq!(status, StatusCode::OK, "{path} {encodings}");
    (headers, body)
}

fn decoded(encoding: &str, body: &[u8]) -> String {
    let mut text = String::new();
    match encoding {
        "zstd" => zstd::Decoder::new(body).unwrap().read_to_string(&mut text),
        "br" => brotli::Decompressor::new(body, 4_096).read_to_string(&mut text),
        "gzip" => flate2::read::GzDecoder::new(body).read_to_string(&mut text),
        _ => panic!("{encoding}"),
    }
    .unwrap();
    text
}

#[test]
fn long_responses_are_compressed_as_the_client_prefers() {
    for (accepted, expected) in [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("zstd;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "zstd"),
    ] {
        let (headers, body) = accepting("/long", accepted);
        assert_eq!(headers[CONTENT_ENCODING], expected, "{accepted}");
        assert_eq!(headers[VARY], "accept-encoding", "{accepted}");
        assert_eq!(decoded(expected, &body), long_text(), "{accepted}");
        assert!(body.len() < 2_000 && !headers.contains_key(CONTENT_LENGTH), "{accepted}: {}", body.len());
    }
    let (_, headers, body) = respond("HEAD", "/long", &[(ACCEPT_ENCODING.as_str(), "gzip")]);
    assert_eq!((&headers[CONTENT_ENCODING], body.len()), (&"gzip".parse().unwrap(), 0));
}

#[test]
fn other_responses_stay_as_they_are() {
    for (path, accepted, text) in [
        ("/long", "", long_text()),
        ("/long", "identity", long_text()),
        ("/long", "gzip;q=0", long_text()),
        ("/long", "compress, x, ;;;, gzip;q=9", long_text()),
        ("/short", "gzip, br, zstd", "short".to_owned()),
        ("/events", "gzip, br, zstd", long_text()),
    ] {
        let (headers, body) = accepting(path, accepted);
        assert!(!headers.contains_key(CONTENT_ENCODING), "{path} {accepted}");
        assert_eq!(String::from_utf8(body).unwrap(), text, "{path} {accepted}");
    }
    // A cache must not give this response to clients that accept another encoding.
    assert_eq!(accepting("/long", "").0[VARY], "accept-encoding");
    assert!(!accepting("/short", "gzip").0.contains_key(VARY));
}

/// A log in memory.
#[derive(Clone, Default)]
struct MemoryLog(Arc<Mutex<Vec<u8>>>);

impl Write for MemoryLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The body of a failed request with the id `abc-1`, as JSON, and the lines of the log.
fn failed(path: &str) -> (serde_json::Value, String) {
    let log = MemoryLog::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    let (status, headers, body) = tracing::subscriber::with_default(subscriber, || {
        respond(
            "GET",
            path,
            &[(request_id::REQUEST_ID.as_str(), "abc-1"), (ACCEPT_ENCODING.as_str(), "gzip")],
        )
    });
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        (&headers[request_id::REQUEST_ID], &headers[CACHE_CONTROL]),
        (&"abc-1".parse().unwrap(), &NO_STORE)
    );
    let content_type = if path.starts_with("/1/") { "application/json" } else { "application/problem+json" };
    assert_eq!(headers[CONTENT_TYPE], content_type);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    (serde_json::from_slice(&body).unwrap(), text)
}

#[test]
fn a_failure_is_logged_once_with_the_id_of_the_request_and_without_its_query() {
    let (problem, log) = failed("/failure?q=secret");
    assert_eq!((&problem["status"], &problem["request_id"]), (&500.into(), &"abc-1".into()));
    // The cause is for the owner of the site.
    assert!(!problem.to_string().contains("fire"), "{problem}");
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines.len() == 1 && lines[0].contains("ERROR"), "{log}");
    assert!(lines[0].ends_with("request failed: GET /failure: disk <on> fire (request abc-1)"), "{log}");
}

#[test]
fn a_panic_becomes_status_500_with_the_id_of_the_request() {
    let (problem, log) = failed("/panic");
    assert_eq!((&problem["status"], &problem["request_id"]), (&500.into(), &"abc-1".into()));
    assert!(
        log.contains("request failed: GET /panic: panic; this is a bug in bloghound (request abc-1)"),
        "{log}"
    );
}

#[test]
fn failures_of_algolia_s_protocol_are_logged_once_and_have_its_format() {
    for (path, cause) in [("/1/failure?q=secret", "disk <on> fire"), ("/1/panic", "this is a bug")] {
        let (error, log) = failed(path);
        assert_eq!((&error["status"], error.as_object().unwrap().len()), (&500.into(), 2), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.ends_with("see the server log (request abc-1)"), "{message}");
        assert!(!message.contains("fire"), "{message}");
        let failures: Vec<&str> = log.lines().filter(|line| line.contains("request failed")).collect();
        assert!(failures.len() == 1 && failures[0].contains(cause), "{log}");
        assert!(failures[0].ends_with("(request abc-1)") && !log.contains("secret"), "{log}");
    }
}

#[test]
fn an_error_is_never_stored_by_caches_whatever_its_route_says() {
    let (status, headers, _) = respond("GET", "/tagged", &[]);
    assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::NOT_ACCEPTABLE, &NO_STORE));
    assert!(!headers.contains_key(ETAG));
}
