//! Live updates: the watcher with real files and a real server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bloghound::content::LinkRules;
use bloghound::reindex::{Dirty, WatchMode, WatchOptions, Watcher};

use crate::support::{Missing, PATIENCE, Server, TestSite, post, report_skip};

fn start() -> (TestSite, Server) {
    let site =
        TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")]);
    site.write("content/food/_index.md", "+++\ntitle = 'Food'\n+++\n");
    let server = Server::start(site.root());
    (site, server)
}

#[test]
fn finds_a_saved_post_and_drops_a_deleted_one() {
    let (site, server) = start();
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
    assert!(server.hits("carrots").is_empty());
    fs::remove_file(site.content().join("food/soup/_index.md")).unwrap();
    server.wait_for_hits("parsnips", &[]);
}

#[test]
fn finds_posts_in_nested_folders_created_at_once() {
    let (site, server) = start();
    site.write_post("one/two/three/four", &post("Deep", "2024-03-01", "Abyss."));
    server.wait_for_hits("abyss", &["one/two/three/four"]);
    site.write_post("one/two/three/five", &post("Deeper", "2024-03-02", "Abyss too."));
    server.wait_for_hits("abyss", &["one/two/three/five", "one/two/three/four"]);
}

#[test]
fn finds_posts_saved_the_way_editors_do() {
    let (site, server) = start();
    let file = site.content().join("food/soup/_index.md");
    // Atomic: a temporary file is renamed over the old one.
    let temporary = site.content().join("food/soup/.#_index.md.tmp");
    fs::write(&temporary, post("Soup", "2024-01-02", "Atomic.")).unwrap();
    fs::rename(&temporary, &file).unwrap();
    server.wait_for_hits("atomic", &["food/soup"]);
    // As vim does: the old file becomes a backup, the new one is written, the backup is removed.
    let backup = site.content().join("food/soup/_index.md~");
    fs::rename(&file, &backup).unwrap();
    fs::write(&file, post("Soup", "2024-01-02", "Backedup.")).unwrap();
    fs::remove_file(&backup).unwrap();
    server.wait_for_hits("backedup", &["food/soup"]);
}

#[test]
fn follows_renamed_and_removed_folders() {
    let (site, server) = start();
    fs::rename(site.content().join("food"), site.content().join("meals")).unwrap();
    server.wait_for_hits("flour", &["meals/bread"]);
    let moved_in = TestSite::with_posts(&[("in/x", "Moved in", "Elsewhere.")]);
    fs::rename(moved_in.content().join("in"), site.content().join("in")).unwrap();
    server.wait_for_hits("elsewhere", &["in/x"]);
    fs::remove_dir_all(site.content().join("meals")).unwrap();
    server.wait_for_hits("flour", &[]);
}

#[test]
fn updates_the_posts_of_a_changed_section() {
    let (site, server) = start();
    site.write("content/food/_index.md", "+++\ntitle = 'Kitchen'\n+++\n");
    server.wait_for_hits("category:kitchen", &["food/bread", "food/soup"]);
    // A page becomes a list when a post is added below it, and a page again when the post is removed.
    site.write_post("notes", "+++\ntitle = 'Notes'\n+++\nUnmistakable.");
    server.wait_for_hits("unmistakable", &["notes"]);
    site.write_post("notes/first", &post("First", "2024-04-01", "Beginnings."));
    server.wait_for_hits("beginnings", &["notes/first"]);
    server.wait_for_hits("unmistakable", &[]);
    fs::remove_dir_all(site.content().join("notes/first")).unwrap();
    server.wait_for_hits("unmistakable", &["notes"]);
}

#[test]
fn removes_a_post_that_becomes_a_draft_or_breaks_and_reports_it() {
    let (site, mut server) = start();
    site.write_post("food/soup", "+++\ntitle = 'Soup'\ndraft = true\n+++\nCarrots.");
    server.wait_for_hits("carrots", &[]);
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Carrots."));
    server.wait_for_hits("carrots", &["food/soup"]);
    site.write_post("food/soup", "+++\ntitle = \n+++\nCarrots.");
    server.wait_for_hits("carrots", &[]);
    assert!(server.wait_for_log("not indexed").contains("food/soup/_index.md:2: invalid TOML"));
    assert_eq!(server.full_status()["failed"][0]["line"], 2);
}

