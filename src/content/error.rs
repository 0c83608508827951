//! Errors about a site and its source files.

use std::path::PathBuf;

/// An error in a source file, which is then not indexed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, utoipa::ToSchema)]
#[error("{path}:{line}: {message}")]
pub struct SourceError {
    /// Path below the content directory.
    pub path: String,
    /// Line of the error, from 1.
    pub line: usize,
    /// What is wrong and how to fix it.
    pub message: String,
}

/// An error in the settings of a site, or in its layout on disk.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The generator's configuration is unreadable or invalid.
    #[error("{path}:{line}: {message}")]
    Settings {
        /// The configuration file.
        path: PathBuf,
        /// Line of the error, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// `bloghound.toml` names an unknown generator.
    #[error("bloghound.toml: invalid value \"{name}\" for `generator`; expected one of {known}")]
    UnknownGenerator {
        /// The name in the settings.
        name: String,
        /// The names of all generators.
        known: String,
    },
    /// The content directory that the settings or the command name does not exist.
    #[error("cannot read the content: {0}: no such directory; pass another one with --content DIR")]
    NoContent(PathBuf),
    /// The site has no content directory.
    #[error(
        "no content was found: {dir}: no such directory; run bloghound in the site's root, or pass --site DIR or \
         --content DIR{hint}"
    )]
    NothingFound {
        /// The directory that was looked for.
        dir: PathBuf,
        /// The sites in folders below, which may be meant; empty if there are none.
        hint: String,
    },
}

/// Why a source file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFailure {
    /// The file cannot be read now, because of its permissions, the disk, the network or the number of open files.
    /// Its content may be unchanged.
    Unreadable(SourceError),
    /// The file is not one that is read: too large, not a regular file, outside of the site, or not valid.
    Rejected(SourceError),
}

impl ReadFailure {
    /// Returns the error of either kind.
    #[must_use]
    pub fn into_error(self) -> SourceError {
        let (Self::Unreadable(error) | Self::Rejected(error)) = self;
        error
    }
}
