//! Peculiarities of real blogs: a small text for each one that was found in twenty blogs.

mod text;

use bloghound::content::generator::{hugo, jekyll};
use bloghound::content::{
    Block, Generator, Inventory, Post, ReadOutcome, Section, Site, SkipReason, VisibilityRules, read_post,
};

fn read(generator: Generator, id: &str, text: impl AsRef<[u8]>) -> ReadOutcome {
    let site = Site { generator, ..Site::default() };
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let rules = VisibilityRules { drafts: false, future: false, expired: false, now };
    read_post(id, text.as_ref(), &Inventory::default(), &site, &rules)
}

fn hugo() -> Generator {
    Generator::Hugo(hugo::HugoRules::default())
}

fn jekyll() -> Generator {
    Generator::Jekyll(jekyll::JekyllRules::default())
}

fn post_of(generator: Generator, id: &str, text: &str) -> Post {
    match read(generator, id, text) {
        ReadOutcome::Post(post) => *post,
        other => panic!("{id}: {text:?}: {other:?}"),
    }
}

fn post(text: &str) -> Post {
    post_of(hugo(), "a.md", text)
}

/// A post with a title and a body.
fn with_body(body: &str) -> Post {
    post(&format!("---\ntitle: T\n---\n{body}"))
}

/// A post with front matter in YAML.
fn with_yaml(front_matter: &str) -> Post {
    post(&format!("---\n{front_matter}\n---\nText\n"))
}

fn failure(text: impl AsRef<[u8]>) -> String {
    match read(hugo(), "a.md", text) {
        ReadOutcome::Failed(failure) => failure.to_string(),
        other => panic!("{other:?}"),
    }
}

/// The prose, with `¶` between paragraphs.
fn prose(post: &Post) -> String {
    post.sections.iter().flat_map(Section::prose).collect::<Vec<_>>().join("\n").replace('\n', "¶")
}

fn code(post: &Post) -> Vec<&str> {
    let blocks = post.sections.iter().flat_map(|section| &section.blocks);
    let code = blocks.filter_map(|block| match block {
        Block::Code { text, .. } => Some(text.as_str()),
        Block::Prose(_) => None,
    });
    code.collect()
}

fn headings(post: &Post) -> Vec<String> {
    let headings = post.sections.iter().filter_map(|section| section.heading.as_ref());
    headings.map(|h| format!("{} {} #{}", h.level, h.text, h.anchor)).collect()
}

fn warnings(post: &Post) -> Vec<String> {
    post.warnings.iter().map(|warning| format!("{}: {}", warning.line, warning.message)).collect()
}

fn day(post: &Post) -> Option<String> {
    post.date.map(bloghound::content::PostDate::day)
}

#[test]
fn finds_front_matter_in_every_notation() {
    let cases = [
        ("\n \n---\ntitle: A\n---\nBody\n", "A", "Body"),
        ("\u{feff}---\ntitle: A\n---\nBody\n", "A", "Body"),
        ("\u{feff}\r\n+++\r\ntitle = 'A'\r\n+++\r\nBody\r\n", "A", "Body"),
        ("---\ntitle: A\n...\nBody\n", "A", "Body"),
        ("---yaml\ntitle: A\n---\nBody\n", "A", "Body"),
        ("---toml\ntitle = 'A'\n---\nBody\n", "A", "Body"),
        ("---json\n{\"title\": \"A\"}\n---\nBody\n", "A", "Body"),
        ("---\ntitle: A\n---\none\n\n---\n\ntwo\n---\n", "A", "one¶"),
        ("---\n---\n# A\n\nBody", "A", "Body"),
        ("---\n\n---\n# A\n\nBody", "A", "Body"),
        ("+++\n+++\n# A\n\nBody", "A", "Body"),
        ("{}\n# A\n\nBody", "A", "Body"),
        ("# A\n\nBody\n\n---\nx: y\n---\n", "A", "Body"),
        ("{: .lead}\n# A\n\nBody", "A", "Body"),
    ];
    for (text, title, body) in cases {
        let post = post(text);
        assert_eq!(post.title, title, "{text:?}");
        assert!(
            prose(&post).contains(body) || body == "one¶" && headings(&post) == ["2 two #two"],
            "{text:?}: {post:?}"
        );
    }
}

