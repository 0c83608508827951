//! Polling of a directory, for systems without file events: network file systems, containers, exhausted watch
//! limits.
//!
//! notify's own polling compares modification times in whole seconds and only looks for later ones. It misses
//! a second save within the same second, and a checkout of older files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

use crate::content::LinkRules;
use crate::content::tree_walk::walk;

/// Metadata that identifies a version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileVersion {
    len: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

type FileVersions = BTreeMap<PathBuf, FileVersion>;

/// A thread that polls a directory until this is dropped.
pub(super) struct Scanner {
    /// Ends the thread when it is dropped.
    _stop: Sender<()>,
}

impl Scanner {
    /// Starts to scan `dir` at this interval. Calls `on_change` with the files that were added, changed or
    /// deleted, and stops when it returns false.
    ///
    /// # Errors
    /// When the operating system refuses the thread.
    pub(super) fn start(
        dir: PathBuf,
        links: LinkRules,
        interval: Duration,
        on_change: impl Fn(Vec<PathBuf>) -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let mut known = scan(&dir, &links);
        let run = move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                let files = scan(&dir, &links);
                let changed = differences(&known, &files);
                if !changed.is_empty() && !on_change(changed) {
                    return;
                }
                known = files;
            }
        };
        std::thread::Builder::new().name("scanner".to_owned()).spawn(run)?;
        Ok(Self { _stop: stop })
    }
}

fn scan(dir: &Path, links: &LinkRules) -> FileVersions {
    let files = walk(dir, &links.targets(dir), |path, _| is_visible(path)).files;
    let versions = files.into_iter().filter_map(|file| {
        let metadata = std::fs::metadata(&file.target).ok()?;
        let (len, modified) = (metadata.len(), metadata.modified().ok());
        Some((file.path, FileVersion { len, modified, inode: inode(&metadata) }))
    });
    versions.collect()
}

/// Returns the links to folders below a directory that are followed, for watchers that do not follow links.
pub(super) fn linked_folders(dir: &Path, links: &LinkRules) -> Vec<PathBuf> {
    walk(dir, &links.targets(dir), |path, _| is_visible(path)).linked_folders
}

fn is_visible(path: &Path) -> bool {
    path.file_name().is_none_or(|name| !name.as_encoded_bytes().starts_with(b"."))
}

fn differences(before: &FileVersions, now: &FileVersions) -> Vec<PathBuf> {
    let deleted = before.keys().filter(|path| !now.contains_key(*path));
    let new = now.iter().filter(|(path, version)| before.get(*path) != Some(version)).map(|(path, _)| path);
    deleted.chain(new).cloned().collect()
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
    fn detects_every_new_version_even_with_an_older_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "one").unwrap();
        let first = scan(dir.path(), &LinkRules::default());
        assert!(differences(&first, &scan(dir.path(), &LinkRules::default())).is_empty());
        let new = dir.path().join("b.md");
        fs::write(&new, "two").unwrap();
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        fs::File::options().write(true).open(&new).unwrap().set_modified(old).unwrap();
        fs::rename(&new, &path).unwrap();
        let second = scan(dir.path(), &LinkRules::default());
        assert_eq!(differences(&first, &second), std::slice::from_ref(&path));
        fs::remove_file(&path).unwrap();
        assert_eq!(differences(&second, &scan(dir.path(), &LinkRules::default())), [path]);
    }
}
