//! Why a bundle cannot be made, read or installed.

use std::io;
use std::path::{Path, PathBuf};

use super::format::BundleVersions;
use crate::index::error::IndexError;

/// Why a bundle cannot be made, read or installed.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The bundle's file cannot be opened.
    #[error("cannot read the bundle {path}: {reason}")]
    Unreadable {
        /// The bundle.
        path: PathBuf,
        /// The operating system's reason.
        reason: io::Error,
    },
    /// The bundle is not what `create` has written.
    #[error(
        "the bundle {path} is damaged: {what}; copy it here again, or make it anew with `bloghound bundle create`"
    )]
    Damaged {
        /// The bundle.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The bundle was made for another version of the program.
    #[error(
        "the bundle {path} was made by bloghound {made_by} ({theirs}) and cannot be read by this one, {} ({ours}); \
         use the same version on both sides",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The bundle.
        path: PathBuf,
        /// The version that made it.
        made_by: String,
        /// The versions of its parts.
        theirs: BundleVersions,
        /// The versions of the same parts here.
        ours: BundleVersions,
    },
    /// There is nothing to pack.
    #[error("there is no index in {0}; build it with `bloghound index`")]
    NoIndex(PathBuf),
    /// Another process writes the index.
    #[error(
        "another bloghound is writing the index in {0}, such as a running `bloghound serve`, so that it cannot be \
         switched; stop that one, run this again, and start it again"
    )]
    Locked(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {path}: {reason}")]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        reason: io::Error,
    },
    /// There is nothing to step back to.
    #[error(
        "there is no index before the current one in {0}: `bloghound bundle install` keeps one until the index is \
         built anew; install an earlier bundle instead"
    )]
    NoPrevious(PathBuf),
    /// What would be stepped back to is no index of this version.
    #[error(
        "the index before the current one, {path}, cannot be searched, so the current one stays: {reason}"
    )]
    PreviousUnusable {
        /// The generation.
        path: PathBuf,
        /// Why not.
        reason: IndexError,
    },
    /// The index that is to be packed cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

pub(super) fn unwritable(path: &Path) -> impl Fn(io::Error) -> BundleError + '_ {
    |reason| BundleError::Unwritable { path: path.to_owned(), reason }
}
