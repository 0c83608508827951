//! Pages for readers without JavaScript, feeds, the `OpenSearch` description, and the blog as Markdown.

use crate::support::{Server, TestSite, request};

fn site() -> TestSite {
    let site = TestSite::new();
    site.write("hugo.toml", "baseURL = 'https://blog.example/'\n");
    let post = |path: &str, front_matter: &str, body: &str| {
        site.write(&format!("content/{path}"), format!("+++\n{front_matter}\n+++\n\n{body}\n"));
    };
    let hostile = "title = '<img src=x onerror=alert(1)> & ]]>'\ndate = 2024-02-01\ntags = ['\"><b>']\ncategories = ['Ops']\n\
                   description = '<script>alert(1)</script>'";
    post(
        "ops/hostile.md",
        hostile,
        "Deploy <b>everything</b> \u{1}\u{b} now.\n\n## Steps <i>\n\nDeploy it again.",
    );
    let plain = "title = 'Plain'\ndate = 2023-05-06T07:08:09+02:00\ncategories = ['Code']\nauthors = ['Ann']";
    post("code/plain.md", plain, "How to deploy code.");
    post("about.md", "title = 'About'", "Who deploys.");
    post("draft.md", "title = 'Secret'\ndraft = true\ndate = 2024-01-01", "Deploy secretly.");
    site
}

#[test]
fn the_results_page_works_without_scripts_and_escapes_everything() {
    let site = site();
    let server = Server::start(site.root());
    let page = server.get("/search?q=deploy");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let html = &page.body;
    assert!(html.contains("3 results") && html.contains("href=\"preview?id=code%2Fplain%2Emd\""), "{html}");
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
    for element in ["<img", "<script", "<b>", "<i>", "onclick", "Secret"] {
        assert!(!html.contains(element), "{element} in {html}");
    }
    assert!(html.contains("<mark>"), "{html}");
    let filtered = server.get("/search?q=deploy&category=Code").body;
    assert!(filtered.contains("1 result") && !filtered.contains("onerror"), "{filtered}");
    assert!(filtered.contains("name=\"category\" value=\"Code\""), "{filtered}");
    let hostile = server.get("/search?q=%22%3E%3Cscript%3E&tag=%22%3E%3Cb%3E&%3Cx%3E=1").body;
    assert!(
        !hostile.contains("<script") && !hostile.contains("<b>") && !hostile.contains("<x>"),
        "{hostile}"
    );
    assert_eq!(server.get("/search?limit=0").status, 400);
}

#[test]
fn the_results_page_links_to_the_next_and_previous_pages() {
    let site = site();
    let server = Server::start(site.root());
    let first = server.get("/search?q=deploy&limit=2").body;
    assert!(first.contains("rel=\"next\" href=\"?q=deploy&amp;limit=2&amp;page=2\""), "{first}");
    assert!(!first.contains("rel=\"prev\""), "{first}");
    let last = server.get("/search?q=deploy&limit=2&page=2").body;
    assert!(last.contains("rel=\"prev\" href=\"?q=deploy&amp;limit=2&amp;page=1\""), "{last}");
    assert!(!last.contains("rel=\"next\"") && last.contains("page 2 of 2"), "{last}");
    let none = server.get("/search?q=zzzunknownzzz").body;
    assert!(none.contains("No results"), "{none}");
}

#[test]
fn a_feed_has_the_newest_posts_that_match_first() {
    let site = site();
    let server = Server::start(site.root());
    let feed = server.get("/feed.json?q=deploy");
    assert_eq!(feed.header("content-type"), "application/feed+json");
    let json = feed.json();
    let titles: Vec<&str> =
        json["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["<img src=x onerror=alert(1)> & ]]>", "Plain", "About"]);
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["items"][1]["date_published"], "2023-05-06T07:08:09+02:00");
    assert_eq!(json["items"][1]["authors"][0]["name"], "Ann");

    let atom = server.get("/feed.atom?q=deploy");
    assert_eq!(atom.header("content-type"), "application/atom+xml; charset=utf-8");
    let xml = &atom.body;
    // Posts without a date are not in the feed.
    assert_eq!(xml.matches("<entry>").count(), 2, "{xml}");
    assert!(xml.contains("<title>&lt;img src=x onerror=alert(1)&gt; &amp; ]]&gt;</title>"), "{xml}");
    assert!(xml.contains("<published>2023-05-06T07:08:09+02:00</published>"), "{xml}");
    assert!(!xml.contains(['\u{1}', '\u{b}']) && !xml.contains("<script"), "{xml}");
    assert_eq!(server.get("/feed.atom?q=deploy&sort=nonsense").status, 400);
}

