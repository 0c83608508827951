//! Search results: which posts match, in what order, and what their hits show.

use bloghound::query::{FacetField, RawRequest, SearchRequest, Sort};

use crate::support::{SearchText, TestSite, post};

fn kitchen() -> TestSite {
    TestSite::with_posts(&[
        (
            "food/bread",
            "Baking bread",
            "Flour and water.\n\n## The oven\n\nUse a hot oven. Serve with butter.",
        ),
        (
            "food/soup",
            "Soup of the day",
            "Carrots, onions and bread on the side.\n\n## Seasoning\n\nSalt and pepper.",
        ),
        ("tools/oven", "Choosing an oven", "Gas or electric, both bake bread well."),
        ("tools/knife", "Knives", "Sharpening a knife.\n\n```bash\n# oven timer\nsleep 60\n```"),
    ])
}

#[test]
fn requires_all_words() {
    let engine = kitchen().engine();
    assert_eq!(engine.hits("carrots pepper"), ["food/soup"]);
    assert_eq!(engine.search_text("flour butter").hits[0].missing, Vec::<String>::new());
}

#[test]
fn ranks_title_before_heading_before_body() {
    let site = TestSite::with_posts(&[
        ("a/body", "First things", "We talk about walnuts here, in the middle of other words."),
        ("a/heading", "Second things", "Other words stand here.\n\n## Walnuts\n\nAnd here."),
        ("a/title", "Walnuts", "Other words stand here, and here."),
    ]);
    assert_eq!(site.engine().hits("walnuts"), ["a/title", "a/heading", "a/body"]);
}

#[test]
fn lists_posts_without_a_word_last_and_names_the_word() {
    let engine = kitchen().engine();
    let answer = engine.search_text("carrots sharpening");
    assert!(!answer.hits.is_empty());
    assert!(answer.hits.iter().all(|hit| hit.missing.len() == 1), "{:?}", answer.hits);
    let answer = engine.search_text("carrots zyzzyva");
    assert_eq!(answer.hits.len(), 1);
    assert!(answer.warnings[0].contains("\"zyzzyva\" matches no post"), "{:?}", answer.warnings);
    assert_eq!(engine.search_text("zyzzyva").total, 0);
}

#[test]
fn tolerates_typos_by_word_length() {
    let site = TestSite::with_posts(&[
        ("a/x", "Crossplane compositions", "Text with a fox."),
        ("a/y", "Other", "Something else entirely."),
    ]);
    let engine = site.engine();
    for query in ["crossplne", "corssplane", "crosplnae", "compostions", "txet"] {
        assert_eq!(engine.hits(query), ["a/x"], "{query}");
    }
    // No typo is tolerated in three letters or in quotes, and only one in five letters.
    for query in ["fxo ", "tzzt", "\"crossplne\"", "krozzplame"] {
        assert!(engine.hits(query).is_empty(), "{query}");
    }
}

#[test]
fn highlights_stems_prefixes_and_typos_in_snippets() {
    let site = TestSite::with_posts(&[("a/x", "Title", "The deployments were canaried <b>twice</b>.")]);
    let engine = site.engine();
    for (query, marked) in [
        ("deployment ", "deployments"),
        ("depl", "deployments"),
        ("deplyoments", "deployments"),
        ("canaries ", "canaried"),
        ("\"were canaried\"", "were canaried"),
    ] {
        let snippet = &engine.search_text(query).hits[0].snippet;
        let shown: Vec<&str> =
            snippet.ranges.iter().map(|[start, end]| &snippet.text[*start..*end]).collect();
        assert_eq!(shown.join(" "), marked, "{query}: {}", snippet.html);
        assert!(snippet.html.contains("<mark>"), "{query}");
    }
}

#[test]
fn escapes_the_text_of_posts() {
    let site = TestSite::with_posts(&[(
        "a/x",
        "<script>alert(1)</script> & co",
        "Write `<img src=x onerror=alert(2)>` in code.\n\n## Say \"<i>\" & `<b>`\n\nMore.",
    )]);
    let engine = site.engine();
    let hit = &engine.search_text("img onerror").hits[0];
    assert!(hit.snippet.text.contains("<img src=x"));
    assert!(hit.snippet.html.contains("&lt;<mark>img</mark> src=x"), "{}", hit.snippet.html);
    assert!(hit.title_html.starts_with("&lt;script&gt;"), "{}", hit.title_html);
    let section = engine.search_text("say more").hits[0].section.clone().unwrap();
    assert!(
        !section.title_html.contains("<b>") && section.title_html.contains("&lt;"),
        "{}",
        section.title_html
    );
}

#[test]
fn links_a_hit_to_its_section() {
    let engine = kitchen().engine();
    let section = engine.search_text("pepper").hits[0].section.clone().unwrap();
    assert_eq!((section.title.as_str(), section.anchor.as_str()), ("Seasoning", "seasoning"));
    assert_eq!(section.url, "https://blog.example/food/soup/#seasoning");
    assert_eq!(engine.search_text("carrots").hits[0].section, None);
    let site = TestSite::with_posts(&[("a/x", "X", "First words.\n\n## Bare heading\n\n### Next\n\nMore.")]);
    let hit = &site.engine().search_text("bare").hits[0];
    assert_eq!(hit.section.as_ref().unwrap().title_html, "<mark>Bare</mark> heading");
    assert_eq!(hit.snippet.text, "First words.");
}

#[test]
fn shows_the_description_for_a_match_in_the_title_only() {
    let site = TestSite::with_posts(&[("a/x", "Unmistakable", "First paragraph.\n\n<!--more-->\n\nRest.")]);
    let hit = &site.engine().search_text("unmistakable").hits[0];
    assert_eq!(hit.snippet.text, "First paragraph.");
    assert_eq!(hit.title_html, "<mark>Unmistakable</mark>");
}

