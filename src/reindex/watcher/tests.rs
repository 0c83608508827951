use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use notify::event::{AccessKind, AccessMode, CreateKind, Flag};
#[cfg(target_os = "linux")]
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn event(kind: EventKind, path: &str) -> Event {
    Event::new(kind).add_path(path.into())
}

fn watch_options(dir: &Path) -> WatchOptions {
    let (debounce, poll_every) = (Duration::from_millis(5), Duration::from_millis(20));
    WatchOptions {
        dir: dir.to_owned(),
        mounted: Vec::new(),
        debounce,
        polls: false,
        poll_every,
        links: LinkRules::default(),
    }
}

#[test]
fn ignores_read_events_and_marks_everything_dirty_after_an_overflow() {
    let read = event(EventKind::Access(AccessKind::Open(AccessMode::Read)), "a.md");
    assert_eq!(dirty_of(Ok(read)), None);
    let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert_eq!(dirty_of(Ok(overflow)), Some(Dirty::Everything));
    assert_eq!(dirty_of(Err(notify::Error::generic("x"))), Some(Dirty::Everything));
}

#[test]
fn marks_the_path_of_a_new_folder_dirty() {
    let created = dirty_of(Ok(event(EventKind::Create(CreateKind::Folder), "b")));
    assert_eq!(created, Some(Dirty::Paths([PathBuf::from("b")].into())));
}

#[test]
fn detects_changes_by_polling() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::new(Some(WatchOptions { polls: true, ..watch_options(dir.path()) }));
    assert_eq!(*watcher.mode(), WatchMode::Polling(None));
    std::fs::write(dir.path().join("a.md"), "a").unwrap();
    assert!(watcher.next(Duration::from_secs(20)).is_some());
}

#[test]
fn watches_a_directory_again_after_it_was_recreated() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("content");
    let mut watcher = Watcher::new(Some(watch_options(&dir)));
    assert_eq!(*watcher.mode(), WatchMode::Missing);
    assert!(!watcher.renew());
    std::fs::create_dir(&dir).unwrap();
    assert!(watcher.renew() && !watcher.renew());
    std::fs::remove_dir(&dir).unwrap();
    assert!(!watcher.renew() && *watcher.mode() == WatchMode::Missing);
    std::fs::create_dir(&dir).unwrap();
    assert!(watcher.renew());
    while watcher.next(Duration::from_millis(50)).is_some() {}
    std::fs::write(dir.join("a.md"), "a").unwrap();
    assert!(watcher.next(Duration::from_secs(20)).is_some());
}

#[test]
fn reports_a_git_checkout_as_one_change() {
    let dir = tempfile::tempdir().unwrap();
    let content = dir.path().join("content");
    std::fs::create_dir_all(&content).unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    let lock = dir.path().join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    let mut watcher = Watcher::new(Some(watch_options(&content)));
    let is_over = Arc::new(AtomicBool::new(false));
    let checkout = std::thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            for n in 0..20 {
                std::fs::write(content.join(format!("{n}.md")), "a").unwrap();
                // Longer than the debounce: each file would be a change of its own.
                std::thread::sleep(Duration::from_millis(10));
            }
            is_over.store(true, Ordering::Relaxed);
            std::fs::remove_file(lock).unwrap();
        }
    });
    let mut found = BTreeSet::new();
    while found.len() < 20 {
        let change = watcher.next(Duration::from_mins(1)).unwrap();
        assert!(is_over.load(Ordering::Relaxed), "reported during the checkout: {change:?}");
        let Dirty::Paths(paths) = change.dirty else { panic!("{change:?}") };
        found.extend(paths);
    }
    checkout.join().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn watches_folders_again_that_it_may_have_failed_to_watch() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::new(Some(watch_options(dir.path())));
    let folder = dir.path().join("a/b");
    std::fs::create_dir_all(&folder).unwrap();
    while watcher.next(Duration::from_millis(50)).is_some() {}
    // notify reports no failure to watch a new folder. Here, it forgets the folder.
    let EventSource::Events { watcher: events } = &mut watcher.source else { panic!("{:?}", watcher.mode) };
    events.unwatch(&folder).unwrap();
    // A change of the permissions of a folder above it, as when they become right.
    std::fs::set_permissions(dir.path().join("a"), std::fs::Permissions::from_mode(0o700)).unwrap();
    assert!(watcher.next(Duration::from_secs(20)).is_some());
    while watcher.next(Duration::from_millis(50)).is_some() {}
    std::fs::write(folder.join("c.md"), "c").unwrap();
    assert!(watcher.next(Duration::from_secs(20)).is_some());
}

#[test]
fn tries_events_again_after_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let options = watch_options(dir.path());
    let mut watcher = Watcher::new(Some(options.clone()));
    watcher.poll_without_events(&options, &notify::Error::generic("failed on purpose"));
    assert!(matches!(watcher.mode(), WatchMode::Polling(Some(_))));
    let is_renewed = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        watcher.renew()
    });
    assert!(is_renewed && *watcher.mode() == WatchMode::Events && !watcher.renew());
    while watcher.next(Duration::from_millis(50)).is_some() {}
    std::fs::write(dir.path().join("a.md"), "a").unwrap();
    assert!(watcher.next(Duration::from_secs(20)).is_some());
}

#[test]
fn mounted_folders_are_watched_also_those_that_appear_later() {
    let (dir, mounted) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for polls in [false, true] {
        let folder = mounted.path().join(if polls { "polled" } else { "watched" });
        let options = WatchOptions { polls, mounted: vec![folder.clone()], ..watch_options(dir.path()) };
        let mut watcher = Watcher::new(Some(options));
        assert!(!watcher.renew());
        std::fs::create_dir(&folder).unwrap();
        assert!(watcher.renew() && !watcher.renew());
        while watcher.next(Duration::from_millis(50)).is_some() {}
        std::fs::write(folder.join("a.md"), "a").unwrap();
        let change = watcher.next(Duration::from_secs(20)).unwrap();
        assert!(
            matches!(change.dirty, Dirty::Paths(paths) if paths.contains(&folder.join("a.md"))),
            "{polls}"
        );
    }
}

#[test]
fn polling_that_the_settings_ask_for_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::new(Some(WatchOptions { polls: true, ..watch_options(dir.path()) }));
    assert!(watcher.retry.is_none() && !watcher.renew());
    assert_eq!(*watcher.mode(), WatchMode::Polling(None));
}
