//! Why a site cannot be read.

use std::path::PathBuf;

/// A site that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The generator's settings are unreadable or invalid.
    #[error("{path}:{line}: {message}")]
    Settings {
        /// The settings file.
        path: PathBuf,
        /// Line of the mistake, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// `bloghound.toml` names a generator that is not known.
    #[error("`generator` in bloghound.toml: \"{name}\" is not known; known are {known}")]
    UnknownGenerator {
        /// The name.
        name: String,
        /// The names that are known.
        known: String,
    },
    /// The content directory does not exist.
    #[error(
        "there is no content at {0}: no such directory; run bloghound in the blog's root, \
         or pass --site DIR or --content DIR"
    )]
    NoContent(PathBuf),
}
