//! Starting a server with the index of an earlier run.

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::reindex::{Indexer, OpenMode};

use std::time::Instant;

use crate::support::{Answer, Output, PATIENCE, Server, TestSite, bloghound, post, wait_until};

const LAST_INDEX: &str = "of the existing index";

fn site() -> TestSite {
    TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")])
}

#[test]
fn serves_the_last_index_first_and_the_current_content_next() {
    for args in [&[][..], &["--no-watch"]] {
        let site = site();
        site.reindex();
        site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
        let mut server = Server::start_with(site.root(), &site.root().join("index"), args);
        assert!(
            server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)),
            "{:?}",
            server.log_so_far()
        );
        assert_eq!(server.hits("flour"), ["food/bread"]);
        server.find_in_log(&["indexed 2 posts", "1 updated"]);
        assert_eq!(server.hits("parsnips"), ["food/soup"]);
        assert!(server.hits("carrots").is_empty());
        assert_eq!(server.get("/api/v1/status").json()["posts"], 2);
    }
}

#[test]
fn finds_changes_made_right_after_the_start() {
    let site = site();
    site.reindex();
    let server = Server::start(site.root());
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn serves_once_an_index_is_built() {
    let site = site();
    let mut server = Server::start(site.root());
    assert!(!server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)));
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    server.find_in_log(&["indexed 2 posts", "2 added"]);
    assert_eq!(server.full_status()["build"], serde_json::Value::Null);
}

/// Asserts that a response says that the index is being built. Returns the progress in percent.
fn percent_built(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("retry-after"), "1");
    let problem = answer.json();
    assert!(problem["detail"].as_str().unwrap().contains("the index is being built"), "{problem}");
    problem["build_percent"].as_u64().unwrap()
}

const NEED_THE_INDEX: [&str; 4] =
    ["/api/v1/search?q=flour", "/api/v1/suggest?q=fl", "/api/v1/related?id=food/bread/_index.md", "/readyz"];

#[test]
fn answers_from_the_first_moment_while_another_process_builds_the_index() {
    let site = site();
    let config = site.config();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    for args in [&[][..], &["--no-watch"]] {
        let mut command = Server::command(site.root());
        command.args(args);
        let server = Server::launch_unready(command);
        for path in NEED_THE_INDEX {
            assert_eq!(percent_built(&server.get(path)), 0, "{path}");
        }
        for (path, text) in
            [("/healthz", "ok\n"), ("/", "<!DOCTYPE html>"), ("/metrics", "bloghound_posts 0")]
        {
            let answer = server.get(path);
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.body.contains(text), "{path}: {}", answer.body);
        }
        // Invalid requests are told apart.
        assert_eq!(server.get("/api/v1/search?q=x&limit=0").status, 400);
        let problem = server.wait_for_problem("another bloghound is writing it");
        assert!(problem.contains("no index to serve yet"), "{problem}");
        let status = server.get("/api/v1/status").json();
        let expected = serde_json::json!({ "percent": 0, "files_done": null, "files_total": null });
        assert_eq!((&status["build"], &status["generation"]), (&expected, &"".into()), "{status}");
        assert!(server.stop("TERM").success());
    }
    let server = Server::start_unready(site.root());
    indexer.reconcile(&mut |_, _| {}).unwrap();
    indexer.close().unwrap();
    wait_until(|| server.get("/readyz").body, |ready| ready == "ready\n");
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    server.wait_for_problem("");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn shows_the_progress_of_the_first_build_without_the_number_of_files() {
    const POSTS: usize = 1_500;
    let site = TestSite::new();
    let text = "Bread needs flour, water, salt and time. ".repeat(100);
    for number in 0..POSTS {
        site.write_post(&format!("food/bread-{number}"), &post("Bread", "2024-01-01", &text));
    }
    let server = Server::start_unready(site.root());
    let (started, mut percents) = (Instant::now(), Vec::new());
    loop {
        let full = server.full_status()["build"].clone();
        let answer = server.get("/api/v1/search?q=flour");
        if answer.status == 200 {
            assert_eq!(answer.json()["total"], POSTS);
            break;
        }
        percents.push(percent_built(&answer));
        assert!(full["files_total"].is_null() || full["files_total"] == POSTS, "{full}");
        assert!(full["files_done"].as_u64().unwrap() <= POSTS as u64, "{full}");
        let public = server.get("/api/v1/status").json()["build"].clone();
        assert!(public["files_done"].is_null() && public["files_total"].is_null(), "{public}");
        assert!(started.elapsed() < PATIENCE, "the index is not built");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(
        percents.is_sorted() && percents.iter().any(|percent| (1..=99).contains(percent)),
        "{percents:?}"
    );
}

#[test]
fn wrong_usage_fails_at_the_start() {
    let (site, unwritable) = (site(), site());
    site.write("bloghound.toml", "[watch]\ndebounce_ms = 0\n");
    unwritable.write("index", "a file");
    let gone = TestSite::new();
    std::fs::remove_dir(gone.content()).unwrap();
    for (dir, args, code, message) in [
        (gone.root(), &["--content", "gone"][..], 2, "pass another one with --content DIR"),
        (site.root(), &[], 2, "invalid value 0 for `debounce_ms`"),
        (unwritable.root(), &[], 1, "use another directory with --index DIR"),
    ] {
        let command = ["serve", "--addr", "127.0.0.1:0", "--site"];
        let output = Output::of(bloghound().args(command).arg(dir).args(args));
        assert_eq!(output.code, code, "{}", output.stderr);
        assert!(output.stderr.contains(message), "{message}: {}", output.stderr);
    }
}

#[test]
fn does_not_serve_an_index_with_drafts() {
    let site = site();
    site.write_post("food/secret", "+++\ntitle = 'Secret'\ndate = 2024-02-01\ndraft = true\n+++\nTruffles.");
    let overrides = Overrides { site: site.root().to_owned(), drafts: true, ..Overrides::default() };
    let config = Config::load(overrides).unwrap();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    assert_eq!(indexer.reconcile(&mut |_, _| {}).unwrap().added, 3);
    indexer.close().unwrap();
    let server = Server::start(site.root());
    assert!(server.hits("truffles").is_empty());
    assert!(!server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)));
    assert_eq!(server.hits("carrots"), ["food/soup"]);
}

#[test]
fn serves_an_index_of_other_settings_until_the_new_one_is_built() {
    let site = site();
    site.reindex();
    site.write("hugo.toml", "baseURL = 'https://other.example/'\nlanguageCode = 'en-us'\n");
    let mut server = Server::start(site.root());
    server.find_in_log(&["rebuilding the index", "settings have changed"]);
    server.find_in_log(&[LAST_INDEX]);
    server.find_in_log(&["indexed 2 posts", "2 added"]);
    let answer = server.get("/api/v1/search?q=carrots").json();
    assert_eq!(answer["hits"][0]["url"], "https://other.example/food/soup/");
}

#[test]
fn reports_unreadable_files_after_a_restart() {
    let site = site();
    site.write_post("food/broken", "+++\ntitle = \n+++\n");
    site.reindex();
    let mut server = Server::start(site.root());
    server.find_in_log(&["food/broken/_index.md:2", "invalid TOML"]);
    server.find_in_log(&["indexed 2 posts", "unchanged"]);
    assert_eq!(server.full_status()["failed"][0]["path"], "food/broken/_index.md");
}
