//! The index in step with the content.
//!
//! [`watcher`] says where to look, [`indexer`] reads there on all cores and commits once, [`plan`] decides
//! what to do about each file.

mod digest;
mod git;
mod identity;
pub mod indexer;
mod pipeline;
pub mod plan;
pub mod report;
mod sample;
mod scan;
pub mod watcher;

use std::path::PathBuf;

pub use digest::fingerprint;
pub use indexer::Indexer;
pub use report::{Report, Skipped};
pub use watcher::{Change, Dirty, Following, Mode, Waker, Watcher};

use crate::index::IndexError;

/// Why the index could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum ReindexError {
    /// Another process writes the index.
    #[error(
        "another bloghound is writing the index in {0}; a running `bloghound serve` keeps it up to date by itself. \
         Stop the other one, or pass --index DIR for an index of your own"
    )]
    Locked(PathBuf),
    /// The index directory cannot be written.
    #[error("cannot write the index in {path}: {source}; pass --index DIR for another place")]
    Unwritable {
        /// The index directory.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The content directory is not there.
    #[error("there is no content at {0}: no such directory; is it not mounted yet?")]
    NoContent(PathBuf),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}
