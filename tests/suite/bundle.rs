//! `bloghound bundle`: an index that is packed on one machine serves on another.

mod damage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Output, Server, TestSite, bloghound, get, post, request};

const QUERIES: [&str; 5] = ["flour", "watr", "\"hot oven\"", "bak", "soup -carrots"];

/// Runs bloghound in a directory, which need not have content.
fn run(dir: &Path, args: &[&str]) -> Output {
    Output::of(bloghound().current_dir(dir).args(args))
}

/// Runs a command that must succeed.
fn ok(dir: &Path, args: &[&str]) -> Output {
    let output = run(dir, args);
    assert_eq!(output.code, 0, "{args:?}: {}{}", output.stdout, output.stderr);
    output
}

/// A site with posts in several segments, of which some have been replaced or removed.
fn kitchen() -> TestSite {
    let site = TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour and water. A hot oven."),
        ("food/soup", "Soup", "Water and carrots."),
        ("food/tea", "Tea", "Hot water."),
    ]);
    ok(site.root(), &["index"]);
    site.write_post("food/cake", &post("Cake", "2024-02-01", "Flour, eggs, a hot oven, baking."));
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Water and parsnips."));
    fs::remove_dir_all(site.content().join("food/tea")).unwrap();
    ok(site.root(), &["index"]);
    site
}

/// The responses of the index in a directory, without times and the commit's name.
fn answers(dir: &Path) -> Vec<Value> {
    let answer = |query: &&str| {
        let mut answer = run(dir, &["search", "--json", query]).json();
        answer["took_us"] = 0.into();
        answer["generation"] = Value::Null;
        answer
    };
    QUERIES.iter().map(answer).collect()
}

fn titles(dir: &Path, query: &str) -> Vec<String> {
    let answer = run(dir, &["search", "--json", query]).json();
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap().to_owned()).collect()
}

fn generations(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir.join("index")).unwrap().flatten();
    let names = names.map(|entry| entry.file_name().into_string().unwrap());
    let mut generations: Vec<String> = names.filter(|name| name.starts_with("gen-")).collect();
    generations.sort();
    generations
}

/// Packs the site's index into a file in its root.
fn pack(site: &TestSite) -> PathBuf {
    let file = site.root().join("search.tar.zst");
    ok(site.root(), &["bundle", "create", "search.tar.zst"]);
    file
}

#[test]
fn serves_the_same_results_from_an_installed_bundle() {
    let site = kitchen();
    let file = pack(&site);
    let server = tempfile::tempdir().unwrap();
    let verified = ok(server.path(), &["bundle", "verify", file.to_str().unwrap(), "--json"]).json();
    assert_eq!((&verified["sound"], &verified["posts"]), (&true.into(), &3.into()));
    assert_eq!(verified["bloghound"], env!("CARGO_PKG_VERSION"));
    assert_eq!(verified["packed_bytes"], fs::metadata(&file).unwrap().len());
    let installed = ok(server.path(), &["bundle", "install", file.to_str().unwrap(), "--json"]).json();
    assert_eq!((&installed["generation"], &installed["previous"]), (&"gen-000001".into(), &Value::Null));
    let report = ok(site.root(), &["index", "--json"]).json();
    for digest in [&verified["content_digest"], &installed["content_digest"]] {
        assert_eq!(digest, &report["content_digest"]);
    }
    assert_eq!(answers(server.path()), answers(site.root()));
    assert!(!titles(server.path(), "flour").is_empty());
}

#[test]
fn updates_an_installed_index_incrementally() {
    let site = kitchen();
    let file = pack(&site);
    let digest = ok(site.root(), &["index", "--json"]).json()["content_digest"].clone();
    fs::remove_dir_all(site.root().join("index")).unwrap();
    ok(site.root(), &["bundle", "install", file.to_str().unwrap()]);
    let report = ok(site.root(), &["index", "--json"]).json();
    let counts = ["added", "updated", "deleted", "unchanged"].map(|key| report[key].as_u64().unwrap());
    assert_eq!((counts, &report["content_digest"]), ([0, 0, 0, 3], &digest));
    assert_eq!(generations(site.root()), ["gen-000001"]);
    // Enough saves for segments to be merged; unused files are removed.
    for round in 0..12 {
        site.write_post("food/soup", &post("Soup", "2024-01-02", &format!("Water and leek {round}.")));
        assert_eq!(ok(site.root(), &["index", "--json"]).json()["updated"], 1);
    }
    assert_eq!(titles(site.root(), "leek"), ["Soup"]);
    let dir = site.root().join("index/gen-000001");
    let managed: Vec<String> = serde_json::from_slice(&fs::read(dir.join(".managed.json")).unwrap()).unwrap();
    for entry in fs::read_dir(&dir).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(name.starts_with('.') || managed.contains(&name), "{name} stays for ever");
    }
    let grown = answers(site.root());
    ok(site.root(), &["index", "--full"]);
    assert_eq!(grown, answers(site.root()));
}

