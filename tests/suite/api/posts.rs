//! Posts with their text, as JSON and as Markdown.

use serde_json::{Value, json};

use super::site;
use crate::support::{Answer, Server, TestSite, request};

const SOURCE: &str = "Intro with *emphasis*, `a_b` and <b>HTML</b>.\n\n- one\n- two\n\n\
    ## Set `up` \\<now>\n\nText & more.\n\n```sh\nls <dir> # *not* markup\n\necho ```` \n```\n\nAfter.\n\n### Deep\n\n## Empty\n";

fn varies_by_accept(response: &Answer) -> bool {
    let mut names =
        response.headers.get_all("vary").iter().flat_map(|value| value.to_str().unwrap().split(','));
    names.any(|name| name.trim().eq_ignore_ascii_case("accept"))
}

/// A byte offset.
fn byte(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn post_site() -> TestSite {
    let site = site();
    let front_matter = "title = 'A <img src=x onerror=alert(1)> title'\ndate = 2024-01-01\ntags = ['x']\n\
                        description = 'D.'\nsecret = 'hidden-value'";
    site.write(
        "content/a b/ü.md",
        format!("+++\n{front_matter}\n+++\n\n{SOURCE}\n<!-- hidden-comment -->\n"),
    );
    site.write("content/draft.md", "+++\ntitle = 'D'\ndraft = true\n+++\n\nhidden-draft\n");
    site
}

#[test]
fn a_post_has_its_metadata_its_sections_and_its_text() {
    let site = post_site();
    let server = Server::start(site.root());
    let response = server.get("/api/v1/posts?id=a%20b/%C3%BC.md");
    assert_eq!(
        (response.status, response.header("content-type")),
        (200, "application/json"),
        "{}",
        response.body
    );
    assert!(varies_by_accept(&response));
    let post = response.json();
    let hit = server.get("/api/v1/search?q=tag:x").json()["hits"][0].clone();
    for field in
        ["id", "url", "title", "description", "kind", "categories", "tags", "date", "authors", "lang"]
    {
        assert_eq!(post[field], hit[field], "{field}");
    }
    let text = post["text"].as_str().unwrap();
    let section = |at: usize| {
        let section = &post["sections"][at];
        let range = byte(&section["range"][0])..byte(&section["range"][1]);
        (section["title"].as_str().unwrap(), section["level"].as_u64().unwrap(), &text[range])
    };
    assert_eq!(section(0), ("", 0, "Intro with emphasis, a_b and HTML.\none\ntwo"));
    let (title, level, content) = section(1);
    assert_eq!((title, level), ("Set up <now>", 2));
    assert!(
        content.starts_with("Text & more.\nls <dir> # *not* markup\n") && content.ends_with("\nAfter."),
        "{content}"
    );
    assert_eq!(section(2), ("Deep", 3, ""));
    assert_eq!(post["sections"].as_array().unwrap().len(), 4);
    let url = post["sections"][1]["url"].as_str().unwrap();
    assert_eq!(
        url,
        format!("{}#{}", post["url"].as_str().unwrap(), post["sections"][1]["anchor"].as_str().unwrap())
    );
    let [start, end] = [0, 1].map(|at| byte(&post["code_ranges"][0][at]));
    assert!(text[start..end].starts_with("ls <dir>"), "{}", &text[start..end]);
    assert_eq!(post["truncated"], false);
}

#[test]
fn markdown_is_returned_to_clients_that_prefer_it() {
    let site = post_site();
    let server = Server::start(site.root());
    let url = server.url("/api/v1/posts?id=a%20b/%C3%BC.md");
    let markdown = request(&url, "GET", &[("Accept", "text/markdown, application/json;q=0.5")]);
    assert_eq!((markdown.status, markdown.header("content-type")), (200, "text/markdown; charset=utf-8"));
    assert!(varies_by_accept(&markdown));
    let text = markdown.body;
    assert!(
        text.starts_with(
            "# A \\<img src=x onerror=alert(1)> title\n\nIntro with emphasis, a_b and HTML.\n\n"
        ),
        "{text}"
    );
    assert!(text.contains("\n## Set up \\<now>\n\nText \\& more.\n\n"), "{text}");
    assert!(
        text.contains("`````\nls <dir> # *not* markup\n") || text.contains("```\nls <dir> # *not* markup\n"),
        "{text}"
    );
    assert!(text.ends_with("### Deep\n\n## Empty\n"), "{text}");
    for accept in ["application/json", "*/*", "text/html", "text/markdown;q=0"] {
        let json = request(&url, "GET", &[("Accept", accept)]);
        assert_eq!((json.status, json.header("content-type")), (200, "application/json"), "{accept}");
    }
}

#[test]
fn the_markdown_of_a_post_has_the_text_of_its_sections() {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let site = TestSite::new();
    let hostile = "# not \\# a heading\n\n\\- dash, 1\\. x, \\* star\\*, \\_x\\_ \\<script>alert(1)\\</script> \\[a](javascript:b) \
                   &amp;lt; \\| \\~\\~x\\~\\~ \\`code\\` \\!\\[i](j)\n\n\\===\n\n\\---\n\n2024\\. Was it?\n\n\\> quote\n\n    indented\n";
    site.write("content/x.md", format!("+++\ntitle = '1. #a *b* &lt;'\ndate = 2024-01-01\n+++\n\n{hostile}"));
    let server = Server::start(site.root());
    let url = server.url("/api/v1/posts?id=x.md");
    let post = request(&url, "GET", &[]).json();
    let markdown = request(&url, "GET", &[("Accept", "text/markdown")]).body;
    let (mut headings, mut text) = (Vec::new(), String::new());
    let mut in_heading = false;
    for event in Parser::new_ext(&markdown, Options::all() & !Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(part) if in_heading => headings.last_mut().unwrap().push_str(&part),
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::Paragraph) => text.push('\n'),
            Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) | Event::End(TagEnd::CodeBlock) => {}
            other => panic!("markup in plain text: {other:?} in {markdown}"),
        }
    }
    let titles =
        post["sections"].as_array().unwrap().iter().map(|section| section["title"].as_str().unwrap());
    let expected: Vec<&str> =
        std::iter::once(post["title"].as_str().unwrap()).chain(titles).filter(|t| !t.is_empty()).collect();
    assert_eq!(headings, expected, "{markdown}");
    let lines = |text: &str| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&text), lines(post["text"].as_str().unwrap()), "{markdown}");
}