#[test]
fn a_typo_in_a_section_neither_empties_the_search_nor_exposes_its_drafts() {
    let (site, server) = start();
    let section = "+++\ntitle = 'Food'\n[cascade]\ndraft = true\n+++\n";
    site.write("content/secret/_index.md", section);
    site.write_post("secret/plan", &post("Plan", "2024-01-02", "Truffles and flour."));
    site.write("content/secret/_index.md", "+++\ntitle = \n[cascade]\ndraft = true\n+++\n");
    site.write("content/_index.md", "+++\ntitle = \n+++\n");
    let problem = server.wait_for_problem("inherit from a file that is broken");
    assert!(problem.contains("\"files\""), "{problem}");
    site.write_post("food/cake", &post("Cake", "2024-01-03", "Flour."));
    site.write_post("food/soup", "+++\ntitle = 'Soup'\ndraft = true\n+++\nCarrots.");
    server.wait_for_hits("carrots", &[]);
    assert_eq!(server.hits("flour"), ["food/bread"]);
    fs::remove_file(site.content().join("_index.md")).unwrap();
    server.wait_for_hits("flour", &["food/bread", "food/cake"]);
    site.write("content/secret/_index.md", section);
    server.wait_for_problem("");
    assert!(server.hits("truffles").is_empty());
}

#[test]
fn a_deleted_index_is_not_rebuilt_without_the_posts_of_a_broken_section() {
    let (site, mut server) = start();
    site.write("content/_index.md", "+++\ntitle = \n+++\n");
    server.wait_for_problem("inherit from a file that is broken");
    fs::remove_dir_all(site.root().join("index")).unwrap();
    server.wait_for_log("cannot update the index");
    assert_eq!(server.hits("flour"), ["food/bread"]);
    fs::remove_file(site.content().join("_index.md")).unwrap();
    server.wait_for_log("recovered");
    assert_eq!(server.hits("flour"), ["food/bread"]);
}

#[test]
fn ignores_changes_with_no_watch() {
    let site = TestSite::with_posts(&[("a/x", "X", "Flour.")]);
    let server = Server::start_with(site.root(), &site.root().join("index"), &["--no-watch"]);
    site.write_post("a/y", &post("Y", "2024-01-02", "Flour."));
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!(server.hits("flour"), ["a/x"]);
    // The index is not held: another process may bring it up to date.
    assert_eq!(site.reindex().added, 1);
}

fn watcher(dir: &Path) -> Watcher {
    let (debounce, poll_every) = (Duration::from_millis(5), Duration::from_secs(1));
    Watcher::new(Some(WatchOptions {
        dir: dir.to_owned(),
        mounted: Vec::new(),
        debounce,
        polls: false,
        poll_every,
        links: LinkRules::default(),
    }))
}

/// Attempts to deliver events in time: on a busy machine they may come late.
const ATTEMPTS: usize = 10;

#[test]
fn drops_events_from_before_a_full_comparison() {
    let dir = tempfile::tempdir().unwrap();
    let (mut followed, mut witness) = (watcher(dir.path()), watcher(dir.path()));
    let is_dropped = (0..ATTEMPTS).any(|n| {
        fs::write(dir.path().join(format!("before{n}.md")), "a").unwrap();
        // The system delivers an event to both watchers at about the same time.
        assert!(witness.next(PATIENCE).is_some());
        followed.discard_pending();
        followed.next(Duration::from_millis(100)).is_none()
    });
    assert!(is_dropped, "earlier events were reported in all of {ATTEMPTS} attempts");
    let after = dir.path().join("after.md");
    fs::write(&after, "a").unwrap();
    let change = followed.next(PATIENCE).unwrap();
    assert_eq!(change.dirty, Dirty::Paths([after].into()));
}

#[test]
fn starting_to_watch_thousands_of_folders_is_no_change() {
    const FOLDERS: usize = 20_000;
    let dir = tempfile::tempdir().unwrap();
    for n in 0..FOLDERS {
        fs::create_dir_all(dir.path().join(format!("{}/{n}", n % 100))).unwrap();
    }
    for _ in 0..ATTEMPTS {
        let mut watcher = watcher(dir.path());
        if *watcher.mode() != WatchMode::Events {
            let reason =
                format!("the system's limit is below {FOLDERS} watched folders: {:?}", watcher.mode());
            report_skip(Missing::Environment, &reason);
            return;
        }
        watcher.discard_pending();
        if watcher.next(Duration::from_millis(300)).is_none() {
            fs::write(dir.path().join("7/7/a.md"), "a").unwrap();
            assert!(watcher.next(PATIENCE).is_some());
            return;
        }
    }
    panic!("starting to watch was reported as a change in all of {ATTEMPTS} attempts");
}
