use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use tempfile::TempDir;

use super::*;
use crate::config::Overrides;
use crate::reindex::apply::PANIC_MARK;

/// A site with posts `a.md`, `b.md` and so on.
struct TestBlog(TempDir);

impl TestBlog {
    fn with_posts(count: u8) -> Self {
        let blog = Self(tempfile::tempdir().unwrap());
        blog.write("hugo.toml", "baseURL = 'https://a.example/'\n");
        for number in 0..count {
            blog.write_post(&format!("{}.md", char::from(b'a' + number)), "words");
        }
        blog
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn write_post(&self, id: &str, body: &str) -> PathBuf {
        let path = format!("content/{id}");
        self.write(&path, &format!("+++\ntitle = 'A post'\ndate = 2024-01-02\n+++\n{body}\n"));
        self.0.path().join(path)
    }

    fn open(&self) -> Indexer {
        let overrides = Overrides { site: self.0.path().to_owned(), ..Overrides::default() };
        let config = Config::load(overrides).unwrap();
        Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap()
    }
}

fn reconcile(indexer: &mut Indexer) -> IndexingReport {
    indexer.reconcile(&mut |_, _| {}).unwrap()
}

#[test]
fn a_new_generation_never_consists_of_the_changed_files_alone() {
    let blog = TestBlog::with_posts(5);
    reconcile(&mut blog.open());
    blog.write("hugo.toml", "baseURL = 'https://b.example/'\n");
    let changed = blog.write_post("a.md", "other words");
    let mut indexer = blog.open();
    let report = indexer.update(&BTreeSet::from([changed])).unwrap();
    assert_eq!((report.posts, indexer.snapshot().unwrap().num_docs()), (5, 5));
    assert!(indexer.take_has_new_generation() && !indexer.take_has_new_generation());
}

#[test]
fn an_update_of_an_index_that_was_not_compared_yet_compares_everything() {
    let blog = TestBlog::with_posts(3);
    reconcile(&mut blog.open());
    blog.write_post("d.md", "saved while nobody watched");
    let report = blog.open().update(&BTreeSet::from([blog.0.path().join("content/a.md")])).unwrap();
    assert_eq!((report.posts, report.added), (4, 1));
}

#[test]
fn files_that_become_ignored_are_removed() {
    let blog = TestBlog::with_posts(3);
    Command::new("git").arg("init").arg("-q").current_dir(blog.0.path()).status().unwrap();
    let mut indexer = blog.open();
    assert_eq!(reconcile(&mut indexer).posts, 3);
    blog.write("content/.gitignore", "a.md\n");
    let report = indexer.update(&BTreeSet::from([blog.0.path().join("content/.gitignore")])).unwrap();
    assert_eq!((report.posts, report.deleted), (2, 1));
    drop(indexer);
    blog.write("bloghound.toml", "[content]\nignore = ['b.md']\n");
    assert_eq!(reconcile(&mut blog.open()).posts, 1);
}

#[test]
fn published_posts_stay_when_the_clock_is_set_back() {
    let blog = TestBlog::with_posts(3);
    let offset_h = Arc::new(AtomicI64::new(0));
    let hours = Arc::clone(&offset_h);
    let clock =
        Clock::new(move || Timestamp::now() + SignedDuration::from_hours(hours.load(Ordering::Relaxed)));
    let mut indexer = blog.open().with_clock(clock.clone());
    assert_eq!(reconcile(&mut indexer).posts, 3);
    offset_h.store(-10 * 365 * 24, Ordering::Relaxed);
    blog.write_post("a.md", "edited");
    blog.write_post("new.md", "hidden until the clock is right");
    let report = reconcile(&mut indexer);
    assert_eq!((report.posts, report.updated, report.skipped.future), (3, 1, 1));
    // A new process knows the time of the last commit.
    drop(indexer);
    let mut indexer = blog.open().with_clock(clock);
    assert_eq!(reconcile(&mut indexer).posts, 3);
    blog.write("hugo.toml", "baseURL = 'https://b.example/'\n");
    drop(indexer);
    assert_eq!(reconcile(&mut blog.open()).posts, 4);
    offset_h.store(0, Ordering::Relaxed);
    assert_eq!(reconcile(&mut blog.open()).posts, 4);
}

#[test]
fn a_post_that_causes_a_panic_is_set_aside_until_it_changes() {
    let blog = TestBlog::with_posts(3);
    let mut indexer = blog.open();
    reconcile(&mut indexer);
    let path = blog.write_post("b.md", std::str::from_utf8(PANIC_MARK).unwrap());
    for report in [indexer.update(&BTreeSet::from([path.clone()])).unwrap(), reconcile(&mut indexer)] {
        assert_eq!(report.posts, 2);
        let failed: Vec<&str> = report.failed.iter().map(|failure| failure.path.as_str()).collect();
        assert_eq!(failed, ["b.md"]);
        assert!(report.failed[0].message.contains("expected by this test"), "{}", report.failed[0]);
    }
    assert!(matches!(indexer.not_indexed.get("b.md"), Some(NotIndexed::Quarantined(..))));
    blog.write_post("b.md", "harmless");
    let report = indexer.update(&BTreeSet::from([path])).unwrap();
    assert_eq!((report.posts, report.failed.len()), (3, 0));
}

#[cfg(target_os = "linux")]
impl TestBlog {
    /// A site whose files can be made unreadable, even for root.
    fn with_unreadable_files(count: u8) -> Self {
        let blog = Self::with_posts(count);
        blog.write("bloghound.toml", "[content]\nfollow_links = 'anywhere'\n");
        blog
    }

