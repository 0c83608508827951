//! Filters and facets of Algolia's protocol.

use serde_json::{Value, json};

use super::{ids, query, send_json, site, write_post};
use crate::support::{Server, TestSite};

/// The folders of the records that pass filters, sorted.
fn found(server: &Server, parameters: &Value) -> Vec<String> {
    let response = query(server, "posts", parameters);
    let mut folders: Vec<String> =
        ids(&response).iter().map(|id| id.trim_end_matches("/_index.md").to_owned()).collect();
    folders.sort();
    assert_eq!(response["nbHits"], folders.len());
    folders
}

#[test]
fn filters_restrict_records() {
    let site = site();
    let server = Server::start(site.root());
    let all = ["a/bread", "a/soup", "about", "b/oven"];
    let cases: [(Value, &[&str]); 24] = [
        (json!({}), &all),
        (json!({"facetFilters": "tags:Oven"}), &["a/bread", "b/oven"]),
        (json!({"facetFilters": ["tags:oven", "categories:Tools"]}), &["b/oven"]),
        (json!({"facetFilters": [["tags:Pot", "categories:Tools"]]}), &["a/soup", "b/oven"]),
        (json!({"facetFilters": ["tags:-Oven"]}), &["a/soup", "about"]),
        (json!({"facetFilters": ["tags:\\-x"]}), &["b/oven"]),
        (json!({"facetFilters": ["tags:--x"]}), &["a/bread", "a/soup", "about"]),
        (json!({"facetFilters": [["tags:-Oven", "year:2022"]]}), &["a/bread", "a/soup", "about"]),
        (json!({"facetFilters": ["tags:Nothing"]}), &[]),
        (json!({"facetFilters": ["categories:Food"]}), &["a/soup"]),
        (json!({"facetFilters": ["hierarchicalCategories.lvl0:Food"]}), &["a/bread", "a/soup"]),
        (json!({"facetFilters": ["hierarchicalCategories.lvl1:Food > Baking"]}), &["a/bread"]),
        (json!({"facetFilters": [["year:2022", "year:2023"]]}), &["a/bread"]),
        (json!({"facetFilters": ["archive.lvl1:2024 > 2024-06"]}), &["a/soup"]),
        (json!({"facetFilters": ["lang:en"]}), &all),
        (json!({"facetFilters": ["language:de"]}), &[]),
        (json!({"tagFilters": ["Oven", "Flour"]}), &["a/bread"]),
        (json!({"tagFilters": "(Oven,Pot)"}), &["a/bread", "a/soup", "b/oven"]),
        (json!({"numericFilters": ["year>=2023"]}), &["a/soup", "b/oven"]),
        (json!({"numericFilters": "year:2020 TO 2023"}), &["a/bread"]),
        (json!({"numericFilters": [["year<2023", "date_timestamp>1719748799"]]}), &["a/bread", "a/soup"]),
        (json!({"numericFilters": ["year!=2022"]}), &["a/soup", "about", "b/oven"]),
        (json!({"filters": "(tags:Pot OR year = 2022) AND NOT categories:Tools"}), &["a/bread", "a/soup"]),
        (json!({"query": "oven", "filters": "Oven", "facetFilters": ["year:2024"]}), &["b/oven"]),
    ];
    for (parameters, expected) in cases {
        assert_eq!(found(&server, &parameters), expected, "{parameters}");
    }
}

