//! The description of the API.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::site;
use crate::support::{Server, own_site};

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let site = site();
    let server = Server::start(site.root());
    let served = server.get("/openapi.json");
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    let path = own_site().join("docs/openapi.json");
    if std::env::var_os("BLOGHOUND_UPDATE").is_some() {
        fs::write(&path, &served.body).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == served.body,
        "docs/openapi.json is out of date; update it with\n\
         BLOGHOUND_UPDATE=1 cargo test --test suite api::openapi"
    );
}

#[test]
fn the_document_has_the_published_routes_and_parameters() {
    let site = site();
    let server = Server::start(site.root());
    let document = server.get("/openapi.json").json();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let (method, operation) =
            if item["get"].is_object() { ("GET", &item["get"]) } else { ("POST", &item["post"]) };
        described.insert(format!("{method} {path}"));
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            described.insert(format!("{method} {path}?{}", parameter["name"].as_str().unwrap()));
        }
    }
    let published = fs::read_to_string(own_site().join("tests/suite/published/http.txt")).unwrap();
    // Pages, feeds and other protocols have descriptions of their own.
    let is_of_api = |path: &str| {
        ["/api/v1/", "/healthz", "/readyz", "/metrics"].iter().any(|start| path.starts_with(start))
    };
    let of_api = |name: &&str| name.split_once(' ').is_some_and(|(_, path)| is_of_api(path));
    let published: BTreeSet<String> = published.lines().filter(of_api).map(str::to_owned).collect();
    assert_eq!(described, published);
}

#[test]
fn examples_and_defaults_are_accepted() {
    let site = site();
    let server = Server::start(site.root());
    let document = server.get("/openapi.json").json();
    let in_url = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    };
    let paths = document["paths"].as_object().unwrap().iter();
    // Admin calls need a key.
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("/api/v1/admin/")) {
        let parameters = item["get"]["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let mut examples = Vec::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            let encode = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            examples.push(format!("{name}={}", encode(&in_url(&parameter["example"]))));
            if let Some(default) = parameter["schema"].get("default") {
                let required = if path.ends_with("facets") { "&field=tag" } else { "" };
                let response = server.get(&format!("{path}?{name}={}{required}", in_url(default)));
                assert!(
                    matches!(response.status, 200 | 404) || path.ends_with("related"),
                    "{path} {name}: {}",
                    response.body
                );
            }
        }
        let response = server.get(&format!("{path}?{}", examples.join("&")));
        let is_unknown_post =
            response.status == 404 && examples.iter().any(|example| example.starts_with("id="));
        assert!(response.status == 200 || is_unknown_post, "{path}: {}", response.body);
    }
}

#[test]
fn the_document_is_readable_as_a_page_without_scripts() {
    let site = site();
    let server = Server::start(site.root());
    let page = server.get("/docs");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(!page.body.contains("<script") && !page.body.contains("style="), "script or style");
    assert_eq!(server.get("/assets/docs.css").status, 200);
    for text in
        ["GET /api/v1/search", "QUERY /api/v1/search", "SearchResponse", "max_body_bytes", "kub", "1 to 100"]
    {
        assert!(page.body.contains(text), "{text}");
    }
    // Every link leads to something.
    for (at, _) in page.body.match_indices("href=\"#") {
        let target: String = page.body[at + 7..].chars().take_while(|c| *c != '"').collect();
        assert!(page.body.contains(&format!("id=\"{target}\"")), "{target}");
    }
}