#[test]
fn ignores_carriage_returns() {
    let text = "---\ntitle: A\ndescription: |\n  one\n  two\ntags:\n- x\n---\nFirst  \nline\n\n```sh\nls\npwd\n```\n\n    a\n    b\n\n<pre>\nx\ny\n</pre>\n\n## H\n\n<div>\nz\n</div>\n\n| a |\n|---|\n| b |\n";
    for generator in [hugo(), jekyll()] {
        let unix = post_of(generator.clone(), "a.md", text);
        let windows = post_of(generator, "a.md", &text.replace('\n', "\r\n"));
        assert_eq!(windows, unix);
        assert!(!format!("{windows:?}").contains("\\r"));
        assert_eq!(code(&windows), ["ls\npwd", "a\nb", "\nx\ny"]);
    }
}

#[test]
fn uses_the_last_duplicate_key_and_warns_with_its_line() {
    let post = with_yaml("title: A\ntags: [x]\n\"title\": B");
    assert_eq!(post.title, "B");
    assert_eq!(warnings(&post), ["4: duplicate key `title`: the last value is used; remove the others"]);
    assert!(
        failure("+++\ntitle = 'A'\ntitle = 'B'\n+++\n").starts_with("a.md:3: invalid TOML: duplicate key")
    );
}

#[test]
fn reads_names_in_many_notations() {
    let cases: [(&str, &[&str]); 9] = [
        ("tags: solo", &["solo"]),
        ("tags: two words", &["two words"]),
        ("tag: solo", &["solo"]),
        ("Tags: [a, a, b]", &["a", "b"]),
        ("tags: [x, 2024, 1.5, true, null, '']", &["x", "2024", "1.5", "true"]),
        ("tags:\n- x\n-\n- [nested]\n", &["x"]),
        ("tags:", &[]),
        ("tags: ''", &[]),
        ("TAGS: [日本語, 'C++']", &["日本語", "C++"]),
    ];
    for (yaml, tags) in cases {
        assert_eq!(with_yaml(yaml).tags, tags, "{yaml}");
    }
    let cases: [(&str, &[&str]); 7] = [
        ("author: Ann", &["Ann"]),
        ("authors: Ann", &["Ann"]),
        ("authors: [Ann, Bob]", &["Ann", "Bob"]),
        ("author: {name: Ann, url: x}", &["Ann"]),
        ("authors: [{name: Ann}, Bob, 42, {url: x}, false]", &["Ann", "Bob", "42", "false"]),
        ("author: ['', ' Ann ']", &["Ann"]),
        ("Author: [Ann]", &["Ann"]),
    ];
    for (yaml, authors) in cases {
        assert_eq!(with_yaml(yaml).authors, authors, "{yaml}");
    }
    let tagged = post_of(jekyll(), "a.md", "---\ntitle: A\ntags: release security\n---\nText");
    assert_eq!(tagged.tags, ["release", "security"], "Jekyll splits them");
    for yaml in ["aliases: /old/", "aliases: [/old/]", "redirect_from: /old/", "Alias: [/old/, /old/]"] {
        assert_eq!(with_yaml(yaml).aliases, ["/old/"], "{yaml}");
    }
}

