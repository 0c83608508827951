//! The log of queries: what it contains, and its summary.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, Output, Server, TestSite, bloghound, get, send, wait_until};

const LOG: &str = "queries.jsonl";

fn site() -> TestSite {
    let site =
        TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/tea", "Tea", "Hot water.")]);
    site.write("bloghound.toml", "[http]\nquery_log = 'queries.jsonl'\n");
    site
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The logged queries after the server has stopped.
fn logged(site: &TestSite, server: Server) -> Vec<Value> {
    assert!(server.stop("TERM").success());
    lines(&site.root().join(LOG))
}

fn texts(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["query"].as_str().unwrap()).collect()
}

fn algolia(server: &Server, requests: &Value) {
    let body = json!({ "requests": requests }).to_string();
    assert_eq!(send(&server.url("/1/indexes/*/queries"), "POST", &[], body).status, 200);
}

/// Starts a server whose admin endpoint is at a port.
fn start_with_admin(site: &TestSite) -> Server {
    Server::start_with(site.root(), &site.root().join("index"), &["--admin-addr", "127.0.0.1:0"])
}

/// The summary of the admin endpoint.
fn summary(server: &Server, query: &str) -> Answer {
    get(&format!("http://{}/api/v1/admin/queries{query}", server.admin()))
}

#[test]
fn each_search_of_a_reader_is_a_line_without_anything_about_the_reader() {
    let site = site();
    let server = Server::start(site.root());
    server.get("/api/v1/search?q=flour&category=food&year=2024");
    server.get("/search?q=hot+water&tag=x");
    server.get("/api/v1/search?q=zebra%0A%1B");
    // From the cache of responses.
    server.get("/api/v1/search?q=flour&category=food&year=2024");
    send(&server.url("/api/v1/search"), "POST", &[("content-type", "application/json")], r#"{"q":"tea"}"#);
    algolia(
        &server,
        &json!([
            {"indexName": "posts", "query": "bread", "facetFilters": [["tags:a", "tags:-b"]]},
            {"indexName": "posts", "query": "bread", "hitsPerPage": 0, "analytics": false, "facets": ["tags"]},
            {"indexName": "posts", "query": "uncounted", "analytics": false},
            {"indexName": "posts", "query": "third", "page": 2},
            {"type": "facet", "facet": "tags", "facetQuery": "x", "indexName": "posts", "query": "facet"}
        ]),
    );
    let lines = logged(&site, server);
    assert_eq!(texts(&lines), ["flour", "hot water", "zebra\n\u{1b}", "flour", "tea", "bread"]);
    let fields: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["time", "query", "filters", "total", "took_us", "source"]);
    assert_eq!((&lines[0]["total"], &lines[0]["source"]), (&json!(1), &json!("api")));
    assert_eq!(lines[0]["filters"], json!({"category": "food", "year": "2024"}));
    assert_eq!((&lines[1]["total"], &lines[1]["source"]), (&json!(0), &json!("page")));
    assert_eq!((&lines[3]["total"], &lines[4]["total"]), (&json!(1), &json!(1)));
    assert_eq!((&lines[5]["source"], &lines[5]["filters"]), (&json!("algolia"), &json!({"tag": "a, -b"})));
    let mode = fs::metadata(site.root().join(LOG)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!fs::read_to_string(site.root().join(LOG)).unwrap().contains("127.0.0.1"));
}

#[test]
fn other_requests_are_not_logged() {
    let site = site();
    let server = Server::start(site.root());
    for path in [
        "/api/v1/search?q=flour&page=2",
        "/api/v1/search?q=",
        "/api/v1/search?q=flour&limit=0",
        "/api/v1/suggest?q=flour",
        "/api/v1/facets?field=tag&q=flour",
        "/feed.atom?q=flour",
        "/feed.json?q=flour",
        "/healthz",
        "/metrics",
    ] {
        server.get(path);
    }
    assert_eq!(logged(&site, server), [Value::Null; 0]);
}

#[test]
fn a_query_that_is_typed_is_one_line() {
    let site = site();
    let server = Server::start(site.root());
    for typed in ["", "f", "fl", "flo", "flou", "flour"] {
        server.get(&format!("/api/v1/search?q={typed}"));
    }
    // Another client of the same service, behind another address, would be another line; this one waits and is written
    // without any further request.
    wait_until(
        || fs::read_to_string(site.root().join(LOG)).unwrap_or_default(),
        |text| text.contains("flour"),
    );
    assert_eq!(texts(&logged(&site, server)), ["flour"]);
}

#[test]
fn nothing_is_logged_unless_it_is_asked_for() {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour.")]);
    let server = start_with_admin(&site);
    server.get("/api/v1/search?q=flour");
    let answer = summary(&server, "");
    assert!(answer.status == 404 && answer.body.contains("queries are not logged"), "{}", answer.body);
    assert!(server.get("/metrics").body.contains("bloghound_logged_queries_total 0"));
    assert!(server.stop("TERM").success());
    assert!(
        fs::read_dir(site.root()).unwrap().all(|entry| entry
            .unwrap()
            .path()
            .extension()
            .is_none_or(|e| e != "jsonl"))
    );
    let output = Output::of(bloghound().current_dir(site.root()).arg("queries"));
    assert!(output.code == 1 && output.stderr.contains("set `query_log`"), "{}", output.stderr);
    // The option takes precedence over the settings, and is relative to the current directory.
    let given = site.root().join("given.jsonl");
    let server = Server::start_with(
        site.root(),
        &site.root().join("index"),
        &["--query-log", given.to_str().unwrap()],
    );
    server.get("/api/v1/search?q=flour");
    assert!(server.stop("TERM").success());
    assert_eq!(texts(&lines(&given)), ["flour"]);
    let output = Output::of(bloghound().current_dir(site.root()).args(["serve", "--query-log", "posts.md"]));
    assert!(output.code == 2 && output.stderr.contains(".jsonl"), "{}", output.stderr);
}

