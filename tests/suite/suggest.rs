//! Suggestions while typing, with real indexes, sockets and the binary.

use bloghound::engine::Engine;
use bloghound::query::suggest::{SuggestRequest, Suggestion};
use serde_json::json;

use crate::support::{Server, TestSite, bloghound, post};

trait Type {
    /// The suggestions for the typed text.
    fn suggestions(&self, typed: &str) -> Vec<Suggestion>;

    /// The texts of the suggestions.
    fn typed(&self, typed: &str) -> Vec<String> {
        self.suggestions(typed).into_iter().map(|suggestion| suggestion.text).collect()
    }
}

impl Type for Engine {
    fn suggestions(&self, typed: &str) -> Vec<Suggestion> {
        self.suggest(&SuggestRequest { query: typed.to_owned(), limit: 8 }).unwrap().suggestions
    }
}

fn blog() -> TestSite {
    let site = TestSite::with_posts(&[
        ("tools/argo", "Deploying with Argo CD", "## Set up the *cluster*\n\nOne Argo CD, two Argo CD."),
        ("tools/flux", "Flux & friends", "Argo CD is not Flux. Again: Argo CD is another."),
        ("tools/zurich", "Züge nach Zürich", "## Set up\n\nA zebra."),
        ("asia/ja", "日本語の検索", "検索と検索。"),
        ("asia/th", "การค้นหาข้อความ", "ข้อความ"),
    ]);
    site.write_post(
        "tools/tagged",
        "+++\ntitle = 'Tagged'\ndate = 2024-02-01\ntags = ['CI/CD', 'Zoo']\n+++\n\nText.\n",
    );
    site
}

#[test]
fn completes_titles_headings_labels_and_phrases() {
    let engine = blog().engine();
    let cases: [(&str, &[&str]); 15] = [
        ("dep", &["Deploying with Argo CD"]),
        ("deploying with argo cd", &["Deploying with Argo CD"]),
        ("argo", &["Argo CD", "Deploying with Argo CD"]),
        ("cd argo", &["Argo CD", "Deploying with Argo CD"]),
        ("zuri", &["Züge nach Zürich"]),
        ("ci/c", &["CI/CD"]),
        ("ci cd", &["CI/CD"]),
        ("set up t", &["Set up the cluster"]),
        ("set ", &["Set up", "Set up the cluster"]),
        ("se ", &[]),
        ("検", &["日本語の検索"]),
        ("語の", &["日本語の検索"]),
        ("ข้อ", &["การค้นหาข้อความ"]),
        // In one post only, and in no title, heading or label.
        ("zeb", &[]),
        ("tool", &["tools"]),
    ];
    for (typed, expected) in cases {
        let found = engine.typed(typed);
        let found: Vec<String> = found.iter().map(|text| text.replace("Tools", "tools")).collect();
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn tolerates_typos_if_nothing_else_matches() {
    let engine = blog().engine();
    let cases: [(&str, &[&str]); 7] = [
        ("deploiyng", &["Deploying with Argo CD"]),
        ("deplyo", &["Deploying with Argo CD"]),
        ("clsuter", &["Set up the cluster"]),
        ("friedns", &["Flux & friends"]),
        // The first letter must match, and short words must match exactly.
        ("reploying", &[]),
        ("zpp", &[]),
        ("orchid", &[]),
    ];
    for (typed, expected) in cases {
        assert_eq!(engine.typed(typed), expected, "{typed}");
    }
}

#[test]
fn highlights_the_typed_text_and_escapes_the_rest() {
    let engine = blog().engine();
    let found = &engine.suggestions("flux fr")[0];
    assert_eq!(found.html, "<mark>Flux</mark> &amp; <mark>fr</mark>iends");
    assert_eq!(found.ranges, [[0, 4], [7, 9]]);
    let found = &engine.suggestions("zuri")[0];
    assert_eq!(&found.text[found.ranges[0][0]..found.ranges[0][1]], "Züri");
}

#[test]
fn answers_any_text_and_empty_text_with_nothing() {
    let engine = blog().engine();
    for typed in ["", "  ", "…!?", "\u{200b}", "\"", "-", "\0", "\u{202e}"] {
        assert_eq!(engine.typed(typed), [] as [&str; 0], "{typed:?}");
    }
    let long = ["a ".repeat(5_000), "日".repeat(5_000), "x".repeat(10_000), "argo ".repeat(500)];
    for typed in long {
        assert!(engine.typed(&typed).len() <= 8);
    }
}

#[test]
fn merges_spellings_into_one_suggestion() {
    let site = TestSite::new();
    for (day, title) in [(1, "Cafe Racer"), (2, "café racer!"), (3, "CAFE-RACER")] {
        site.write_post(&format!("p{day}"), &post(title, &format!("2024-01-0{day}"), "Text."));
    }
    let engine = site.engine();
    let found = engine.suggestions("cafe");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].posts, &found[0].url), (3, &None));
}

