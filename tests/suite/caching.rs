//! Conditional responses: entity tags, 304 and `Cache-Control`.

use crate::support::{Answer, Output, Server, TestSite, bloghound, post, request, wait_until};

const SEARCH: &str = "/api/v1/search?q=baking";
/// Paths of every kind that clients may cache.
const CACHEABLE: [&str; 14] = [
    SEARCH,
    "/api/v1/suggest?q=bak",
    "/api/v1/related?id=food/bread/_index.md",
    "/api/v1/facets?field=category",
    "/",
    "/assets/page.css",
    "/openapi.json",
    "/docs",
    "/search?q=baking",
    "/feed.atom?q=baking",
    "/feed.json?q=baking",
    "/opensearch.xml",
    "/posts.md?id=food/bread/_index.md",
    "/preview?id=food/bread/_index.md",
];

fn site() -> TestSite {
    TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour and water."),
        ("food/cake", "Baking cake", "Flour and sugar."),
    ])
}

fn tag(server: &Server, path: &str) -> String {
    let tag = server.get(path).header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"') && tag.len() > 20, "{path}: {tag:?}");
    tag
}

fn conditional(server: &Server, method: &str, path: &str, tags: &str) -> Answer {
    request(&server.url(path), method, &[("If-None-Match", tags)])
}

/// The number of searches, suggestions and related posts that were computed or came from the response cache.
fn answers(server: &Server) -> Vec<String> {
    let metrics = server.get("/metrics").body;
    metrics.lines().filter(|line| line.starts_with("bloghound_answers_total")).map(str::to_owned).collect()
}

#[test]
fn a_client_that_has_the_response_gets_304_without_a_search() {
    let site = site();
    let server = Server::start(site.root());
    for path in CACHEABLE {
        let full = server.get(path);
        assert_eq!(full.header("cache-control"), "public, max-age=0, must-revalidate", "{path}");
        assert!(full.header("vary").eq_ignore_ascii_case("accept-encoding"), "{path}");
        let tag = tag(&server, path);
        let before = answers(&server);
        let strong = tag.trim_start_matches("W/").to_owned();
        let list = format!("\"other\", {tag}");
        for (method, tags) in [("GET", &tag), ("HEAD", &tag), ("GET", &strong), ("GET", &list)] {
            let answer = conditional(&server, method, path, tags);
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{method} {path} {tags}");
            for name in ["etag", "cache-control", "vary", "access-control-allow-origin"] {
                assert_eq!(answer.header(name), full.header(name), "{method} {path} {name}");
            }
        }
        assert_eq!(answers(&server), before, "{path}");
        let other = conditional(&server, "GET", path, "W/\"other\"");
        assert_eq!((other.status, other.header("etag")), (200, tag.as_str()), "{path}");
        assert_eq!(conditional(&server, "GET", path, "*").status, 304, "{path}");
    }
}

#[test]
fn a_tag_belongs_to_one_request() {
    let site = site();
    let server = Server::start(site.root());
    let tag_of = |parameters: &str| tag(&server, &format!("/api/v1/search?{parameters}"));
    assert_eq!(tag_of("q=baking&limit=5&facets=tag,year"), tag_of("facets=year,tag&limit=5&q=baking&page=1"));
    let tags = ["q=baking", "q=baking+", "q=baking&limit=5", "q=baking&explain=1", "q=baking&unknown=1"];
    let tags: std::collections::BTreeSet<String> = tags.iter().map(|parameters| tag_of(parameters)).collect();
    assert_eq!(tags.len(), 5, "{tags:?}");
}

#[test]
fn a_tag_stays_the_same_however_the_index_was_built_and_is_served() {
    let site = site();
    let server = Server::start(site.root());
    let (search, suggest) = (tag(&server, SEARCH), tag(&server, CACHEABLE[1]));
    let generation = server.get("/api/v1/status").json()["generation"].clone();
    drop(server);
    let assert_same = |server: &Server, what: &str| {
        assert_eq!(
            (tag(server, SEARCH), tag(server, CACHEABLE[1])),
            (search.clone(), suggest.clone()),
            "{what}"
        );
    };
    assert_same(&Server::start(site.root()), "after a restart");
    assert_same(&Server::start_with(site.root(), &site.root().join("index"), &["--read-only"]), "read-only");
    let bundle = site.root().join("search.tar.zst");
    let created =
        Output::of(bloghound().arg("--site").arg(site.root()).args(["bundle", "create"]).arg(&bundle));
    assert_eq!(created.code, 0, "{}", created.stderr);
    let temporary = tempfile::tempdir().unwrap();
    assert_same(&Server::start_bundle(site.root(), &bundle, temporary.path()), "a bundle");
    std::fs::remove_dir_all(site.root().join("index")).unwrap();
    let server = Server::start(site.root());
    // The name of the commit is the same again, whatever the content is.
    assert_eq!(server.get("/api/v1/status").json()["generation"], generation);
    assert_same(&server, "after the index was deleted");
}

