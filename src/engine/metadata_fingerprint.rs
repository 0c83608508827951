//! Metadata fingerprints: detect that files have changed without reading them.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::config::limits;
use crate::index::generation;

/// Extensions of files that may hold settings of a site generator.
const SETTINGS_EXTENSIONS: [&str; 9] = ["toml", "yaml", "yml", "json", "js", "cjs", "mjs", "ts", "mts"];
/// Folder in which some generators keep their settings.
const SETTINGS_FOLDER: &str = "config";

/// Time after a modification in which another one may leave the same metadata: file systems round times, some to two
/// seconds.
pub(super) const UNSETTLED_FOR: Duration = Duration::from_secs(2);
/// File of ignore rules.
const IGNORE_FILE: &str = ".gitignore";

/// Path, length, inode and modification time of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FileFingerprint {
    path: String,
    len: u64,
    inode: u64,
    modified: Option<SystemTime>,
}

impl FileFingerprint {
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        let (len, modified) = (metadata.len(), metadata.modified().ok());
        Some(Self { path: path.to_string_lossy().into_owned(), len, inode: inode(&metadata), modified })
    }
}

#[cfg(unix)]
fn inode(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

/// Fingerprints of the files in a site's root that may hold settings or ignore rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SettingsFilesFingerprint(Vec<FileFingerprint>);

impl SettingsFilesFingerprint {
    pub(super) fn of(site_dir: &Path) -> Self {
        let mut files = Vec::new();
        add_settings_files(site_dir, 0, &mut files);
        add_settings_files(&site_dir.join(SETTINGS_FOLDER), limits::MAX_SETTINGS_DEPTH, &mut files);
        files.extend(FileFingerprint::of(&site_dir.join(IGNORE_FILE)));
        files.sort_unstable();
        Self(files)
    }

    /// Returns whether a file was modified so recently that another modification may leave the same fingerprint.
    pub(super) fn is_unsettled(&self) -> bool {
        let is_recent = |modified: SystemTime| {
            modified.elapsed().unwrap_or_else(|ahead| ahead.duration()) < UNSETTLED_FOR
        };
        self.0.iter().filter_map(|file| file.modified).any(is_recent)
    }
}

fn add_settings_files(dir: &Path, depth: usize, files: &mut Vec<FileFingerprint>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if SETTINGS_EXTENSIONS.contains(&extension) {
            files.extend(FileFingerprint::of(&path));
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

/// Fingerprint of the current commit of an index directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommitFingerprint(FileFingerprint);

impl CommitFingerprint {
    pub(super) fn of(index_dir: &Path) -> Option<Self> {
        FileFingerprint::of(&generation::current(index_dir)?.join("meta.json")).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_changes_of_settings_files_only() {
        let dir = tempfile::tempdir().unwrap();
        let before = SettingsFilesFingerprint::of(dir.path());
        std::fs::write(dir.path().join("notes.md"), "x").unwrap();
        assert_eq!(SettingsFilesFingerprint::of(dir.path()), before);
        let nested = dir.path().join("config/production");
        std::fs::create_dir_all(&nested).unwrap();
        for file in [dir.path().join("hugo.toml"), nested.join("params.yaml"), dir.path().join(IGNORE_FILE)] {
            let before = SettingsFilesFingerprint::of(dir.path());
            std::fs::write(&file, "x").unwrap();
            let after = SettingsFilesFingerprint::of(dir.path());
            assert!(after != before && after.is_unsettled());
            let old = SystemTime::now() - Duration::from_mins(1);
            std::fs::File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
            assert!(!SettingsFilesFingerprint::of(dir.path()).is_unsettled());
        }
    }
}
