//! One index and several processes: one writes, the others follow, and no reader sees a partial state.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::support::{Server, TestSite, bloghound, get, has_program, post, wait_until};

fn site() -> TestSite {
    TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")])
}

fn index(site: &Path, args: &[&str]) -> (i32, String) {
    let output = bloghound().arg("index").arg("--site").arg(site).args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Does `work` while two threads search. No request may fail.
fn under_queries(server: &Server, work: impl FnOnce()) {
    let (is_over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let wait_for_searches = |least: usize| {
        wait_until(
            || answered.load(Ordering::Relaxed).to_string(),
            |count| count.parse::<usize>().unwrap() >= least,
        );
    };
    let url = server.url("/api/v1/search?q=flour");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let answer = get(&url);
                    assert_eq!((answer.status, &answer.json()["total"]), (200, &1.into()), "{}", answer.body);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Searches begin before the work and go on after it.
        wait_for_searches(10);
        work();
        wait_for_searches(answered.load(Ordering::Relaxed) + 10);
        is_over.store(true, Ordering::Relaxed);
    });
}

fn generations(index: &Path) -> Vec<String> {
    let names = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("gen-")).collect();
    names.sort();
    names
}

#[test]
fn refuses_a_second_writer_while_a_server_watches_the_content() {
    let site = site();
    let server = Server::start(site.root());
    let (code, message) = index(site.root(), &["--full"]);
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("another bloghound is writing") && message.contains("--index DIR"), "{message}");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn server_without_watching_follows_the_index() {
    let site = site();
    let mut server = Server::start_with(site.root(), &site.root().join("index"), &["--no-watch"]);
    under_queries(&server, || {
        site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
        assert_eq!(index(site.root(), &[]).0, 0);
        server.wait_for_hits("parsnips", &["food/soup"]);
        site.write_post("food/soup", &post("Soup", "2024-01-02", "Turnips."));
        assert_eq!(index(site.root(), &["--full"]).0, 0);
        server.wait_for_hits("turnips", &["food/soup"]);
    });
    server.find_in_log(&["written by another process"]);
    // The next writer keeps one of the old generations.
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Celery."));
    assert_eq!(index(site.root(), &["--full"]).0, 0);
    server.wait_for_hits("celery", &["food/soup"]);
    assert_eq!(index(site.root(), &["--full"]).0, 0);
    assert!(generations(&site.root().join("index")).len() <= 2);
}

#[test]
fn read_only_server_follows_installed_bundles_and_rollbacks() {
    let (site, other) = (site(), built_elsewhere());
    site.reindex();
    let bundle = |site: &TestSite, args: &[&str]| {
        let output = bloghound().arg("bundle").args(args).arg("--site").arg(site.root()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let file = site.root().join("search.tar.zst").display().to_string();
    bundle(&other, &["create", &file]);
    // A read-only server needs no content.
    fs::remove_dir_all(site.content()).unwrap();
    let server = Server::start_with(site.root(), &site.root().join("index"), &["--read-only"]);
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    under_queries(&server, || {
        bundle(&site, &["install", &file]);
        server.wait_for_hits("parsnips", &["food/soup"]);
        bundle(&site, &["rollback"]);
        server.wait_for_hits("carrots", &["food/soup"]);
    });
    assert_eq!(server.problems(), "[]");
}

/// Copies an index with rsync or, without rsync, file by file as rsync does.
fn deliver(from: &Path, to: &Path) {
    if !has_program("rsync", "--version") {
        return copy(from, to);
    }
    let source = format!("{}/", from.display());
    let status = Command::new("rsync").args(["-a", "--checksum", &source]).arg(to).status().unwrap();
    assert!(status.success(), "{status}");
}

/// Copies files in the order of their names, each to a temporary name first.
fn copy(from: &Path, to: &Path) {
    let mut entries: Vec<_> = fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            let partial = to.join(".partial");
            fs::copy(&path, &partial).unwrap();
            fs::rename(&partial, &target).unwrap();
        }
    }
}

/// A copy of the site with other words and an index of its own.
fn built_elsewhere() -> TestSite {
    let other = site();
    other.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    // The generation has another name than that of the first site.
    other.reindex();
    other.rebuild();
    other
}

#[test]
fn serves_a_delivered_index_once_it_is_complete() {
    let site = site();
    let index = site.root().join("index");
    let server = Server::start_with(site.root(), &index, &["--no-watch"]);
    let other = built_elsewhere();
    under_queries(&server, || {
        // The pointer is copied before the generation that it names.
        deliver(&other.root().join("index"), &index);
        server.wait_for_hits("parsnips", &["food/soup"]);
    });
    server.wait_for_problem("");
    // Then the old generation is removed, as `rsync --delete` does it.
    fs::remove_dir_all(index.join("gen-000001")).unwrap();
    assert_eq!(server.hits("flour"), ["food/bread"]);
}

#[test]
fn takes_over_an_index_that_was_replaced_under_its_writer() {
    let site = site();
    let index = site.root().join("index");
    let mut server = Server::start(site.root());
    let other = built_elsewhere();
    under_queries(&server, || {
        deliver(&other.root().join("index"), &index);
        // The content takes precedence over the delivered index.
        site.write_post("food/soup", &post("Soup", "2024-01-02", "Turnips."));
        server.wait_for_hits("turnips", &["food/soup"]);
    });
    server.find_in_log(&["another process has replaced the index"]);
    server.wait_for_hits("parsnips", &[]);
    server.wait_for_problem("");
}

#[test]
fn concurrent_index_commands_take_turns_or_report_the_lock() {
    let site = TestSite::new();
    for n in 0..300 {
        site.write_post(&format!("a/{n}"), &post(&format!("Number {n}"), "2024-01-01", "Flour."));
    }
    let codes: Vec<(i32, String)> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| index(site.root(), &["--full"]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(codes.iter().any(|(code, _)| *code == 0), "{codes:?}");
    for (code, message) in &codes {
        assert!(*code == 0 || message.contains("another bloghound is writing"), "{code}: {message}");
    }
    let report = site.reindex();
    assert_eq!((report.posts, report.unchanged, report.added), (300, 300, 0));
}