#[test]
fn a_tag_changes_with_the_content_and_returns_with_it() {
    let site = site();
    let server = Server::start(site.root());
    // From now on, every commit has suggestions.
    let suggest = tag(&server, CACHEABLE[1]);
    let search = tag(&server, SEARCH);
    let asset = tag(&server, "/assets/page.css");
    site.write_post("food/cake", &post("Baking cake", "2024-01-02", "Flour and honey."));
    server.wait_for_hits("honey", &["food/cake"]);
    let changed = tag(&server, SEARCH);
    assert_ne!(changed, search);
    assert_eq!(conditional(&server, "GET", SEARCH, &search).status, 200);
    wait_until(|| tag(&server, CACHEABLE[1]), |tag| tag != suggest);
    assert_eq!(tag(&server, "/assets/page.css"), asset);
    site.write_post("food/cake", &post("Baking cake", "2024-01-02", "Flour and sugar."));
    server.wait_for_hits("sugar", &["food/cake"]);
    assert_eq!(tag(&server, SEARCH), search);
    assert_eq!(conditional(&server, "GET", SEARCH, &search).status, 304);
}

#[test]
fn a_tag_changes_with_the_settings() {
    let site = site();
    let server = Server::start(site.root());
    let before = tag(&server, SEARCH);
    site.write("bloghound.toml", "[search]\nsnippet_chars = 40\n");
    wait_until(|| tag(&server, SEARCH), |tag| tag != before);
    let shorter = tag(&server, SEARCH);
    drop(server);
    assert_eq!(tag(&Server::start(site.root()), SEARCH), shorter);
    // The base URL is in the documents.
    site.write("bloghound.toml", "base_url = 'https://other.example'\n");
    let server = Server::start(site.root());
    server.wait_for_hits("sugar", &["food/cake"]);
    wait_until(|| server.get(SEARCH).body, |body| body.contains("https://other.example/"));
    assert_ne!(tag(&server, SEARCH), before);
}

#[test]
fn tags_of_pages_and_feeds_change_with_the_url_of_the_service() {
    let site = site();
    let paths = ["/search?q=baking", "/feed.atom?q=baking", "/feed.json?q=baking", SEARCH];
    let tags = || {
        let server = Server::start(site.root());
        paths.map(|path| tag(&server, path))
    };
    let before = tags();
    assert_eq!(tags(), before);
    site.write("bloghound.toml", "[http]\npublic_url = 'https://search.example'\n");
    let after = tags();
    for (number, path) in paths.iter().enumerate() {
        // The API's responses do not contain the URL.
        assert_eq!(after[number] == before[number], *path == SEARCH, "{path}");
    }
}

#[test]
fn errors_and_states_are_never_stored_by_caches() {
    let site = site();
    let server = Server::start(site.root());
    for (path, status) in [
        ("/api/v1/search?limit=0", 400),
        ("/api/v1/related?id=none", 404),
        ("/nothing", 404),
        ("/assets/nothing.js", 404),
    ] {
        // An asterisk matches any response, but there is none.
        for tags in ["*", "\"x\""] {
            let answer = conditional(&server, "GET", path, tags);
            assert_eq!((answer.status, answer.header("cache-control")), (status, "no-store"), "{path}");
            assert_eq!(answer.header("etag"), "", "{path}");
        }
    }
    let long = server.get(&format!("/{}", "x".repeat(20_000)));
    assert_eq!((long.status, long.header("cache-control")), (414, "no-store"));
    for path in ["/api/v1/status", "/metrics", "/healthz", "/readyz"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{path}");
    }
}

#[test]
fn the_settings_allow_caches_to_use_a_response_for_some_time() {
    let site = site();
    site.write("bloghound.toml", "[http]\ncache_max_age_s = 60\n");
    let server = Server::start(site.root());
    for path in CACHEABLE {
        assert_eq!(server.get(path).header("cache-control"), "public, max-age=60, must-revalidate", "{path}");
    }
    let with_key = request(&server.url(SEARCH), "GET", &[("Authorization", "Bearer secret")]);
    assert_eq!(with_key.header("cache-control"), "private, max-age=60, must-revalidate");
}