#[test]
fn the_owner_gets_a_list_of_queries() {
    let site = site();
    let server = start_with_admin(&site);
    for query in ["zebra", "Flour", "ZEBRA+", "f%C5%8D%C5%A9lr", "tea", "flour", "zebra"] {
        server.get(&format!("/api/v1/search?q={query}"));
    }
    wait_until(
        || fs::read_to_string(site.root().join(LOG)).unwrap_or_default(),
        |text| text.lines().count() == 7,
    );
    let found = summary(&server, "?without_results=true&limit=1&since=1d").json();
    assert_eq!((&found["searches"], &found["queries"][0]["query"]), (&json!(7), &json!("zebra")), "{found}");
    assert_eq!(found["queries"].as_array().unwrap().len(), 1, "{found}");
    for query in ["?since=soon", "?limit=x", "?without_results=maybe"] {
        assert_eq!(summary(&server, query).status, 400, "{query}");
    }
    assert_eq!(server.get("/api/v1/admin/queries").status, 404);
    assert!(server.get("/metrics").body.contains("bloghound_logged_queries_total 7"));
    drop(server);
    let run = |args: &[&str]| Output::of(bloghound().current_dir(site.root()).arg("queries").args(args));
    let list = run(&[]).stdout;
    let counts: Vec<&str> =
        list.lines().map(|line| line.trim_start().split("  ").nth(1).unwrap_or("")).collect();
    assert_eq!(counts[..2], ["zebra", "flour"], "{list}");
    assert!(list.contains("      3  zebra  0 results, last at 20"), "{list}");
    assert!(list.ends_with("4 of 4 queries, 7 searches in the log\n"), "{list}");
    let failed = run(&["--without-results", "--json"]).json();
    assert_eq!(failed["queries"][0]["count"], 3, "{failed}");
    assert_eq!(run(&["--since", "2999-01-01", "--json"]).json()["searches"], 0);
    for (args, expected) in [(&["--since", "soon"], "such as 30d"), (&["--limit", "0"], "from 1 to")] {
        let output = run(args);
        assert!(output.code == 2 && output.stderr.contains(expected), "{}", output.stderr);
    }
    let log = fs::read_to_string(site.root().join(LOG)).unwrap();
    fs::write(site.root().join(LOG), log + "{\"query\":\"cut").unwrap();
    let output = run(&["--limit", "1"]);
    assert!(
        output.stderr.contains("no searches: 1") && output.stdout.contains("1 of 4 queries"),
        "{}",
        output.stderr
    );
    fs::remove_file(site.root().join(LOG)).unwrap();
    let output = run(&[]);
    assert!(output.code == 1 && output.stderr.contains("cannot read the query log"), "{}", output.stderr);
}

#[test]
fn a_log_that_cannot_be_written_is_a_problem_and_searches_go_on() {
    let site = site();
    fs::create_dir(site.root().join(LOG)).unwrap();
    let server = Server::start(site.root());
    server.wait_for_problem("\"query_log\"");
    assert_eq!(server.hits("flour"), ["food/bread"]);
    fs::remove_dir(site.root().join(LOG)).unwrap();
    // The next query that settles opens the file.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(server.hits("water"), ["food/tea"]);
    server.wait_for_problem("");
    let metrics = server.get("/metrics").body;
    assert!(metrics.contains("bloghound_dropped_queries_total"), "{metrics}");
    assert!(server.stop("TERM").success());
    assert!(site.root().join(LOG).is_file());
}

#[test]
fn the_log_is_renamed_at_its_size_and_opened_again_by_a_signal() {
    let site = site();
    site.write(
        "bloghound.toml",
        "[http]\nquery_log = 'queries.jsonl'\nquery_log_max_bytes = 65536\nquery_log_old_files = 1\n",
    );
    let server = Server::start(site.root());
    // About 700 bytes each; no query extends another one.
    for number in 0..200 {
        server.get(&format!("/api/v1/search?q={number:03}{}", "x".repeat(600)));
    }
    let old = site.root().join("queries.jsonl.1");
    wait_until(|| old.is_file().to_string(), |is_there| is_there == "true");
    server.get("/api/v1/search?q=last");
    server.get("/api/v1/search?q=very+last");
    wait_until(
        || fs::read_to_string(site.root().join(LOG)).unwrap_or_default(),
        |text| text.contains("very last"),
    );
    for path in [&old, &site.root().join(LOG)] {
        assert!(fs::metadata(path).unwrap().len() <= 65_536, "{}", path.display());
    }
    assert!(!site.root().join("queries.jsonl.2").exists());
    // As logrotate does it.
    fs::rename(site.root().join(LOG), site.root().join("moved")).unwrap();
    server.signal("HUP");
    server.get("/api/v1/search?q=after");
    assert_eq!(texts(&logged(&site, server)), ["after"]);
}
