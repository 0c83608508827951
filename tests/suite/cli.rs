//! The command line: output, exit codes and error messages.

use std::path::Path;

use crate::support::{Output, Server, TestSite, bloghound, own_site, post};

fn run(site: &Path, args: &[&str]) -> Output {
    Output::of(bloghound().arg("--site").arg(site).args(args))
}

#[test]
fn indexes_incrementally_and_reports_as_json() {
    let site = TestSite::with_posts(&[("a/x", "X", "One."), ("a/y", "Y", "Two.")]);
    site.write("content/a/_index.md", "+++\ntitle = 'A'\n+++\n");
    site.write("content/about/_index.md", "+++\ntitle = 'About'\n+++\n");
    let first = run(site.root(), &["index", "--json"]);
    let report = first.last_json();
    assert_eq!((first.code, &report["posts"], &report["pages"]), (0, &2.into(), &1.into()));
    assert_eq!(
        report["skipped"],
        serde_json::json!({"list": 1, "draft": 0, "future": 0, "expired": 0, "not_a_page": 0, "unlisted": 0, "excluded": 0,
            "redirect": 0, "error_page": 0, "empty": 0,
            "unclear": 0, "ignored": 0, "other_format": 0})
    );
    assert_eq!((&report["added"], &report["failed"]), (&3.into(), &serde_json::json!([])));
    site.write_post("a/x", &post("X", "2024-01-01", "Changed."));
    std::fs::remove_file(site.content().join("a/y/_index.md")).unwrap();
    let report = run(site.root(), &["index", "--json"]).last_json();
    let changes = ["added", "updated", "deleted", "unchanged"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(changes, [0, 1, 1, 1]);
    assert!(report["took_ms"].is_u64());
    assert!(
        run(site.root(), &["index"]).stdout.contains("1 post and 1 page, unchanged; skipped 1 list page")
    );
    assert_eq!(run(site.root(), &["index", "--full", "--json"]).last_json()["added"], 2);
}

#[test]
fn names_a_broken_post_and_indexes_the_others() {
    let site = TestSite::with_posts(&[("a/x", "Good", "Fine.")]);
    site.write_post("a/broken", "\n+++\ntitle = 'Broken'\ndate = \n+++\nText");
    site.write_post("a/bytes", "+++\ntitle = 'B'\n+++\n");
    std::fs::write(site.content().join("a/bytes/_index.md"), b"+++\ntitle = 'B'\n+++\n\xff\n").unwrap();
    let output = run(site.root(), &["index", "--json"]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("a/broken/_index.md:4: invalid TOML"), "{}", output.stderr);
    assert!(output.stderr.contains("a/bytes/_index.md:4: invalid UTF-8"), "{}", output.stderr);
    let failed = &output.last_json()["failed"];
    assert_eq!((&failed[0]["path"], &failed[0]["line"]), (&"a/broken/_index.md".into(), &4.into()));
    assert_eq!(output.last_json()["posts"], 1);
    // The failure is reported until the post is fixed.
    assert_eq!(run(site.root(), &["index"]).code, 1);
    site.write_post("a/broken", &post("Mended", "2024-01-01", "Text"));
    std::fs::remove_file(site.content().join("a/bytes/_index.md")).unwrap();
    assert_eq!(run(site.root(), &["index"]).code, 0);
    assert!(run(site.root(), &["search", "mended"]).stdout.contains("Mended"));
}

#[test]
fn indexes_drafts_and_future_posts_only_on_request() {
    let site = TestSite::with_posts(&[("a/x", "Public", "Shared word.")]);
    site.write_post("a/draft", "+++\ntitle = 'Draft'\ndate = 2024-01-01\ndraft = true\n+++\nShared word.");
    site.write_post("a/later", &post("Later", "2999-01-01", "Shared word."));
    let found = || run(site.root(), &["search", "shared", "--json"]).last_json()["total"].clone();
    let report = run(site.root(), &["index", "--json"]).last_json();
    assert_eq!((&report["skipped"]["draft"], &report["skipped"]["future"]), (&1.into(), &1.into()));
    assert_eq!(found(), 1);
    run(site.root(), &["index", "--drafts"]);
    assert_eq!(found(), 2);
    run(site.root(), &["index", "--drafts", "--future"]);
    assert_eq!(found(), 3);
    assert_eq!(run(site.root(), &["index", "--json"]).last_json()["deleted"], 2);
    assert_eq!(found(), 1);
}

#[test]
fn prints_readable_hits_and_exits_with_1_without_hits() {
    let site =
        TestSite::with_posts(&[("food/bread", "Baking bread", "Flour.\n\n## The oven\n\nHot it must be.")]);
    run(site.root(), &["index"]);
    let hit = run(site.root(), &["search", "hot", "oven"]);
    assert_eq!(hit.code, 0);
    for part in [
        " 1. Baking bread",
        "https://blog.example/food/bread/#the-oven",
        "2024-01-01 · Food",
        "Hot it must be.",
        "1 hit",
    ] {
        assert!(hit.stdout.contains(part), "{part:?} is not in {}", hit.stdout);
    }
    assert!(!hit.stdout.contains('\u{1b}'), "only terminals get colors");
    let none = run(site.root(), &["search", "zyzzyva"]);
    assert_eq!(none.code, 1);
    assert!(none.stdout.contains("No post found"));
    assert_eq!(run(site.root(), &["search", "flour", "-oven"]).code, 1);
    assert_eq!(run(site.root(), &["search", "flour", "--limit", "0"]).code, 2);
}

#[test]
fn ends_quietly_if_the_reader_closes_the_pipe() {
    let site = TestSite::with_posts(&[("a/x", "X", "Flour.")]);
    run(site.root(), &["index"]);
    let mut search = std::process::Command::new(env!("CARGO_BIN_EXE_bloghound"))
        .args(["search", "flour", "--site"])
        .arg(site.root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(search.stdout.take());
    let output = search.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn prints_the_body_of_the_http_response_as_json() {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour and water.")]);
    let server = Server::start(site.root());
    let mut over_http = server.get("/api/v1/search?q=flour&facets=category").json();
    let mut printed = run(site.root(), &["search", "flour", "--facets", "category", "--json"]).last_json();
    for answer in [&mut over_http, &mut printed] {
        answer["took_us"] = 0.into();
    }
    assert_eq!(over_http, printed);
}

#[test]
fn explains_what_to_do_about_missing_or_invalid_input() {
    let site = TestSite::new();
    let empty = tempfile::tempdir().unwrap();
    let cases: [(&Path, &[&str], i32, &str); 4] = [
        (Path::new("/no/such/site"), &["index"], 2, "pass the site's root with --site DIR"),
        (empty.path(), &["index"], 1, "run bloghound in the site's root"),
        (site.root(), &["search", "x"], 1, "build it with `bloghound index`"),
        (site.root(), &["eval", "/no/such/queries.jsonl"], 1, "cannot be read"),
    ];
    for (dir, args, code, message) in cases {
        let output = run(dir, args);
        assert_eq!(output.code, code, "{args:?}: {}", output.stderr);
        assert!(output.stderr.contains(message), "{args:?}: {}", output.stderr);
    }
    site.write("bloghound.toml", "[watch]\ndebounce_ms = 0\n");
    let output = run(site.root(), &["index"]);
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("bloghound.toml:2: invalid value 0 for `debounce_ms`"),
        "{}",
        output.stderr
    );
}

#[test]
fn refuses_a_second_writer_and_a_used_port() {
    let site = TestSite::with_posts(&[("a/x", "X", "One.")]);
    let server = Server::start(site.root());
    let output = run(site.root(), &["index"]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("another bloghound is writing"), "{}", output.stderr);
    // Searching still works.
    assert_eq!(run(site.root(), &["search", "one"]).code, 0);
    let address = server.url("").replace("http://", "");
    let other = TestSite::new();
    let output = run(other.root(), &["serve", "--addr", &address]);
    assert_eq!(output.code, 1);
    assert!(
        output.stderr.contains("is in use") && output.stderr.contains("--addr 127.0.0.1:"),
        "{}",
        output.stderr
    );
}

#[test]
fn rebuilds_an_index_of_other_settings() {
    let site = TestSite::with_posts(&[("a/x", "X", "One.")]);
    run(site.root(), &["index"]);
    site.write("hugo.toml", "baseURL = 'https://moved.example/'\n");
    assert_eq!(run(site.root(), &["index", "--json"]).last_json()["added"], 1);
    assert!(run(site.root(), &["search", "one"]).stdout.contains("https://moved.example/a/x/"));
    let generations = std::fs::read_dir(site.root().join("index")).unwrap().flatten();
    let names = generations.map(|entry| entry.file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("gen-")).count(), 1);
}

#[test]
fn evaluates_without_writing_to_the_site() {
    let site = TestSite::with_posts(&[("a/x", "Bread", "One."), ("a/y", "Soup", "Two.")]);
    site.write(
        "queries.jsonl",
        "{\"qid\":\"q-1\",\"query\":\"bread\",\"kind\":\"k\",\"relevant\":{\"a/x/_index.md\":1}}\n\
         {\"qid\":\"q-2\",\"query\":\"soup\",\"kind\":\"k\",\"relevant\":{\"a/x/_index.md\":1}}\n",
    );
    let queries = site.root().join("queries.jsonl");
    let runs = site.root().join("runs.jsonl");
    let args = ["eval", queries.to_str().unwrap(), "--run-file", runs.to_str().unwrap(), "--json"];
    let groups = &run(site.root(), &args).last_json()["groups"];
    assert_eq!((&groups[0]["kind"], &groups[0]["ndcg"]), (&"k".into(), &0.5.into()));
    let runs = std::fs::read_to_string(runs).unwrap();
    assert!(runs.contains("{\"qid\":\"q-1\",\"hits\":[\"a/x/_index.md\"]}"), "{runs}");
    assert!(!site.root().join("index").exists());
    let half = run(site.root(), &["eval", queries.to_str().unwrap(), "--half", "odd"]);
    assert!(half.stdout.lines().last().unwrap().contains(" 1.0000"), "{}", half.stdout);
}

#[test]
fn indexes_the_projects_own_blog_without_failures() {
    let index = tempfile::tempdir().unwrap();
    let output = run(&own_site(), &["index", "--json", "--index", index.path().to_str().unwrap()]);
    let report = output.last_json();
    assert_eq!((output.code, report["failed"].as_array().unwrap().len()), (0, 0));
    assert!(report["posts"].as_u64().unwrap() >= 12);
    assert_eq!(report["skipped"]["draft"], 1);
    let search = |query: &str| {
        let args = ["search", query, "--json", "--index", index.path().to_str().unwrap()];
        run(&own_site(), &args).last_json()["hits"][0]["id"].as_str().map(str::to_owned)
    };
    for (query, first) in [
        ("inverted index", "search/how-an-inverted-index-answers/_index.md"),
        ("levenstein", "search/what-typo-tolerance-costs/_index.md"),
        ("semaph", "rust/blocking-work-in-an-async-server/_index.md"),
        ("\"address already in use\"", "writing/titles-people-can-search-for/_index.md"),
        ("cache headers nginx", "hosting/cache-headers-for-a-static-site/_index.md"),
        ("spawn_blocking", "rust/blocking-work-in-an-async-server/_index.md"),
    ] {
        assert_eq!(search(query).as_deref(), Some(first), "{query}");
    }
}