#[test]
fn rolls_back_and_forward() {
    let site = kitchen();
    let old = pack(&site);
    site.write_post("food/cake", &post("Pie", "2024-02-01", "Flour, apples."));
    ok(site.root(), &["index"]);
    ok(site.root(), &["bundle", "create", "new.tar.zst"]);
    let new = site.root().join("new.tar.zst");
    let server = tempfile::tempdir().unwrap();
    let none = run(server.path(), &["bundle", "rollback"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("there is no previous one"), "{}", none.stderr);
    ok(server.path(), &["bundle", "install", old.to_str().unwrap()]);
    assert_eq!(run(server.path(), &["bundle", "rollback"]).code, 1);
    ok(server.path(), &["bundle", "install", new.to_str().unwrap()]);
    for (title, other) in [("Cake", "Pie"), ("Pie", "Cake"), ("Cake", "Pie")] {
        let rolled = ok(server.path(), &["bundle", "rollback", "--json"]).json();
        assert!(rolled["previous"].as_str().is_some_and(|previous| previous.starts_with("gen-")));
        let found = titles(server.path(), "flour");
        assert!(found.contains(&title.to_owned()) && !found.contains(&other.to_owned()), "{found:?}");
    }
    ok(server.path(), &["bundle", "install", new.to_str().unwrap()]);
    assert_eq!(generations(server.path()).len(), 2);
    // After content is indexed, there is nothing to roll back to.
    ok(site.root(), &["bundle", "install", "new.tar.zst"]);
    ok(site.root(), &["index", "--full"]);
    assert_eq!(run(site.root(), &["bundle", "rollback"]).code, 1);
}

#[test]
fn packs_but_does_not_install_while_a_server_writes_the_index() {
    let site = kitchen();
    let file = pack(&site);
    let server = Server::start(site.root());
    for args in [&["bundle", "install", "search.tar.zst"][..], &["bundle", "rollback"]] {
        let output = run(site.root(), args);
        assert_eq!(output.code, 1);
        assert!(output.stderr.contains("`bloghound serve`") && output.stderr.contains("stop it"));
    }
    // Packing needs no write lock, and a bundle contains one commit whatever the writer does in the meantime.
    let other = tempfile::tempdir().unwrap();
    for round in 0..8 {
        let text = format!("Water and leek{round}.");
        site.write_post("food/soup", &post("Soup", "2024-01-02", &text));
        ok(site.root(), &["bundle", "create", "search.tar.zst"]);
        ok(other.path(), &["bundle", "install", file.to_str().unwrap()]);
        assert_eq!(titles(other.path(), "title:soup"), ["Soup"]);
        server.wait_for_hits(&format!("leek{round}"), &["food/soup"]);
    }
    assert!(server.stop("TERM").success());
    ok(site.root(), &["bundle", "install", "search.tar.zst"]);
}

#[test]
fn warns_if_the_settings_differ() {
    let site = kitchen();
    pack(&site);
    site.write("hugo.toml", "baseURL = 'https://moved.example/'\n");
    let output = ok(site.root(), &["bundle", "install", "search.tar.zst"]);
    assert!(output.stderr.contains("built with settings that differ"), "{}", output.stderr);
}

#[test]
fn serves_a_bundle_without_content_and_writes_nothing() {
    let site = kitchen();
    let file = pack(&site);
    let digest = ok(site.root(), &["index", "--json"]).json()["content_digest"].clone();
    let (root, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(root.path().join("bloghound.toml"), "[search]\nsynonyms = ['dough = flour']\n").unwrap();
    let server = Server::start_bundle(root.path(), &file, temporary.path());
    assert_eq!(server.hits("parsnips"), ["food/soup"]);
    assert_eq!(server.hits("dough").len(), 2, "the synonyms of bloghound.toml count");
    let status = server.get("/api/v1/status").json();
    assert_eq!((&status["posts"], &status["content_digest"]), (&3.into(), &digest));
    assert_eq!(status["watching"], "off");
    assert_eq!(request(&server.url("/api/v1/search"), "PUT", &[]).status, 405);
    assert_eq!(get(&server.url("/")).status, 200);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
    assert!(server.stop("TERM").success());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "only the settings are there");
    for more in [["--no-watch", "--bundle"], ["--index=x", "--bundle"], ["--content=x", "--bundle"]] {
        let output = run(root.path(), &["serve", more[0], more[1], file.to_str().unwrap()]);
        assert_eq!(output.code, 2, "{}", output.stderr);
    }
}

/// A site whose index takes some time to unpack.
fn large() -> TestSite {
    let site = TestSite::new();
    for number in 0_u64..150 {
        let word = |at: u64| format!("w{}", (number * 7919 + at * 104_729) % 30_011);
        let text: Vec<String> = (0..1_500).map(word).collect();
        site.write(
            &format!("content/p{number}.md"),
            post(&format!("Post {number}"), "2024-01-01", &text.join(" ")),
        );
    }
    ok(site.root(), &["index"]);
    site
}

/// Returns whether there is a generation that neither pointer names.
fn has_unpublished_generation(dir: &Path) -> bool {
    let named = ["CURRENT", "PREVIOUS"].map(|name| fs::read_to_string(dir.join("index").join(name)));
    let named: Vec<String> = named.into_iter().flatten().collect();
    generations(dir).iter().any(|generation| !named.contains(generation))
}

fn duration_of_installing(bundle: &Path) -> Duration {
    let fresh = tempfile::tempdir().unwrap();
    let started = Instant::now();
    ok(fresh.path(), &["bundle", "install", bundle.to_str().unwrap()]);
    started.elapsed()
}

#[test]
fn leaves_a_readable_index_if_killed_at_any_moment() {
    let site = large();
    let file = pack(&site);
    let small = TestSite::with_posts(&[("a/x", "A small kitchen", "Flour.")]);
    ok(small.root(), &["index"]);
    let old = pack(&small);
    let server = tempfile::tempdir().unwrap();
    ok(server.path(), &["bundle", "install", old.to_str().unwrap()]);
    // The minimum, so that other processes do not distort it.
    let took = (0..3).map(|_| duration_of_installing(&file)).min().unwrap();
    let (mut killed, mut unfinished) = (0, 0);
    for moment in 0..12 {
        let mut install = Command::new(env!("CARGO_BIN_EXE_bloghound"))
            .args(["bundle", "install"])
            .arg(&file)
            .current_dir(server.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        if moment % 3 == 2 {
            // While it unpacks, on a machine of any speed.
            while !has_unpublished_generation(server.path()) && install.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
        } else {
            std::thread::sleep(Duration::from_micros(500) + took * moment / 16);
        }
        install.kill().unwrap();
        killed += usize::from(!install.wait().unwrap().success());
        unfinished += usize::from(has_unpublished_generation(server.path()));
        let found = [titles(server.path(), "kitchen").len(), titles(server.path(), "title:post").len()];
        assert!(found == [1, 0] || found == [0, 10], "after kill {moment}: {found:?}");
    }
    assert!(killed >= 3, "only {killed} of 12 installations were killed; {took:?} is too short");

    assert!(unfinished > 0, "no installation was killed while unpacking");
    ok(server.path(), &["bundle", "install", file.to_str().unwrap()]);
    assert_eq!(titles(server.path(), "title:post").len(), 10);
    assert!(!has_unpublished_generation(server.path()), "{:?}", generations(server.path()));
    ok(server.path(), &["bundle", "rollback"]);
}

#[test]
fn verify_without_a_temporary_directory_does_not_report_damage() {
    let site = kitchen();
    pack(&site);
    for flag in [&[][..], &["--json"]] {
        let mut command = bloghound();
        command.current_dir(site.root()).env("TMPDIR", "/nonexistent");
        let output = Output::of(command.args(["bundle", "verify", "search.tar.zst"]).args(flag));
        assert_eq!((output.code, output.stdout.as_str()), (1, ""));
        assert!(output.stderr.contains("cannot verify the bundle search.tar.zst"), "{}", output.stderr);
        assert!(
            output.stderr.contains("/nonexistent") && output.stderr.contains("TMPDIR"),
            "{}",
            output.stderr
        );
    }
}
