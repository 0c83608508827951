//! Algolia's protocol: what its clients send and expect, without the clients.

mod filters;
mod refusals;
mod sections;
mod service;

use serde_json::{Value, json};

use crate::support::{Answer, PATIENCE, Server, TestSite};

const IMAGE: &str = "<img src=x onerror=alert(1)>";

/// A response to a POST request, whatever its status is.
fn send(server: &Server, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method("POST").uri(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body).unwrap()).unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

fn send_json(server: &Server, path: &str, body: &Value) -> Answer {
    send(server, path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

/// The response to one query of an index.
fn query(server: &Server, index: &str, parameters: &Value) -> Value {
    let answer = send_json(server, &format!("/1/indexes/{index}/query"), parameters);
    assert_eq!(answer.status, 200, "{parameters}: {}", answer.body);
    answer.json()
}

/// The ids of the records of a response.
fn ids(response: &Value) -> Vec<&str> {
    response["hits"].as_array().unwrap().iter().map(|hit| hit["objectID"].as_str().unwrap()).collect()
}

fn write_post(site: &TestSite, folder: &str, front_matter: &str, body: &str) {
    site.write_post(folder, &format!("+++\n{front_matter}\n+++\n\n{body}\n"));
}

fn site() -> TestSite {
    let site = TestSite::new();
    write_post(
        &site,
        "a/bread",
        "title = 'Baking bread'\ndate = 2022-03-04\ncategories = ['Food > Baking']\ntags = ['Oven', 'Flour']",
        "Flour and water.\n\n## The oven\n\nHot it must be.\n\n### Stones\n\nA stone keeps the oven hot.\n\n## Salt\n\nTwo percent.",
    );
    write_post(
        &site,
        "a/soup",
        "title = 'Soup'\ndate = 2024-06-30T12:00:00Z\ncategories = ['Food']\ntags = ['Pot']",
        "Water and salt.",
    );
    write_post(
        &site,
        "b/oven",
        &format!(
            "title = '''An oven's {IMAGE}'''\ndate = 2024-01-01\ncategories = ['2024', 'Tools']\ntags = ['Oven', '-x']"
        ),
        &format!("Gas or electric, `{IMAGE}` & \"more\".\n\n## `{IMAGE}` oven\n\nText."),
    );
    write_post(&site, "about", "title = 'About'\ncategories = []", "This page has no date.");
    site
}

#[test]
fn both_client_versions_get_the_same_response() {
    let site = site();
    let server = Server::start(site.root());
    let of_objects =
        json!({"requests": [{"indexName": "posts", "query": "hot ove", "facets": ["tags"], "page": 0}]});
    let of_texts = json!({"requests": [
        {"indexName": "posts", "params": "query=hot%20ove&facets=%5B%22tags%22%5D&page=0"}]});
    let in_object = json!({"requests": [{"indexName": "posts", "params": {"query": "hot ove", "facets": "tags", "page": "0"}}]});
    let mut responses = Vec::new();
    for body in [of_objects, of_texts, in_object] {
        let answer = send_json(&server, "/1/indexes/*/queries", &body);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/json"),
            "{}",
            answer.body
        );
        let mut response = answer.json()["results"][0].clone();
        let fields = response.as_object_mut().unwrap();
        assert!(fields.remove("processingTimeMS").unwrap().as_u64().unwrap() >= 1);
        let params = fields.remove("params").unwrap();
        assert!(params.as_str().unwrap().contains("query=hot%20ove"), "{params}");
        responses.push(response);
    }
    assert_eq!(responses[0], responses[1]);
    assert_eq!(responses[0], responses[2]);
    let response = &responses[0];
    let expected = json!({
        "nbHits": 1, "page": 0, "nbPages": 1, "hitsPerPage": 20, "query": "hot ove", "index": "posts",
        "exhaustive": {"nbHits": true, "typo": true, "facetsCount": true}, "exhaustiveNbHits": true,
        "exhaustiveTypo": true, "exhaustiveFacetsCount": true, "facets": {"tags": {"Flour": 1, "Oven": 1}}
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&response[name], value, "{name}");
    }
    assert_eq!(response.get("queryID"), None);
    assert_eq!(response.get("_automaticInsights"), None);
}

#[test]
fn the_record_of_a_post_has_the_documented_attributes() {
    let site = site();
    let server = Server::start(site.root());
    let response = query(&server, "posts", &json!({"query": "hot", "clickAnalytics": true}));
    let hit = &response["hits"][0];
    let keys: Vec<&str> = hit.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "objectID",
        "url",
        "title",
        "description",
        "categories",
        "hierarchicalCategories",
        "tags",
        "authors",
        "series",
        "lang",
        "kind",
        "date",
        "date_timestamp",
        "year",
        "updated",
        "image",
        "reading_minutes",
        "content",
        "section_title",
        "section_url",
        "_highlightResult",
        "_snippetResult",
    ];
    assert_eq!(keys, expected);
    assert_eq!(hit["objectID"], "a/bread/_index.md");
    assert_eq!((&hit["kind"], &hit["year"]), (&json!("post"), &json!(2022)));
    assert_eq!(hit["date_timestamp"], 1_646_352_000);
    let levels = json!({"lvl0": ["Food"], "lvl1": ["Food > Baking"]});
    assert_eq!(hit["hierarchicalCategories"], levels);
    assert_eq!(hit["section_url"], "https://blog.example/a/bread/#the-oven");
    let content = &hit["_snippetResult"]["content"];
    assert_eq!(content, &json!({"value": "<mark>Hot</mark> it must be.", "matchLevel": "full"}));
    assert_eq!(hit["_highlightResult"]["tags"][0]["value"], "Oven");
    assert_eq!(response["queryID"].as_str().unwrap().len(), 32);
    let page = query(&server, "posts", &json!({"query": "About"}));
    assert_eq!((&page["hits"][0]["date"], &page["hits"][0]["year"]), (&Value::Null, &Value::Null));
}