#[test]
fn applies_filters_and_counts_facets() {
    let site = kitchen();
    site.write("content/food/_index.md", "+++\ntitle = 'Food & Drink'\n+++\n");
    site.write_post(
        "food/tea",
        "+++\ntitle = 'Tea and bread'\ndate = 2023-05-01\ntags = ['hot', 'C++']\n+++\nTea",
    );
    let engine = site.engine();
    assert_eq!(engine.hits("bread category:tools"), ["tools/oven"]);
    assert_eq!(engine.hits("bread category:\"food & drink\" -tag:hot").len(), 2);
    assert_eq!(engine.hits("tag:c++"), ["food/tea"]);
    assert!(engine.hits("tag:c").is_empty());
    let all = [FacetField::Category, FacetField::Tag, FacetField::Year];
    let request = SearchRequest { query: "bread".into(), facets: all.to_vec(), ..SearchRequest::default() };
    let counted = |request: &SearchRequest, field: &str| {
        let answer = engine.search(request).unwrap();
        answer.facets[field].iter().map(|f| format!("{}={}", f.value, f.count)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(counted(&request, "category"), "Food & Drink=3 Tools=1");
    assert_eq!(counted(&request, "tag"), "C++=1 hot=1");
    assert_eq!(counted(&request, "year"), "2024=3 2023=1");
    let chosen = SearchRequest { category: Some("tools".into()), ..request };
    assert_eq!(counted(&chosen, "category"), "Food & Drink=3 Tools=1");
    assert_eq!(counted(&chosen, "year"), "2024=1");
    // A typed filter restricts the facets, too, and a filter that matches nothing leaves no facets.
    let typed = SearchRequest { query: "bread category:tools".into(), category: None, ..chosen.clone() };
    assert_eq!(counted(&typed, "category"), "Tools=1");
    let nothing = SearchRequest { query: "--".into(), ..chosen };
    assert_eq!(counted(&nothing, "category"), "");
}

#[test]
fn filters_and_sorts_by_date() {
    let engine = kitchen().engine();
    let ids = |raw: RawRequest| {
        let answer = engine.search(&raw.validate().unwrap()).unwrap();
        answer.hits.into_iter().map(|hit| hit.id.replace("/_index.md", "")).collect::<Vec<_>>()
    };
    let sorted = |sort: &str| RawRequest { sort: Some(sort.into()), ..RawRequest::default() };
    assert_eq!(ids(sorted("oldest"))[0], "food/bread");
    assert_eq!(ids(sorted("newest"))[0], "tools/knife");
    let after = RawRequest { after: Some("2024-01-03".into()), ..sorted("oldest") };
    assert_eq!(ids(after), ["tools/oven", "tools/knife"]);
    let before = RawRequest { before: Some("2024-01-02".into()), ..RawRequest::default() };
    assert_eq!(ids(before), ["food/bread"]);
}

#[test]
fn pages_have_no_gap_or_overlap() {
    let site = TestSite::new();
    for number in 0..37 {
        let text = post(&format!("Post {number}"), "2024-01-01", &"word ".repeat(1 + number % 5));
        site.write_post(&format!("a/p{number:02}"), &text);
    }
    let engine = site.engine();
    let page = |page: usize, limit: usize| {
        let request = SearchRequest {
            query: "word".into(),
            page,
            limit,
            sort: Sort::Relevance,
            ..SearchRequest::default()
        };
        engine.search(&request).unwrap().hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    let by_tens: Vec<String> = (1..=4).flat_map(|number| page(number, 10)).collect();
    assert_eq!(by_tens, page(1, 100));
    assert_eq!(by_tens.len(), 37);
    assert!(page(5, 10).is_empty());
}

#[test]
fn results_do_not_depend_on_how_the_index_was_built() {
    let site = kitchen();
    site.reindex();
    for round in 0..12 {
        site.write_post(
            "food/bread",
            &post("Baking bread", "2024-01-01", &format!("Version {round} of bread.")),
        );
        site.write_post(
            &format!("extra/e{round}"),
            &post("Bread again", "2024-02-01", "Oven bread and soup."),
        );
        site.reindex();
        if round % 2 == 0 {
            std::fs::remove_dir_all(site.content().join(format!("extra/e{round}"))).unwrap();
        }
    }
    let grown = site.engine();
    site.rebuild();
    let rebuilt = site.engine();
    for query in ["bread", "oven soup", "brea", "ovne", "\"oven bread\"", "bread -soup", ""] {
        let (a, b) = (grown.search_text(query), rebuilt.search_text(query));
        assert_eq!(a.hits, b.hits, "{query}");
        assert_eq!(a.total, b.total, "{query}");
    }
    assert_ne!(grown.status().generation, rebuilt.status().generation);
}

#[test]
fn positions_of_a_word_repeated_without_end_are_not_compared() {
    let site = kitchen();
    site.write_post("many", &post("Many", "2024-01-01", &"a- ".repeat(300_000)));
    site.write_post("few", &post("Few", "2024-01-02", "It is a a- trap."));
    let response = site.engine().search_text("\"a a\"");
    let ranges = |id: &str| {
        let hit = response.hits.iter().find(|hit| hit.id == format!("{id}/_index.md"));
        hit.unwrap_or_else(|| panic!("{id} is not found")).snippet.ranges.len()
    };
    // The post matches because it has the words, and nothing in it is highlighted.
    assert_eq!((ranges("few"), ranges("many")), (1, 0));
}
