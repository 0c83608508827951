//! The query language: technical terms and operators, and that any text is a query.

use bloghound::engine::Engine;
use proptest::prelude::*;

use crate::support::{SearchText, TestSite, property_config};

fn technical() -> TestSite {
    TestSite::with_posts(&[
        ("t/cicd", "Pipelines", "We run CI/CD with Argo CD and use kubectl get pods --dry-run first."),
        ("t/cpp", "Old code", "It is written in C++ and some C."),
        ("t/csharp", "More code", "C# on .NET is a choice. Node.js is another."),
        ("t/names", "Names", "Use snake_case here and camelCase there, says OpenTelemetry on k8s."),
        ("t/net", "Fishing", "Cast the net. A café in Zürich."),
        ("t/argo", "Ships", "The Argo was a ship of old. Its CD is lost."),
    ])
}

#[test]
fn finds_technical_tokens_whole_and_by_their_parts() {
    let engine = technical().engine();
    let cases: [(&str, &[&str]); 16] = [
        ("c++", &["t/cpp"]),
        ("c#", &["t/csharp"]),
        (".net", &["t/csharp", "t/net"]),
        ("node.js", &["t/csharp"]),
        ("ci/cd", &["t/cicd"]),
        ("--dry-run", &["t/cicd"]),
        ("dry run", &["t/cicd"]),
        ("kubectl get", &["t/cicd"]),
        ("k8s", &["t/names"]),
        ("snake_case", &["t/names"]),
        ("snake case", &["t/names"]),
        ("camelcase", &["t/names"]),
        ("telemetry ", &["t/names"]),
        ("opentelemetry", &["t/names"]),
        ("cafe", &["t/net"]),
        ("zurich", &["t/net"]),
    ];
    for (query, expected) in cases {
        let answer = engine.search_text(query);
        let full: Vec<_> = answer.hits.iter().filter(|hit| hit.missing.is_empty()).collect();
        let ids: Vec<&str> = full.iter().map(|hit| hit.id.trim_end_matches("/_index.md")).collect();
        assert_eq!(ids, expected, "{query}");
    }
    assert_eq!(engine.hits("argo cd")[0], "t/cicd");
}

#[test]
fn applies_operators() {
    let engine = technical().engine();
    let cases: [(&str, &[&str]); 9] = [
        ("\"argo cd\"", &["t/cicd"]),
        ("argo -pods", &["t/argo"]),
        ("argo -\"argo cd\"", &["t/argo"]),
        ("fishing OR ships", &["t/argo", "t/net"]),
        ("title:names", &["t/names"]),
        ("title:code -title:old", &["t/csharp"]),
        ("pods OR zyzzyva", &["t/cicd"]),
        ("\"use snake_case\"", &["t/names"]),
        ("code title:old", &["t/cpp"]),
    ];
    for (query, expected) in cases {
        let mut hits = engine.hits(query);
        hits.sort();
        assert_eq!(hits, expected, "{query}");
    }
    assert_eq!(engine.search_text("-argo").total, 4);
    assert_eq!(engine.search_text("").total, 6);
}

#[test]
fn completes_the_last_word_of_an_open_phrase() {
    let engine = technical().engine();
    assert_eq!(engine.hits("\"kubectl get po"), ["t/cicd"]);
    assert!(engine.hits("\"kubectl get po\"").is_empty());
}

#[test]
fn answers_unusual_texts() {
    let engine = technical().engine();
    let long_word = "x".repeat(10_000);
    let many_words = "word ".repeat(500);
    let texts = [
        "",
        " ",
        "\"",
        "\"\"",
        "-",
        "--",
        "---",
        "OR",
        "OR OR",
        "a OR",
        "title:",
        "title:\"",
        "category:",
        "tag:::",
        "-\"",
        "-title:",
        "((((",
        "))))",
        "[a-z]*(",
        "^$",
        "\\",
        "\\\\\"",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "%00",
        "\0",
        "\u{200b}\u{200d}",
        "\u{202e}abc",
        "שלום عالم",
        "👩‍👩‍👧‍👦",
        "e\u{301}\u{301}\u{301}",
        "…",
        "*",
        "?",
        "a*b*c*",
        "NOT AND",
        "&&||",
        "~~~",
        "{{< x >}}",
        "\n\t\r",
        "日本語",
        "ไทย",
        &long_word,
        &many_words,
    ];
    for text in texts {
        let answer = engine.search_text(text);
        assert!(answer.hits.len() <= answer.total, "{text:?}");
    }
    assert!(engine.search_text("( ) !").hits.is_empty());
    // One word without spaces that is analyzed as hundreds of terms: the limit applies, with a warning.
    let words: Vec<String> = (0..300).map(|n| format!("w{n}x")).collect();
    for joined in [words.join("/"), format!("\"{}\"", words.join("/"))] {
        assert_eq!(engine.search_text(&joined).warnings[0], "only the first 32 words were searched");
    }
}

proptest! {
    #![proptest_config(property_config())]

    #[test]
    fn accepts_any_text_as_a_query(texts in prop::collection::vec("\\PC{0,40}|[a-z\"\\-: ]{0,30}|(OR|title:|-|\"| |argo|c\\+\\+){0,12}", 8)) {
        // One engine for many texts, because building it takes most of the time.
        thread_local! {
            static SEARCHED: (TestSite, Engine) = {
                let site = technical();
                let engine = site.engine();
                (site, engine)
            };
        }
        SEARCHED.with(|(_, engine)| {
            for text in &texts {
                let answer = engine.search_text(text);
                for hit in &answer.hits {
                    for [start, end] in &hit.snippet.ranges {
                        assert!(hit.snippet.text.get(*start..*end).is_some(), "{text:?}: {:?}", hit.snippet);
                    }
                }
            }
        });
    }
}
