//! Errors that no route of Algolia's protocol makes: its clients read them in the format of the protocol, on pages of
//! other origins, too.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::site;
use crate::support::{PATIENCE, Server, TestSite};

const ORIGIN: &str = "https://blog.example";
const QUERY: &str = "/1/indexes/posts/query";

fn server(site: &TestSite, settings: &str) -> Server {
    site.write("bloghound.toml", format!("[http]\nallow_origins = ['{ORIGIN}']\n{settings}"));
    Server::start(site.root())
}

/// A response as it arrives.
struct RawResponse {
    status: u16,
    head: String,
    body: Value,
}

impl RawResponse {
    /// Checks that a client of the protocol on the page reads the error.
    fn assert_readable(&self, status: u16, case: &str) {
        let Self { head, body, .. } = self;
        assert_eq!(self.status, status, "{case}: {head}");
        let fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["message", "status"], "{case}: {body}");
        assert_eq!(body["status"], status, "{case}");
        assert!(body["message"].as_str().unwrap().len() > 10, "{case}: {body}");
        for field in [
            "content-type: application/json",
            "cache-control: no-store",
            &format!("access-control-allow-origin: {ORIGIN}"),
        ] {
            assert!(head.contains(&format!("\r\n{field}\r\n")), "{case}: {field}: {head}");
        }
        assert!(head.contains("\r\nx-request-id: "), "{case}: {head}");
        assert_eq!(head.contains("\r\nretry-after: "), status == 429, "{case}: {head}");
    }
}

/// Sends a request. The server may respond before it has read all of it.
fn exchange(server: &Server, request: &str) -> RawResponse {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = stream.write_all(request.as_bytes());
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    let text = String::from_utf8(received).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    RawResponse { status, head: format!("{head}\r\n"), body: serde_json::from_str(body).unwrap() }
}

/// A request of the page.
fn request(method: &str, path: &str, fields: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\norigin: {ORIGIN}\r\nconnection: close\r\n{fields}\r\n")
}

#[test]
fn every_refusal_is_an_error_of_the_protocol_that_the_page_can_read() {
    let site = site();
    let server = server(&site, "max_uri_bytes = 2000\nmax_header_bytes = 3000\n");
    let host = "host: localhost\r\n";
    let long = |length: usize| "a".repeat(length);
    let with = |field: &str| format!("{host}{field}\r\n");
    let cases = [
        ("no such route", 404, request("POST", "/1/nothing", host)),
        ("the root", 404, request("GET", "/1", host)),
        ("the root with a slash", 404, request("GET", "/1/", host)),
        ("an unknown index", 404, request("POST", "/1/indexes/x/query", &with("content-length: 0"))),
        ("the method GET", 405, request("GET", QUERY, host)),
        ("the method DELETE", 405, request("DELETE", QUERY, host)),
        ("another host", 421, request("POST", QUERY, "host: evil.example\r\n")),
        ("no host", 400, request("POST", QUERY, "")),
        ("a long body", 413, request("POST", QUERY, &with("content-length: 10000000"))),
        ("a packed body", 415, request("POST", QUERY, &with("content-encoding: br\r\ncontent-length: 0"))),
        ("a long URI", 414, request("POST", &format!("{QUERY}?x={}", long(2_000)), host)),
        ("a URI that is not read", 414, request("POST", &format!("{QUERY}?x={}", long(100_000)), host)),
        ("long fields", 431, request("POST", QUERY, &with(&format!("x: {}", long(3_000))))),
        ("fields that are not read", 431, request("POST", QUERY, &with(&format!("x: {}", long(100_000))))),
        ("many fields", 431, request("POST", QUERY, &with(&"a: b\r\n".repeat(200)))),
    ];
    for (case, status, request) in cases {
        let response = exchange(&server, &request);
        // The origin follows a URI that is too long to be read.
        if case == "a URI that is not read" {
            assert_eq!((response.status, &response.body["status"]), (status, &status.into()), "{case}");
            continue;
        }
        response.assert_readable(status, case);
    }
    let other = exchange(&server, &request("GET", "/10", host));
    assert_eq!((other.status, &other.body["type"]), (404, &"about:blank".into()), "{}", other.head);
}

#[test]
fn too_many_requests_are_an_error_of_the_protocol() {
    let site = site();
    let server = server(&site, "rate_per_second = 1\nrate_burst = 1\ntrusted_proxies = ['127.0.0.1']\n");
    let fields = "host: localhost\r\nx-forwarded-for: 192.0.2.1\r\n";
    let send = || exchange(&server, &request("GET", QUERY, fields));
    let refused = (0..10_000).map(|_| send()).find(|response| response.status == 429);
    let refused = refused.expect("no request was refused");
    refused.assert_readable(429, "the rate");
    assert!(refused.head.contains("\r\nratelimit: \"client\";r=0;t=1\r\n"), "{}", refused.head);
    assert!(refused.body["message"].as_str().unwrap().contains("rate_per_second"), "{}", refused.body);
}

#[test]
fn the_format_of_errors_holds_below_the_base_path() {
    let site = site();
    let server = server(&site, "base_path = '/blog/search'\nmax_uri_bytes = 2000\n");
    let host = "host: localhost\r\n";
    for (status, path) in [
        (404, "/blog/search/1/nothing".to_owned()),
        (405, format!("/blog/search{QUERY}")),
        (414, format!("/blog/search{QUERY}?x={}", "a".repeat(2_000))),
    ] {
        exchange(&server, &request("GET", &path, host)).assert_readable(status, &path);
    }
}
