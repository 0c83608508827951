//! Metadata fingerprints: detect that files have changed without reading them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::config::{limits, regular_file};
use crate::index::generation;
use crate::reindex::file_version::FileVersion;

/// Extensions of files that may hold settings of a site generator.
const SETTINGS_EXTENSIONS: [&str; 9] = ["toml", "yaml", "yml", "json", "js", "cjs", "mjs", "ts", "mts"];
/// Folder in which some generators keep their settings.
const SETTINGS_FOLDER: &str = "config";

/// File of ignore rules.
const IGNORE_FILE: &str = ".gitignore";

/// Path and version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileFingerprint {
    path: PathBuf,
    version: FileVersion,
}

impl FileFingerprint {
    fn of(path: PathBuf) -> Option<Self> {
        let version = FileVersion::of(&path)?;
        Some(Self { path, version })
    }
}

/// Fingerprints of the files that may hold settings or ignore rules: those in a site's root, and those from which the
/// settings were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SettingsFilesFingerprint(Vec<FileFingerprint>);

impl SettingsFilesFingerprint {
    pub(super) fn of(site_dir: &Path, settings_files: &BTreeSet<PathBuf>) -> Self {
        let mut files = Vec::new();
        add_settings_files(site_dir, 0, &mut files);
        add_settings_files(&site_dir.join(SETTINGS_FOLDER), limits::MAX_SETTINGS_DEPTH, &mut files);
        files.extend(FileFingerprint::of(site_dir.join(IGNORE_FILE)));
        files.extend(settings_files.iter().filter_map(|path| FileFingerprint::of(path.clone())));
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Self(files)
    }

    /// Returns whether a file was modified so recently that another modification may leave the same fingerprint.
    pub(super) fn is_unsettled(&self) -> bool {
        self.0.iter().any(|file| file.version.is_unsettled())
    }
}

fn add_settings_files(dir: &Path, depth: usize, files: &mut Vec<FileFingerprint>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if SETTINGS_EXTENSIONS.contains(&extension) {
            files.extend(FileFingerprint::of(path));
        } else if depth > 0 && path.is_dir() {
            add_settings_files(&path, depth - 1, files);
        }
    }
}

/// The settings files as they were when the settings were loaded.
#[derive(Default)]
pub(super) struct LoadedSettings {
    /// `None` before the first check: the settings may have changed since the process read them.
    pub(super) files: Option<SettingsFilesFingerprint>,
    /// Time to load them once more, because a change may have left no trace in the fingerprint.
    pub(super) reload_at: Option<Instant>,
}

/// Path and digest of the file that describes the current commit of an index directory. The file is read, because it
/// is small, and because two commits may leave the same metadata where times are rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommitFingerprint(PathBuf, blake3::Hash);

impl CommitFingerprint {
    pub(super) fn of(index_dir: &Path) -> Option<Self> {
        let path = generation::current(index_dir)?.join("meta.json");
        let bytes = regular_file::read(&path, limits::MAX_COMMIT_FILE_BYTES).ok()?;
        Some(Self(path, blake3::hash(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_changes_of_settings_files_only() {
        let dir = tempfile::tempdir().unwrap();
        let layout = dir.path().join("layouts/post.njk");
        std::fs::create_dir(dir.path().join("layouts")).unwrap();
        let of = |dir: &tempfile::TempDir| {
            SettingsFilesFingerprint::of(dir.path(), &BTreeSet::from([layout.clone()]))
        };
        let before = of(&dir);
        std::fs::write(dir.path().join("notes.md"), "x").unwrap();
        assert_eq!(of(&dir), before);
        let nested = dir.path().join("config/production");
        std::fs::create_dir_all(&nested).unwrap();
        for file in [
            dir.path().join("hugo.toml"),
            nested.join("params.yaml"),
            dir.path().join(IGNORE_FILE),
            layout.clone(),
        ] {
            let before = of(&dir);
            std::fs::write(&file, "x").unwrap();
            let after = of(&dir);
            assert!(after != before && after.is_unsettled());
        }
    }

    #[test]
    fn a_commit_of_the_same_length_and_time_is_another_one() {
        let index = tempfile::tempdir().unwrap();
        let dir = generation::create(index.path()).unwrap();
        generation::publish(index.path(), &dir).unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        let fingerprint = |text: &str| {
            std::fs::write(dir.join("meta.json"), text).unwrap();
            let file = std::fs::File::options().write(true).open(dir.join("meta.json")).unwrap();
            file.set_modified(old).unwrap();
            CommitFingerprint::of(index.path()).unwrap()
        };
        let first = fingerprint("{1}");
        assert_eq!(fingerprint("{1}"), first);
        assert_ne!(fingerprint("{2}"), first);
    }
}
