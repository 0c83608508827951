//! Input files of an evaluation, and the errors in them.

use std::path::{Path, PathBuf};

use crate::config::line_of;

/// A file of judged queries, runs or weights that cannot be read or is invalid.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub(crate) struct InputError {
    /// The file.
    pub(crate) path: PathBuf,
    /// Line of the error, from 1.
    pub(crate) line: usize,
    /// What is wrong, and what is expected instead.
    pub(crate) message: String,
}

impl InputError {
    pub(super) fn new(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }

    /// Returns the error of the TOML parser, with its line in `text`.
    pub(super) fn of_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        Self::new(path, line_of(text.as_bytes(), start), error.message())
    }
}

/// Reads a whole file, without its byte order mark.
pub(super) fn read_text(path: &Path) -> Result<String, InputError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| InputError::new(path, 1, format!("cannot be read: {error}")))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
