//! Properties of a search from end to end: random posts are indexed and searched, and their hits presented, with
//! overflow checks on.

use bloghound::query::{Hit, RawRequest};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{TestSite, is_long, post, property_config};

/// Words of posts and queries: prefixes of each other, compounds, inflections, typos, identifiers and other scripts.
const WORDS: [&str; 16] = [
    "kube",
    "kubernetes",
    "kubernets",
    "cluster",
    "clusters",
    "git",
    "ops",
    "gitops",
    "deploy",
    "deploying",
    "the",
    "naïve",
    "std::vec",
    "ci/cd",
    "東京",
    "日本語",
];
const HEADINGS: [&str; 4] = ["Kubernetes", "Deploying the cluster", "GitOps", "日本語"];
/// Text without any word, repeated to runs that are longer than a block of stored text.
const WORDLESS: [&str; 5] = ["*", "… ", "=-", "§", "🚀 "];

/// A block of a post's body, as Markdown.
fn block() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..60);
    let wordless = (prop::sample::select(&WORDLESS[..]), 1_usize..4_000);
    prop_oneof![
        4 => words.clone().prop_map(|words| format!("{}.", words.join(" "))),
        2 => prop::sample::select(&HEADINGS[..]).prop_map(|heading| format!("## {heading}")),
        1 => words.prop_map(|words| format!("```\n{}\n```", words.join("\n"))),
        2 => wordless.prop_map(|(text, count)| format!("\\{}", text.repeat(count))),
    ]
}

fn body() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..8).prop_map(|blocks| blocks.join("\n\n"))
}

fn query() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    let operand = (prop::sample::select(&["", "", "", "-", "title:", "heading:", "code:"][..]), word.clone())
        .prop_map(|(prefix, word)| format!("{prefix}{word}"));
    let phrase = prop::collection::vec(word, 1..4).prop_map(|words| format!("\"{}\"", words.join(" ")));
    let text = "[a-z*()\"\\-: ]{0,12}";
    let part = prop_oneof![6 => operand, 2 => phrase, 1 => Just("OR".to_owned()), 1 => text];
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join(" "))
}

/// Checks a text with its highlighted byte ranges.
fn assert_ranges(text: &str, ranges: &[[usize; 2]]) {
    let mut end = 0;
    for [from, to] in ranges {
        assert!(end <= *from && from < to && text.get(*from..*to).is_some(), "{ranges:?} of {text:?}");
        end = *to;
    }
}

fn assert_hit(hit: &Hit) {
    assert!(hit.score.is_finite() && hit.score >= 0.0, "{hit:?}");
    let sections = hit.sections.iter().map(|section| &section.snippet);
    for snippet in [&hit.snippet].into_iter().chain(&hit.fragments).chain(sections) {
        assert_ranges(&snippet.text, &snippet.ranges);
        assert_ranges(&snippet.text, &snippet.code_ranges);
        assert!(snippet.line_breaks.is_sorted_by(|a, b| a.at < b.at), "{snippet:?}");
        assert!(
            snippet.line_breaks.iter().all(|line| snippet.text[line.at..].starts_with(' ')),
            "{snippet:?}"
        );
        assert!(snippet.text.chars().count() <= 400, "{} characters", snippet.text.chars().count());
        let marks = snippet.html.matches("<mark>").count();
        assert_eq!(marks, snippet.ranges.len(), "{}", snippet.html);
    }
    let parts: f32 = hit.explanation.as_ref().unwrap().parts.iter().map(|part| part.value).sum();
    assert!((parts - hit.score).abs() <= 1e-3 * hit.score.max(1.0), "{parts} is not {}", hit.score);
}

/// Indexes the posts and checks the response to each query.
fn check(posts: &[String], queries: &[String]) {
    let site = TestSite::new();
    for (number, body) in posts.iter().enumerate() {
        let source = post(HEADINGS[number % HEADINGS.len()], &format!("2024-01-{:02}", number + 1), body);
        site.write_post(&format!("post{number}"), &source);
    }
    let engine = site.engine();
    for query in queries {
        let raw = RawRequest {
            q: query.clone(),
            explain: Some("true".to_owned()),
            fragments: Some("3".to_owned()),
            sections: Some("3".to_owned()),
            ..RawRequest::default()
        };
        let response = engine.search(&raw.validate().unwrap()).unwrap();
        assert_eq!(response.total, response.hits.len(), "{query}: all hits are on the first page");
        assert!(response.total <= posts.len(), "{query}: {response:?}");
        response.hits.iter().for_each(assert_hit);
    }
}

#[test]
fn searches_of_random_posts_return_consistent_hits() {
    let cases = if is_long() { 5_000 } else { 100 };
    let config = Config { cases, failure_persistence: None, ..property_config() };
    let mut runner = TestRunner::new(config);
    let input = (prop::collection::vec(body(), 1..6), prop::collection::vec(query(), 1..6));
    let result = runner.run(&input, |(posts, queries)| {
        check(&posts, &queries);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn shows_a_section_that_begins_with_a_long_text_without_words() {
    for symbols in [900, 1_100, 2_500, 9_000] {
        let run = "=-".repeat(symbols);
        let bodies = [
            format!("## Kubernetes\n\n\\{run}\n\nand then some words."),
            format!("## Kubernetes\n\n\\{run}"),
            format!("## Kubernetes\n\n\\{run}\n\n## Next\n\nkubernetes words"),
            format!("some words\n\n\\{run} kubernetes \\{run}"),
        ];
        check(
            &bodies,
            &["kubernetes".to_owned(), "kubernetes words".to_owned(), "heading:kubernetes".to_owned()],
        );
    }
}
