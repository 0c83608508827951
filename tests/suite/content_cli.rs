//! `bloghound posts` and `bloghound check`: parsed posts and problems of the content.

use std::process::Output;

use serde_json::Value;

use crate::support::{SearchText, TestSite, bloghound, post};

fn run(site: &TestSite, args: &[&str]) -> Output {
    bloghound().args(args).arg("--site").arg(site.root()).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn objects(output: &Output) -> Vec<Value> {
    lines(output).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lists_parsed_posts() {
    let site = TestSite::new();
    site.write("hugo.toml", "baseURL = 'https://blog.example/'\n[languages.en]\n[languages.fr]\n");
    let text = "+++\ntitle = 'Bread'\ndate = 2024-01-02\ntags = ['oven']\nauthors = ['Ann']\n+++\n\nSix words stand in this text.\n";
    site.write("content/food/bread.md", text);
    site.write("content/food/bread.fr.md", text.replace("Bread", "Pain"));
    site.write("content/food/draft.md", "+++\ntitle = 'D'\ndraft = true\n+++\n");
    let output = run(&site, &["posts", "--json"]);
    assert!(output.status.success());
    let posts = objects(&output);
    assert_eq!(posts.len(), 2);
    let keys = ["id", "url", "kind", "date", "lang", "title", "categories", "tags", "words", "warnings"];
    assert!(keys.iter().all(|key| posts[1].get(key).is_some()), "{}", posts[1]);
    assert_eq!(posts[1]["id"], "food/bread.md");
    assert_eq!(posts[1]["url"], "https://blog.example/food/bread/");
    assert_eq!((&posts[1]["words"], &posts[1]["authors"][0]), (&6.into(), &"Ann".into()));
    assert_eq!(posts[1]["translations"]["fr"], "https://blog.example/fr/food/bread/");
    let all = objects(&run(&site, &["posts", "--json", "--skipped"]));
    assert!(all.contains(&serde_json::json!({"id": "food/draft.md", "skipped": "draft"})), "{all:?}");
    let text = lines(&run(&site, &["posts", "--drafts"])).join("\n");
    assert!(
        text.contains("2024-01-02  Bread") && text.contains("#oven") && text.contains("· draft"),
        "{text}"
    );
}

/// A site with a broken post, one with a warning, and two that share a URL.
fn site_with_problems() -> TestSite {
    let site = TestSite::new();
    site.write("content/good.md", post("Good", "2024-01-01", "Text."));
    site.write("content/odd.md", post("Odd", "2024-01-01", "Text.\n\n```sh\nls"));
    site.write("content/same/index.md", post("One", "2024-01-01", "Text."));
    site.write("content/other.md", "+++\ntitle = 'Two'\nurl = '/same/'\n+++\n");
    site
}

#[test]
fn fails_on_warnings_only_with_strict() {
    let site = site_with_problems();
    let output = run(&site, &["check"]);
    assert_eq!(output.status.code(), Some(0));
    let text = lines(&output);
    assert_eq!(text.len(), 3, "{text:?}");
    assert!(text[0].starts_with("odd.md:8: warning: unclosed code block: ```sh makes"), "{}", text[0]);
    assert!(text[1].starts_with(
        "same/index.md:1: warning: duplicate URL https://blog.example/same/, already used by other.md"
    ));
    assert_eq!(text[2], "checked 4 files: 0 errors, 2 warnings");
    assert_eq!(run(&site, &["check", "--strict"]).status.code(), Some(1));
    assert_eq!(run(&site, &["check", "--format", "xml"]).status.code(), Some(2));
}

#[test]
fn reports_file_line_and_fix_in_every_format() {
    let site = site_with_problems();
    site.write("content/bad.md", "+++\ntitle = 'Bad'\ndate = \n+++\n");
    let output = run(&site, &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let problems = objects(&output);
    assert_eq!((&problems[0]["path"], &problems[0]["line"]), (&"bad.md".into(), &3.into()));
    assert_eq!(problems[0]["severity"], "error");
    assert!(problems[0]["message"].as_str().unwrap().contains("invalid TOML"));
    let annotations = lines(&run(&site, &["check", "--format", "github"]));
    assert!(
        annotations[0].starts_with("::error file=") && annotations[0].contains("bad.md,line=3::invalid TOML")
    );
    // A broken file does not affect the others, and indexing reports the same problems.
    let output = run(&site, &["index", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["posts"], &report["pages"]), (&3.into(), &1.into()));
    assert_eq!(report["warnings"].as_array().unwrap().len(), 2);
    assert!(String::from_utf8(output.stderr).unwrap().contains("bad.md:3:"));
}

#[test]
fn respects_search_settings_in_front_matter() {
    let site = TestSite::new();
    let with = |search: &str| {
        post("Bread", "2024-01-01", "Flour.").replace("\n+++\n\n", &format!("\n{search}\n+++\n\n"))
    };
    site.write("content/plain.md", with(""));
    site.write("content/strong.md", with("[search]\nboost = 3.0"));
    site.write("content/other-name.md", with("[search]\nkeywords = ['focaccia']\nsynonyms = ['loaf']"));
    site.write("content/gone.md", with("[search]\nexclude = true"));
    let engine = site.engine();
    let ids = |query: &str| engine.search_text(query).hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>();
    assert_eq!(ids("flour")[0], "strong.md");
    assert_eq!(ids("flour").len(), 3);
    assert_eq!(ids("focaccia"), ["other-name.md"]);
    assert_eq!(ids("loaf"), ["other-name.md"]);
}

#[test]
fn names_the_detected_generator_at_start() {
    let site = TestSite::new();
    std::fs::remove_file(site.root().join("hugo.toml")).unwrap();
    site.write("content/a.md", "---\ntitle: A\ndate: 2024-01-02\n---\n");
    let text = lines(&run(&site, &["index"])).join("\n");
    assert!(text.contains("URLs are guessed from the paths of files"), "{text}");
    site.write("bloghound.toml", "[urls]\npermalink = '/blog/:year/:slug/'\n");
    let posts = objects(&run(&site, &["posts", "--json"]));
    assert_eq!(posts[0]["url"], "/blog/2024/a/");
}
