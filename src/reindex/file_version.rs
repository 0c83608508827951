//! Versions of files by their metadata, to detect changes without reading them.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Time after a change in which another one may leave the same metadata: file systems round times, some to two seconds.
pub(crate) const UNSETTLED_FOR: Duration = Duration::from_secs(2);

/// Metadata that identifies a version of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileVersion {
    pub(super) len: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) inode: u64,
    /// Time of the last change of content or metadata, which programs cannot set: a copy may keep the time of
    /// modification.
    pub(super) status_changed: Option<SystemTime>,
}

impl FileVersion {
    /// Returns the version that is at a path now; `None` if there is no file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        let (inode, status_changed) = unix_metadata(&metadata);
        Some(Self { len: metadata.len(), modified: metadata.modified().ok(), inode, status_changed })
    }

    /// Returns whether the file was changed so recently that another change may leave the same metadata.
    pub(crate) fn is_unsettled(&self) -> bool {
        let is_recent =
            |time: SystemTime| time.elapsed().unwrap_or_else(|ahead| ahead.duration()) < UNSETTLED_FOR;
        [self.modified, self.status_changed].into_iter().flatten().any(is_recent)
    }
}

/// Returns the inode and the time of the last change of content or metadata.
#[cfg(unix)]
fn unix_metadata(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok().map(Duration::from_secs);
    let nanoseconds = u64::try_from(metadata.ctime_nsec()).ok().map(Duration::from_nanos);
    let since_epoch = seconds.zip(nanoseconds).map(|(seconds, nanoseconds)| seconds + nanoseconds);
    (metadata.ino(), since_epoch.and_then(|duration| SystemTime::UNIX_EPOCH.checked_add(duration)))
}

#[cfg(not(unix))]
fn unix_metadata(_: &Metadata) -> (u64, Option<SystemTime>) {
    (0, None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_the_time_and_length_of_the_original_is_another_version() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        let old = SystemTime::now() - Duration::from_mins(1);
        let write = |text: &str| {
            std::fs::write(&path, text).unwrap();
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
            FileVersion::of(&path).unwrap()
        };
        let first = write("one");
        assert!(first.is_unsettled(), "its status was changed just now");
        // The clock of the file system ticks every few milliseconds.
        std::thread::sleep(Duration::from_millis(50));
        assert_ne!(write("two"), first);
    }
}
