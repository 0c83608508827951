//! Judged queries to measures of relevance.
//!
//! Queries are read ([`judged`], [`judged_toml`]), the paths that they expect looked up among the
//! posts ([`paths`]), asked ([`run`]) and measured ([`metrics`]) in groups ([`groups`]). What was
//! measured can be compared with an earlier run ([`comparison`], [`significance`]), and the constants
//! of ranking can be searched for ([`constants`], [`tuning`]).

pub mod comparison;
pub mod constants;
pub mod groups;
pub mod judged;
pub mod judged_toml;
pub mod metrics;
pub mod paths;
pub mod run;
pub mod significance;
pub mod tuning;

use std::path::{Path, PathBuf};

pub use comparison::{Change, Comparison};
pub use constants::{Constants, read_weights};
pub use groups::{Dimension, Group, Judgement, judge, mean_of, summarize};
pub use judged::{Half, JudgedQuery, read_queries};
pub use metrics::{DEPTH, Measures};
pub use run::{Run, answer, read_runs};

/// A file of judged queries, runs or constants that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct InputError {
    /// The file.
    pub path: PathBuf,
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl InputError {
    fn new(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }

    /// A mistake that the TOML parser found.
    fn of_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        Self::new(path, crate::config::line_of(text.as_bytes(), start), error.message())
    }
}

/// Reads a file whole, without a byte order mark.
fn read_text(path: &Path) -> Result<String, InputError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| InputError::new(path, 1, format!("cannot be read: {error}")))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
