//! The error of the index layer.

use std::path::PathBuf;

/// What can go wrong between us and the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Tantivy's own reason.
    #[error("the index failed: {}", reason(.0))]
    Tantivy(#[from] tantivy::TantivyError),
    /// There is an index that cannot be made sense of; why.
    #[error("the index cannot be opened: {0}; run `bloghound index` to rebuild it")]
    Unreadable(String),
    /// A file of the index cannot be read or written.
    #[error("the index failed: {0}")]
    Io(#[from] std::io::Error),
    /// What a commit says of itself cannot be written.
    #[error("the commit cannot be described: {0}")]
    Provenance(#[from] serde_json::Error),
    /// A file is not as it was written.
    #[error(
        "the file {0} of the index is damaged: its checksum is not what was written; run `bloghound index` to rebuild it"
    )]
    DamagedFile(PathBuf),
    /// What is stored of a post cannot be read.
    #[error("the index is damaged; run `bloghound index --full` to rebuild it")]
    Damaged,
    /// Two documents have the id of one post.
    #[error("the index is damaged: it has the post {0} twice; run `bloghound index` to rebuild it")]
    DuplicatePost(String),
    /// A document has no id or no digest, or there are other documents than the manifest lists.
    #[error(
        "the index is damaged: it has posts that its manifest does not list, or the other way round; run `bloghound index` to rebuild it"
    )]
    ManifestMismatch,
    /// The generation was removed since its name was read.
    #[error("the index was replaced while it was opened; try again")]
    Gone,
    /// Another version of the program made the index.
    #[error("the index was made by another version of bloghound; run `bloghound index` to rebuild it")]
    OtherVersion,
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

/// What Tantivy says, for people: of a file that cannot be read or written, which one and why.
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
        // What tells the version stands at the end of each file, where no checksum covers it.
        OpenReadError(error::OpenReadError::IncompatibleIndex(_)) => {
            "a file says that another version of Tantivy wrote it, or is damaged".to_owned()
        }
        OpenWriteError(error::OpenWriteError::IoError { io_error, filepath }) => {
            format!("cannot write {}: {io_error}", filepath.display())
        }
        other => other.to_string(),
    }
}
