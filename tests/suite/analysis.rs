//! Analysis of all languages: which words match which, and invariants for any text.

use bloghound::analysis::{Analyzer, Lexicon, SiteAnalyzer, positions};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{SearchText, TestSite, property_config};

fn languages() -> TestSite {
    let site = TestSite::new();
    let posts = [
        ("ar", "الكتاب", "كُتبت هذه المدرسة في الكتاب الأول عن إدارة المعرفة."),
        ("de", "Straße", "Herr Müller wohnt in einer großen Straße und liebt Häuser."),
        ("de2", "Mueller", "Frau Mueller schreibt sich so."),
        ("el", "Γλώσσα", "Οι γλώσσες του κόσμου και ο τελευταίος λόγος."),
        ("en", "Houses", "Deployments of houses, and a war of words."),
        ("es", "Investigación", "La investigación sobre los años pasados."),
        ("fa", "کتاب", "این کتاب‌ها را می‌خوانم، سال ۱۴۰۲ بود."),
        ("hi", "हिन्दी", "लड़कों ने मैच में डिफ़ेंस किया।"),
        ("ja", "検索", "東京都で全文検索エンジンを作る。ｻｰﾊﾞｰは三台。"),
        ("ko", "검색", "서버에서 검색을 합니다."),
        ("ru", "Ёлка", "Ёлка стоит, йод в аптеке, языки программирования."),
        ("th", "ภาษาไทย", "ภาษาไทยเป็นภาษาที่ไม่มีช่องว่างระหว่างคำ"),
        ("tr", "İstanbul", "ISPARTA ve İstanbul'da kitaplar okuduk."),
        ("vi", "Đường", "Con đường dài, đuông dừa không có ở đây."),
        ("zh", "搜索", "我们用倒排索引实现全文搜索。"),
    ];
    for (name, title, body) in posts {
        let lang = name.trim_end_matches('2');
        site.write(
            &format!("content/{name}.md"),
            format!("---\ntitle: {title}\nlang: {lang}\nlanguage: {lang}\ndate: 2024-01-02\n---\n{body}\n"),
        );
    }
    site
}

#[test]
fn finds_inflected_forms() {
    let engine = languages().engine();
    let cases = [
        ("كتاب المعرفه ", "ar"),
        ("ادارة المعرفه", "ar"),
        ("مدرسة", "ar"),
        ("muller wohnt ", "de"),
        ("mueller wohnt", "de"),
        ("Müller schreibt", "de2"),
        ("STRASSE ", "de"),
        ("haus ", "de"),
        ("γλωσσα τελευταιοσ", "el"),
        ("ΤΕΛΕΥΤΑΊΟΣ", "el"),
        ("deployment ", "en"),
        ("investigaciones ", "es"),
        ("ano pasado ", "es"),
        ("كتابها", "fa"),
        ("ميخوانم 1402", "fa"),
        ("लड़का ", "hi"),
        ("डिफेंस", "hi"),
        ("全文検索", "ja"),
        ("サーバー", "ja"),
        ("京都", "ja"),
        ("검색 서버", "ko"),
        ("елка", "ru"),
        ("язык программирование ", "ru"),
        ("ภาษา", "th"),
        ("ช่องว่าง", "th"),
        ("ısparta ", "tr"),
        ("istanbul ", "tr"),
        ("kitap ", "tr"),
        ("đường dài", "vi"),
        ("索引", "zh"),
        ("全文搜索引擎", "zh"),
    ];
    for (query, expected) in cases {
        let hits = engine.hits(query);
        assert_eq!(hits.first(), Some(&format!("{expected}.md")), "{query}: {hits:?}");
    }
}

#[test]
fn does_not_conflate_unrelated_words() {
    let engine = languages().engine();
    for (query, other) in [("ёд", "ru"), ("引用", "zh")] {
        assert!(!engine.hits(query).contains(&format!("{other}.md")), "{query}");
    }
}

#[test]
fn distinguishes_vietnamese_words_by_diacritics() {
    let site = TestSite::new();
    for (name, body) in
        [("road", "Con đường dài."), ("beetle", "Con đuông dừa."), ("plain", "Con duong dai.")]
    {
        let front_matter = format!("---\ntitle: {name}\nlang: vi\nlanguage: vi\ndate: 2024-01-02\n---\n");
        site.write(&format!("content/{name}.md"), front_matter + body + "\n");
    }
    let engine = site.engine();
    assert_eq!(engine.hits("đường "), ["road.md"]);
    assert_eq!(engine.hits("duong ").len(), 3);
    assert_eq!(engine.hits("đượng ").len(), 3, "no post has this word, so that folded forms match");
}

#[test]
fn ranks_an_exact_match_before_a_folded_one() {
    let site = TestSite::with_posts(&[
        ("a/folded", "Resume", "How to resume a build."),
        ("b/exact", "Résumé", "How to write a résumé."),
    ]);
    let engine = site.engine();
    assert_eq!(engine.hits("résumé "), ["b/exact", "a/folded"]);
    assert_eq!(engine.hits("resume ").len(), 2);
}

#[test]
fn highlights_whole_words_in_text_without_spaces() {
    let engine = languages().engine();
    for (query, marked) in [
        ("ภาษา", "<mark>ภาษา</mark>"),
        ("全文検索", "<mark>全文検索</mark>"),
        ("索引", "<mark>索引</mark>"),
        ("검색 ", "<mark>검색을</mark>"),
        ("muller wohnt ", "<mark>Müller</mark> <mark>wohnt</mark>"),
        ("लड़का ", "<mark>लड़कों</mark>"),
    ] {
        let html = &engine.search_text(query).hits[0].snippet.html;
        assert!(html.contains(marked), "{query}: {html}");
    }
}