#[test]
fn never_suggests_unpublished_text() {
    let site = blog();
    site.write_post(
        "hidden",
        "+++\ntitle = 'Secretive plan'\ndate = 2024-01-01\ndraft = true\n+++\nSecretive.\n",
    );
    site.write_post("gone", &post("Temporary notes", "2024-01-01", "## Temporary heading\n\nText."));
    assert_eq!(site.engine().typed("tempo"), ["Temporary notes", "Temporary heading"].map(str::to_owned));
    assert_eq!(site.engine().typed("secr"), [] as [&str; 0]);
    std::fs::remove_dir_all(site.content().join("gone")).unwrap();
    assert_eq!(site.engine().typed("tempo"), [] as [&str; 0]);
}

#[test]
fn suggestions_do_not_depend_on_how_the_index_was_built() {
    let site = TestSite::new();
    let texts = ["Rust search engines", "Search engines in Rust", "The engine room", "Engine oil"];
    for (day, title) in (1..).zip(texts) {
        let body = format!("## {title} again\n\nA search engine is a search engine. Oil, oil.");
        site.write_post(&format!("p{day}"), &post(title, &format!("2024-01-0{day}"), &body));
        site.reindex();
    }
    site.write_post("p2", &post("Search without engines", "2024-01-02", "A search engine, a search engine."));
    std::fs::remove_dir_all(site.content().join("p4")).unwrap();
    let grown = site.engine();
    let typed = ["e", "en", "search", "search e", "oil", "engine", "rust", "egnine"];
    let of_grown = typed.map(|typed| grown.suggestions(typed));
    site.rebuild();
    let rebuilt = site.engine();
    assert_eq!(of_grown, typed.map(|typed| rebuilt.suggestions(typed)));
    assert!(of_grown.iter().all(|found| !found.is_empty()));
}

#[test]
fn service_follows_commits_with_the_documented_fields() {
    let site = blog();
    let server = Server::start(site.root());
    let answer = server.get("/api/v1/suggest?q=set%20up%20the&limit=3");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let body = answer.json();
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["query", "took_us", "generation", "suggestions"]);
    let expected = json!([{
        "text": "Set up the cluster",
        "html": "<mark>Set</mark> <mark>up</mark> <mark>the</mark> cluster",
        "ranges": [[0, 3], [4, 6], [7, 10]],
        "kind": "heading",
        "posts": 1,
        "url": "https://blog.example/tools/argo/#set-up-the-cluster",
    }]);
    assert_eq!(body["suggestions"], expected);
    assert_eq!(server.get("/api/v1/suggest").json()["suggestions"], json!([]));
    site.write_post("tools/later", &post("Laterally thinking", "2024-03-01", "Sideways indeed."));
    server.wait_for_hits("sideways", &["tools/later"]);
    assert_eq!(server.get("/api/v1/suggest?q=later").json()["suggestions"][0]["kind"], "title");
    for query in ["q=a&limit=0", "q=a&limit=9", "q=a&limit=x", "q=a&q=b"] {
        let answer = server.get(&format!("/api/v1/suggest?{query}"));
        let kind = answer.header("content-type");
        assert_eq!((answer.status, kind), (400, "application/problem+json"), "{query}");
    }
}

#[test]
fn command_line_prints_suggestions() {
    let site = blog();
    site.reindex();
    let run = |args: &[&str]| bloghound().arg("suggest").args(args).arg("--site").arg(site.root()).assert();
    let out = run(&["argo", "--json"]).success().get_output().stdout.clone();
    let body: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(body["suggestions"][0]["text"], "Argo CD");
    run(&["nothinglikeit"]).code(1);
    run(&["argo", "--limit", "9"]).code(2);
}
