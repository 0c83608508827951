//! The response cache: cached responses equal fresh ones, and a new commit clears them.

use bloghound::config::limits;
use bloghound::engine::{ApiRequest, Engine};
use bloghound::query::RawRequest;
use bloghound::query::related::RelatedRequest;
use bloghound::query::suggest::SuggestRequest;
use serde_json::Value;

use crate::support::{Server, TestSite, post, request};

fn site() -> TestSite {
    TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour and water."),
        ("food/cake", "Baking cake", "Flour and sugar."),
        ("tools/oven", "Choosing an oven", "Baking needs heat."),
    ])
}

/// A search with the parameters of a URL.
fn search_request(parameters: &[(&str, &str)]) -> ApiRequest {
    let parameters: serde_json::Map<String, Value> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let raw: RawRequest = serde_json::from_value(parameters.into()).unwrap();
    let warnings = raw.unknown.keys().cloned().collect();
    ApiRequest::search(raw.validate().unwrap(), warnings)
}

fn is_cached(engine: &Engine, parameters: &[(&str, &str)]) -> bool {
    engine.cached_response(&search_request(parameters)).is_some()
}

#[test]
fn shares_a_cached_response_between_spellings_of_one_request_only() {
    let engine = site().engine();
    let asked = [("q", "baking"), ("facets", "year,tag"), ("lang", "en"), ("after", "2024")];
    let answer = engine.respond(search_request(&asked)).unwrap();
    assert_eq!(engine.cached_response(&search_request(&asked)), Some(answer));
    let same: [&[(&str, &str)]; 4] = [
        &[("after", "2024"), ("lang", "en"), ("facets", "tag,year"), ("q", "baking")],
        &[("q", "baking"), ("facets", " tag , year,tag"), ("lang", " en "), ("after", "2024-01-01")],
        &[
            ("q", "baking"),
            ("facets", "year,tag"),
            ("lang", "en"),
            ("after", "2024"),
            ("page", "1"),
            ("limit", "10"),
        ],
        &[
            ("q", "baking"),
            ("facets", "year,tag"),
            ("lang", "en"),
            ("after", "2024"),
            ("sort", "relevance"),
            ("group", "none"),
            ("explain", "0"),
            ("category", " "),
            ("typos", ""),
        ],
    ];
    for parameters in same {
        assert!(is_cached(&engine, parameters), "{parameters:?}");
    }
    let more = [
        ("page", "2"),
        ("limit", "9"),
        ("category", "food"),
        ("tag", "x"),
        ("author", "x"),
        ("before", "2025"),
        ("sort", "newest"),
        ("group", "translations"),
        ("explain", "1"),
        ("typos", "0"),
        ("unknown", "x"),
    ];
    for parameter in more {
        assert!(!is_cached(&engine, &[&asked[..], &[parameter]].concat()), "{parameter:?}");
    }
    let others = [
        ("q", "baking "),
        ("q", " baking"),
        ("q", "Baking"),
        ("lang", "de"),
        ("facets", "tag"),
        ("after", "2023"),
    ];
    for (name, value) in others {
        let changed = asked.map(|(known, old)| (known, if known == name { value } else { old }));
        assert!(!is_cached(&engine, &changed), "{name} {value:?}");
    }
}

#[test]
fn does_not_cache_a_request_that_came_once() {
    let engine = site().engine();
    for extra in [("explain", "1"), ("cachebuster", "17")] {
        let asked = [("q", "baking"), extra];
        engine.respond(search_request(&asked)).unwrap();
        assert!(!is_cached(&engine, &asked), "{extra:?}");
    }
    let unknown = || ApiRequest::Related(RelatedRequest { id: "food/none/_index.md".to_owned(), limit: 5 });
    engine.respond(unknown()).unwrap_err();
    assert!(engine.cached_response(&unknown()).is_none());
}

#[test]
fn keeps_kinds_of_requests_apart() {
    let engine = site().engine();
    let suggest = |limit| ApiRequest::Suggest(SuggestRequest { query: "baking".to_owned(), limit });
    let suggested = engine.respond(suggest(8)).unwrap();
    assert!(!is_cached(&engine, &[("q", "baking"), ("limit", "8")]));
    assert!(engine.cached_response(&suggest(7)).is_none());
    assert_eq!(engine.cached_response(&suggest(8)), Some(suggested));
}