#[test]
fn facets_count_under_all_filters_of_their_query() {
    let site = site();
    let server = Server::start(site.root());
    let facets = |parameters: Value| query(&server, "posts", &parameters)["facets"].clone();
    let all = facets(json!({"facets": ["*"], "hitsPerPage": 0}));
    assert_eq!(all["categories"], json!({"2024": 1, "Food": 1, "Food > Baking": 1, "Tools": 1}));
    assert_eq!(all["tags"], json!({"Oven": 2, "-x": 1, "Flour": 1, "Pot": 1}));
    assert_eq!(all["hierarchicalCategories.lvl0"], json!({"Food": 2, "2024": 1, "Tools": 1}));
    assert_eq!(all["hierarchicalCategories.lvl1"], json!({"Food > Baking": 1}));
    assert_eq!(all["archive.lvl0"], json!({"2024": 2, "2022": 1}));
    assert_eq!(all["archive.lvl1"], json!({"2024 > 2024-06": 1, "2024 > 2024-01": 1, "2022 > 2022-03": 1}));
    assert_eq!(all["lang"], json!({"en": 4}));
    let filtered = facets(json!({"facets": ["tags"], "facetFilters": ["tags:Oven"]}));
    assert_eq!(filtered, json!({"tags": {"Oven": 2, "-x": 1, "Flour": 1}}));
    let limited = facets(json!({"facets": "tags", "maxValuesPerFacet": 1}));
    assert_eq!(limited, json!({"tags": {"Oven": 2}}));
    assert_eq!(query(&server, "posts", &json!({"facets": ["unknown"]})).get("facets"), None);
}

#[test]
fn authors_and_series_are_facets_filters_and_attributes() {
    let site = site();
    let head = |title: &str, more: &str| format!("title = '{title}'\ndate = 2024-01-01\n{more}");
    let ada = "authors = ['Ada <b>L</b>', 'Bo']\nseries = ['Bread basics']";
    write_post(&site, "c/one", &head("One", ada), "Rye.");
    write_post(&site, "c/two", &head("Two", "authors = ['Bo']\nseries = ['Bread & more']"), "Rye.");
    write_post(
        &site,
        "c/draft",
        &head("Draft", "draft = true\nauthors = ['Secret']\nseries = ['Secret']"),
        "Rye.",
    );
    let server = Server::start(site.root());
    let cases: [(Value, &[&str]); 8] = [
        (json!({"facetFilters": "authors:Bo"}), &["c/one", "c/two"]),
        (json!({"facetFilters": ["authors:bo", "authors:-Ada <b>L</b>"]}), &["c/two"]),
        (json!({"facetFilters": [["series:Bread basics", "series:Bread & more"]]}), &["c/one", "c/two"]),
        (json!({"query": "rye", "facetFilters": ["series:-Bread basics"]}), &["c/two"]),
        (json!({"filters": "authors:Bo AND NOT series:\"Bread & more\""}), &["c/one"]),
        (json!({"facetFilters": "authors:Secret"}), &[]),
        (json!({"facetFilters": "series:Secret"}), &[]),
        (json!({"facetFilters": "series:"}), &[]),
    ];
    for (parameters, expected) in cases {
        assert_eq!(found(&server, &parameters), expected, "{parameters}");
    }
    let counted = json!({"facets": ["authors", "series"]});
    let response = query(&server, "posts", &counted);
    let expected = json!({
        "authors": {"Bo": 2, "Ada <b>L</b>": 1}, "series": {"Bread & more": 1, "Bread basics": 1}
    });
    assert_eq!(response["facets"], expected);
    assert_eq!(query(&server, "sections", &counted)["facets"], expected);
    let values = json!({"facetQuery": "ba"});
    let values = send_json(&server, "/1/indexes/posts/facets/series/query", &values).json();
    let hits = json!([{"value": "Bread basics", "highlighted": "Bread <mark>ba</mark>sics", "count": 1}]);
    assert_eq!(values["facetHits"], hits);
    let one = json!({"facetFilters": "series:Bread basics"});
    let (post, section) = (query(&server, "posts", &one), query(&server, "sections", &one));
    let (post, section) = (&post["hits"][0], &section["hits"][0]);
    assert_eq!(
        (&post["authors"], &post["series"]),
        (&json!(["Ada <b>L</b>", "Bo"]), &json!(["Bread basics"]))
    );
    assert_eq!(post["_highlightResult"]["authors"][0]["value"], "Ada &lt;b&gt;L&lt;/b&gt;");
    assert_eq!(post["_highlightResult"]["series"][0]["value"], "Bread basics");
    // DocSearch inserts the attributes of sections as HTML.
    assert_eq!(section["authors"], json!(["Ada &lt;b&gt;L&lt;/b&gt;", "Bo"]));
    assert_eq!(section["series"], json!(["Bread basics"]));
}

