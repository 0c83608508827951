//! The HTTP service over real sockets.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Server, TestSite, get, request};

fn site() -> TestSite {
    let site = TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour.\n\n## The `<oven>`\n\nHot it must be."),
        ("tools/oven", "Choosing an oven", "Gas or electric."),
    ]);
    site.write("content/food/_index.md", "+++\ntitle = 'Food'\n+++\n");
    site
}

#[test]
fn search_response_has_the_documented_fields() {
    let site = site();
    let server = Server::start(site.root());
    let answer = server.get("/api/v1/search?q=hot%20ove&facets=category,year");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let body = answer.json();
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["query", "total", "page", "limit", "took_us", "generation", "warnings", "hits", "facets"];
    assert_eq!(keys, expected);
    let hit = &body["hits"][0];
    assert_eq!(hit["id"], "food/bread/_index.md");
    assert_eq!(hit["url"], "https://blog.example/food/bread/");
    assert_eq!(hit["title_html"], "Baking bread");
    assert_eq!(hit["date"], "2024-01-01T00:00:00Z");
    assert_eq!((&hit["kind"], &hit["lang"]), (&"post".into(), &"en".into()));
    assert_eq!(hit["categories"], serde_json::json!(["Food"]));
    assert_eq!(hit["snippet"]["text"], "Hot it must be.");
    assert_eq!(hit["snippet"]["ranges"], serde_json::json!([[0, 3]]));
    assert_eq!(hit["snippet"]["html"], "<mark>Hot</mark> it must be.");
    assert_eq!(hit["section"]["title"], "The <oven>");
    assert_eq!(hit["section"]["title_html"], "The &lt;<mark>oven</mark>&gt;");
    assert_eq!(hit["section"]["url"], "https://blog.example/food/bread/#the-oven");
    assert_eq!(body["facets"]["category"][0], serde_json::json!({"value": "Food", "count": 1}));
    assert_eq!(body["facets"]["year"][0]["value"], "2024");
}

#[test]
fn reports_invalid_parameters_by_name() {
    let site = site();
    let server = Server::start(site.root());
    for (query, parameter, allowed) in [
        ("limit=0", "limit", "a whole number from 1 to 100"),
        ("limit=101", "limit", "a whole number from 1 to 100"),
        ("page=-1", "page", "a whole number from 1 to 10000"),
        ("sort=best", "sort", "relevance, newest or oldest"),
        ("after=soon", "after", "a date like"),
        ("facets=color", "facets", "category, tag, author, lang, series and year"),
    ] {
        let answer = server.get(&format!("/api/v1/search?q=x&{query}"));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (400, "application/problem+json"),
            "{query}"
        );
        let problem = answer.json();
        assert_eq!((&problem["status"], &problem["parameter"]), (&400.into(), &parameter.into()));
        assert!(problem["allowed"].as_str().unwrap().contains(allowed), "{query}: {problem}");
    }
    let twice = server.get("/api/v1/search?q=a&q=b");
    assert_eq!((twice.status, twice.header("content-type")), (400, "application/problem+json"));
}

#[test]
fn warns_about_unknown_parameters() {
    let site = site();
    let server = Server::start(site.root());
    let body = server.get("/api/v1/search?q=flour&catgory=food").json();
    assert_eq!(body["total"], 1);
    assert!(body["warnings"][0].as_str().unwrap().contains("catgory"), "{body}");
}

#[test]
fn reports_unknown_paths_and_methods() {
    let site = site();
    let server = Server::start(site.root());
    let missing = server.get("/api/v2/search");
    assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"));
    let wrong = request(&server.url("/api/v1/search"), "DELETE", &[]);
    assert_eq!((wrong.status, wrong.header("content-type")), (405, "application/problem+json"));
    assert!(wrong.header("allow").contains("GET"));
}

#[test]
fn allows_other_origins_unless_configured_otherwise() {
    let site = site();
    let origin = [("Origin", "https://blog.example")];
    let server = Server::start(site.root());
    let open = request(&server.url("/api/v1/search?q=flour"), "GET", &origin);
    assert_eq!(open.header("access-control-allow-origin"), "*");
    drop(server);
    site.write("bloghound.toml", "[http]\nallow_origins = [\"https://blog.example\"]\n");
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search?q=flour");
    let allowed = request(&url, "GET", &origin);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://blog.example");
    let refused = request(&url, "GET", &[("Origin", "https://other.example")]);
    assert_eq!(refused.header("access-control-allow-origin"), "");
}

#[test]
fn serves_health_status_and_the_search_page() {
    let site = site();
    site.write_post("food/broken", "+++\ntitle = \n+++\n");
    let server = Server::start(site.root());
    assert_eq!(server.get("/healthz").status, 200);
    let status = server.get("/api/v1/status").json();
    assert_eq!((&status["posts"], &status["skipped"]["list"]), (&2.into(), &1.into()));
    assert_eq!(server.full_status()["failed"][0]["path"], "food/broken/_index.md");
    assert!(status["generation"].as_str().unwrap().starts_with("gen-"));
    assert!(status["indexed_at"].as_str().unwrap().ends_with('Z'));
    let page = server.get("/");
    assert!(page.header("content-type").starts_with("text/html") && page.body.contains("<main"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    for (at, _) in page.body.match_indices("assets/") {
        let name: String = page.body[at..].chars().take_while(|c| *c != '"').collect();
        assert_eq!(server.get(&format!("/{name}")).status, 200, "{name}");
    }
}

#[test]
fn stops_cleanly_on_signals() {
    for signal in ["TERM", "INT"] {
        let site = site();
        let server = Server::start(site.root());
        let url = server.url("/healthz");
        assert_eq!(get(&url).status, 200);
        assert!(server.stop(signal).success(), "SIG{signal}");
        // The index is unlocked and complete.
        assert_eq!(site.reindex().unchanged, 2);
    }
}

#[test]
fn answers_many_simultaneous_requests() {
    let site = site();
    let server = Server::start(site.root());
    let url = server.url("/api/v1/search?q=ov");
    let total = get(&url).json()["total"].clone();
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let response = get(&url);
                    if response.status == 200 {
                        assert_eq!(response.json()["total"], total);
                        answered.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!((response.status, response.header("retry-after")), (503, "1"));
                    }
                }
            });
        }
    });
    // The search pool refuses what does not fit in its queue, and nothing else: 16 requests at a time do.
    assert_eq!(answered.into_inner(), 16 * 25);
}
