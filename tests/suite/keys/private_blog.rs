//! `[http] private = true`: every route but a few needs a key.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::{add, private_site, run, site, wait_for_status, with_key};
use crate::support::{Answer, Server, own_site, request, send};

const SEARCH: &str = "/api/v1/search?q=flour";
/// The routes that need no key.
const OPEN: [&str; 6] =
    ["/healthz", "/readyz", "/openapi.json", "/docs", "/assets/{name}", "/bloghound.{file}"];

/// The paths of all routes with their methods, from the list of published names.
fn routes() -> Vec<(String, String)> {
    let published = fs::read_to_string(own_site().join("tests/suite/published/http.txt")).unwrap();
    let routes = published.lines().filter(|line| !line.contains('?'));
    routes
        .map(|line| line.split_once(' ').unwrap())
        .map(|(method, path)| (method.into(), path.into()))
        .collect()
}

fn filled(path: &str) -> String {
    let path = path.replace("{name}", "page.css").replace("{file}", "js");
    path.replace("{index}", "*").replace("{facet}", "tags")
}

fn basic(user_and_key: &str) -> String {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "printf %s \"$0\" | base64 -w0", user_and_key]);
    format!("Basic {}", String::from_utf8(command.output().unwrap().stdout).unwrap())
}

fn with_basic(server: &Server, path: &str, user_and_key: &str) -> Answer {
    request(&server.url(path), "GET", &[("Authorization", &basic(user_and_key))])
}

#[test]
fn every_route_needs_a_key_unless_it_is_listed_here() {
    let site = private_site();
    let server = Server::start(site.root());
    let routes = routes();
    assert!(routes.len() > 20, "{routes:?}");
    for (method, path) in routes {
        let url = server.url(&filled(&path));
        let answer =
            if method == "POST" { send(&url, "POST", &[], "{}") } else { request(&url, &method, &[]) };
        if OPEN.contains(&path.as_str()) {
            assert_eq!(answer.status, 200, "{path}");
            continue;
        }
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        if path.starts_with("/1/") {
            assert_eq!(answer.status, 403, "{path}");
            assert_eq!(answer.body, r#"{"message":"Invalid Application-ID or API key","status":403}"#);
            continue;
        }
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (401, "application/problem+json"),
            "{path}"
        );
        let scheme = if path.starts_with("/api/") { "Bearer" } else { "Basic" };
        assert!(answer.header("www-authenticate").starts_with(&format!("{scheme} realm=")), "{path}");
        assert!(answer.header("etag").is_empty());
    }
}

