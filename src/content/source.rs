//! Source files: the files of the content directory from which pages are made.

use std::path::PathBuf;

use super::error::SourceError;
use super::generator::SourceRole;
use super::skip_reason::SkipReason;

/// A file in the content directory that pages are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the content directory, with `/` between folders.
    pub id: String,
    /// Path on disk.
    pub path: PathBuf,
    /// Path on disk without symbolic links.
    pub target: PathBuf,
    /// Page or folder data.
    pub role: SourceRole,
}

/// The source files found in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SourceListing {
    /// The files, ordered by id.
    pub files: Vec<SourceFile>,
    /// The folders and files that cannot be listed, the links that are not followed, and the `.gitignore` files that
    /// cannot be read.
    pub errors: Vec<SourceError>,
    /// Ids of the folders and links that could not be listed, so that the files below them are unknown; the content
    /// directory is empty.
    pub unlisted: Vec<String>,
    /// Whether there are symbolic links. If so, a change at one path may add or remove files at other paths.
    pub has_links: bool,
    /// Ids of the files and folders that are left out because of their names, with the reasons; those of folders end in
    /// `/`, and what is below them is not listed.
    pub left_out: Vec<(String, SkipReason)>,
}