#[test]
fn numbers_have_statistics() {
    let site = site();
    let server = Server::start(site.root());
    let response = query(&server, "posts", &json!({"facets": ["year", "date_timestamp", "tags"]}));
    let statistics = &response["facets_stats"];
    assert_eq!(statistics["year"]["min"], 2022);
    assert_eq!((&statistics["year"]["max"], &statistics["year"]["sum"]), (&json!(2024), &json!(6070)));
    assert_eq!(statistics["date_timestamp"]["max"], 1_719_748_800);
    assert_eq!(statistics.get("tags"), None);
    assert_eq!(response["facets"]["date_timestamp"], json!({}));
}

#[test]
fn values_of_a_facet_are_searched_by_both_client_versions() {
    let site = site();
    write_post(&site, "c/x", "title = 'X'\ndate = 2024-01-01\ntags = ['Big <b>Oven</b>', 'Ovens']", "Text.");
    let server = Server::start(site.root());
    let tags = json!({"highlightPreTag": "<em>", "highlightPostTag": "</em>"});
    let mut fields = json!({"indexName": "posts", "type": "facet", "facet": "tags", "facetQuery": "OVE", "maxFacetHits": 2});
    fields.as_object_mut().unwrap().extend(tags.as_object().unwrap().clone());
    let newer = send_json(&server, "/1/indexes/*/queries", &json!({"requests": [fields]})).json();
    let newer = &newer["results"][0];
    let expected = json!([
        {"value": "Oven", "highlighted": "<em>Ove</em>n", "count": 2},
        {"value": "Big <b>Oven</b>", "highlighted": "Big &lt;b&gt;<em>Ove</em>n&lt;/b&gt;", "count": 1}
    ]);
    assert_eq!(newer["facetHits"], expected);
    assert_eq!(newer["exhaustiveFacetsCount"], true);
    let older = json!({"params": "facetQuery=ove&maxFacetHits=2&highlightPreTag=%3Cem%3E&highlightPostTag=%3C/em%3E"});
    let older = send_json(&server, "/1/indexes/posts/facets/tags/query", &older).json();
    assert_eq!(older["facetHits"], expected);
    let filtered = json!({"facetQuery": "", "query": "bread", "facetFilters": ["tags:Flour"]});
    let filtered = send_json(&server, "/1/indexes/posts/facets/tags/query", &filtered).json();
    assert_eq!(filtered["facetHits"].as_array().unwrap().len(), 2, "{filtered}");
    let none = json!({"facetQuery": "zz"});
    assert_eq!(
        send_json(&server, "/1/indexes/posts/facets/tags/query", &none).json()["facetHits"],
        json!([])
    );
}

#[test]
fn hidden_posts_are_not_counted() {
    let site = TestSite::new();
    write_post(&site, "a/seen", "title = 'Seen'\ndate = 2024-01-01\ntags = ['Public']", "Word.");
    write_post(
        &site,
        "a/draft",
        "title = 'Draft'\ndate = 2024-01-01\ndraft = true\ntags = ['Secret']",
        "Word.",
    );
    write_post(
        &site,
        "a/left",
        "title = 'Left'\ndate = 2024-01-01\ntags = ['Secret']\n[search]\nexclude = true",
        "Word.",
    );
    let server = Server::start(site.root());
    for index in ["posts", "sections"] {
        let response = query(&server, index, &json!({"query": "word", "facets": ["*"]}));
        assert_eq!(response["nbHits"], 1, "{response}");
        assert!(!response.to_string().contains("Secret"), "{response}");
    }
    let values = send_json(&server, "/1/indexes/posts/facets/tags/query", &json!({"facetQuery": "sec"}));
    assert_eq!(values.json()["facetHits"], json!([]));
}
