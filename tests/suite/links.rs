//! Symbolic links below the content: which are followed, and that each file is one post.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bloghound::content::{Catalog, Site, VisibilityRules, list_sources};
use bloghound::engine::SyncSetup;
use bloghound::reindex::{Dirty, Indexer, OpenMode, WatchOptions, Watcher};

use crate::support::{PATIENCE, SearchText, TestSite, post};

const ANYWHERE: &str = "[content]\nfollow_links = 'anywhere'\n";

fn text(title: &str) -> String {
    post(title, "2024-01-01", "Flour.")
}

fn detect(site: &TestSite) -> Site {
    Site::detect(&site.config()).unwrap()
}

fn ids(site: &TestSite) -> Vec<String> {
    list_sources(&detect(site)).files.into_iter().map(|file| file.id).collect()
}

/// Ids of the posts that are read, and the errors.
fn read(site: &TestSite) -> (Vec<String>, Vec<String>) {
    let detected = detect(site);
    let rules = VisibilityRules::of(&site.config(), &detected, jiff::Timestamp::now());
    let catalog = Catalog::read(&detected, &rules);
    let errors =
        catalog.diagnostics().iter().map(|error| format!("{}: {}", error.path, error.message)).collect();
    (catalog.posts().map(|post| post.id.clone()).collect(), errors)
}

#[test]
fn links_that_lead_out_of_the_site_are_refused_and_reported() {
    let (site, outside) = (TestSite::new(), TestSite::new());
    site.write("content/own.md", text("Own"));
    site.write(".env", "SECRET=flour");
    site.write(".git/HEAD", "");
    outside.write("content/a.md", text("Foreign"));
    let links = [
        ("environ.md", PathBuf::from("/proc/self/environ")),
        ("passwd.md", PathBuf::from("/etc/passwd")),
        ("file.md", outside.content().join("a.md")),
        ("folder", outside.content()),
        ("root", PathBuf::from("/")),
        ("env.md", PathBuf::from("../.env")),
        ("section/_index.md", PathBuf::from("/etc/passwd")),
    ];
    fs::create_dir(site.content().join("section")).unwrap();
    for (name, target) in &links {
        symlink(target, site.content().join(name)).unwrap();
    }
    // What no page is made from is not read, wherever it leads.
    symlink("/etc/passwd", site.content().join("photo.png")).unwrap();
    symlink("nowhere", site.content().join("broken.md")).unwrap();
    let (posts, errors) = read(&site);
    assert_eq!(posts, ["own.md"]);
    assert_eq!(errors.len(), links.len(), "{errors:#?}");
    for (name, target) in links {
        let error = errors.iter().find(|error| error.starts_with(&format!("{name}: "))).unwrap();
        assert!(error.contains("the link leads to /"), "{error}");
        assert!(error.contains(target.file_name().unwrap_or_default().to_str().unwrap()), "{error}");
        assert!(error.contains("follow_links = \"anywhere\""), "{error}");
    }
    let report = site.reindex();
    assert_eq!((report.posts, report.pages, report.failed.len()), (1, 0, 7), "{:#?}", report.failed);
    assert_eq!(site.engine().hits("flour"), ["own.md"]);

    fs::remove_file(site.content().join("root")).unwrap();
    site.write("bloghound.toml", ANYWHERE);
    let posts = read(&site).0;
    let has = |id: &str| posts.iter().any(|post| post == id);
    assert!(has("file.md") && !has("folder/a.md"), "a file is read once: {posts:?}");
}

#[test]
fn a_link_is_followed_within_the_site() {
    let site = TestSite::new();
    site.write("shared/deep/a.md", text("A"));
    site.write("shared/b.md", text("B"));
    site.write("notes/c.md", text("C"));
    symlink("../shared", site.content().join("posts")).unwrap();
    symlink(site.root().join("notes/c.md"), site.content().join("c.md")).unwrap();
    assert_eq!(read(&site), (vec!["c.md".into(), "posts/b.md".into(), "posts/deep/a.md".into()], vec![]));

    // As a mounted Kubernetes volume.
    let volume = TestSite::new();
    volume.write("content/..2024_01/x.md", text("X"));
    symlink("..2024_01", volume.content().join("..data")).unwrap();
    symlink("..data/x.md", volume.content().join("x.md")).unwrap();
    assert_eq!(read(&volume), (vec!["x.md".into()], vec![]));

    // The content folder itself may be anywhere.
    let linked = TestSite::new();
    fs::remove_dir(linked.content()).unwrap();
    symlink(site.root().join("shared"), linked.content()).unwrap();
    assert_eq!(read(&linked), (vec!["b.md".into(), "deep/a.md".into()], vec![]));
}

#[test]
fn a_file_is_one_post_however_many_links_lead_there() {
    let site = TestSite::new();
    site.write("content/real/a.md", text("A"));
    site.write("content/real/deep/b.md", text("B"));
    site.write("shared/c.md", text("C"));
    let links = [
        ("content/0", "real"),
        ("content/1.md", "real/a.md"),
        ("content/real/deep/up", "../.."),
        ("content/self", "."),
        ("content/site", ".."),
        ("content/y", "../shared"),
        ("content/z.md", "../shared/c.md"),
        ("content/x", "../shared"),
    ];
    for (link, target) in links {
        symlink(target, site.root().join(link)).unwrap();
    }
    // The site's folder is entered as `site`, before `x` and `y`.
    assert_eq!(ids(&site), ["real/a.md", "real/deep/b.md", "site/shared/c.md"]);
    fs::remove_file(site.content().join("site")).unwrap();
    assert_eq!(ids(&site), ["real/a.md", "real/deep/b.md", "x/c.md"]);
}