#[test]
fn attributes_are_selected() {
    let site = site();
    let server = Server::start(site.root());
    let parameters = json!({
        "query": "hot", "attributesToRetrieve": ["title", "hierarchicalCategories.lvl0"],
        "attributesToHighlight": ["title"], "attributesToSnippet": ["content:5"]
    });
    let hit = &query(&server, "posts", &parameters)["hits"][0];
    let expected = json!({
        "objectID": "a/bread/_index.md", "title": "Baking bread", "hierarchicalCategories": {"lvl0": ["Food"]},
        "_highlightResult": {"title": {"value": "Baking bread", "matchLevel": "none", "matchedWords": []}},
        "_snippetResult": {"content": {"value": "<mark>Hot</mark> it must be.", "matchLevel": "full"}}
    });
    assert_eq!(hit, &expected);
    let none = json!({"query": "hot", "attributesToRetrieve": [], "attributesToHighlight": [], "attributesToSnippet": []});
    assert_eq!(query(&server, "posts", &none)["hits"][0], json!({"objectID": "a/bread/_index.md"}));
}

#[test]
fn markup_is_escaped_unless_the_client_escapes_it() {
    let site = site();
    let server = Server::start(site.root());
    let title = |tags: Value| {
        let mut parameters = tags;
        parameters["query"] = "electric oven's".into();
        let response = query(&server, "posts", &parameters);
        let hit = response["hits"].as_array().unwrap()[0].clone();
        assert_eq!(hit["title"], format!("An oven's {IMAGE}"));
        hit["_highlightResult"]["title"]["value"].as_str().unwrap().to_owned()
    };
    let escaped = "An <mark>oven&#039;s</mark> &lt;img src=x onerror=alert(1)&gt;";
    assert_eq!(title(json!({})), escaped);
    assert_eq!(title(json!({"highlightPreTag": "<script>", "highlightPostTag": "</script>"})), escaped);
    let plain = json!({"highlightPreTag": "__ais-highlight__", "highlightPostTag": "__/ais-highlight__"});
    assert_eq!(title(plain), format!("An __ais-highlight__oven's__/ais-highlight__ {IMAGE}"));
}