#[test]
fn documents_with_absolute_urls_use_the_public_url() {
    let site = site();
    site.write("bloghound.toml", "[http]\npublic_url = 'https://search.example/find'\n");
    let server = Server::start(site.root());
    let description = server.get("/opensearch.xml").body;
    assert!(description.contains("<ShortName>blog.example</ShortName>"), "{description}");
    let template = "template=\"https://search.example/find/search?q={searchTerms}&amp;page={startPage?}\"";
    assert!(description.contains(template), "{description}");
    let feed = server.get("/feed.json?q=a%22b").json();
    assert_eq!(feed["feed_url"], "https://search.example/find/feed.json?q=a%22b");
    assert!(server.get("/llms.txt").body.contains("(https://search.example/find/posts.md?id="));
}

#[test]
fn the_blog_has_the_name_that_its_settings_give_it() {
    let site = site();
    site.write("hugo.toml", "baseURL = 'https://blog.example/'\ntitle = 'Tea & <Cake>'\n");
    let server = Server::start(site.root());
    let results = server.get("/search").body;
    assert!(results.contains("<title>Posts of Tea &amp; &lt;Cake&gt;</title>"), "{results}");
    assert_eq!(server.get("/feed.json").json()["title"], "Tea & <Cake>");
    let description = server.get("/opensearch.xml").body;
    assert!(description.contains("<ShortName>Tea &amp; &lt;Cake&gt;</ShortName>"), "{description}");
}

#[test]
fn without_a_public_url_the_host_of_the_request_is_used() {
    let site = site();
    let server = Server::start(site.root());
    let description = |host: &str| request(&server.url("/opensearch.xml"), "GET", &[("host", host)]);
    assert!(description("localhost:99").body.contains("template=\"http://localhost:99/search?"));
    let hostile = description("localhost:99/\"><x>");
    assert_eq!(hostile.status, 421);
}

#[test]
fn suggestions_have_the_form_that_browsers_expect() {
    let site = site();
    let server = Server::start(site.root());
    let answer = server.get("/opensearch/suggestions?q=pla");
    assert_eq!(answer.header("content-type"), "application/x-suggestions+json");
    let json = answer.json();
    assert_eq!((&json[0], &json[1][0]), (&"pla".into(), &"Plain".into()));
    assert_eq!(json[3][0], "https://blog.example/code/plain/");
}

#[test]
fn llms_txt_lists_published_posts_and_their_markdown_can_be_read() {
    let site = site();
    let server = Server::start(site.root());
    let list = server.get("/llms.txt").body;
    assert!(list.starts_with("# blog.example\n"), "{list}");
    assert!(list.contains("\n## Code\n\n- [Plain](") && !list.contains("Secret"), "{list}");
    let link = list.split("[Plain](").nth(1).unwrap().split(')').next().unwrap();
    let path = link.split_once("://").unwrap().1.split_once('/').unwrap().1;
    let markdown = server.get(&format!("/{path}"));
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert!(markdown.body.contains("How to deploy code."), "{}", markdown.body);
    assert_eq!(server.get("/posts.md?id=draft.md").status, 404);
    assert_eq!(server.get("/posts.md").status, 400);
}

#[test]
fn pages_are_not_sent_again_to_clients_that_have_them() {
    let site = site();
    let server = Server::start(site.root());
    for path in ["/search?q=deploy", "/feed.atom?q=deploy", "/feed.json", "/opensearch.xml", "/llms.txt"] {
        let tag = server.get(path).header("etag").to_owned();
        let again = request(&server.url(path), "GET", &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    }
}

#[test]
fn the_search_page_says_what_the_settings_and_the_posts_say_about_the_blog() {
    let site = site();
    let settings =
        "baseURL = 'https://blog.example/notes/'\ntitle = 'Tea & <Cake>'\nlanguageCode = 'de-AT'\n";
    site.write("hugo.toml", settings);
    let server = Server::start(site.root());
    let page = server.get("/");
    let html = &page.body;
    for part in [
        "<html lang=\"de\" dir=\"ltr\">",
        "<a href=\"https://blog.example/notes/\">Tea &amp; &lt;Cake&gt;</a>",
        "<bloghound-search mode=\"page\" autofocus",
        "<form role=\"search\" action=\"search\"><input type=\"search\" name=\"q\" aria-label=\"Suchen\"",
        // The tag of the hostile post, and a word of another title.
        "<a href=\"?q=%22%3E%3Cb%3E\">&quot;&gt;&lt;b&gt;</a>",
        "<a href=\"?q=Plain\">Plain</a>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for part in ["Secret", "<b>", "<img", " style=", "<style", "onload"] {
        assert!(!html.contains(part), "{part} in {html}");
    }
    assert_eq!(
        html.matches("<script type=\"module\" src=").count(),
        html.matches("<script").count(),
        "{html}"
    );
    let with_tag = [("If-None-Match", page.header("etag"))];
    assert_eq!(request(&server.url("/"), "GET", &with_tag).status, 304);
    site.write("content/new.md", "+++\ntitle = 'Chocolate'\ndate = 2025-01-01\n+++\nDark.\n");
    server.wait_for_hits("chocolate", &["new.md"]);
    let changed = request(&server.url("/"), "GET", &with_tag);
    assert!(changed.status == 200 && changed.body.contains("?q=Chocolate"), "{}", changed.body);
}
