//! Polling of a directory, for systems without file events: network file systems, containers, exhausted watch
//! limits.
//!
//! notify's own polling compares modification times in whole seconds and only looks for later ones. It misses
//! a second save within the same second, and a checkout of older files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::file_version::{FileVersion, UNSETTLED_FOR};
use crate::content::LinkRules;
use crate::content::ignored::is_ignore_file;
use crate::content::links::LinkTargets;
use crate::content::tree_walk::walk;

type FileVersions = BTreeMap<PathBuf, FileVersion>;

/// What the last scan has found.
struct ScannedFiles {
    versions: FileVersions,
    /// When the current version of a file was first seen, if another change may leave the same metadata: file systems
    /// round times. By the clock of this machine, because that of a network file system may be another.
    unsettled: BTreeMap<PathBuf, Instant>,
}

impl ScannedFiles {
    fn new(versions: FileVersions, at: Instant) -> Self {
        let unsettled = versions.iter().filter(|(_, version)| version.is_unsettled());
        let unsettled = unsettled.map(|(path, _)| (path.clone(), at)).collect();
        Self { versions, unsettled }
    }

    /// Replaces the files by those of a scan that began at `at`. Returns the files that were added, changed or deleted,
    /// and once more those that were changed some time before, in case they were changed twice.
    fn update(&mut self, versions: FileVersions, at: Instant) -> Vec<PathBuf> {
        let mut changed: BTreeSet<PathBuf> = differences(&self.versions, &versions).into_iter().collect();
        let is_settled = |_: &PathBuf, seen_at: &mut Instant| at.duration_since(*seen_at) >= UNSETTLED_FOR;
        let settled: Vec<_> = self.unsettled.extract_if(.., is_settled).map(|(path, _)| path).collect();
        self.unsettled.retain(|path, _| versions.contains_key(path));
        self.unsettled.extend(
            changed.iter().filter(|path| versions.contains_key(*path)).map(|path| (path.clone(), at)),
        );
        changed.extend(settled);
        self.versions = versions;
        changed.into_iter().collect()
    }
}

/// A thread that polls directories until this is dropped.
pub(super) struct Scanner {
    /// Ends the thread when it is dropped.
    _stop: Sender<()>,
}

impl Scanner {
    /// Starts to scan `dirs` at this interval. Calls `on_change` with the files that were added, changed or
    /// deleted, and stops when it returns false.
    ///
    /// # Errors
    /// If the operating system refuses the thread.
    pub(super) fn start(
        dirs: Vec<PathBuf>,
        links: LinkRules,
        interval: Duration,
        on_change: impl Fn(Vec<PathBuf>) -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let started = Instant::now();
        let mut known = ScannedFiles::new(scan(&dirs, &links), started);
        let run = move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                let started = Instant::now();
                let changed = known.update(scan(&dirs, &links), started);
                if !changed.is_empty() && !on_change(changed) {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("scanner".to_owned()).spawn(run)?;
        Ok(Self { _stop: stop })
    }
}

fn scan(dirs: &[PathBuf], links: &LinkRules) -> FileVersions {
    let files = walk(dirs, &targets(dirs, links), |path, _| is_visible(path)).files;
    let versions = files.into_iter().filter_map(|file| Some((file.path, FileVersion::of(&file.target)?)));
    versions.collect()
}

/// Returns the links to folders below some directories that are followed, for watchers that do not follow links.
pub(super) fn linked_folders(dirs: &[PathBuf], links: &LinkRules) -> Vec<PathBuf> {
    walk(dirs, &targets(dirs, links), |path, _| is_visible(path)).linked_folders
}

fn targets(dirs: &[PathBuf], links: &LinkRules) -> LinkTargets {
    links.targets(dirs.iter().map(PathBuf::as_path))
}

fn is_visible(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden || is_ignore_file(path)
}

fn differences(before: &FileVersions, now: &FileVersions) -> Vec<PathBuf> {
    let deleted = before.keys().filter(|path| !now.contains_key(*path));
    let new = now.iter().filter(|(path, version)| before.get(*path) != Some(version)).map(|(path, _)| path);
    deleted.chain(new).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::SystemTime;

    #[test]
    fn detects_every_new_version_even_with_an_older_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "one").unwrap();
        let first = scan(&[dir.path().to_owned()], &LinkRules::default());
        assert!(differences(&first, &scan(&[dir.path().to_owned()], &LinkRules::default())).is_empty());
        let new = dir.path().join("b.md");
        fs::write(&new, "two").unwrap();
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        fs::File::options().write(true).open(&new).unwrap().set_modified(old).unwrap();
        fs::rename(&new, &path).unwrap();
        let second = scan(&[dir.path().to_owned()], &LinkRules::default());
        assert_eq!(differences(&first, &second), std::slice::from_ref(&path));
        fs::remove_file(&path).unwrap();
        assert_eq!(differences(&second, &scan(&[dir.path().to_owned()], &LinkRules::default())), [path]);
    }

    #[test]
    fn reports_a_file_once_more_when_its_time_is_old_enough_to_differ_from_that_of_another_change() {
        let dir = tempfile::tempdir().unwrap();
        let (path, links) = (dir.path().join("a.md"), LinkRules::default());
        fs::write(&path, "old").unwrap();
        let start = Instant::now();
        let version = |len| FileVersion { len, ..FileVersion::default() };
        let found = |len| FileVersions::from([(path.clone(), version(len))]);
        let after = |seconds| start + Duration::from_secs(seconds);
        // A file that was written just before the first scan.
        let mut files = ScannedFiles::new(scan(&[dir.path().to_owned()], &links), start);
        assert!(files.update(scan(&[dir.path().to_owned()], &links), after(1)).is_empty());
        assert_eq!(
            files.update(scan(&[dir.path().to_owned()], &links), after(3)),
            std::slice::from_ref(&path)
        );
        assert!(files.update(scan(&[dir.path().to_owned()], &links), after(6)).is_empty());
        // A file with an old time, of which the second change leaves no trace.
        let mut files = ScannedFiles::new(found(1), start);
        assert!(files.update(found(1), after(3)).is_empty());
        assert_eq!(files.update(found(2), after(4)), std::slice::from_ref(&path));
        assert!(files.update(found(2), after(5)).is_empty());
        assert_eq!(files.update(found(2), after(6)), std::slice::from_ref(&path));
        assert!(files.update(found(2), after(9)).is_empty());
        assert_eq!(files.update(FileVersions::new(), after(10)), [path]);
        assert!(files.update(FileVersions::new(), after(20)).is_empty());
    }

    #[test]
    fn sees_ignore_files_but_no_other_hidden_files() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".gitignore", ".hidden.md"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let seen = scan(&[dir.path().to_owned()], &LinkRules::default());
        assert!(seen.into_keys().eq([dir.path().join(".gitignore")]));
    }
}
