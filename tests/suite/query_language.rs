//! Filters in the query language and in parameters: which posts they keep.

use bloghound::query::RawRequest;

use crate::support::{SearchText, Server, TestSite, bloghound};

const POSTS: [(&str, &str, &str); 5] = [
    ("2023-05-01", "first", "authors = ['Ann Lee', 'Bob']\ntags = ['c i', 'Rust']\nlang = 'de'"),
    ("2024-01-01", "second", "authors = ['ann lee']\ntags = ['go']\nlang = 'pt-BR'"),
    ("2024-06-01", "third", "authors = ['Zoë']\ntags = ['rust', 'go']"),
    ("2024-06-30", "fourth", "tags = ['c']"),
    ("", "undated", "authors = ['Bob']"),
];

/// Posts that all contain "word" and a word of their own, alternating between two folders.
fn site() -> TestSite {
    let site = TestSite::new();
    for (number, (date, name, more)) in POSTS.iter().enumerate() {
        let date = if date.is_empty() { String::new() } else { format!("date = {date}\n") };
        let folder = ["notes", "essays"][number % 2];
        let text = format!("+++\ntitle = '{name}'\n{date}{more}\n+++\n\nA word in {name}.\n");
        site.write_post(&format!("{folder}/{name}"), &text);
    }
    site
}

/// The names of the hits, in the order of [`POSTS`].
fn names(hits: impl IntoIterator<Item = String>) -> String {
    let hits: Vec<String> = hits.into_iter().collect();
    let is_hit = |name: &str| hits.iter().any(|id| id.contains(&format!("/{name}")));
    let found: Vec<&str> = POSTS.iter().map(|(_, name, _)| *name).filter(|name| is_hit(name)).collect();
    assert_eq!(found.len(), hits.len(), "{hits:?}");
    found.join(" ")
}

#[test]
fn filters_keep_only_matching_posts() {
    let site = site();
    let engine = site.engine();
    let cases = [
        ("author:\"ann lee\"", "first second"),
        ("author:Ann-Lee", "first second"),
        ("author:zoe,bob", "first third undated"),
        ("author:ann", ""),
        ("-author:bob", "second third fourth"),
        ("tag:rust", "first third"),
        ("tag:\"c i\",go", "first second third"),
        ("tag:rust tag:go", "third"),
        ("-tag:rust,go", "fourth undated"),
        ("category:notes tag:rust", "first third"),
        ("category:(essays)", "second fourth"),
        ("lang:de", "first"),
        ("lang:PT", "second"),
        ("lang:pt-BR,de", "first second"),
        ("-lang:en", "first second"),
        ("url:/essays/", "second fourth"),
        ("url:https://other.example/NOTES/f", "first"),
        ("url:blog.example/notes/third", "third"),
        ("url:blog", ""),
        ("url:first,second", "first second"),
        ("after:2024", "second third fourth"),
        ("before:2024", "first"),
        ("after:2024-06 before:2024-06-30", "third"),
        ("-after:2024", "first undated"),
        ("NOT before:2024-06-30 word", "fourth undated"),
        ("word tag:rust -author:bob", "third"),
        ("after:soon tag:c", "fourth"),
    ];
    for (query, expected) in cases {
        assert_eq!(names(engine.hits(query)), expected, "{query}");
    }
}

#[test]
fn treats_words_in_groups_as_alternatives() {
    let site = site();
    let engine = site.engine();
    let cases = [
        ("(first OR second) tag:go", "second"),
        ("first | third", "first third"),
        ("word -(first OR second)", "third fourth undated"),
        ("word NOT first", "second third fourth undated"),
        ("thi*", "third"),
        ("fi* OR fou* ", "first fourth"),
        ("title:(first OR third)", "first third"),
    ];
    for (query, expected) in cases {
        assert_eq!(names(engine.hits(query)), expected, "{query}");
    }
}

#[test]
fn warns_about_dropped_words() {
    let site = site();
    let engine = site.engine();
    for (query, warning) in [
        ("word before:soon", "ignored the filter `before:soon`"),
        ("word )", "a ) without a matching ("),
        ("wo*rd", "ignored the `*` inside `wo*rd`"),
        ("((((((((((word", "more than 8 deep"),
    ] {
        let warnings = engine.search_text(query).warnings;
        assert!(warnings.iter().any(|text| text.contains(warning)), "{query}: {warnings:?}");
    }
}

