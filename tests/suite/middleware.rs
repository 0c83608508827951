//! What all responses have in common: CORS, ids, limits on the rate, header fields for browsers, and the base path.

use crate::support::{Answer, Server, TestSite, request};

const SEARCH: &str = "/api/v1/search?q=baking";
const ORIGIN: (&str, &str) = ("Origin", "https://blog.example");
const OTHER_ORIGIN: (&str, &str) = ("Origin", "https://other.example");

fn site() -> TestSite {
    TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour and water."),
        ("food/cake", "Baking cake", "Flour and sugar."),
    ])
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(&server.url(path), "GET", headers)
}

/// The values of a header field that occurs several times or has several values.
fn values(answer: &Answer, name: &str) -> Vec<String> {
    let lines = answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_lowercase());
    lines.flat_map(|line| line.split(',').map(|value| value.trim().to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn preflight_requests_are_answered_and_cached() {
    let site = site();
    let server = Server::start(site.root());
    let headers = [
        ORIGIN,
        ("Access-Control-Request-Method", "QUERY"),
        ("Access-Control-Request-Headers", "content-type,x-algolia-api-key"),
    ];
    let answer = request(&server.url("/api/v1/search"), "OPTIONS", &headers);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(values(&answer, "access-control-allow-methods"), ["get", "head", "post", "query"]);
    let allowed = values(&answer, "access-control-allow-headers");
    for name in
        ["content-type", "authorization", "x-request-id", "x-algolia-api-key", "x-algolia-application-id"]
    {
        assert!(allowed.iter().any(|allowed| allowed == name), "{name}: {allowed:?}");
    }
    // The header field of admin requests proves that they do not come from a page of another origin.
    assert!(!allowed.iter().any(|allowed| allowed == "*"));
    assert_eq!(answer.header("access-control-max-age"), "7200");
    assert!(values(&answer, "vary").is_empty());
}

#[test]
fn scripts_of_allowed_origins_read_responses_errors_and_their_headers() {
    let site = site();
    let server = Server::start(site.root());
    for path in [SEARCH, "/api/v1/search?limit=0", "/nothing"] {
        let answer = get(&server, path, &[ORIGIN]);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let exposed = values(&answer, "access-control-expose-headers");
        assert_eq!(
            exposed,
            ["etag", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id"],
            "{path}"
        );
    }
}

#[test]
fn a_list_of_origins_separates_caches_by_origin_and_leaves_the_search_box_open() {
    let site = site();
    site.write("bloghound.toml", "[http]\nallow_origins = ['https://blog.example']\n");
    let server = Server::start(site.root());
    let tag = get(&server, SEARCH, &[]).header("etag").to_owned();
    let with_tag = ("If-None-Match", tag.as_str());
    for (headers, origin) in [
        (&[ORIGIN][..], "https://blog.example"),
        (&[ORIGIN, with_tag], "https://blog.example"),
        (&[OTHER_ORIGIN], ""),
        (&[with_tag], ""),
        (&[], ""),
    ] {
        let answer = get(&server, SEARCH, headers);
        assert_eq!(answer.header("access-control-allow-origin"), origin, "{headers:?}");
        assert_eq!(values(&answer, "vary"), ["accept-encoding", "origin"], "{headers:?}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    let preflight = request(&server.url(SEARCH), "OPTIONS", &[OTHER_ORIGIN]);
    assert_eq!(preflight.header("access-control-allow-origin"), "");
    let asset = get(&server, "/assets/page.css", &[OTHER_ORIGIN]);
    assert_eq!(asset.header("access-control-allow-origin"), "*");
    assert_eq!(asset.header("cross-origin-resource-policy"), "cross-origin");
    let with_tag = ("If-None-Match", asset.header("etag"));
    let unchanged = get(&server, "/assets/page.css", &[OTHER_ORIGIN, with_tag]);
    assert_eq!((unchanged.status, unchanged.header("access-control-allow-origin")), (304, "*"));
}

#[test]
fn every_response_has_the_id_of_its_request() {
    let site = site();
    let server = Server::start(site.root());
    for path in [SEARCH, "/", "/healthz", "/nothing", "/api/v1/search?limit=0"] {
        let given = get(&server, path, &[("X-Request-Id", "7b1e-5.x_Y")]);
        assert_eq!(given.header("x-request-id"), "7b1e-5.x_Y", "{path}");
        let first = get(&server, path, &[]);
        let second = get(&server, path, &[("X-Request-Id", "two words")]);
        let id = first.header("x-request-id");
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}: {id:?}");
        assert_ne!(id, second.header("x-request-id"), "{path}");
        assert_ne!(second.header("x-request-id"), "two words");
    }
}

#[test]
fn pages_may_run_only_their_own_scripts_and_cannot_be_embedded() {
    let site = site();
    let server = Server::start(site.root());
    let page = get(&server, "/", &[]);
    let policy = page.header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(policy.split("; ").any(|own| own == directive), "{directive}: {policy}");
    }
    assert!(page.header("permissions-policy").contains("camera=()"));
    for path in [SEARCH, "/nothing", "/assets/page.css"] {
        let answer = get(&server, path, &[]);
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
    }
}

fn limited_server(site: &TestSite, proxies: &str) -> Server {
    let settings = format!("[http]\nrate_per_second = 1\nrate_burst = 3\ntrusted_proxies = [{proxies}]\n");
    site.write("bloghound.toml", settings);
    Server::start(site.root())
}

/// Sends requests until one is refused, because on a slow machine a quota recovers between them.
fn refused(send: impl Fn() -> Answer) -> Answer {
    (0..10_000).map(|_| send()).find(|answer| answer.status == 429).expect("no request was refused")
}

#[test]
fn each_client_behind_a_trusted_proxy_has_its_own_limit() {
    let site = site();
    let server = limited_server(&site, "'127.0.0.1'");
    let from = |path: &str, client: &str| get(&server, path, &[("X-Forwarded-For", client), ORIGIN]);
    let first = from(SEARCH, "198.51.100.7, 192.0.2.1");
    assert_eq!((first.status, first.header("ratelimit")), (200, "\"client\";r=2;t=1"));
    assert_eq!(first.header("ratelimit-policy"), "\"client\";q=3;w=3");
    for path in [SEARCH, "/", "/metrics", "/nothing"] {
        let refused = refused(|| from(path, "192.0.2.1"));
        assert_eq!(refused.header("retry-after"), "1", "{path}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(
            (refused.header("cache-control"), refused.header("ratelimit")),
            ("no-store", "\"client\";r=0;t=1")
        );
        // A script can read why.
        assert_eq!(refused.header("access-control-allow-origin"), "*");
        assert_eq!(refused.json()["status"], 429);
    }
    // Responses 304 count, too.
    let headers = [("X-Forwarded-For", "192.0.2.1"), ("If-None-Match", first.header("etag"))];
    refused(|| get(&server, SEARCH, &headers));
    for path in ["/healthz", "/readyz"] {
        for _ in 0..5 {
            let probe = from(path, "192.0.2.1");
            assert_eq!((probe.status, probe.header("ratelimit")), (200, ""), "{path}");
        }
    }
    for client in ["192.0.2.2", "2001:db8:1:2::1"] {
        assert_eq!(from(SEARCH, client).status, 200, "{client}");
    }
    let metrics = get(&server, "/metrics", &[("X-Forwarded-For", "192.0.2.3")]).body;
    let limited = "bloghound_request_seconds_count{route=\"/api/v1/search\",outcome=\"rate_limited\"} 2";
    assert!(metrics.contains(limited), "{metrics}");
}

#[test]
fn an_ipv6_network_is_one_client() {
    let site = site();
    let server = limited_server(&site, "'127.0.0.0/8'");
    let from = |client: &str| get(&server, SEARCH, &[("Forwarded", &format!("for=\"[{client}]\""))]);
    let next = std::cell::Cell::new(0);
    refused(|| {
        next.set(next.get() + 1);
        from(&format!("2001:db8::{:x}", next.get() % 0xffff))
    });
    assert_eq!(from("2001:db8:0:1::1").status, 200);
}

#[test]
fn requests_of_this_machine_are_not_limited_and_cannot_choose_their_address() {
    let site = site();
    let server = limited_server(&site, "'10.0.0.0/8'");
    for _ in 0..10 {
        let answer = get(&server, SEARCH, &[("X-Forwarded-For", "192.0.2.1")]);
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
    }
}

#[test]
fn a_rate_of_zero_is_no_limit() {
    let site = site();
    site.write(
        "bloghound.toml",
        "[http]\nrate_per_second = 0\nrate_burst = 1\ntrusted_proxies = ['127.0.0.1']\n",
    );
    let server = Server::start(site.root());
    for _ in 0..5 {
        let answer = get(&server, SEARCH, &[("X-Forwarded-For", "192.0.2.1")]);
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
    }
}

#[test]
fn a_base_path_works_with_and_without_a_proxy_that_removes_it() {
    let site = site();
    site.write("bloghound.toml", "[http]\nbase_path = '/blog/search'\n");
    let server = Server::start(site.root());
    for prefix in ["", "/blog/search"] {
        assert_eq!(get(&server, &format!("{prefix}{SEARCH}"), &[]).json()["total"], 2, "{prefix}");
        let page = get(&server, &format!("{prefix}/"), &[]);
        assert!(page.body.contains("<main"), "{prefix}");
        let assets = page.body.match_indices("\"assets/").map(|(at, _)| &page.body[at + 1..]);
        let assets = assets.map(|rest| rest.split('"').next().unwrap());
        let assets: Vec<&str> = assets.chain(["bloghound.js"]).collect();
        assert!(assets.len() > 2 && page.body.contains("\"bloghound.js\""), "{assets:?}");
        for asset in assets {
            assert_eq!(get(&server, &format!("{prefix}/{asset}"), &[]).status, 200, "{prefix}/{asset}");
        }
        let missing = get(&server, &format!("{prefix}/nothing"), &[]);
        assert_eq!((missing.status, missing.header("x-content-type-options")), (404, "nosniff"));
        assert_eq!(request(&server.url(&format!("{prefix}{SEARCH}")), "DELETE", &[]).status, 405, "{prefix}");
    }
    // Without the slash, relative links of the page would lead elsewhere.
    let without_slash = get(&server, "/blog/search?q=a%20b", &[]);
    assert_eq!((without_slash.status, without_slash.header("location")), (308, "/blog/search/?q=a%20b"));
    for path in ["/blog/searching/", "/blog/search/blog/search/", "/blog/", "/blog"] {
        assert_eq!(get(&server, path, &[]).status, 404, "{path}");
    }
    let metrics = get(&server, "/blog/search/metrics", &[]).body;
    assert!(metrics.contains("route=\"/api/v1/search\",outcome=\"success\"} 2"), "{metrics}");
}

#[test]
fn a_route_wins_over_the_base_path() {
    let site = site();
    site.write("bloghound.toml", "[http]\nbase_path = '/api'\n");
    let server = Server::start(site.root());
    for path in [SEARCH.to_owned(), format!("/api{SEARCH}")] {
        assert_eq!(get(&server, &path, &[]).json()["total"], 2, "{path}");
    }
}
