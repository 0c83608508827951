//! Errors of reading and writing an index.

use std::path::PathBuf;

/// The reason why an index cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// An operation of Tantivy failed.
    #[error("index operation failed: {}", reason(.0))]
    Tantivy(#[from] tantivy::TantivyError),
    /// The index exists but cannot be opened; the reason.
    #[error("cannot open the index: {0}; run `bloghound index` to rebuild it")]
    Unreadable(String),
    /// A file of the index cannot be read or written.
    #[error("cannot access the index: {0}")]
    Io(#[from] std::io::Error),
    /// The provenance of a commit cannot be serialized.
    #[error("cannot write the commit's provenance: {0}")]
    Provenance(#[from] serde_json::Error),
    /// A file's checksum does not match its content.
    #[error("the index is damaged: {0}: checksum mismatch; run `bloghound index` to rebuild it")]
    DamagedFile(PathBuf),
    /// The stored record of a post is invalid.
    #[error("the index is damaged: invalid post record; run `bloghound index --full` to rebuild it")]
    Damaged,
    /// Two documents have the same post id.
    #[error("the index is damaged: post {0} is indexed twice; run `bloghound index` to rebuild it")]
    DuplicatePost(String),
    /// A document lacks its id or digest, or the documents differ from those in the manifest.
    #[error(
        "the index is damaged: its documents differ from its manifest; run `bloghound index` to rebuild it"
    )]
    ManifestMismatch,
    /// The generation was removed after its name was read.
    #[error("the index was replaced while being opened; try again")]
    Replaced,
    /// The index was made by another version of the program.
    #[error(
        "cannot read the index: it was made by another version of bloghound; run `bloghound index` to rebuild it"
    )]
    OtherVersion,
    /// There is no commit yet, because the index is being built.
    #[error("the index is being built: {percent} % done")]
    NotBuilt {
        /// Part of the files that are indexed, from 0 to 99.
        percent: u8,
    },
    /// The client that sent the request has disconnected.
    #[error("the request was cancelled")]
    Cancelled,
}

impl IndexError {
    pub(super) fn is_missing_file(&self) -> bool {
        use tantivy::TantivyError::OpenReadError;
        use tantivy::directory::error::OpenReadError::FileDoesNotExist;
        matches!(self, Self::Tantivy(OpenReadError(FileDoesNotExist(_))))
    }

    pub(super) fn unreadable(error: &tantivy::TantivyError) -> Self {
        Self::Unreadable(reason(error))
    }
}

/// Returns Tantivy's error as a message for users, with the file and the system's reason for I/O errors.
fn reason(error: &tantivy::TantivyError) -> String {
    use tantivy::TantivyError::{IoError, OpenReadError, OpenWriteError};
    use tantivy::directory::error;
    match error {
        IoError(error) => error.to_string(),
        OpenReadError(error::OpenReadError::IoError { io_error, filepath }) => {
            format!("cannot read {}: {io_error}", filepath.display())
        }
        OpenReadError(error::OpenReadError::FileDoesNotExist(path)) => {
            format!("{} is missing", path.display())
        }
        // The version is in the footer of each file, which no checksum covers.
        OpenReadError(error::OpenReadError::IncompatibleIndex(_)) => {
            "a file was written by another version of Tantivy, or is damaged".to_owned()
        }
        OpenWriteError(error::OpenWriteError::IoError { io_error, filepath }) => {
            format!("cannot write {}: {io_error}", filepath.display())
        }
        other => other.to_string(),
    }
}