#[test]
fn gives_every_post_a_title() {
    let cases = [
        ("---\ntitle: 404\n---\n", "404"),
        ("---\ntitle: 1.0\n---\n", "1.0"),
        ("---\ntitle: No\n---\n", "No"),
        ("---\ntitle: true\n---\n", "true"),
        ("---\ntitle: 2024-01-02\n---\n", "2024-01-02"),
        ("+++\ntitle = 2024-01-02\n+++\n", "2024-01-02"),
        ("+++\ntitle = 7\n+++\n", "7"),
        ("{\"TITLE\": \"A\"}\n", "A"),
        ("---\ntitle: >\n  on two\n  lines\n---\n", "on two lines"),
        ("---\ntitle: 'R&amp;D: &lt;T&gt; &#8212; ok'\n---\n", "R&D: <T> — ok"),
        ("---\ntitle: The <code>async</code> <em>way</em>\n---\n", "The async way"),
        (
            "---\ntitle: Vec<T> and the <b> tag, AT&T; a < b > c\n---\n",
            "Vec<T> and the <b> tag, AT&T; a < b > c",
        ),
        ("---\ntitle: '`cargo` **now**'\n---\n", "`cargo` **now**"),
        ("---\ndate: 2024-01-02\n---\n## Not me\n\n# Me\n", "Me"),
        ("---\ntitle:\n---\nMe too\n======\n", "Me too"),
        ("---\ntitle: ''\n---\n<h1>In <i>HTML</i></h1>\n", "In HTML"),
        ("---\ntitle: [a, b]\n---\nText", "A"),
    ];
    for (text, title) in cases {
        assert_eq!(post(text).title, title, "{text:?}");
    }
    let untitled = post_of(hugo(), "notes/my-first_trip/index.md", "---\ndate: 2024-01-02\n---\nText");
    assert_eq!(untitled.title, "My first trip");
    let warning = "1: no title: the file name is shown instead; add `title` to the front matter";
    assert_eq!(warnings(&untitled), [warning]);
}

#[test]
fn reads_yaml_as_the_generators_do() {
    let yaml = "# A comment\ntitle: &t 'A: b' # and another\nslug: *t\nx: !!str 2024\ny: !custom z\n\
                description: >-\n  one\n  two # no comment\n\n  three\n\
                base: &base {series: S}\n<<: *base\n1: number\ntrue: flag\nZ: {a: [1, {b: c}]}\n";
    let post = with_yaml(yaml);
    assert_eq!(post.title, "A: b");
    assert_eq!(post.description.as_deref(), Some("one two # no comment\nthree"));
    assert_eq!(post.series, ["S"]);
    assert_eq!(warnings(&post), [] as [&str; 0]);
    let literal = with_yaml("title: A\nsummary: |\n  title: B\n  ---x\n\n  title: C\nEmpty:\n");
    assert_eq!(literal.summary.as_deref(), Some("title: B\n---x\n\ntitle: C"));
    assert_eq!(warnings(&literal), [] as [&str; 0]);
}

#[test]
fn reports_mistakes_with_line_reason_and_fix() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "---\ntitle: A\npublishDate: soon\n---\n",
            &["a.md:3: invalid value \"soon\" for `publishDate`; expected a date like 2026-01-31"],
        ),
        ("---\ntitle: A\nDate: 12/31/2099\n---\n", &["a.md:3: invalid value \"12/31/2099\" for `date`"]),
        ("---\ntitle: A: b\n---\n", &["a.md:2: invalid YAML: ", "quotes"]),
        ("---\ntitle: A\nx:\n\ty: 1\n---\n", &["a.md:4: invalid YAML: ", "spaces"]),
        ("---\ntitle: \"A\n---\nText", &["a.md:2: invalid YAML: unclosed quote; add the closing quote"]),
        ("---\ntitle: A\n", &["a.md:1: unclosed front matter; add a line `---` after it"]),
        ("---\nJust text\n---\n", &["a.md:2: ", "keys and values"]),
        ("{\"title\": \"A\",\n}\n", &["a.md:2: invalid JSON: ", "quotes"]),
    ];
    for (text, parts) in cases {
        let message = failure(text);
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        assert!(!message.contains('\n') && message.starts_with(parts[0]), "{message}");
    }
}

