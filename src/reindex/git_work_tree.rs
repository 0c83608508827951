//! Detects that git is changing the working tree of the content, so that a checkout of thousands of files is
//! indexed as one change.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config::{limits, regular_file};

/// Age from which `index.lock` is considered left behind by a killed git process.
const STALE_LOCK_AGE: Duration = Duration::from_mins(5);
/// Time after a checkout in which its file events may still arrive.
const EVENT_DELAY: Duration = Duration::from_secs(10);

/// The git working tree that contains the content directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GitWorkTree {
    /// git's index, which git writes after it has changed files.
    index: PathBuf,
    /// The lock of the index, which git holds while it changes files.
    lock: PathBuf,
    /// Modification time of a stale lock, which a killed git process has left behind.
    stale_lock: Option<SystemTime>,
}

impl GitWorkTree {
    /// Returns the working tree around a directory, if there is one.
    pub(super) fn around(dir: &Path) -> Option<Self> {
        let git = dir.ancestors().map(|dir| dir.join(".git")).find(|git| git.exists())?;
        // In a linked working tree or a submodule, `.git` is a file with the path of the git directory.
        let git_dir = match regular_file::read_text(&git, limits::MAX_GIT_FILE_BYTES) {
            Ok(text) => git.parent()?.join(text.strip_prefix("gitdir:")?.trim()),
            Err(_) => git,
        };
        Some(Self { index: git_dir.join("index"), lock: git_dir.join("index.lock"), stale_lock: None })
    }

    /// Returns whether git is changing files now.
    pub(super) fn is_changing(&self) -> bool {
        is_younger(&self.lock, STALE_LOCK_AGE) && self.left_lock().is_none()
    }

    /// Ignores the current lock from now on.
    pub(super) fn ignore_lock(&mut self) {
        self.stale_lock = modified(&self.lock);
    }

    /// Returns the path of the ignored lock while it exists.
    pub(super) fn left_lock(&self) -> Option<&Path> {
        let is_left = self.stale_lock.is_some() && modified(&self.lock) == self.stale_lock;
        is_left.then_some(self.lock.as_path())
    }

    /// Returns whether git changed files a moment ago, so that file events may still be outstanding.
    pub(super) fn has_just_changed(&self) -> bool {
        is_younger(&self.index, EVENT_DELAY)
    }
}

/// Returns whether the file exists and was modified less than `age` ago. Modification times in the future, as
/// after setting back the clock, count by their distance from now.
fn is_younger(file: &Path, age: Duration) -> bool {
    modified(file).is_some_and(|modified| {
        let elapsed = SystemTime::now().duration_since(modified).unwrap_or_else(|ahead| ahead.duration());
        elapsed < age
    })
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).as_ref().map(Metadata::modified).ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_stale_locks_even_if_the_clock_was_set_back() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("index.lock");
        let day = Duration::from_hours(24);
        let now = SystemTime::now();
        for (modified, is_young) in [(now, true), (now - day, false), (now + day, false)] {
            std::fs::File::create(&lock).unwrap().set_modified(modified).unwrap();
            assert_eq!(is_younger(&lock, STALE_LOCK_AGE), is_young, "{modified:?}");
        }
    }

    #[test]
    fn finds_the_git_directory_of_a_linked_working_tree() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("tree/content");
        std::fs::create_dir_all(&content).unwrap();
        let git_dir = dir.path().join("main/.git/worktrees/tree");
        std::fs::create_dir_all(&git_dir).unwrap();
        std::fs::write(dir.path().join("tree/.git"), format!("gitdir: {}\n", git_dir.display())).unwrap();
        let tree = GitWorkTree::around(&content).unwrap();
        assert!(!tree.is_changing());
        std::fs::write(git_dir.join("index.lock"), "").unwrap();
        assert!(tree.is_changing());
    }

    #[test]
    fn an_ignored_lock_is_ignored_until_git_takes_it_again() {
        let dir = tempfile::tempdir().unwrap();
        let git_dir = dir.path().join(".git");
        std::fs::create_dir(&git_dir).unwrap();
        let mut tree = GitWorkTree::around(dir.path()).unwrap();
        let lock = git_dir.join("index.lock");
        let minute_ago = SystemTime::now() - Duration::from_mins(1);
        std::fs::File::create(&lock).unwrap().set_modified(minute_ago).unwrap();
        assert!(tree.is_changing() && tree.left_lock().is_none());
        tree.ignore_lock();
        assert!(!tree.is_changing() && tree.left_lock() == Some(lock.as_path()));
        std::fs::remove_file(&lock).unwrap();
        assert!(!tree.is_changing() && tree.left_lock().is_none());
        std::fs::write(&lock, "").unwrap();
        assert!(tree.is_changing() && tree.left_lock().is_none());
    }
}
