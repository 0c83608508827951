//! Mounts: folders outside of the content directory whose files are content.

use std::path::PathBuf;

/// A folder that is content as if it were in the content directory. The generator's settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The folder on disk.
    pub folder: PathBuf,
    /// The path below the content directory at which its files are listed, with `/` between folders. Nothing need exist
    /// there; a file of the content directory takes precedence over a mounted one with its id.
    pub at: String,
}