#[test]
fn replicas_sort_by_date_and_pages_count_from_zero() {
    let site = site();
    let server = Server::start(site.root());
    let newest = ["a/soup/_index.md", "b/oven/_index.md", "a/bread/_index.md", "about/_index.md"];
    assert_eq!(ids(&query(&server, "posts_newest", &json!({}))), newest);
    let oldest = ["a/bread/_index.md", "b/oven/_index.md", "a/soup/_index.md", "about/_index.md"];
    assert_eq!(ids(&query(&server, "posts_oldest", &json!({"query": ""}))), oldest);
    let page = |page: usize| query(&server, "posts_newest", &json!({"page": page, "hitsPerPage": 3}));
    assert_eq!(ids(&page(1)), newest[3..]);
    assert_eq!(
        (&page(1)["page"], &page(1)["nbPages"], &page(1)["nbHits"]),
        (&json!(1), &json!(2), &json!(4))
    );
    for far in [2, 333, 1_000_000, usize::MAX] {
        let response = page(far);
        assert_eq!(
            (ids(&response).len(), &response["nbHits"], &response["nbPages"]),
            (0, &json!(4), &json!(2))
        );
    }
    let none = query(&server, "posts", &json!({"query": "zzzzzz"}));
    assert_eq!((&none["hits"], &none["nbHits"], &none["nbPages"]), (&json!([]), &json!(0), &json!(0)));
}

#[test]
fn queries_run_until_one_has_enough_records_if_requested() {
    let site = site();
    let server = Server::start(site.root());
    let requests =
        ["zzzz", "water", "salt"].map(|text| json!({"indexName": "posts", "query": text, "hitsPerPage": 2}));
    let body = json!({"requests": requests, "strategy": "stopIfEnoughMatches"});
    let results = send_json(&server, "/1/indexes/*/queries", &body).json()["results"].clone();
    let hits: Vec<usize> = results.as_array().unwrap().iter().map(|result| ids(result).len()).collect();
    assert_eq!(hits, [0, 2, 0]);
    assert_eq!((results[1].get("processed"), &results[2]["processed"]), (None, &json!(false)));
}

#[test]
fn recommendations_are_related_posts() {
    let site = TestSite::with_posts(&[
        ("a/one", "Sourdough starter", "Feed the sourdough starter with rye flour every morning."),
        ("a/two", "Sourdough bread", "A sourdough starter and rye flour make bread rise."),
        ("a/three", "Bicycles", "Chains and gears need oil."),
    ]);
    let server = Server::start(site.root());
    let request =
        |id: &str, model: &str| json!({"indexName": "posts", "model": model, "objectID": id, "threshold": 0});
    let body = json!({"requests": [
        request("a/one/_index.md", "related-products"), request("a/one/_index.md", "looking-similar"),
        request("no/such/post.md", "related-products")]});
    let answer = send_json(&server, "/1/indexes/*/recommendations", &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let results = answer.json()["results"].clone();
    for result in [&results[0], &results[1]] {
        assert_eq!(ids(result), ["a/two/_index.md"], "{result}");
        let score = result["hits"][0]["_score"].as_f64().unwrap();
        assert!(score > 0.0 && score <= 100.0, "{score}");
    }
    assert_eq!((&results[2]["hits"], &results[2]["nbHits"]), (&json!([]), &json!(0)));
    let other = json!({"requests": [request("a/one/_index.md", "trending-items")]});
    let answer = send_json(&server, "/1/indexes/*/recommendations", &other);
    assert_eq!(answer.status, 400, "{}", answer.body);
}