#[test]
fn what_is_not_published_is_not_returned() {
    let site = post_site();
    let server = Server::start(site.root());
    for accept in ["application/json", "text/markdown"] {
        let post = request(&server.url("/api/v1/posts?id=a%20b/%C3%BC.md"), "GET", &[("Accept", accept)]);
        assert!(!post.body.contains("hidden-"), "{}", post.body);
    }
    for id in
        ["draft.md", "../hugo.toml", "hugo.toml", "/etc/passwd", "a%20b", "%00", "a%20b/..%2Fa%20b/%C3%BC.md"]
    {
        let response = server.get(&format!("/api/v1/posts?id={id}"));
        assert_eq!(
            (response.status, response.header("content-type")),
            (404, "application/problem+json"),
            "{id}"
        );
        assert!(!response.body.contains("hidden-"), "{}", response.body);
    }
}

#[test]
fn unknown_ids_are_not_found_and_similar_ids_are_listed() {
    let site = post_site();
    let server = Server::start(site.root());
    let missing = server.get("/api/v1/posts?id=ops/clustr.md");
    assert_eq!(missing.status, 404);
    assert!(missing.json()["detail"].as_str().unwrap().contains("ops/cluster.md"), "{}", missing.body);
    for parameters in ["", "?id=", "?id=%20"] {
        let response = server.get(&format!("/api/v1/posts{parameters}"));
        assert_eq!((response.status, &response.json()["parameter"]), (400, &json!("id")), "{parameters}");
    }
}

#[test]
fn long_posts_are_cut_and_say_so() {
    let site = TestSite::new();
    let long = "Ünïcödé words of a long post. ".repeat(60_000);
    site.write(
        "content/text.md",
        format!("+++\ntitle = 'T'\ndate = 2024-01-01\n+++\n\n{long}\n\n## End\n\nx\n"),
    );
    let sections = (0..5_000).map(|at| format!("## S{at}\n\n")).collect::<Vec<_>>().concat();
    site.write("content/sections.md", format!("+++\ntitle = 'S'\ndate = 2024-01-01\n+++\n\n{sections}"));
    let server = Server::start(site.root());
    let post = |id: &str| -> Value { server.get(&format!("/api/v1/posts?id={id}")).json() };
    let text = post("text.md");
    let length = text["text"].as_str().unwrap().len();
    assert!((1_000_000..=1 << 20).contains(&length), "{length}");
    assert_eq!((&text["truncated"], text["sections"].as_array().unwrap().len()), (&json!(true), 1));
    assert_eq!(text["sections"][0]["range"][1], length);
    let sections = post("sections.md");
    assert_eq!(
        (&sections["truncated"], sections["sections"].as_array().unwrap().len()),
        (&json!(true), 2_000)
    );
    let markdown =
        request(&server.url("/api/v1/posts?id=text.md"), "GET", &[("Accept", "text/markdown")]).body;
    assert!(markdown.trim_end().ends_with("2000 sections."), "{}", &markdown[markdown.len() - 200..]);
}
