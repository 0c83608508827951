//! Hits with some of their fields.

use serde_json::{Value, json};

use super::site;
use crate::support::Server;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn hits_have_the_requested_fields_with_the_same_values() {
    let site = site();
    let server = Server::start(site.root());
    let all = server.get("/api/v1/search?q=deploy&facets=tag").json();
    for (list, expected) in [
        ("url,title,snippet", &["url", "title", "snippet"][..]),
        ("score,%20id%20,id,", &["id", "score"]),
        ("missing,title_html,date,section", &["title_html", "date", "section", "missing"]),
    ] {
        let some = server.get(&format!("/api/v1/search?q=deploy&facets=tag&fields={list}")).json();
        assert_eq!(keys(&some), keys(&all));
        assert_eq!((&some["total"], &some["facets"]), (&all["total"], &all["facets"]));
        for (hit, whole) in some["hits"].as_array().unwrap().iter().zip(all["hits"].as_array().unwrap()) {
            assert_eq!(keys(hit), expected, "{list}");
            assert!(expected.iter().all(|field| hit[field] == whole[field]), "{hit}\n{whole}");
        }
    }
    for list in ["", ",", "%20"] {
        let same = server.get(&format!("/api/v1/search?q=deploy&facets=tag&fields={list}")).json();
        assert_eq!(same["hits"], all["hits"], "{list:?}");
    }
}

#[test]
fn fields_that_are_not_in_all_hits_can_be_requested() {
    let site = site();
    let server = Server::start(site.root());
    let path = "/api/v1/search?q=deploy&fields=fragments,sections,versions,explanation,id";
    let plain = server.get(path).json();
    assert_eq!(keys(&plain["hits"][0]), ["id"]);
    let explained = server.get(&format!("{path}&explain=1")).json();
    assert_eq!(keys(&explained["hits"][0]), ["id", "explanation"]);
}

#[test]
fn unknown_fields_are_refused_with_the_list_of_all() {
    let site = site();
    let server = Server::start(site.root());
    let refused = server.get("/api/v1/search?q=deploy&fields=url,colour");
    assert_eq!((refused.status, &refused.json()["parameter"]), (400, &json!("fields")));
    let allowed = refused.json()["allowed"].as_str().unwrap().to_owned();
    let hit = server.get("/api/v1/search?q=deploy&explain=1").json()["hits"][0].clone();
    for field in keys(&hit) {
        assert!(allowed.contains(field), "{field} is not in {allowed}");
    }
}
