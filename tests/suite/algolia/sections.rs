//! The index `sections`, as `DocSearch` reads it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{IMAGE, ids, query, site};
use crate::support::{Server, TestSite};

/// What `DocSearch` 5 sends.
fn docsearch(text: &str) -> Value {
    let levels = |first: usize| (first..=6).map(|level| format!("hierarchy.lvl{level}"));
    let retrieved: Vec<String> = levels(0).chain(["content", "type", "url"].map(str::to_owned)).collect();
    let snippets: Vec<String> =
        levels(1).chain(["content".to_owned()]).map(|name| format!("{name}:15")).collect();
    json!({
        "query": text, "attributesToRetrieve": retrieved, "attributesToSnippet": snippets, "snippetEllipsisText": "…",
        "highlightPreTag": "<mark>", "highlightPostTag": "</mark>", "hitsPerPage": 20, "clickAnalytics": false
    })
}

fn kinds(response: &Value) -> Vec<(String, String)> {
    let hits = response["hits"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    hits.map(|hit| (text(&hit["type"]), text(&hit["url"]))).collect()
}

#[test]
fn each_matching_section_is_a_record() {
    let site = site();
    let server = Server::start(site.root());
    let response = query(&server, "sections", &docsearch("oven"));
    let url = |path: &str| format!("https://blog.example/{path}");
    let expected = [
        ("lvl1", url("b/oven/")),
        ("lvl2", url("b/oven/#img-srcx-onerroralert1-oven")),
        ("lvl2", url("a/bread/#the-oven")),
        ("content", url("a/bread/#stones")),
    ];
    let found: BTreeSet<(String, String)> = kinds(&response).into_iter().collect();
    let expected: BTreeSet<(String, String)> = expected.map(|(kind, url)| (kind.to_owned(), url)).into();
    assert_eq!(found, expected);
    assert_eq!(response["nbHits"], 4);
    let stones = response["hits"].as_array().unwrap().iter().find(|hit| hit["type"] == "content").unwrap();
    let hierarchy = json!({
        "lvl0": "Food &gt; Baking", "lvl1": "Baking bread", "lvl2": "The oven", "lvl3": "Stones", "lvl4": null,
        "lvl5": null, "lvl6": null
    });
    assert_eq!(stones["hierarchy"], hierarchy);
    assert_eq!(stones["content"], "A stone keeps the oven hot.");
    assert_eq!(stones["_snippetResult"]["content"]["value"], "A stone keeps the <mark>oven</mark> hot.");
}

#[test]
fn everything_is_escaped() {
    let site = site();
    let server = Server::start(site.root());
    let response = query(&server, "sections", &json!({"query": "electric"}));
    let hit = &response["hits"][0];
    let escaped = "&lt;img src=x onerror=alert(1)&gt;";
    assert_eq!(hit["hierarchy"]["lvl1"], format!("An oven&#039;s {escaped}"));
    // A category that is a number would be moved to the front by JavaScript.
    assert_eq!(hit["hierarchy"]["lvl0"], "Tools");
    assert_eq!(hit["type"], "content");
    let content = format!("Gas or <mark>electric</mark>, {escaped} &amp; &quot;more&quot;.");
    assert_eq!(hit["_snippetResult"]["content"]["value"], content);
    assert!(!response.to_string().contains("<img"), "{response}");
    let leaves = hit["_highlightResult"]["hierarchy"].as_object().unwrap();
    assert!(leaves.values().all(|leaf| leaf["value"].is_string()), "{leaves:?}");
    assert!(!query(&server, "sections", &docsearch("oven")).to_string().contains(IMAGE));
}

#[test]
fn without_words_all_sections_are_records() {
    let site = site();
    let server = Server::start(site.root());
    let response = query(&server, "sections", &json!({"hitsPerPage": 100, "facets": ["tags"]}));
    // The introductions of four posts, and four headings.
    assert_eq!((ids(&response).len(), &response["nbHits"]), (8, &json!(8)));
    assert_eq!(response["facets"]["tags"], json!({"Oven": 6, "Flour": 4, "-x": 2, "Pot": 1}));
    let counted = query(&server, "sections", &json!({"hitsPerPage": 0, "facets": ["tags"]}));
    assert_eq!((&counted["nbHits"], &counted["facets"]), (&json!(8), &response["facets"]));
    let filtered = query(&server, "sections", &json!({"facetFilters": ["tags:Pot"]}));
    assert_eq!((ids(&filtered), &filtered["nbHits"]), (vec!["a/soup/_index.md#0"], &json!(1)));
}

#[test]
fn pages_contain_each_record_once() {
    let site = TestSite::new();
    for post in 0..7 {
        let sections = (0..post).map(|number| format!("## Part {number}\n\nThe word is here.\n"));
        let body = format!("The word.\n\n{}", sections.collect::<String>());
        site.write_post(&format!("a/p{post}"), &crate::support::post("Title", "2024-01-01", &body));
    }
    let server = Server::start(site.root());
    for text in ["word", ""] {
        let all = query(&server, "sections", &json!({"query": text, "hitsPerPage": 100}));
        let total = usize::try_from(all["nbHits"].as_u64().unwrap()).unwrap();
        assert_eq!((total, ids(&all).len()), (28, 28), "{text}");
        let mut paged = Vec::new();
        for page in 0..10 {
            let response =
                query(&server, "sections", &json!({"query": text, "hitsPerPage": 3, "page": page}));
            assert_eq!((&response["nbHits"], &response["nbPages"]), (&json!(28), &json!(10)));
            paged.extend(ids(&response).into_iter().map(str::to_owned));
        }
        assert_eq!(paged, ids(&all), "{text}");
        let unique: BTreeSet<&String> = paged.iter().collect();
        assert_eq!(unique.len(), 28);
        // Long posts do not fill the first page.
        let posts: BTreeSet<&str> = paged[..9].iter().map(|id| id.split('#').next().unwrap()).collect();
        assert!(posts.len() >= 3, "{paged:?}");
    }
}

#[test]
fn a_section_has_all_words_that_any_section_has_with_the_title() {
    let site = TestSite::with_posts(&[(
        "a/x",
        "Kubernetes",
        "Intro.\n\n## One\n\nOperators and controllers.\n\n## Two\n\nOnly operators.\n\n## Three\n\nNothing.",
    )]);
    let server = Server::start(site.root());
    let urls = |text: &str| {
        let response = query(&server, "sections", &json!({"query": text}));
        kinds(&response)
            .into_iter()
            .map(|(_, url)| url.rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(urls("operators controllers "), ["#one"]);
    assert_eq!(urls("kubernetes operators "), ["#one", "#two"]);
    assert_eq!(urls("kubernetes "), [""]);
}