#[test]
fn the_work_does_not_grow_with_the_number_of_paths() {
    const DEPTH: usize = 100;
    const LINKS: usize = 4;
    let site = TestSite::new();
    for depth in 0..DEPTH {
        site.write(&format!("content/f{depth:03}/a.md"), text("A"));
        site.write(&format!("shared/f{depth:03}/a.md"), text("A"));
        for link in 0..LINKS {
            let name = format!("f{depth:03}/l{link}");
            // More paths than there are atoms, most of which end only at the limit of links on a path.
            symlink(format!("../f{:03}", (depth + 1 + link) % DEPTH), site.content().join(&name)).unwrap();
            symlink(format!("../f{:03}", (depth + 1 + link) % DEPTH), site.root().join("shared").join(name))
                .unwrap();
        }
    }
    symlink("../shared", site.content().join("z")).unwrap();
    let started = Instant::now();
    assert_eq!(ids(&site).len(), 2 * DEPTH);
    assert_eq!(site.reindex().posts, 2 * DEPTH);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    let mut watcher = Watcher::new(Some(SyncSetup::watch_options(&site.config(), &detect(&site))));
    site.write("shared/f042/a.md", text("B"));
    assert!(watcher.next(PATIENCE).is_some());
}

#[test]
fn changes_behind_links_are_detected() {
    for polls in [false, true] {
        let (site, outside) = (TestSite::new(), tempfile::tempdir().unwrap());
        site.write("shared/deep/a.md", text("A"));
        symlink("../shared", site.content().join("posts")).unwrap();
        symlink(outside.path(), site.content().join("refused")).unwrap();
        let (config, detected) = (site.config(), detect(&site));
        let (debounce, poll_every) = (Duration::from_millis(5), Duration::from_millis(20));
        let options =
            WatchOptions { debounce, poll_every, polls, ..SyncSetup::watch_options(&config, &detected) };
        let mut watcher = Watcher::new(Some(options));
        let mut indexer = Indexer::open(&config, &detected, OpenMode::Update).unwrap();
        assert_eq!(indexer.reconcile(&mut |_, _| {}).unwrap().posts, 1);
        fs::write(outside.path().join("x.md"), text("X")).unwrap();
        fs::write(site.root().join("shared/deep/b.md"), text("B")).unwrap();
        let mut posts = 1;
        while posts < 2 {
            let change = watcher.next(PATIENCE).expect("the change is not detected");
            let Dirty::Paths(paths) = change.dirty else { continue };
            assert!(paths.iter().all(|path| !path.ends_with("x.md")), "{paths:?}");
            posts = indexer.update(&paths).unwrap().posts;
        }
        indexer.close().unwrap();
    }
}

/// A step of [`an_update_finds_what_a_rebuild_finds`]: a link, its target, or `None` to remove it.
type Step = (&'static str, Option<&'static str>);

#[test]
fn an_update_finds_what_a_rebuild_finds() {
    let site = TestSite::new();
    for id in
        ["content/real/a.md", "content/real/deep/b.md", "shared/c.md", "shared/deep/d.md", "content/e.md"]
    {
        site.write(id, text(id));
    }
    let steps: [Step; 12] = [
        ("content/m", Some("../shared")),
        ("content/a", Some("../shared")),
        ("content/m", None),
        ("content/a", None),
        ("content/k.md", Some("../shared/c.md")),
        ("content/b", Some("../shared")),
        ("content/b", None),
        ("content/q", Some("real/deep")),
        ("content/q", None),
        ("content/real/deep", None),
        ("content/real/deep", Some("../../shared/deep")),
        ("content/k.md", Some("/etc/passwd")),
    ];
    let (config, detected) = (site.config(), detect(&site));
    let mut indexer = Indexer::open(&config, &detected, OpenMode::Update).unwrap();
    indexer.reconcile(&mut |_, _| {}).unwrap();
    for (link, target) in steps {
        let path = site.root().join(link);
        remove(&path);
        if let Some(target) = target {
            symlink(target, &path).unwrap();
        }
        indexer.update(&BTreeSet::from([path])).unwrap();
        let indexed = indexer.snapshot().unwrap().manifest().unwrap();
        assert_eq!(indexed.into_keys().collect::<Vec<_>>(), read(&site).0, "{link} -> {target:?}");
    }
    // A file that has two paths is read again when it changes at the other one.
    let path = site.root().join("shared/deep/d.md");
    fs::write(&path, text("changed")).unwrap();
    let report = indexer.update(&BTreeSet::from([site.content().join("real/deep/d.md")])).unwrap();
    assert_eq!((report.updated, report.added, report.deleted), (1, 0, 0));
    indexer.close().unwrap();
}

fn remove(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path).unwrap();
    } else {
        let _ = fs::remove_file(path);
    }
}
