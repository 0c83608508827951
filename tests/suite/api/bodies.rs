//! Searches with their parameters in the body.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::site;
use crate::support::{Server, request, send};

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// The response without what differs each time.
fn without_time(mut response: Value) -> Value {
    response.as_object_mut().unwrap().remove("took_us");
    response
}

#[test]
fn post_and_query_answer_as_get_does() {
    let site = site();
    let server = Server::start(site.root());
    let cases = [
        ("q=deploy", json!({"q": "deploy"})),
        ("", json!({})),
        (
            "q=deploy&limit=1&page=2&sort=oldest",
            json!({"q": "deploy", "limit": 1, "page": 2, "sort": "oldest"}),
        ),
        (
            "q=deploy&facets=tag,year&fields=id,score&explain=1&tag=rust",
            json!({"q": "deploy", "facets": ["tag", "year"], "fields": ["id", "score"], "explain": true, "tag": "rust"}),
        ),
        ("q=deploy&colour=red", json!({"q": "deploy", "colour": ["red"], "tag": null})),
    ];
    let suggestions = [("q=ru&limit=1", json!({"q": "ru", "limit": 1}))];
    for (path, parameters) in [("search", &cases[..]), ("suggest", &suggestions)] {
        for (query, body) in parameters {
            let expected = without_time(server.get(&format!("/api/v1/{path}?{query}")).json());
            for method in ["POST", "QUERY"] {
                let url = server.url(&format!("/api/v1/{path}"));
                let response = send(&url, method, &JSON, &body.to_string());
                assert_eq!(response.status, 200, "{method} {body}: {}", response.body);
                assert_eq!(response.header("accept-query"), "application/json");
                assert_eq!(without_time(response.json()), expected, "{method} {body}");
            }
        }
    }
}

#[test]
fn bodies_are_validated_as_urls_are() {
    let site = site();
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search");
    for (body, parameter) in [
        (json!({"limit": 101}), "limit"),
        (json!({"limit": "10"}), "limit"),
        (json!({"facets": ["color"]}), "facets"),
        (json!({"year": "24"}), "year"),
        (json!({"page": 5000, "limit": 100}), "page"),
    ] {
        let response = send(&url, "QUERY", &JSON, &body.to_string());
        assert_eq!(
            (response.status, response.header("content-type")),
            (400, "application/problem+json"),
            "{body}"
        );
        assert_eq!(response.json()["parameter"], parameter, "{body}");
    }
    for body in ["", "[]", "{", "{\"q\": \"a\", \"q\": \"b\"}", "\u{0}"] {
        let response = send(&url, "POST", &JSON, body);
        assert_eq!(
            (response.status, response.header("content-type")),
            (400, "application/problem+json"),
            "{body}"
        );
    }
    let in_both = send(&server.url("/api/v1/search?q=a"), "POST", &JSON, "{}");
    assert_eq!(in_both.status, 400, "{}", in_both.body);
}

#[test]
fn bodies_of_other_types_are_refused_with_the_accepted_one() {
    let site = site();
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search");
    for headers in [
        &[("Content-Type", "text/plain")][..],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Type", "application/json"), ("Content-Encoding", "gzip")],
    ] {
        for method in ["POST", "QUERY"] {
            let response = send(&url, method, headers, "{}");
            assert_eq!(response.status, 415, "{headers:?}");
            assert_eq!(response.header("content-type"), "application/problem+json");
            assert_eq!(response.header("accept-query"), "application/json");
        }
    }
}

#[test]
fn long_bodies_are_refused_before_they_are_read() {
    let site = site();
    site.write("bloghound.toml", "[http]\nmax_body_bytes = 2000\n");
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search");
    let body = |length: usize| json!({"q": "a".repeat(length)}).to_string();
    assert_eq!(send(&url, "POST", &JSON, &body(1_900)).status, 200);
    assert_eq!(send(&url, "POST", &JSON, &body(2_000)).status, 413);
    // Neither a length that is announced nor a body without a length is read to its end.
    let head = "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for request in [
        format!("{head}Content-Length: 9000000000\r\n\r\n"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n1000\r\n{}\r\n", "a".repeat(0x1000)),
    ] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = Vec::new();
        // The end may be a reset, because the server does not read the rest.
        let _ = stream.read_to_end(&mut response);
        let response = String::from_utf8(response).unwrap();
        assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    }
}

#[test]
fn other_methods_are_refused_with_the_accepted_ones() {
    let site = site();
    let server = Server::start(site.root());
    for (path, allowed) in [
        ("/api/v1/search", "GET, HEAD, POST, QUERY"),
        ("/api/v1/suggest", "GET, HEAD, POST, QUERY"),
        ("/api/v1/facets?field=tag", "GET,HEAD"),
        ("/openapi.json", "GET,HEAD"),
    ] {
        for method in ["DELETE", "PUT", "PATCH", "TRACE", "query"] {
            let response = request(&server.url(path), method, &[]);
            assert_eq!((response.status, response.header("allow")), (405, allowed), "{method} {path}");
            assert_eq!(response.header("content-type"), "application/problem+json");
        }
        // What axum adds would lack `QUERY`.
        let options = request(&server.url(path), "OPTIONS", &[]);
        assert!(!options.header("allow").contains("POST"), "{path}: {}", options.header("allow"));
        let head = request(&server.url(path), "HEAD", &[]);
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
    }
}
