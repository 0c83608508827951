//! Bodies, errors, origins, metrics and overload in Algolia's protocol.

use std::io::Write;

use serde_json::{Value, json};

use super::{send, send_json, site};
use crate::support::{PATIENCE, Server, TestSite};

#[test]
fn a_body_is_json_whatever_its_type_and_may_be_packed() {
    let site = site();
    let server = Server::start(site.root());
    let body = json!({"requests": [{"indexName": "posts", "query": "soup"}]}).to_string();
    let keys =
        "x-algolia-agent=a%3B%20b&x-algolia-api-key=key&x-algolia-application-id=id&x-algolia-request-id=r";
    let path = format!("/1/indexes/*/queries?{keys}");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json", "x/y"] {
        let answer =
            send(&server, &path, &[("content-type", kind), ("x-algolia-api-key", "k")], body.as_bytes());
        assert_eq!(answer.status, 200, "{kind}: {}", answer.body);
        assert_eq!(answer.json()["results"][0]["nbHits"], 1);
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let answer = send(&server, &path, &[("content-encoding", "gzip"), ("request-id", "r")], &packed);
    assert_eq!(answer.json()["results"][0]["nbHits"], 1, "{}", answer.body);
}

#[test]
fn errors_have_a_message_and_a_status() {
    let site = site();
    let server = Server::start(site.root());
    let one = |fields: Value| json!({"requests": [fields]}).to_string();
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(70_000));
    let cases = [
        ("/1/indexes/*/queries", "{", 400, "a JSON object"),
        ("/1/indexes/*/queries", "{}", 400, "a list of objects"),
        ("/1/indexes/*/queries", &one(json!({"indexName": "blog"})), 404, "Index blog does not exist"),
        (
            "/1/indexes/*/queries",
            &one(json!({"indexName": "posts", "facetFilters": "price:1"})),
            400,
            "unknown attribute",
        ),
        ("/1/indexes/*/queries", &long, 413, "more than 65536 bytes"),
        ("/1/indexes/posts/queries", "{\"requests\":[]}", 404, "posts"),
        ("/1/indexes/x/query", "{}", 404, "Index x does not exist"),
        ("/1/indexes/posts/facets/price/query", "{}", 400, "unknown attribute"),
        ("/1/indexes/%ff/query", "{}", 404, "does not exist"),
        ("/1/nothing", "{}", 404, "/1/indexes/*/queries"),
    ];
    for (path, body, status, message) in cases {
        let answer = send(&server, path, &[], body.as_bytes());
        let error = answer.json();
        assert_eq!((answer.status, &error["status"]), (status, &json!(status)), "{path} {error}");
        assert!(error["message"].as_str().unwrap().contains(message), "{path} {error}");
        assert_eq!(error.as_object().unwrap().len(), 2);
    }
    let wrong = server.get("/1/indexes/posts/query");
    assert_eq!((wrong.status, wrong.json()["status"].as_u64()), (405, Some(405)));
}

#[test]
fn events_are_accepted() {
    let site = site();
    let server = Server::start(site.root());
    let events =
        json!({"events": [{"eventType": "click", "eventName": "Hit", "index": "posts", "userToken": "u"}]});
    let answer = send_json(&server, "/1/events", &events);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(200)));
}

#[test]
fn pages_of_other_origins_may_send_queries() {
    let site = site();
    let server = Server::start(site.root());
    let asked = "content-type,x-algolia-api-key,x-algolia-application-id,request-id";
    let headers = [
        ("Origin", "https://blog.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", asked),
    ];
    let preflight = crate::support::request(&server.url("/1/indexes/*/queries"), "OPTIONS", &headers);
    assert_eq!(preflight.status, 200);
    assert!(preflight.header("access-control-allow-methods").contains("POST"));
    for name in asked.split(',') {
        assert!(preflight.header("access-control-allow-headers").contains(name), "{name}");
    }
    let body = br#"{"requests":[]}"#;
    let answer = send(&server, "/1/indexes/*/queries", &[("Origin", "https://blog.example")], body);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
}

#[test]
fn counts_of_facets_are_not_counted_as_searches() {
    let site = site();
    let server = Server::start(site.root());
    let counted = || {
        let metrics = server.get("/metrics").body;
        let series = "bloghound_answers_total{kind=\"search\",remembered=\"false\"} ";
        metrics.lines().find_map(|line| line.strip_prefix(series)?.parse::<u64>().ok()).unwrap_or(0)
    };
    let extra = json!({"indexName": "posts", "query": "oven", "hitsPerPage": 0, "analytics": false, "facets": "tags"});
    let of_reader = json!({"indexName": "posts", "query": "oven", "facets": ["tags"]});
    send_json(&server, "/1/indexes/*/queries", &json!({"requests": [extra]}));
    assert_eq!(counted(), 0);
    send_json(&server, "/1/indexes/*/queries", &json!({"requests": [of_reader, extra, extra]}));
    assert_eq!(counted(), 1);
}

#[test]
fn overload_is_status_429() {
    let site = TestSite::new();
    let words: Vec<String> = (0..32).map(|number| format!("word{number}")).collect();
    for number in 0..60 {
        site.write_post(
            &format!("p{number}"),
            &crate::support::post("Post", "2024-01-01", &words.join(" ").repeat(40)),
        );
    }
    site.write("bloghound.toml", "[http]\nqueue_ms = 10\n");
    let server = Server::start(site.root());
    let query = json!({"indexName": "sections", "query": words.join(" "), "hitsPerPage": 20});
    let body = json!({"requests": vec![query; 50]});
    let mut statuses = Vec::new();
    let started = std::time::Instant::now();
    while !statuses.contains(&429) {
        assert!(started.elapsed() < PATIENCE, "{statuses:?}");
        let answer = send_json(&server, "/1/indexes/*/queries", &body);
        assert!(matches!(answer.status, 200 | 429), "{}", answer.body);
        if answer.status == 429 {
            assert_eq!((answer.header("retry-after"), &answer.json()["status"]), ("1", &json!(429)));
        }
        statuses.push(answer.status);
    }
    // Nothing is left in the queue that would refuse the next search.
    let started = std::time::Instant::now();
    while send_json(&server, "/1/indexes/posts/query", &json!({"query": "word1"})).status != 200 {
        assert!(started.elapsed() < PATIENCE);
    }
}