    fn make_unreadable(&self, id: &str) -> PathBuf {
        let path = self.0.path().join("content").join(id);
        fs::remove_file(&path).unwrap();
        // The first page of the memory of a process is not there: reading it is an input or output error.
        std::os::unix::fs::symlink("/proc/self/mem", &path).unwrap();
        path
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_new_generation_is_not_published_while_files_are_unreadable() {
    let blog = TestBlog::with_unreadable_files(3);
    assert_eq!(reconcile(&mut blog.open()).posts, 3);
    blog.write("hugo.toml", "baseURL = 'https://b.example/'\n");
    let path = blog.make_unreadable("b.md");
    let mut indexer = blog.open();
    let error = indexer.reconcile(&mut |_, _| {}).unwrap_err();
    assert!(matches!(error, ReindexError::Incomplete { count: 1, .. }), "{error}");
    drop(indexer);
    let (current, _lease) = generation::lease_current(&blog.0.path().join("index")).unwrap();
    assert_eq!(Snapshot::open_dir(&current).unwrap().num_docs(), 3);
    fs::remove_file(&path).unwrap();
    blog.write_post("b.md", "readable again");
    assert_eq!(reconcile(&mut blog.open()).posts, 3);
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_keeps_its_last_version() {
    let blog = TestBlog::with_unreadable_files(3);
    let mut indexer = blog.open();
    reconcile(&mut indexer);
    let path = blog.make_unreadable("b.md");
    for is_update in [true, false] {
        let paths = BTreeSet::from([path.clone()]);
        let report = if is_update { indexer.update(&paths).unwrap() } else { reconcile(&mut indexer) };
        assert_eq!((report.posts, report.deleted, report.unreadable), (3, 0, 1), "{is_update}: {report:?}");
    }
    // A new process has only the index to know of the file.
    drop(indexer);
    let mut indexer = blog.open();
    assert_eq!(reconcile(&mut indexer).posts, 3);
    fs::remove_file(&path).unwrap();
    let report = indexer.update(&BTreeSet::from([path])).unwrap();
    assert_eq!((report.posts, report.unreadable, report.failed.len()), (2, 0, 0));
}

const DRAFT: &str = "+++\ntitle = 'A post'\ndraft = true\n+++\nwords\n";

#[test]
fn a_broken_section_keeps_what_is_published_and_hides_what_is_new() {
    let blog = TestBlog::with_posts(3);
    blog.write("content/s/_index.md", "+++\ncascade = {draft = true}\n+++\n");
    blog.write_post("s/secret.md", "secret");
    blog.write("content/_index.md", "");
    let mut indexer = blog.open();
    assert_eq!(reconcile(&mut indexer).posts, 3);
    for is_update in [true, false] {
        let mut run = |changed: &[&str]| {
            let paths = changed.iter().map(|id| blog.0.path().join("content").join(id)).collect();
            let report = if is_update { indexer.update(&paths).unwrap() } else { reconcile(&mut indexer) };
            let ids: Vec<String> = indexer.manifest.keys().cloned().collect();
            (ids.join(" "), report)
        };
        blog.write("content/s/_index.md", "+++\ncascade = {draft = true\n+++\n");
        let (ids, report) = run(&["s/_index.md"]);
        assert_eq!((ids.as_str(), report.held, report.unreadable), ("a.md b.md c.md", 1, 0));
        assert_eq!(
            report.failed.iter().map(|failure| failure.path.as_str()).collect::<Vec<_>>(),
            ["s/_index.md"]
        );
        blog.write("content/_index.md", "+++\ntitle = \n+++\n");
        blog.write_post("a.md", "other words");
        blog.write("content/b.md", DRAFT);
        blog.write_post("new.md", "new words");
        let (ids, report) = run(&["_index.md", "a.md", "b.md", "new.md"]);
        // A post that becomes a draft disappears.
        assert_eq!((ids.as_str(), report.held, report.updated), ("a.md c.md", 4, 0));
        assert_eq!(report.failed.len(), 2, "{report:?}");
        blog.write("content/s/_index.md", "+++\ncascade = {draft = true}\n+++\n");
        blog.write("content/_index.md", "");
        blog.write_post("b.md", "words");
        let (ids, report) = run(&["_index.md", "s/_index.md", "b.md"]);
        assert_eq!((ids.as_str(), report.held, report.failed.len()), ("a.md b.md c.md new.md", 0, 0));
        assert_eq!(report.updated, 1);
        fs::remove_file(blog.0.path().join("content/new.md")).unwrap();
        blog.write_post("a.md", "words");
        run(&["new.md", "a.md"]);
    }
}

#[test]
fn an_index_is_not_replaced_while_a_section_is_broken() {
    let blog = TestBlog::with_posts(2);
    assert_eq!(reconcile(&mut blog.open()).posts, 2);
    blog.write("content/_index.md", "+++\ntitle = \n+++\n");
    // Another process has only the index to know of the posts.
    assert_eq!(reconcile(&mut blog.open()).posts, 2);
    blog.write("hugo.toml", "baseURL = 'https://b.example/'\n");
    let error = blog.open().reconcile(&mut |_, _| {}).unwrap_err();
    assert!(
        matches!(&error, ReindexError::Incomplete { count: 2, first } if first.path == "_index.md"),
        "{error}"
    );
    fs::remove_file(blog.0.path().join("content/_index.md")).unwrap();
    assert_eq!(reconcile(&mut blog.open()).posts, 2);
}

#[test]
fn a_section_whose_values_apply_nobody_knows_where_is_reported_once() {
    let blog = TestBlog::with_posts(2);
    blog.write("content/s/_index.md", "+++\n[cascade._target]\npath = '['\n+++\n");
    for id in ["s/x.md", "s/y.md"] {
        blog.write_post(id, "words");
    }
    let report = reconcile(&mut blog.open());
    assert_eq!((report.posts, report.held), (2, 2));
    assert_eq!(
        report.failed.iter().map(|failure| failure.path.as_str()).collect::<Vec<_>>(),
        ["s/_index.md"]
    );
}

#[test]
fn the_content_sum_follows_changes_and_has_no_history() {
    let blog = TestBlog::with_posts(20);
    let mut indexer = blog.open();
    reconcile(&mut indexer);
    let mut last = indexer.snapshot().unwrap();
    let mut sums = BTreeSet::from([last.content_sum().unwrap()]);
    let mut random = 7_u64;
    for step in 0..40 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let id = format!("{}.md", char::from(b'a' + u8::try_from((random >> 33) % 25).unwrap()));
        let path = blog.0.path().join("content").join(&id);
        let has_changed = match step % 8 {
            7 => fs::remove_file(&path).is_ok(),
            // Many posts of one segment.
            6 => (b'a'..b'p').all(|name| {
                blog.write_post(&format!("{}.md", char::from(name)), &format!("all {step}")).exists()
            }),
            _ => blog.write_post(&id, &format!("words {step}")).exists(),
        };
        let report = reconcile(&mut indexer);
        let derived = indexer.snapshot().unwrap();
        derived.derive_content_sum_from(&last).unwrap();
        let read = indexer.snapshot().unwrap().content_sum().unwrap();
        assert_eq!(derived.content_sum().unwrap(), read, "step {step}: {report:?}");
        assert_eq!(sums.insert(read), has_changed, "step {step}: {report:?}");
        last = derived;
    }
    indexer.close().unwrap();
    let other = TestBlog(tempfile::tempdir().unwrap());
    other.write("hugo.toml", "baseURL = 'https://a.example/'\n");
    fs::create_dir(other.0.path().join("content")).unwrap();
    for entry in fs::read_dir(blog.0.path().join("content")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), other.0.path().join("content").join(entry.file_name())).unwrap();
    }
    let mut rebuilt = other.open();
    reconcile(&mut rebuilt);
    assert_eq!(rebuilt.snapshot().unwrap().content_sum().unwrap(), last.content_sum().unwrap());
}
