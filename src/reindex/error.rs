//! Errors of updating the index.

use std::path::PathBuf;

use crate::content::SourceError;
use crate::index::IndexError;

/// A failure to bring the index up to date; the last commit stays.
#[derive(Debug, thiserror::Error)]
pub enum ReindexError {
    /// Another process holds the write lock of the index.
    #[error(
        "cannot write the index in {0}: another bloghound is writing it; a running `bloghound serve` keeps the index \
         up to date by itself. Stop the other process, or use a separate index with --index DIR"
    )]
    Locked(PathBuf),
    /// The index directory is not writable.
    #[error("cannot write the index in {path}: {source}; use another directory with --index DIR")]
    Unwritable {
        /// The index directory.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The content directory does not exist.
    #[error(
        "no content was found: {0}: no such directory; mount or create it, or pass the site's root with --site DIR or another \
         directory with --content DIR"
    )]
    NoContent(PathBuf),
    /// A new generation cannot replace the current one, because some of the content cannot be read.
    #[error(
        "cannot complete the new index: {count} files or folders cannot be read or inherit from a broken file; the first \
         reason: {first}; make them readable, or fix the file"
    )]
    Incomplete {
        /// Number of unreadable files and folders.
        count: usize,
        /// The first of them, with the reason.
        first: SourceError,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}
