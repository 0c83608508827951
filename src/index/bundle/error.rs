//! Errors of creating, reading and installing bundles.

use std::io;
use std::path::{Path, PathBuf};

use super::format::BundleVersions;
use crate::index::error::IndexError;

/// The reason why a bundle cannot be created, read or installed.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The bundle's file cannot be opened.
    #[error("cannot read the bundle {path}: {reason}")]
    Unreadable {
        /// The bundle.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The bundle is damaged.
    #[error(
        "the bundle {path} is damaged: {what}; copy it again or recreate it with `bloghound bundle create`"
    )]
    Damaged {
        /// The bundle.
        path: PathBuf,
        /// The damage.
        what: String,
    },
    /// The bundle was made by an incompatible version of the program.
    #[error(
        "cannot read the bundle {path}: it was made by bloghound {made_by} ({theirs}), but this is bloghound {} \
         ({ours}); use the same version on both sides",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The bundle.
        path: PathBuf,
        /// Version of bloghound that made it.
        made_by: String,
        /// Format versions of the bundle.
        theirs: BundleVersions,
        /// Format versions that this program supports.
        ours: BundleVersions,
    },
    /// There is no index to pack.
    #[error("there is no index in {0}; build it with `bloghound index`")]
    NoIndex(PathBuf),
    /// Another process holds the write lock.
    #[error(
        "cannot switch the index in {0}: another bloghound is writing it, such as a running `bloghound serve`; stop it, \
         run this again, and restart it"
    )]
    Locked(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {path}: {reason}")]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The bundle cannot be unpacked to verify it.
    #[error(
        "cannot verify the bundle {path}: {temporary}: {reason}; make room there, or name another temporary directory \
         in TMPDIR"
    )]
    NotVerified {
        /// The bundle.
        path: PathBuf,
        /// The temporary directory.
        temporary: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// There is no previous generation.
    #[error(
        "cannot roll back the index in {0}: there is no previous one, because the index was rebuilt since the last \
         `bloghound bundle install`; install an earlier bundle instead"
    )]
    NoPrevious(PathBuf),
    /// The previous generation cannot be opened.
    #[error("cannot roll back to the previous index, {path}: {reason}; the current index stays")]
    PreviousUnusable {
        /// Directory of the previous generation.
        path: PathBuf,
        /// The reason.
        reason: IndexError,
    },
    /// The index to be packed cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

pub(super) fn unwritable(path: &Path) -> impl Fn(io::Error) -> BundleError + '_ {
    |reason| BundleError::Unwritable { path: path.to_owned(), reason }
}