#[test]
fn parameters_filter_as_query_filters_do() {
    let site = site();
    let engine = site.engine();
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (RawRequest { author: text("ann lee"), ..RawRequest::default() }, "first second"),
        (RawRequest { lang: text("pt"), ..RawRequest::default() }, "second"),
        (RawRequest { lang: text("de-AT"), author: text("Bob"), ..RawRequest::default() }, "first"),
        (RawRequest { q: "tag:rust".into(), author: text("Zoë"), ..RawRequest::default() }, "third"),
    ];
    for (raw, expected) in cases {
        let answer = engine.search(&raw.clone().validate().unwrap()).unwrap();
        assert_eq!(names(answer.hits.into_iter().map(|hit| hit.id)), expected, "{raw:?}");
    }
}

#[test]
fn url_and_command_line_take_the_same_parameters() {
    let site = site();
    let server = Server::start(site.root());
    let body = server.get("/api/v1/search?q=word&author=ann%20lee&lang=de&group=translations&typos=0").json();
    // With grouping, the language chooses the version that is shown and filters nothing.
    assert_eq!((&body["total"], &body["warnings"]), (&2.into(), &serde_json::json!([])));
    for (query, parameter) in
        [("lang=german!", "lang"), ("group=tags", "group"), ("explain=yes", "explain"), ("typos=3", "typos")]
    {
        let answer = server.get(&format!("/api/v1/search?q=word&{query}"));
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &parameter.into()), "{query}");
    }
    drop(server);
    let run =
        |args: &[&str]| bloghound().arg("--site").arg(site.root()).arg("search").args(args).output().unwrap();
    let options = [
        "word",
        "--author",
        "ann lee",
        "--lang",
        "de",
        "--group",
        "translations",
        "--explain",
        "--typos",
        "1",
    ];
    let found = run(&options);
    let shown = String::from_utf8_lossy(&found.stdout);
    assert!(
        found.status.success() && shown.contains(". first\n") && shown.contains(". second\n"),
        "{found:?}"
    );
    for wrong in [["x", "--typos", "3"], ["x", "--group", "tags"], ["x", "--lang", "d"]] {
        let refused = run(&wrong);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("invalid value"), "{refused:?}");
    }
    // The shell removes the quotes of `author:"ann lee"`; a group needs none.
    let found = run(&["author:ann lee", "-(first OR third)"]);
    assert!(found.stdout.starts_with(b" 1. second"), "{found:?}");
}

#[test]
fn warns_about_a_prefix_with_too_many_words() {
    let site = TestSite::new();
    let words: Vec<String> = (0..200)
        .map(|n| {
            format!("zeta{}", "abcdefghij".chars().cycle().skip(n % 10).take(n / 10 + 1).collect::<String>())
        })
        .collect();
    site.write_post("a", &format!("+++\ntitle = 'x'\ndate = 2024-01-01\n+++\n\n{}\n", words.join(" ")));
    let engine = site.engine();
    let warned = |query: &str| {
        engine.search_text(query).warnings.iter().any(|text| text.contains("matches too many words"))
    };
    assert!(warned("zeta*") && warned("x OR zeta*") && warned("x -zeta*"));
    assert!(!warned("zeta") && !warned("zetaabcdefghijabcdefghi*"));
}

#[test]
fn searches_some_of_many_stop_words_and_warns() {
    let site = site();
    let engine = site.engine();
    let stop_words = "the a and of to in is it you that for on are with as this";
    let warned = |query: &str| {
        engine.search_text(query).warnings.iter().any(|text| text.contains("very common words"))
    };
    assert!(!warned(&format!("{stop_words} word")));
    assert!(warned(&format!("{stop_words} be by from word")));
    assert_eq!(engine.search_text(&format!("{stop_words} be by from word")).total, POSTS.len());
}

#[test]
fn a_phrase_whose_positions_are_too_many_to_compare_in_a_post_says_so() {
    let repeated = "flour water ".repeat(140_000);
    let site = TestSite::with_posts(&[
        ("a/many", "Many", repeated.as_str()),
        ("a/few", "Few", "Water, then flour."),
        ("a/phrase", "Phrase", "Salt water flour bread."),
    ]);
    let engine = site.engine();
    let found = |query: &str| {
        let response = engine.search_text(query);
        let mut ids: Vec<_> = response.hits.iter().map(|hit| hit.id.clone()).collect();
        ids.sort();
        (ids.join(" "), response.warnings.join(" "))
    };
    let (ids, warnings) = found("\"flour water\"");
    assert_eq!(ids, "a/many/_index.md");
    assert!(
        warnings.contains("\"flour water\"") && warnings.contains("too frequent in a post"),
        "{warnings}"
    );
    // The post with the many positions is no hit.
    let (ids, warnings) = found("\"water flour\" -title:many");
    assert_eq!((ids.as_str(), warnings.as_str()), ("a/phrase/_index.md", ""));
    assert_eq!(found("flour water").1, "");
}
