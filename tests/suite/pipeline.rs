//! `bloghound index` in CI: exit codes, output formats, and the recipes of `docs/ci.md`.

mod page;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Output, Server, TestSite, bloghound, post, wait_until};

/// Runs `bloghound index` in a directory, outside of a GitHub workflow.
fn index(dir: &Path, args: &[&str]) -> Output {
    Output::of(bloghound().current_dir(dir).arg("index").args(args).env_remove("GITHUB_WORKSPACE"))
}

fn digest(dir: &Path, args: &[&str]) -> String {
    let output = index(dir, &[args, &["--json"]].concat());
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
    report["content_digest"].as_str().unwrap().to_owned()
}

fn site_with_a_warning() -> TestSite {
    let site = TestSite::new();
    site.write("content/good.md", post("Good", "2024-01-01", "Text."));
    site.write("content/a, b: 50%.md", post("Odd", "2024-01-01", "Text.\n\n```sh\nls"));
    site
}

#[test]
fn fails_on_warnings_only_with_strict() {
    let site = site_with_a_warning();
    let first = index(site.root(), &["--strict"]);
    assert_eq!(first.code, 1);
    assert!(first.stderr.contains("a, b: 50%.md:8:"), "{}", first.stderr);
    // An up-to-date index gives the same warnings as a new one.
    for args in [&["--strict"][..], &["--strict", "--json"], &["--strict", "--format", "github"]] {
        assert_eq!(index(site.root(), args).code, 1, "{args:?}");
    }
    assert_eq!(index(site.root(), &[]).code, 0);
    site.write("content/a, b: 50%.md", post("Odd", "2024-01-01", "Text."));
    assert_eq!(index(site.root(), &["--strict"]).code, 0);
    assert_eq!(index(site.root(), &["--format", "xml"]).code, 2);
    assert_eq!(index(site.root(), &["--json", "--format", "github"]).code, 2);
}

#[test]
fn annotates_files_by_their_path_in_the_repository() {
    let site = site_with_a_warning();
    site.write("content/bad.md", "+++\ntitle = 'Bad'\npublishDate = 'soon'\n+++\n");
    let output = index(site.root(), &["--format", "github"]);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!((output.code, lines.len(), output.stderr.as_str()), (1, 6, ""), "{lines:#?}");
    assert_eq!(
        lines[0],
        "::error file=content/bad.md,line=3::invalid value \"soon\" for `publishDate`; expected a date like \
         2026-01-31 or 2026-01-31T12:00:00Z; the post is hidden, because it may not be published now"
    );
    assert_eq!(
        lines[1],
        "::warning file=content/a%2C b%3A 50%25.md,line=8::unclosed code block: ```sh makes everything below it code; \
         add a closing line ```"
    );
    assert!(lines[3].starts_with("2 posts and 0 pages"), "{}", lines[3]);
    assert_eq!(lines[4], format!("content digest {}", digest(site.root(), &[])));
    // The site can be a folder of the repository, and the working directory can be any.
    let repository = tempfile::tempdir().unwrap();
    let blog = repository.path().join("sites/blog");
    fs::create_dir_all(blog.parent().unwrap()).unwrap();
    copy(site.root(), &blog);
    let arguments = ["--site", "sites/blog", "--format", "github"];
    let in_workspace = bloghound()
        .current_dir(repository.path())
        .arg("index")
        .args(arguments)
        .env("GITHUB_WORKSPACE", repository.path())
        .output()
        .unwrap();
    let text = String::from_utf8(in_workspace.stdout).unwrap();
    assert!(text.starts_with("::error file=sites/blog/content/bad.md,line=3::"), "{text}");
    fs::create_dir(repository.path().join(".git")).unwrap();
    let text = index(&blog, &["--format", "github"]).stdout;
    assert!(text.starts_with("::error file=sites/blog/content/bad.md,line=3::"), "{text}");
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

#[test]
fn prints_one_json_object_for_both_options() {
    let site = site_with_a_warning();
    index(site.root(), &[]);
    let objects = [&["--json"][..], &["--format", "json"]].map(|args| {
        let mut report: Value = serde_json::from_str(&index(site.root(), args).stdout).unwrap();
        report["took_ms"] = 0.into();
        report
    });
    assert_eq!(objects[0], objects[1]);
    assert_eq!(objects[0]["posts"], 2);
}

#[test]
fn content_digest_depends_on_content_and_settings_only() {
    let posts = [("a/x", "X", "One."), ("a/y", "Y", "Two."), ("b/z", "Z", "Three.")];
    let site = TestSite::with_posts(&posts);
    let first = digest(site.root(), &[]);
    assert_eq!(first.len(), 32);
    assert!(first.chars().all(|c| c.is_ascii_hexdigit()), "{first}");
    assert_eq!(digest(site.root(), &["--full"]), first);
    // In another directory, post by post, in reverse order, with intermediate edits, from a relative path.
    let other = TestSite::new();
    for (at, (folder, title, body)) in posts.iter().enumerate().rev() {
        let day = at + 1;
        other.write_post(folder, &post(title, "2024-01-09", "Not yet."));
        digest(other.root(), &[]);
        other.write_post(folder, &post(title, &format!("2024-01-{day:02}"), body));
        digest(other.root(), &[]);
    }
    other.write_post("c/later", &post("Gone", "2024-01-01", "Gone."));
    assert_ne!(digest(other.root(), &[]), first);
    fs::remove_dir_all(other.content().join("c")).unwrap();
    assert_eq!(digest(other.root(), &[]), first);
    let name = other.root().file_name().unwrap().to_str().unwrap();
    assert_eq!(digest(other.root().parent().unwrap(), &["--site", name, "--full"]), first);
    // The digest covers everything that is indexed, and nothing else, such as drafts.
    site.write_post("a/draft", "+++\ntitle = 'D'\ndate = 2024-01-01\ndraft = true\n+++\nD.");
    assert_eq!(digest(site.root(), &[]), first);
    assert_ne!(digest(site.root(), &["--drafts"]), first);
    assert_eq!(digest(site.root(), &[]), first);
    site.write_post("a/x", &post("X", "2024-01-01", "One!"));
    let changed = digest(site.root(), &[]);
    assert_ne!(changed, first);
    site.write("hugo.toml", "baseURL = 'https://moved.example/'\nlanguageCode = 'en-us'\n");
    let moved = digest(site.root(), &[]);
    assert!(moved != changed && moved != first);
    // A server reports the same digest, and a new one after a save.
    let server = Server::start(site.root());
    assert_eq!(other_digest(&server, ""), moved);
    site.write_post("a/x", &post("X", "2024-01-01", "Eleven."));
    let after = other_digest(&server, &moved);
    drop(server);
    assert_eq!(digest(site.root(), &[]), after);
}

/// Waits until the status has another digest than `known`.
fn other_digest(server: &Server, known: &str) -> String {
    let digest = || {
        let status = server.get("/api/v1/status").json();
        status["content_digest"].as_str().unwrap_or_default().to_owned()
    };
    wait_until(digest, |digest| digest != known);
    digest()
}
