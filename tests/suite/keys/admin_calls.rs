//! Admin calls, on the admin listener and on the public one.

use serde_json::Value;

use super::{add, site, with_key};
use crate::support::{Answer, Output, Server, bloghound, get, post, request, wait_until};

const REINDEX: &str = "/api/v1/admin/reindex";
const STATUS: &str = "/api/v1/admin/status";
const HEADER: (&str, &str) = ("X-Bloghound-Admin", "1");

fn call(server: &Server, method: &str, path: &str, key: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    request(&server.url(path), method, &[("Authorization", &bearer), HEADER])
}

fn status(server: &Server) -> Value {
    server.get("/api/v1/status").json()
}

#[test]
fn the_public_listener_needs_an_admin_key_and_the_header_field() {
    let site = site("");
    site.write("content/broken.md", "+++\ntitle = \n+++\n");
    let (search, admin) = (add(&site, "search", "a"), add(&site, "admin", "b"));
    let server = Server::start(site.root());
    for (method, path, success) in [("POST", REINDEX, 202), ("GET", STATUS, 200)] {
        let answer = |headers: &[(&str, &str)]| request(&server.url(path), method, headers);
        assert_eq!(answer(&[]).status, 401, "{path}");
        assert_eq!(answer(&[HEADER]).status, 401, "{path}");
        assert!(answer(&[HEADER]).header("www-authenticate").starts_with("Bearer"));
        assert_eq!(call(&server, method, path, &format!("{admin}0")).status, 401, "{path}");
        let scope = call(&server, method, path, &search);
        assert_eq!(scope.status, 403, "{path}");
        assert!(scope.header("www-authenticate").contains("insufficient_scope"));
        let headless = with_key(&server, method, path, &admin);
        assert_eq!(headless.status, 403, "{path}");
        assert!(headless.body.contains("X-Bloghound-Admin"), "{}", headless.body);
        for value in ["", "0", "true"] {
            let bearer = format!("Bearer {admin}");
            let answer = answer(&[("Authorization", &bearer), ("X-Bloghound-Admin", value)]);
            assert_eq!(answer.status, 403, "{path} {value}");
        }
        let answer = call(&server, method, path, &admin);
        assert_eq!(answer.status, success, "{path}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // The header field is for the owner, who sees paths.
    let full = call(&server, "GET", STATUS, &admin).json();
    assert_eq!(full["failed"][0]["path"], "broken.md");
    assert_eq!(status(&server)["failed"][0]["path"], "");
    assert_eq!(call(&server, "GET", REINDEX, &admin).status, 405);
    assert_eq!(call(&server, "DELETE", STATUS, &admin).status, 405);
    let metrics = server.get("/metrics").body;
    assert!(metrics.contains("bloghound_denied_requests_total{reason=\"scope\"} 2"), "{metrics}");
}

#[test]
fn pages_of_other_origins_cannot_call() {
    let site = site("");
    let admin = add(&site, "admin", "a");
    let server =
        Server::start_with(site.root(), &site.root().join("index"), &["--admin-addr", "127.0.0.1:0"]);
    let origin = ("Origin", "https://blog.example");
    let preflight = [
        origin,
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,x-bloghound-admin"),
    ];
    for url in [server.url(REINDEX), server.url(STATUS), format!("http://{}{REINDEX}", server.admin())] {
        let answer = request(&url, "OPTIONS", &preflight);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{url}");
        assert!(!answer.header("access-control-allow-headers").contains("bloghound"), "{url}");
    }
    let bearer = format!("Bearer {admin}");
    let answer = request(&server.url(STATUS), "GET", &[origin, HEADER, ("Authorization", &bearer)]);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    // A form on a page reaches the admin listener on a loopback address, but cannot send the field.
    let url = format!("http://{}{REINDEX}", server.admin());
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(request(&url, "POST", &[origin, form]).status, 403);
    assert_eq!(request(&url, "POST", &[HEADER]).status, 202);
    assert_eq!(request(&url, "POST", &[HEADER, ("Host", "evil.example")]).status, 421);
    assert_eq!(request(&format!("http://{}{STATUS}", server.admin()), "GET", &[HEADER]).status, 200);
    assert_eq!(get(&format!("http://{}/api/v1/status", server.admin())).status, 200);
}

#[test]
fn reindexing_compares_all_content_or_builds_a_new_generation() {
    let site = site("");
    let admin = add(&site, "admin", "a");
    let server = Server::start_with(site.root(), &site.root().join("index"), &["--no-watch"]);
    wait_until(|| status(&server)["compared_at"].to_string(), |time| time != "null");
    site.write_post("food/soup", &post("Soup", "2024-01-03", "Salt."));
    // Nothing follows the content.
    assert!(server.hits("salt").is_empty());
    let answer = call(&server, "POST", REINDEX, &admin);
    assert_eq!((answer.status, &answer.json()["action"]), (202, &"compare".into()));
    server.wait_for_hits("salt", &["food/soup"]);
    let generation = || status(&server)["generation"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let before = generation();
    for (value, code) in [("true", 202), ("1", 202), ("0", 202), ("", 202), ("yes", 400), ("%00", 400)] {
        let answer = call(&server, "POST", &format!("{REINDEX}?rebuild={value}"), &admin);
        assert_eq!(answer.status, code, "{value}: {}", answer.body);
        if code == 400 {
            assert_eq!(answer.json()["parameter"], "rebuild");
        }
    }
    wait_until(generation, |name| name != before);
    assert_eq!(server.hits("salt"), ["food/soup"]);
    // The index is released again: another process may write it.
    let index = || Output::of(bloghound().arg("--site").arg(site.root()).arg("index")).code.to_string();
    wait_until(index, |code| code == "0");
    server.wait_for_problem("");
}

#[test]
fn a_rebuild_serves_the_previous_generation_and_many_calls_are_one() {
    let site = site("");
    let admin = add(&site, "admin", "a");
    let server = Server::start(site.root());
    let generation = || status(&server)["generation"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let before = generation();
    let (url, bearer) = (server.url(&format!("{REINDEX}?rebuild=true")), format!("Bearer {admin}"));
    let rebuild = || request(&url, "POST", &[("Authorization", &bearer), HEADER]).json();
    let joined: usize = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..16).map(|_| scope.spawn(rebuild)).collect();
        let answers = calls.into_iter().map(|call| call.join().unwrap());
        answers.filter(|answer| answer["joined"] == true).count()
    });
    wait_until(generation, |name| {
        assert_eq!(server.hits("flour").len(), 2);
        name != before
    });
    let number = |name: &str| name.rsplit('-').next().unwrap().parse::<usize>().unwrap();
    let built = number(&generation()) - number(&before);
    assert!(built <= 16 - joined, "{built} generations, {joined} joined");
    site.write_post("food/soup", &post("Soup", "2024-01-03", "Salt."));
    server.wait_for_hits("salt", &["food/soup"]);
    server.wait_for_problem("");
}

#[test]
fn a_server_that_does_not_write_the_index_says_so() {
    let site = site("");
    site.reindex();
    let admin = add(&site, "admin", "a");
    let server = Server::start_with(site.root(), &site.root().join("index"), &["--read-only"]);
    let answer = call(&server, "POST", REINDEX, &admin);
    assert_eq!((answer.status, answer.header("content-type")), (409, "application/problem+json"));
    assert!(answer.body.contains("--read-only"), "{}", answer.body);
    assert_eq!(call(&server, "GET", STATUS, &admin).status, 200);
}
