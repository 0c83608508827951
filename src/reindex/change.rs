//! Changes of the content that the watcher reports.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// Files and folders that may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dirty {
    /// These files, and these folders with everything below them.
    Paths(BTreeSet<PathBuf>),
    /// The whole content directory.
    Everything,
}

/// Changes of the content that are indexed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentChange {
    /// The files and folders that may have changed.
    pub dirty: Dirty,
    /// Time at which the first change was detected.
    pub detected_at: Instant,
}

/// Returns the union of two dirty sets.
pub(super) fn merge(dirty: Dirty, more: Option<Dirty>) -> Dirty {
    match (dirty, more) {
        (dirty, None) => dirty,
        (Dirty::Paths(mut paths), Some(Dirty::Paths(more))) => {
            paths.extend(more);
            Dirty::Paths(paths)
        }
        _ => Dirty::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_dirty_paths() {
        let paths = |paths: &[&str]| Dirty::Paths(paths.iter().map(PathBuf::from).collect());
        let created = Some(paths(&["b"]));
        assert_eq!(merge(paths(&["a"]), created), paths(&["a", "b"]));
        assert_eq!(merge(paths(&["a"]), Some(Dirty::Everything)), Dirty::Everything);
        assert_eq!(merge(paths(&["a"]), None), paths(&["a"]));
    }
}
