//! The file of the last uses of keys, beside the file of the keys.
//!
//! Only running services write it, and it says nothing about which keys are valid, so that a write that crosses
//! `bloghound keys revoke` cannot bring a key back.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::file_replacement::replace_file;
use crate::config::{limits, regular_file};

/// The last uses, by the id of the key.
pub(crate) type LastUses = BTreeMap<String, Timestamp>;

/// The file, which need not exist.
#[derive(Debug, Clone)]
pub(crate) struct LastUseFile {
    path: PathBuf,
}

impl LastUseFile {
    /// Returns the file that belongs to a file of keys. It has no extension of a settings file, because a change of such
    /// a file in the site's root makes the sync loop compare all content.
    pub(crate) fn beside(keys_file: &Path) -> Self {
        Self { path: keys_file.with_extension("used") }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the last uses; none if the file is missing or broken, because it is only informative.
    pub(crate) fn read(&self) -> LastUses {
        let bytes = regular_file::read(&self.path, limits::MAX_KEYS_FILE_BYTES).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Adds last uses to those in the file, which may be of another service, and keeps only those of keys that `is_known`.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(super) fn add(&self, uses: &LastUses, is_known: impl Fn(&str) -> bool) -> io::Result<()> {
        let mut all = self.read();
        for (id, time) in uses {
            let latest = all.entry(id.clone()).or_insert(*time);
            *latest = (*latest).max(*time);
        }
        all.retain(|id, _| is_known(id));
        replace_file(&self.path, &serde_json::to_vec(&all)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_merged_and_those_of_unknown_keys_are_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let file = LastUseFile::beside(&dir.path().join("bloghound.keys.toml"));
        assert_eq!(file.path().file_name().unwrap(), "bloghound.keys.used");
        let at = |second| Timestamp::from_second(second).unwrap();
        let uses = |uses: &[(&str, i64)]| -> LastUses {
            uses.iter().map(|(id, second)| ((*id).to_owned(), at(*second))).collect()
        };
        assert_eq!(file.read(), LastUses::new());
        file.add(&uses(&[("a", 10), ("b", 20)]), |_| true).unwrap();
        file.add(&uses(&[("a", 5), ("c", 30)]), |id| id != "b").unwrap();
        assert_eq!(file.read(), uses(&[("a", 10), ("c", 30)]));
        std::fs::write(file.path(), "{\"a\":").unwrap();
        assert_eq!(file.read(), LastUses::new());
        file.add(&uses(&[("a", 7)]), |_| true).unwrap();
        assert_eq!(file.read(), uses(&[("a", 7)]));
    }
}
