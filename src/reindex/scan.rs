//! Looks at a directory again and again, where the system tells of no changes: on network file systems, in
//! containers, at its limits.
//!
//! notify's own way of doing so sees a file as changed when its time, in whole seconds, is later: a second save
//! within a second is lost, and a checkout of older files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

/// What tells a version of a file from others, without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    len: u64,
    changed: Option<SystemTime>,
    inode: u64,
}

type Files = BTreeMap<PathBuf, Version>;

/// Tells of changes while it lives.
pub(super) struct Scanner {
    /// Ends the thread when it is dropped.
    _stop: Sender<()>,
}

impl Scanner {
    /// Looks at all below `dir` every so often, and calls `tell` with the files that have come, gone or changed,
    /// until it is false.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn start(
        dir: PathBuf,
        every: Duration,
        tell: impl Fn(Vec<PathBuf>) -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let mut known = scan(&dir);
        let run = move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let files = scan(&dir);
                let changed = differences(&known, &files);
                if !changed.is_empty() && !tell(changed) {
                    return;
                }
                known = files;
            }
        };
        std::thread::Builder::new().name("scanner".to_owned()).spawn(run)?;
        Ok(Self { _stop: stop })
    }
}

fn scan(dir: &Path) -> Files {
    let mut walk = ignore::WalkBuilder::new(dir);
    walk.standard_filters(false).hidden(true).follow_links(true);
    let files = walk.build().filter_map(Result::ok).filter_map(|entry| {
        let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let version =
            Version { len: metadata.len(), changed: metadata.modified().ok(), inode: inode(&metadata) };
        Some((entry.into_path(), version))
    });
    files.collect()
}

fn differences(before: &Files, now: &Files) -> Vec<PathBuf> {
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    let new = now.iter().filter(|(path, version)| before.get(*path) != Some(version)).map(|(path, _)| path);
    gone.chain(new).cloned().collect()
}

#[cfg(unix)]
fn inode(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_version_differs_even_an_older_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "one").unwrap();
        let first = scan(dir.path());
        assert!(differences(&first, &scan(dir.path())).is_empty());
        let new = dir.path().join("b.md");
        fs::write(&new, "two").unwrap();
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        fs::File::options().write(true).open(&new).unwrap().set_modified(old).unwrap();
        fs::rename(&new, &path).unwrap();
        let second = scan(dir.path());
        assert_eq!(differences(&first, &second), std::slice::from_ref(&path));
        fs::remove_file(&path).unwrap();
        assert_eq!(differences(&second, &scan(dir.path())), [path]);
    }
}
