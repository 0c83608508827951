//! An index as one file, to be built in one place and searched in another.
//!
//! A bundle is a tar archive, packed by Zstandard. Its first member, `bundle.json`, is its
//! [`Description`]: how the index was made, what it says, and each of the other members with its size
//! and checksum, in their order. [`create`] packs the current commit, [`verify`] tells whether a bundle
//! can be installed, [`install()`] makes it the current generation and [`roll_back`] the one before again.

mod install;
mod pack;
mod read;

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use install::{Switch, install, roll_back, unpack, verify};
pub use pack::create;

use super::IndexError;
use super::manifest::Provenance;
use super::schema::SCHEMA_VERSION;
use crate::analysis::ANALYSIS_VERSION;

/// What this version of the program writes and reads.
const FORMAT: u32 = 1;
/// The name of the first member.
const DESCRIPTION: &str = "bundle.json";
/// Longest name of a member, in bytes: that of the oldest tar format.
const MAX_NAME_BYTES: usize = 100;

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Version of the bundle's format.
    pub format: u32,
    /// The version of bloghound that made it.
    pub bloghound: String,
    /// How the documents were made.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// See [`content_digest`](super::content_digest()).
    pub content_digest: String,
    /// Posts and pages.
    pub posts: u64,
    /// When it was packed.
    pub created_at: Timestamp,
    /// The other members.
    pub files: Vec<FileEntry>,
    /// BLAKE3 of this description with an empty checksum, in hexadecimal.
    pub checksum: String,
}

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name; there are no folders.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
}

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
        theirs: Versions,
        /// The versions of the same parts here.
        ours: Versions,
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
    UselessPrevious {
        /// The generation.
        path: PathBuf,
        /// Why not.
        reason: IndexError,
    },
    /// The index that is to be packed cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// The versions that have to be the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    format: u32,
    schema: u32,
    analysis: u32,
}

impl Versions {
    /// Of this program.
    const OURS: Self = Self { format: FORMAT, schema: SCHEMA_VERSION, analysis: ANALYSIS_VERSION };
}

impl std::fmt::Display for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { format, schema, analysis } = self;
        write!(f, "format {format}, schema {schema}, analysis {analysis}")
    }
}

impl Description {
    /// Puts the checksum in.
    fn seal(mut self) -> Result<Self, serde_json::Error> {
        self.checksum.clear();
        self.checksum = blake3::hash(&self.to_json()?).to_hex().to_string();
        Ok(self)
    }

    fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn unpacked_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add)
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> BundleError + '_ {
    |reason| BundleError::Unwritable { path: path.to_owned(), reason }
}