#[test]
fn other_paths_and_methods_are_not_a_way_around_the_key() {
    let site = site("private = true\nbase_path = '/find'");
    let server = Server::start(site.root());
    let key = add(&site, "search", "a");
    wait_for_status(&server, &key, 200);
    for (method, path) in [
        ("HEAD", SEARCH),
        ("QUERY", "/api/v1/search"),
        ("POST", "/api/v1/search"),
        ("DELETE", "/api/v1/search"),
        ("XYZ", "/api/v1/search"),
        ("GET", "//api/v1/search?q=flour"),
        ("GET", "/api/v1/search/?q=flour"),
        ("GET", "/api/v1/%73earch?q=flour"),
        ("GET", "/healthz/../api/v1/search?q=flour"),
        ("GET", "/docs/../../api/v1/search?q=flour"),
        ("GET", "/assets/..%2fapi%2fv1%2fsearch"),
        ("GET", "/assets/page.css/../../api/v1/search"),
        ("GET", "/find/api/v1/search?q=flour"),
        ("GET", "/find/find/api/v1/search?q=flour"),
        ("GET", "/find/"),
        ("GET", "/find"),
        ("GET", "/FIND/healthz"),
        ("GET", "/nothing"),
        ("POST", "/1/nothing"),
        ("POST", "/find/1/indexes/*/queries"),
        ("GET", "/1/indexes/*/queries"),
        ("GET", "/1"),
    ] {
        let answer = raw(&server, &format!("{method} {path} HTTP/1.1"), "");
        let is_asset = answer.starts_with("HTTP/1.1 404") && path.starts_with("/assets/..%2f");
        assert!(
            answer.starts_with("HTTP/1.1 401") || answer.starts_with("HTTP/1.1 403") || is_asset,
            "{method} {path}: {answer}"
        );
        assert!(!answer.contains("Baking"), "{path}");
    }
    // The root of Algolia's protocol has its errors, too.
    assert!(raw(&server, "GET /1 HTTP/1.1", "").contains("Invalid Application-ID or API key"));
    for path in ["/find/healthz", "/find/assets/page.css", "/find/docs"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(with_key(&server, "GET", "/find/api/v1/search?q=flour", &key).json()["total"], 2);
    assert_eq!(with_key(&server, "GET", "/nothing", &key).status, 404);
    assert_eq!(with_key(&server, "DELETE", "/api/v1/search", &key).status, 405);
    let algolia = with_key(&server, "POST", "/find/1/indexes/posts/query", &key);
    assert_eq!(algolia.json()["nbHits"], 2, "{}", algolia.body);
}

/// The response to a request that is sent as it is.
fn raw(server: &Server, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "{line}\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[test]
fn a_key_is_a_token_or_a_password() {
    let site = private_site();
    let server = Server::start(site.root());
    let (search, admin) = (add(&site, "search", "a"), add(&site, "admin", "b"));
    wait_for_status(&server, &admin, 200);
    for key in [&search, &admin] {
        assert_eq!(with_key(&server, "GET", SEARCH, key).json()["total"], 2);
        for path in ["/", "/search?q=flour", "/feed.atom", "/feed.json", "/llms.txt", "/metrics", SEARCH] {
            let answer = with_basic(&server, path, &format!("reader:{key}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
        assert_eq!(with_basic(&server, SEARCH, &format!(":{key}")).status, 200);
    }
    for (name, value) in [
        ("a longer key", format!("Bearer {search}0")),
        ("a short key", format!("Bearer {}", &search[..20])),
        ("a key in upper case", format!("Bearer {}", search.to_uppercase())),
        ("its digits", format!("Bearer {}", search.trim_start_matches("bh_search_"))),
        ("another prefix", format!("Bearer {}", search.replace("search", "admin"))),
        ("a long key", format!("Bearer {}", search.repeat(100))),
        ("a user name", basic(&format!("{search}:"))),
        ("no scheme", search.clone()),
        ("no key", "Bearer".to_owned()),
        ("an id", format!("Bearer {}", &run(site.root(), &["list"]).stdout.lines().nth(1).unwrap()[..8])),
    ] {
        let answer = request(&server.url(SEARCH), "GET", &[("Authorization", &value)]);
        assert_eq!(answer.status, 401, "{name}");
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""), "{name}");
        assert!(!answer.body.contains("bh_"), "{name}: {}", answer.body);
    }
    let line = format!("GET {SEARCH} HTTP/1.1");
    let bearer = format!("Authorization: Bearer {search}\r\n");
    assert!(raw(&server, &line, &bearer).starts_with("HTTP/1.1 200"));
    assert!(raw(&server, &line, &format!("{bearer}{bearer}")).starts_with("HTTP/1.1 401"));
    assert!(raw(&server, &line, "Authorization: Bearer \u{e9}\u{20ac}\r\n").starts_with("HTTP/1.1 401"));
    // A key in the URL is not a key: it would be in logs and histories.
    assert_eq!(server.get(&format!("{SEARCH}&key={search}&authorization=Bearer+{search}")).status, 401);
}

#[test]
fn clients_of_algolia_send_their_key_as_they_do_to_algolia() {
    let site = private_site();
    let server = Server::start(site.root());
    let key = add(&site, "search", "a");
    wait_for_status(&server, &key, 200);
    let body = r#"{"requests":[{"indexName":"posts","query":"flour"}]}"#;
    let query = |parameters: &str, headers: &[(&str, &str)], body: &str| {
        send(&server.url(&format!("/1/indexes/*/queries{parameters}")), "POST", headers, body)
    };
    let bearer = format!("Bearer {key}");
    for (parameters, headers) in [
        (String::new(), vec![("x-algolia-api-key", key.as_str())]),
        (format!("?x-algolia-agent=a&x-algolia-api-key={key}&x-algolia-application-id=b"), vec![]),
        (String::new(), vec![("Authorization", bearer.as_str())]),
    ] {
        let answer = query(&parameters, &headers, body);
        assert_eq!(answer.json()["results"][0]["nbHits"], 2, "{}", answer.body);
        let vary = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap().to_lowercase());
        assert!(vary.collect::<Vec<_>>().join(",").contains("authorization,x-algolia-api-key"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let in_body = format!(r#"{{"apiKey":"{key}","x-algolia-api-key":"{key}","requests":[]}}"#);
    assert_eq!(query("", &[], &in_body).status, 403);
    assert_eq!(query("?x-algolia-api-key=abc", &[], body).status, 403);
    assert_eq!(query(&format!("?x-algolia-api-key={key}&x-algolia-api-key={key}"), &[], body).status, 403);
    // The field is not one of the API.
    let api = request(&server.url(SEARCH), "GET", &[("x-algolia-api-key", &key)]);
    assert_eq!(api.status, 401);
}

#[test]
fn a_public_blog_ignores_keys() {
    let site = site("");
    let server = Server::start(site.root());
    for headers in [&[("Authorization", "Bearer wrong")][..], &[("Authorization", "Basic eDp5")], &[]] {
        let answer = request(&server.url(SEARCH), "GET", headers);
        assert_eq!((answer.status, answer.json()["total"].as_u64()), (200, Some(2)), "{headers:?}");
        assert!(!answer.header("vary").to_lowercase().contains("authorization"));
    }
    let query = send(&server.url("/1/indexes/posts/query?x-algolia-api-key=x"), "POST", &[], "{}");
    assert_eq!(query.status, 200);
}

#[test]
fn responses_are_private_and_a_client_without_a_key_gets_no_304() {
    let site = site("private = true\ncache_max_age_s = 60");
    let server = Server::start(site.root());
    let (first, second) = (add(&site, "search", "a"), add(&site, "search", "b"));
    wait_for_status(&server, &second, 200);
    for path in [SEARCH, "/", "/search?q=flour", "/feed.atom", "/api/v1/posts?id=food/bread/_index.md"] {
        let answer = with_key(&server, "GET", path, &first);
        assert_eq!(answer.header("cache-control"), "private, max-age=60, must-revalidate", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let vary: Vec<String> = answer
            .headers
            .get_all("vary")
            .iter()
            .map(|value| value.to_str().unwrap().to_lowercase())
            .collect();
        let vary = vary.join(",");
        assert!(vary.contains("authorization") && vary.contains("accept-encoding"), "{path}: {vary}");
        let tag = ("If-None-Match", answer.header("etag"));
        let bearer = format!("Bearer {second}");
        let unchanged = request(&server.url(path), "GET", &[tag, ("Authorization", &bearer)]);
        assert_eq!(unchanged.status, 304, "{path}");
        assert_eq!(unchanged.header("cache-control"), "private, max-age=60, must-revalidate", "{path}");
        assert!(!unchanged.header("vary").is_empty());
        for tag in [tag, ("If-None-Match", "*")] {
            assert_eq!(request(&server.url(path), "GET", &[tag]).status, 401, "{path}");
            let wrong = request(&server.url(path), "GET", &[tag, ("Authorization", "Bearer x")]);
            assert_eq!(wrong.status, 401, "{path}");
        }
    }
    let open = server.get("/assets/page.css");
    assert_eq!(open.header("cache-control"), "public, max-age=60, must-revalidate");
}

#[test]
fn open_routes_say_nothing_about_posts() {
    let site = private_site();
    let server = Server::start(site.root());
    for path in ["/healthz", "/readyz", "/openapi.json", "/docs", "/assets/page.css"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        for text in ["Baking", "flour", "food", "blog.example"] {
            assert!(!answer.body.contains(text), "{path}: {text}");
        }
    }
}

#[test]
fn scripts_may_send_keys_and_read_refusals() {
    let site = private_site();
    let server = Server::start(site.root());
    let origin = ("Origin", "https://blog.example");
    let preflight = [
        origin,
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    let answer = request(&server.url(SEARCH), "OPTIONS", &preflight);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    // Passwords that the browser remembers are not for pages of other origins.
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    let refused = request(&server.url(SEARCH), "GET", &[origin]);
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, "*"));
}

#[test]
fn denied_requests_are_counted_and_keys_are_in_no_log_metric_or_response() {
    let site = private_site();
    let mut command = Server::command(site.root());
    command.env("BLOGHOUND_LOG", "bloghound=trace,tower_http=trace");
    let mut server = Server::launch(command);
    let key = add(&site, "search", "a");
    wait_for_status(&server, &key, 200);
    let guess = format!("bh_search_{}", "7".repeat(64));
    for secret in [&key, &guess] {
        let path = format!("/1/indexes/*/queries?x-algolia-api-key={secret}");
        let answers = [
            send(&server.url(&path), "POST", &[], "{"),
            send(
                &server.url(&path),
                "POST",
                &[],
                r#"{"requests":[{"indexName":"posts","query":"x","params":1}]}"#,
            ),
            send(&server.url(&format!("/1/nothing?x-algolia-api-key={secret}")), "POST", &[], ""),
            with_key(&server, "GET", "/api/v1/search?limit=0", secret),
            with_key(&server, "GET", "/nothing", secret),
            with_key(&server, "GET", "/opensearch.xml", secret),
            with_basic(&server, "/search?q=flour", &format!("u:{secret}")),
        ];
        for answer in answers {
            assert!(!answer.body.contains(&secret[10..20]), "{}", answer.body);
            assert!(answer.headers.values().all(|value| !value.to_str().unwrap().contains(&secret[10..20])));
        }
    }
    let metrics = with_key(&server, "GET", "/metrics", &key).body;
    let count = |reason: &str| {
        let name = format!("bloghound_denied_requests_total{{reason=\"{reason}\"}} ");
        let rest = metrics.split(&name).nth(1).unwrap_or_else(|| panic!("{metrics}"));
        rest.lines().next().unwrap().parse::<u64>().unwrap()
    };
    assert!(count("unknown_key") >= 7 && count("scope") == 0, "{metrics}");
    assert!(!metrics.contains(&key[10..20]) && !metrics.contains(&guess[10..20]));
    server.signal("TERM");
    server.wait_for_log("stopping");
    let log = server.log_so_far().join("\n");
    assert!(log.contains("request"), "{log}");
    assert!(!log.contains(&key[10..20]) && !log.contains(&guess[10..20]), "{log}");
    assert!(!log.contains("flour"), "{log}");
}
