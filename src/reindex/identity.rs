//! Which directory it is that has a name now.

use std::path::Path;

/// What tells a directory from another of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    pub(super) fn of(dir: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(dir).ok().filter(std::fs::Metadata::is_dir)?;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    pub(super) fn of(dir: &Path) -> Option<Self> {
        dir.is_dir().then_some(Self(0, 0))
    }
}
