//! Any text is a query: its response is valid, and the work for it is bounded.

mod texts;

use std::sync::LazyLock;

use bloghound::config::limits;
use bloghound::engine::Engine;
use bloghound::query::{FacetField, SearchRequest, SearchResponse, Sort};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::{Server, TestSite, post};
use texts::TEXTS;

/// Long texts, each with what is repeated in it.
fn long_texts() -> Vec<String> {
    let letters = || ('a'..='z').chain('0'..='9');
    let unknown = |n: usize| -> String {
        (0..12).map(|at| char::from(b'a' + u8::try_from((n * 7 + at * n * 3 + at) % 26).unwrap())).collect()
    };
    let joined = |words: Vec<String>, by: &str| words.join(by);
    let operators =
        ["\"", "-", "OR", "(", ")", "*", "title:", "tag:a,b", "before:2024", "AND", "NOT", "rust"];
    let mut texts = vec![
        "?!".repeat(5_000),
        "a".repeat(10_000),
        "rust ".repeat(500),
        "(".repeat(1_000) + "rust",
        "(".repeat(1_000) + "rust" + &")".repeat(1_000),
        "rust".to_owned() + &")".repeat(1_000),
        "(rust OR ".repeat(400),
        "-(".repeat(500) + "rust",
        "e".to_owned() + &"\u{301}".repeat(1_000),
        "\u{200b}".repeat(1_000),
        "\"rust ".repeat(300),
        "x".repeat(2_000),
        "é".repeat(1_000),
        "検索エンジンの設計".repeat(80),
        "ภาษาไทยค้นหา".repeat(60),
        "ー".repeat(700),
        "cast/".repeat(400),
        "a.b/c-d_e:f ".repeat(160),
        "std::vec::Vec<T> ".repeat(120),
        "the of and to in ".repeat(100),
        "\"the of and to\" ".repeat(100),
        "👩‍👩‍👧".repeat(100),
        "rust OR ".repeat(250),
        "-rust ".repeat(300),
        "url:a ".repeat(300),
        "title:a* ".repeat(200),
        format!("tag:{}", vec!["x"; 900].join(",")),
        joined((0..64).map(unknown).collect(), " "),
        joined((0..64).map(unknown).collect(), " OR "),
        joined(letters().map(|c| format!("{c}*")).collect(), " "),
        joined(letters().map(|c| format!("{c}*")).collect(), " OR "),
        joined(letters().map(|c| format!("-{c}*")).collect(), " "),
        joined(letters().map(|c| format!("\"{c}* of\"")).collect(), " "),
        joined((0..32).map(|n| format!("-tag:t{n}")).collect(), " "),
        joined((0..32).map(|n| format!("url:{n}")).collect(), " "),
        joined((0..200).map(|n| n.to_string()).collect(), " "),
        "\0".repeat(2_500),
    ];
    texts.extend(letters().map(String::from));
    texts.extend((0..operators.len()).map(|first| {
        let turned = (0..operators.len()).map(|at| operators[(first + at * 5) % operators.len()]);
        turned.collect::<Vec<_>>().join(if first % 2 == 0 { " " } else { "" })
    }));
    texts
}

fn texts() -> Vec<String> {
    TEXTS.iter().map(|text| (*text).to_owned()).chain(long_texts()).collect()
}

fn site() -> TestSite {
    let bodies = [
        "The search engine of a blog is written in Rust, and to be or not to be is a question of the team.",
        "検索エンジンの設計について東京都で話しました。リリースされました。",
        "ภาษาไทยค้นหาข้อความในบล็อกได้ดี การค้นหาเป็นเรื่องสำคัญ",
        "مرحبا بالعالم هذا بحث في المدونة، 搜索引擎的设计 и поиск по блогу <script>alert(1)</script> & more",
        "Code: `std::vec::Vec<T>` and C++, e\u{301}te\u{301} 👩‍👩‍👧 ru\u{ad}st.\n\n## The heading <b> & of it\n\n```rust\nfn main() {}\n```",
    ];
    let site = TestSite::new();
    for n in 0..300 {
        let body =
            format!("{}\n\n## Part {n} of the story\n\n{}", bodies[n % 5], bodies[(n / 5) % 5].repeat(3));
        let title = format!("The post {n} on rust & <search>");
        site.write_post(
            &format!("p{n}"),
            &post(&title, &format!("2024-{:02}-{:02}", n % 12 + 1, n % 28 + 1), &body),
        );
    }
    site
}

static SITE: LazyLock<TestSite> = LazyLock::new(site);

fn check_ranges(text: &str, ranges: &[[usize; 2]], query: &str) {
    let mut last = 0;
    for [start, end] in ranges {
        assert!(last <= *start && start < end && *end <= text.len(), "{query:?}: {ranges:?} in {text:?}");
        assert!(text.is_char_boundary(*start) && text.is_char_boundary(*end), "{query:?}: {ranges:?}");
        last = *end;
    }
}

