//! Facets, filters by series and year, and the search within a facet.

use serde_json::json;

use super::{counts, site, warnings};
use crate::support::{Server, TestSite};

#[test]
fn facets_count_under_the_filters_of_other_fields() {
    let site = site();
    let server = Server::start(site.root());
    let facets = |parameters: &str| {
        let all = "category,tag,author,lang,series,year";
        server.get(&format!("/api/v1/search?facets={all}&{parameters}")).json()["facets"].clone()
    };
    let all = facets("q=deploy");
    assert_eq!(counts(&all["category"]), ["Code 2", "Operations 2"]);
    assert_eq!(counts(&all["tag"]), ["Kubernetes 2", "rust 2", "C++ 1", "GitOps 1"]);
    assert_eq!(counts(&all["author"]), ["Ann Lee 2", "Bob 1"]);
    assert_eq!(counts(&all["lang"]), ["en 4", "de 1"]);
    assert_eq!(counts(&all["series"]), ["CI/CD 2", "Basics 1"]);
    assert_eq!(counts(&all["year"]), ["2024 3", "2023 1"]);
    // Each parameter restricts all facets but its own.
    let restricted = facets("q=deploy&author=Ann+Lee&year=2024&series=basics&lang=en");
    assert_eq!(counts(&restricted["author"]), ["Ann Lee 1"]);
    assert_eq!(counts(&restricted["category"]), ["Code 1"]);
    assert_eq!(counts(&facets("author=Bob")["author"]), ["Ann Lee 2", "Bob 1"]);
    assert_eq!(counts(&facets("year=2023")["year"]), ["2024 3", "2023 1"]);
    assert_eq!(counts(&facets("year=2023")["series"]), ["CI/CD 1"]);
    assert_eq!(counts(&facets("series=Basics")["series"]), ["CI/CD 2", "Basics 1"]);
    assert_eq!(counts(&facets("lang=de")["lang"]), ["en 4", "de 1"]);
    // A typed filter is a part of the query and restricts all facets.
    assert_eq!(counts(&facets("q=author:bob")["author"]), ["Bob 1"]);
}

#[test]
fn series_and_year_filter_in_parameters_and_in_queries() {
    let site = site();
    let server = Server::start(site.root());
    let hits = |parameters: &str| {
        let response = server.get(&format!("/api/v1/search?sort=oldest&{parameters}")).json();
        let hits = response["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for parameters in [
        "series=CI/CD",
        "series=ci+cd",
        "q=series:ci-cd",
        "q=series:%22CI/CD%22",
        "q=-series:basics+tag:kubernetes",
    ] {
        assert_eq!(hits(parameters), ["ops/cluster.md", "ops/deploy.md"], "{parameters}");
    }
    for parameters in ["year=2023", "q=year:2023", "q=year:2022,2023", "q=deploy+-year:2024+-about"] {
        assert_eq!(hits(parameters)[0], "ops/cluster.md", "{parameters}");
    }
    assert_eq!(hits("year=2023").len(), 1);
    assert_eq!(hits("q=(year:2023+OR+series:basics)").len(), 2);
    let ignored = warnings(&server, "/api/v1/search?q=deploy+year:soon");
    assert_eq!(ignored, "ignored the filter `year:soon`: expected a year from 0001 to 9999");
}

#[test]
fn values_of_a_facet_are_found_by_the_beginning_of_their_words() {
    let site = site();
    let server = Server::start(site.root());
    let values = |parameters: &str| {
        let response = server.get(&format!("/api/v1/facets?{parameters}"));
        assert_eq!(response.status, 200, "{parameters}: {}", response.body);
        counts(&response.json()["values"])
    };
    assert_eq!(values("field=tag&prefix=KUB"), ["Kubernetes 2"]);
    assert_eq!(values("field=tag&prefix=ops"), [""; 0]);
    assert_eq!(values("field=series&prefix=cd"), ["CI/CD 2"]);
    assert_eq!(values("field=author&prefix=lee"), ["Ann Lee 2"]);
    assert_eq!(values("field=author&prefix=ann+l"), ["Ann Lee 2"]);
    assert_eq!(values("field=tag&prefix=c%2B"), ["C++ 1"]);
    assert_eq!(values("field=year&prefix=202"), ["2024 3", "2023 1"]);
    assert_eq!(values("field=year&prefix=4"), [""; 0]);
    assert_eq!(values("field=lang&prefix=d&q=deploy"), ["de 1"]);
    assert_eq!(values("field=tag&prefix=k&year=2024"), ["Kubernetes 1"]);
    assert_eq!(values("field=tag&q=cluster"), ["GitOps 1", "Kubernetes 1"]);
    // A filter on the field itself does not apply.
    assert_eq!(values("field=tag&tag=rust&prefix=ku"), ["Kubernetes 2"]);
    let response = server.get("/api/v1/facets?field=tag&limit=1&q=deploy&prefix=").json();
    assert_eq!(
        (&response["total"], counts(&response["values"])),
        (&json!(4), vec!["Kubernetes 2".to_owned()])
    );
    assert_eq!((&response["field"], &response["query"]), (&json!("tag"), &json!("deploy")));
}

#[test]
fn requests_for_a_facet_are_validated() {
    let site = site();
    let server = Server::start(site.root());
    for (parameters, parameter) in [
        ("", "field"),
        ("field=", "field"),
        ("field=color", "field"),
        ("field=tag&limit=0", "limit"),
        ("field=tag&limit=101", "limit"),
        ("field=tag&after=soon", "after"),
    ] {
        let response = server.get(&format!("/api/v1/facets?{parameters}"));
        assert_eq!(
            (response.status, &response.json()["parameter"]),
            (400, &json!(parameter)),
            "{parameters}"
        );
    }
    assert_eq!(warnings(&server, "/api/v1/facets?field=tag&page=2"), "unknown parameter `page` ignored");
    for hostile in ["-", "a%22%3C", "%F0%9F%A6%80", &"x".repeat(8_000)] {
        let response = server.get(&format!("/api/v1/facets?field=tag&prefix={hostile}"));
        assert_eq!((response.status, &response.json()["total"]), (200, &json!(0)), "{hostile:.20}");
    }
}

#[test]
fn facets_of_many_values_are_cut_at_their_most_frequent_ones() {
    let site = TestSite::new();
    for at in 0..150 {
        let front_matter = format!("title = 'P{at}'\ndate = 2024-01-01\ntags = ['tag {at:03}', 'all']");
        site.write_post(&format!("a/p{at}"), &format!("+++\n{front_matter}\n+++\n\nText.\n"));
    }
    let server = Server::start(site.root());
    let facet = server.get("/api/v1/search?facets=tag&limit=1").json()["facets"]["tag"].clone();
    assert_eq!((facet.as_array().unwrap().len(), &facet[0]), (100, &json!({"value": "all", "count": 150})));
    let found = server.get("/api/v1/facets?field=tag&prefix=14&limit=100").json();
    assert_eq!(found["total"], 10);
    assert_eq!(counts(&found["values"])[0], "tag 140 1");
}