#[test]
fn finds_identifiers_whole_and_by_their_parts() {
    let site = TestSite::with_posts(&[
        ("a/rust", "Rust", "error E0382: use of std::vec in parseHttpHeader, since 1.2.3, as utf-8"),
        ("b/c", "C", "#include the header, p->next, version v1.2.30 and sha256sum, GitOps"),
        ("c/node", "Node", "Install @types/node with --save-dev; git-ops and $PATH too, in utf8"),
    ]);
    let engine = site.engine();
    let cases: [(&str, &[&str]); 14] = [
        ("E0382", &["a/rust"]),
        ("std::vec", &["a/rust"]),
        ("http header ", &["a/rust"]),
        ("parsehttpheader", &["a/rust"]),
        ("1.2.3 ", &["a/rust"]),
        ("1.2.30", &["b/c"]),
        ("p->next", &["b/c"]),
        ("#include", &["b/c"]),
        ("@types/node", &["c/node"]),
        ("--save-dev", &["c/node"]),
        ("$PATH", &["c/node"]),
        ("gitops ", &["b/c", "c/node"]),
        ("utf8 ", &["a/rust", "c/node"]),
        ("utf-8 ", &["a/rust", "c/node"]),
    ];
    for (query, expected) in cases {
        let answer = engine.search_text(query);
        let full = answer.hits.iter().filter(|hit| hit.missing.is_empty());
        let mut ids: Vec<&str> = full.map(|hit| hit.id.trim_end_matches("/_index.md")).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{query}");
    }
}

const PIECES: [&str; 40] = [
    "word",
    "ClassName",
    "utf8",
    "snake_case",
    "a->b",
    "--flag",
    "#include",
    "@types/node",
    "1.2.3",
    "c++",
    ".net",
    "don't",
    "Allen'ın",
    "Müller",
    "ẞ",
    "İ",
    "ﬁ",
    "e\u{301}",
    "\u{301}",
    "Ελλάς",
    "м’я",
    "ё",
    "كِتاب",
    "\u{640}",
    "می\u{200c}شود",
    "हिन्दी",
    "डिफ़",
    "한국어를",
    "日本語",
    "ｶﾞ",
    "カー",
    "々",
    "ภาษาไทย",
    "ພາສາ",
    "ភាសាខ្មែរ",
    "မြန်မာ",
    "👩‍👩‍👧",
    "\u{200b}",
    "\u{ad}",
    "٣",
];

fn mixed_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&PIECES[..]).prop_map(str::to_owned),
        3 => select(&[" ", "\n", ".", "-", "'", "\u{a0}", "/", "。"][..]).prop_map(str::to_owned),
        1 => "\\PC{0,5}",
        1 => (select(&PIECES[..]), 1..60_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(property_config())]

    #[test]
    fn gives_any_text_exact_positions_and_a_bounded_number_of_tokens(
        text in mixed_text(),
        language in select(&["en", "de", "tr", "ar", "vi", "ja", "th", "ko", "xx"][..]),
    ) {
        let mut lexicon = Lexicon::default();
        let analysis = Analyzer::new(language).analyze(&text, &mut lexicon);
        prop_assert_eq!(&analysis.positions, &positions(&text), "positions depend on the language");
        let mut end = 0;
        for range in &analysis.positions {
            prop_assert!(range.start >= end && range.start < range.end, "{:?} follows {}", range, end);
            prop_assert!(text.get(range.clone()).is_some_and(|word| word.chars().any(char::is_alphanumeric)));
            end = range.end;
        }
        prop_assert!(analysis.tokens.is_sorted_by_key(|token| token.position));
        prop_assert!(analysis.tokens.len() <= analysis.positions.len() * 14);
        for token in &analysis.tokens {
            prop_assert!((1..=128).contains(&lexicon.term(token.term).len()));
            prop_assert!((token.position + token.span) as usize <= analysis.positions.len());
        }
    }

    #[test]
    fn finds_a_post_by_each_of_its_words(text in mixed_text()) {
        let site = SiteAnalyzer::for_languages(&["en".to_owned(), "tr".to_owned()]);
        let mut lexicon = Lexicon::default();
        let analysis = Analyzer::new("en").analyze(&text, &mut lexicon);
        let terms: Vec<&str> = analysis.tokens.iter().map(|token| lexicon.term(token.term)).collect();
        for word in site.for_query(&text).analyze(&text).words {
            let is_found = word.terms.iter().any(|term| terms.contains(&term.term.as_str()));
            prop_assert!(is_found || word.range.len() > 100, "{:?} is not in {:?}", word, terms);
        }
    }
}

#[test]
fn stems_a_query_with_a_language_filter_in_that_language_only() {
    let site = TestSite::new();
    let post = |lang: &str, text: &str| {
        format!("+++\ntitle = '{lang}'\ndate = 2024-01-01\nlang = '{lang}'\n+++\n\n{text}\n")
    };
    site.write_post("a", &post("de", "Die Häuser am See."));
    site.write_post("b", &post("en", "A house at the lake."));
    let engine = site.engine();
    let ask = |q: &str, lang: &str| {
        let raw = bloghound::query::RawRequest {
            q: q.to_owned(),
            lang: Some(lang.to_owned()),
            ..Default::default()
        };
        engine.search(&raw.validate().unwrap()).unwrap().hits.len()
    };
    assert_eq!((ask("haus", "de"), ask("houses", "en")), (1, 1));
    assert_eq!((ask("haus", "en"), ask("houses", "de")), (0, 0));
}
