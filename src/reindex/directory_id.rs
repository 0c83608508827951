//! The identity of a directory, to detect that another directory has taken its path.

use std::path::Path;

/// Device and inode of a directory; on systems without inodes, all directories have the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectoryId {
    device: u64,
    inode: u64,
}

impl DirectoryId {
    #[cfg(unix)]
    pub(super) fn of(dir: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(dir).ok().filter(std::fs::Metadata::is_dir)?;
        Some(Self { device: metadata.dev(), inode: metadata.ino() })
    }

    #[cfg(not(unix))]
    pub(super) fn of(dir: &Path) -> Option<Self> {
        dir.is_dir().then_some(Self { device: 0, inode: 0 })
    }
}