#[test]
fn reads_dates_in_many_notations() {
    let cases = [
        ("2024-03-05", "2024-03-05T00:00:00Z"),
        ("2024-03-05T10:20:30Z", "2024-03-05T10:20:30Z"),
        ("2024-03-05T10:20:30.000+02:00", "2024-03-05T10:20:30+02:00"),
        ("2024-03-05 10:20:30 +0900", "2024-03-05T10:20:30+09:00"),
        ("2024-03-05 10:20:30 -0700 MST", "2024-03-05T10:20:30-07:00"),
        ("2024-03-05 10:20:30 JST", "2024-03-05T10:20:30+09:00"),
        ("2024-03-05 10:20 CEST", "2024-03-05T10:20:00+02:00"),
        ("2024-03-05 10:20:30 Z", "2024-03-05T10:20:30Z"),
        ("2024-03-05 9:05 PM", "2024-03-05T21:05:00Z"),
        ("2024/3/5 10:20", "2024-03-05T10:20:00Z"),
        ("Tue, 05 Mar 2024 10:20:30 +0100", "2024-03-05T10:20:30+01:00"),
        ("Tue, 05 Mar 2024 10:20:30 GMT", "2024-03-05T10:20:30Z"),
        ("Tue Mar 05 10:20:30 +0100 2024", "2024-03-05T10:20:30+01:00"),
        ("Tue Mar  5 10:20:30 2024", "2024-03-05T10:20:30Z"),
        ("Tue Mar  5 10:20:30 UTC 2024", "2024-03-05T10:20:30Z"),
        ("Tuesday, 05-Mar-24 10:20:30 UTC", "2024-03-05T10:20:30Z"),
        ("March 5, 2024", "2024-03-05T00:00:00Z"),
        ("5 Mar 2024", "2024-03-05T00:00:00Z"),
        ("1709634030", "2024-03-05T10:20:30Z"),
    ];
    for (text, expected) in cases {
        let file = format!("---\ntitle: A\ndate: {text}\n---\nText\n");
        let date = post_of(Generator::default(), "a.md", &file).date.map(|date| date.to_string());
        assert_eq!(date.as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn takes_the_date_from_the_file_name_as_a_fallback() {
    let lenient = || Generator::default();
    let named = "_posts/2024-03-05-x.md";
    let cases = [
        (jekyll(), named, "", Some("2024-03-05")),
        (jekyll(), named, "date: 2023-01-02 10:00:00", Some("2023-01-02")),
        (lenient(), "x/2024-03-05-x.md", "", Some("2024-03-05")),
        (lenient(), "x/2024-03-05-x/index.md", "", Some("2024-03-05")),
        (lenient(), "x/2024-03-05-x.md", "pubDate: 2023-01-02", Some("2023-01-02")),
        (hugo(), "x/2024-03-05-x.md", "", None),
    ];
    for (generator, id, yaml, expected) in cases {
        let post = post_of(generator, id, &format!("---\ntitle: A\n{yaml}\n---\n"));
        assert_eq!(day(&post).as_deref(), expected, "{id}: {yaml}");
    }
}

#[test]
fn skips_hidden_posts() {
    let cases = [
        ("draft: true", Some(SkipReason::Draft)),
        ("Draft: 'true'", Some(SkipReason::Draft)),
        ("draft: false", None),
        ("headless: true", Some(SkipReason::NotAPage)),
        ("build: {render: never}", Some(SkipReason::NotAPage)),
        ("_build: {list: never}", Some(SkipReason::Unlisted)),
        ("build: {list: always}", None),
        ("expiryDate: 2025-12-31", Some(SkipReason::Expired)),
        ("expiryDate: 2027-01-01", None),
        ("publishDate: 2027-01-01", Some(SkipReason::Future)),
        ("searchable: false", Some(SkipReason::Excluded)),
    ];
    for (yaml, expected) in cases {
        let reading = read(hugo(), "a.md", format!("---\ntitle: A\n{yaml}\n---\n"));
        let reason = if let ReadOutcome::Skipped(reason) = reading { Some(reason) } else { None };
        assert_eq!(reason, expected, "{yaml}");
    }
}
