//! Whether git is changing the files around the content: a checkout of thousands of files is one change.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A lock that is older was left behind by a git that was killed.
const MAX_AGE: Duration = Duration::from_mins(5);

/// How long the last of its changes may take to be told.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// The working tree that the content is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checkout {
    /// What git writes when it has changed files.
    index: PathBuf,
    /// What it holds until then.
    lock: PathBuf,
}

impl Checkout {
    /// The working tree around a directory, if it is in one.
    pub(super) fn around(dir: &Path) -> Option<Self> {
        let git = dir.ancestors().map(|dir| dir.join(".git")).find(|git| git.exists())?;
        // Of a linked working tree and of a submodule it is a file that says where the directory is.
        let git_dir = match std::fs::read_to_string(&git) {
            Ok(text) => git.parent()?.join(text.strip_prefix("gitdir:")?.trim()),
            Err(_) => git,
        };
        Some(Self { index: git_dir.join("index"), lock: git_dir.join("index.lock") })
    }

    /// Whether git is at work: while it changes files it holds its index.
    pub(super) fn is_under_way(&self) -> bool {
        is_younger(&self.lock, MAX_AGE)
    }

    /// Whether git was at work just now: what it did may not have been told yet.
    pub(super) fn has_just_ended(&self) -> bool {
        is_younger(&self.index, MAX_DELAY)
    }
}

/// Whether there is a file that was changed no longer ago than that. One of the far future was changed before
/// the clock was set back.
fn is_younger(file: &Path, age: Duration) -> bool {
    let changed = std::fs::metadata(file).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| {
        let passed = SystemTime::now().duration_since(changed).unwrap_or_else(|ahead| ahead.duration());
        passed < age
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_was_left_behind_does_not_count_though_the_clock_was_set_back() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("index.lock");
        let day = Duration::from_hours(24);
        let now = SystemTime::now();
        for (changed, is_young) in [(now, true), (now - day, false), (now + day, false)] {
            std::fs::File::create(&lock).unwrap().set_modified(changed).unwrap();
            assert_eq!(is_younger(&lock, MAX_AGE), is_young, "{changed:?}");
        }
    }

    #[test]
    fn linked_working_trees_say_where_their_index_is() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("tree/content");
        std::fs::create_dir_all(&content).unwrap();
        let own = dir.path().join("main/.git/worktrees/tree");
        std::fs::create_dir_all(&own).unwrap();
        std::fs::write(dir.path().join("tree/.git"), format!("gitdir: {}\n", own.display())).unwrap();
        let checkout = Checkout::around(&content).unwrap();
        assert!(!checkout.is_under_way());
        std::fs::write(own.join("index.lock"), "").unwrap();
        assert!(checkout.is_under_way());
    }
}