#[test]
fn bounds_the_memory_of_the_cache() {
    let engine = site().engine();
    let text = |number: usize| format!("baking {number} {}", "x".repeat(20_000));
    for number in 0..400 {
        engine.respond(search_request(&[("q", &text(number))])).unwrap();
    }
    let cached = (0..400).filter(|number| is_cached(&engine, &[("q", &text(*number))])).count();
    // A query of 20 KB; the response repeats only its beginning.
    let most = limits::RESPONSE_CACHE_BYTES / 20_000;
    assert!((1..=most).contains(&cached), "{cached} are cached");
    let long = "y".repeat(limits::MAX_CACHED_RESPONSE_BYTES);
    engine.respond(search_request(&[("q", &long)])).unwrap();
    assert!(!is_cached(&engine, &[("q", &long)]));
}

#[test]
fn clears_the_cache_with_a_new_commit() {
    let site = site();
    let server = Server::start(site.root());
    for _ in 0..3 {
        assert_eq!(server.hits("sugar"), ["food/cake"]);
        assert!(server.hits("honey").is_empty());
    }
    let related = "/api/v1/related?id=food/bun/_index.md";
    assert_eq!((server.get(related).status, server.get(related).status), (404, 404));
    site.write_post("food/cake", &post("Baking cake", "2024-01-02", "Flour and honey."));
    site.write_post("food/bun", &post("Baking buns", "2024-01-09", "Flour and honey."));
    server.wait_for_hits("honey", &["food/bun", "food/cake"]);
    assert!(server.hits("sugar").is_empty());
    assert_eq!(server.get(related).status, 200);
    let suggestions =
        |server: &Server| server.get("/api/v1/suggest?q=baking%20b").json()["suggestions"].clone();
    assert!(
        suggestions(&server).to_string().contains("buns") && suggestions(&server) == suggestions(&server)
    );
    site.write_post("food/bun", &post("Baking biscuits", "2024-01-09", "Flour and almonds."));
    server.wait_for_hits("almonds", &["food/bun"]);
    assert!(suggestions(&server).to_string().contains("biscuits"));
}

#[test]
fn serves_the_same_bytes_from_the_cache() {
    let site = site();
    let server = Server::start(site.root());
    let asked = [
        "q=baking",
        "q=baking&limit=1",
        "q=baking&limit=1&page=2",
        "q=baking&lang=en",
        "q=baking&lang=de",
        "q=baking&sort=oldest",
        "q=baking&facets=category",
        "q=baking&explain=1",
        "q=baking&unknown=1",
        "q=baking&other=1",
    ];
    let get = |parameters: &str| {
        let answer = server.get(&format!("/api/v1/search?{parameters}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{parameters}");
        let mut body = answer.json();
        body["took_us"] = 0.into();
        body
    };
    let first: Vec<Value> = asked.iter().map(|parameters| get(parameters)).collect();
    for (parameters, first) in asked.iter().zip(&first).rev() {
        assert_eq!(&get(parameters), first, "{parameters}");
    }
    assert_eq!((&first[1]["limit"], &first[2]["page"]), (&1.into(), &2.into()));
    assert_ne!(first[1]["hits"], first[2]["hits"]);
    assert_eq!((&first[3]["total"], &first[4]["total"]), (&3.into(), &0.into()));
    assert_ne!(first[0]["hits"], first[5]["hits"]);
    assert!(first[6]["facets"].is_object() && first[7]["hits"][0]["explanation"].is_object());
    assert!(first[8]["warnings"].to_string().contains("`unknown`"));
    assert!(
        first[9]["warnings"].to_string().contains("`other`") && first[0]["warnings"] == serde_json::json!([])
    );
}

#[test]
fn answers_head_with_the_headers_of_get() {
    let site = site();
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search?q=baking");
    // Fresh, then cached.
    for _ in 0..2 {
        let head = request(&url, "HEAD", &[]);
        let get = request(&url, "GET", &[]);
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        for name in
            ["content-type", "content-length", "access-control-allow-origin", "x-content-type-options"]
        {
            assert!(!get.header(name).is_empty(), "{name}");
            assert_eq!(head.header(name), get.header(name), "{name}");
        }
        assert_eq!(get.header("content-length"), get.body.len().to_string());
    }
}
