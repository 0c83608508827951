//! Previews of posts, links to them, and `serve --base-url`.

use crate::support::{Output, Server, TestSite, bloghound, request, wait_until};

const PREVIEW: &str = "/preview?id=food/bread/_index.md";
const URL: &str = "https://blog.example/food/bread/";

fn site() -> TestSite {
    let site = TestSite::new();
    site.write("hugo.toml", "baseURL = 'https://blog.example/'\ntitle = 'Crumbs'\n");
    let front_matter = "+++\ntitle = 'Baking <b>bread</b>'\ndate = 2024-03-04\ntags = ['\"><i>']\n+++\n";
    let text =
        "Mix & <script>alert(1)</script> knead.\n\n## In the oven\n\nWait.\n\n```\nlet hot = a < b;\n```\n";
    site.write_post("food/bread", &format!("{front_matter}{text}"));
    site.write_post("food/secret", "+++\ntitle = 'Secret bread'\ndraft = true\n+++\nKnead secretly.\n");
    site
}

fn first_hit(server: &Server, path: &str) -> String {
    let html = server.get(path).body;
    let hit = html.split("<h2 class=\"title\"><a href=\"").nth(1).unwrap_or_else(|| panic!("no hit: {html}"));
    hit.split('"').next().unwrap().to_owned()
}

#[test]
fn a_preview_shows_the_post_as_text_without_scripts() {
    let site = site();
    let server = Server::start(site.root());
    let page = server.get(PREVIEW);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let html = &page.body;
    for part in [
        "<meta name=\"robots\" content=\"noindex\">",
        "<html lang=\"en\" dir=\"ltr\">",
        "<h2 id=\"in-the-oven\">In the oven</h2>",
        "<code>let hot = a &lt; b;</code>",
        "<time datetime=\"2024-03-04\">",
        "href=\"https://blog.example/food/bread/\"",
        "<p>Wait.</p>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for part in ["<script", "<b>", "<i>", " style=", "onerror"] {
        assert!(!html.contains(part), "{part} in {html}");
    }
    let unchanged = request(&server.url(PREVIEW), "GET", &[("If-None-Match", page.header("etag"))]);
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
}

#[test]
fn what_is_not_published_has_no_preview() {
    let site = site();
    let server = Server::start(site.root());
    for (query, status) in [
        ("?id=food/secret/_index.md", 404),
        ("?id=../hugo.toml", 404),
        ("?id=hugo.toml", 404),
        ("?id=%00%ff", 404),
        ("?id=", 400),
        ("", 400),
        ("?id=a&id=b", 400),
    ] {
        let answer = server.get(&format!("/preview{query}"));
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
        assert!(!answer.body.contains("secretly"));
    }
    let missing = [("If-None-Match", "*")];
    assert_eq!(request(&server.url("/preview?id=food/secret/_index.md"), "GET", &missing).status, 404);
}

#[test]
fn hits_link_to_previews_for_browsers_on_this_machine_only() {
    let site = site();
    let server = Server::start(site.root());
    assert_eq!(first_hit(&server, "/search?q=bread"), "preview?id=food%2Fbread%2F%5Findex%2Emd");
    assert!(
        server.get("/search?q=oven").body.contains("preview?id=food%2Fbread%2F%5Findex%2Emd#in-the-oven")
    );
    // The API and the feeds have the URL of the blog.
    assert_eq!(server.get("/api/v1/search?q=bread").json()["hits"][0]["url"], URL);
    assert_eq!(server.get("/feed.json?q=bread").json()["items"][0]["url"], URL);
    let through_proxy = [("X-Forwarded-For", "203.0.113.7")];
    let for_blog = [("Host", "blog.example")];
    for fields in [through_proxy, for_blog] {
        assert_eq!(request(&server.url(PREVIEW), "GET", &fields).status, 404, "{fields:?}");
        let results = request(&server.url("/search?q=bread"), "GET", &fields);
        assert!(results.body.contains(&format!("href=\"{URL}\"")), "{fields:?}: {}", results.body);
    }
    // A script tells the search box.
    assert!(server.get("/").body.contains("previews.js"));
    let for_reader = request(&server.url("/"), "GET", &through_proxy);
    assert!(!for_reader.body.contains("previews.js"), "{}", for_reader.body);
    assert_ne!(for_reader.header("etag"), server.get("/").header("etag"));
    let direct = server.get("/search?q=bread");
    let same = [through_proxy[0], ("If-None-Match", direct.header("etag"))];
    assert_eq!(request(&server.url("/search?q=bread"), "GET", &same).status, 200);
}

#[test]
fn settings_turn_previews_on_and_off() {
    for (settings, status) in [
        ("[http]\npreview = false\n", 404),
        ("[http]\npreview = true\npublic_url = 'https://search.example'\n", 200),
        ("[http]\npublic_url = 'https://search.example'\n", 404),
        ("base_url = 'https://blog.example'\n", 404),
    ] {
        let site = site();
        site.write("bloghound.toml", settings);
        let server = Server::start(site.root());
        let answer = server.get(PREVIEW);
        assert_eq!(answer.status, status, "{settings}");
        assert!(status == 200 || answer.body.contains("`preview = true`"), "{}", answer.body);
    }
}

#[test]
fn a_base_url_on_the_command_line_points_hits_at_that_server() {
    let site = site();
    let index = site.root().join("index");
    {
        let server = Server::start_with(site.root(), &index, &["--base-url", "http://localhost:1313/"]);
        let url = "http://localhost:1313/food/bread/";
        assert_eq!(server.get("/api/v1/search?q=bread").json()["hits"][0]["url"], url);
        assert_eq!(first_hit(&server, "/search?q=bread"), url);
        assert_eq!(server.get(PREVIEW).status, 404);
    }
    let server = Server::start_with(site.root(), &index, &[]);
    // The index with the other URLs serves until the new one is built.
    let first_url =
        || server.get("/api/v1/search?q=bread").json()["hits"][0]["url"].as_str().unwrap().to_owned();
    wait_until(first_url, |url| url == URL);
}

#[test]
fn a_base_url_that_cannot_be_one_is_refused() {
    let site = site();
    let run = |args: &[&str]| Output::of(bloghound().args(["serve", "--site"]).arg(site.root()).args(args));
    for url in ["localhost:1313", "ftp://blog.example", "http://blog.example/?q=1", "http://", ""] {
        let output = run(&["--base-url", url, "--print-config"]);
        assert_eq!(output.code, 2, "{url}");
        assert!(output.stderr.contains("expected a URL that starts with http"), "{}", output.stderr);
    }
    let output = run(&["--base-url", "http://localhost:1313", "--read-only"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("cannot be used with '--read-only'"), "{}", output.stderr);
    let output = run(&["--base-url", "http://localhost:1313", "--print-config"]);
    assert!(output.stdout.contains("http://localhost:1313"), "{}", output.stdout);
}