fn is_escaped(html: &str) -> bool {
    !html.replace("<mark>", "").replace("</mark>", "").contains(['<', '>'])
}

fn check(answer: &SearchResponse, request: &SearchRequest) {
    let query: String = request.query.chars().take(60).collect();
    assert!(answer.hits.len() <= request.limit && answer.hits.len() <= answer.total, "{query:?}");
    assert!(answer.total <= 300, "{query:?}: {}", answer.total);
    assert!(answer.hits.iter().all(|hit| hit.score.is_finite()), "{query:?}");
    for hit in &answer.hits {
        let of_sections = hit.sections.iter().map(|section| &section.snippet);
        for snippet in hit.fragments.iter().chain(of_sections).chain([&hit.snippet]) {
            check_ranges(&snippet.text, &snippet.ranges, &query);
            check_ranges(&snippet.text, &snippet.code_ranges, &query);
            assert!(is_escaped(&snippet.html), "{query:?}: {hit:?}");
        }
        assert!(is_escaped(&hit.title_html), "{query:?}: {hit:?}");
        assert!(hit.section.as_ref().is_none_or(|section| is_escaped(&section.title_html)), "{query:?}");
        assert!(hit.missing.len() <= limits::MAX_QUERY_TERMS, "{query:?}");
    }
    if let Some(corrected) = &answer.corrected {
        let joined: String = corrected.parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(joined, corrected.query, "{query:?}");
    }
    assert!(answer.warnings.len() <= limits::MAX_QUERY_TERMS + 8, "{query:?}: {:?}", answer.warnings);
    let json = serde_json::to_string(answer).unwrap();
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
}

fn is_ordered(answer: &SearchResponse) -> bool {
    // Posts with all words come first, so that there are at most two runs of descending scores.
    answer.hits.windows(2).filter(|pair| pair[0].score < pair[1].score).count() <= 1
}

#[test]
fn has_at_least_200_adversarial_texts() {
    let mut texts = texts();
    texts.sort();
    texts.dedup();
    assert!(texts.len() >= 200, "{}", texts.len());
}

#[test]
fn answers_any_text() {
    let engine: Engine = SITE.engine();
    for query in texts() {
        let request = SearchRequest { query, ..SearchRequest::default() };
        let answer = engine.search(&request).unwrap();
        check(&answer, &request);
        let again = engine.search(&request).unwrap();
        let ids = |answer: &SearchResponse| answer.hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&answer), ids(&again), "{:?}", request.query);
        assert!(is_ordered(&answer), "{:?}", request.query);
    }
}

#[test]
fn answers_any_text_with_every_option() {
    let engine: Engine = SITE.engine();
    for (at, query) in texts().into_iter().enumerate() {
        let request = SearchRequest {
            query,
            page: 1 + at % 3,
            limit: [1, 7, limits::MAX_LIMIT][at % 3],
            sort: [Sort::Relevance, Sort::Newest, Sort::Oldest][at / 3 % 3],
            facets: vec![FacetField::Category, FacetField::Tag, FacetField::Year],
            explain: true,
            fragments: 3,
            sections: 3,
            typos: [None, Some(0), Some(2)][at % 3],
            ..SearchRequest::default()
        };
        check(&engine.search(&request).unwrap(), &request);
    }
}

#[test]
fn warns_about_dropped_parts_of_a_query() {
    let engine: Engine = SITE.engine();
    for query in ["w ".repeat(2_000), "x".repeat(10_000), "(".repeat(1_000) + "rust"] {
        let request = SearchRequest { query, ..SearchRequest::default() };
        let answer = engine.search(&request).unwrap();
        assert!(!answer.warnings.is_empty(), "{:?}", &request.query[..20]);
    }
}

#[test]
fn answers_any_text_over_http() {
    let server = Server::start(SITE.root());
    let short = texts().into_iter().filter(|text| text.len() <= 2_500);
    for query in short {
        let encoded = utf8_percent_encode(&query, NON_ALPHANUMERIC);
        let answer = server.get(&format!("/api/v1/search?limit=5&q={encoded}"));
        assert_eq!(answer.status, 200, "{query:?}: {}", answer.body);
        let answer = answer.json();
        assert!(answer["hits"].as_array().is_some_and(|hits| hits.len() <= 5), "{query:?}");
    }
    // Not UTF-8: lone surrogates, stray continuation bytes, a truncated letter.
    for raw in ["%ED%A0%80", "%ED%BF%BF", "%ff", "%C3", "%c0%af", "%", "%zz", "a%", "+%00+", "%F4%90%80%80"] {
        let answer = server.get(&format!("/api/v1/search?q={raw}"));
        assert!([200, 400].contains(&answer.status), "{raw}: {}", answer.status);
        answer.json();
    }
}
