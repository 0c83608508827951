//! The log of queries, from the table `[http]`.

use std::path::{Path, PathBuf};

use super::checks::is_query_log;
use super::file::HttpTable;

/// The file of the log of queries, and its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryLogSettings {
    /// The file to which queries are appended.
    pub path: PathBuf,
    /// Length at which the file is renamed and a new one begun, in bytes.
    pub max_bytes: u64,
    /// Number of renamed files that are kept.
    pub old_files: usize,
}

impl QueryLogSettings {
    /// Returns the settings; `None` if queries are not logged. The path of the command line takes precedence.
    pub(super) fn of(table: &HttpTable, site_dir: &Path, given: Option<PathBuf>) -> Option<Self> {
        let path = given.or_else(|| Some(site_dir.join(table.query_log.as_ref()?)))?;
        let path = std::path::absolute(&path).unwrap_or(path);
        Some(Self { path, max_bytes: table.query_log_max_bytes, old_files: table.query_log_old_files })
    }

    /// Returns whether a path can be that of the log: its name ends with `.jsonl`. With another extension, the log could
    /// be taken for a file of the site.
    #[must_use]
    pub fn is_allowed(path: &Path) -> bool {
        is_query_log(path)
    }
}
