//! What tells that files have changed, without reading them.

use std::path::Path;
use std::time::SystemTime;

use crate::index::generation;

/// Endings of files that may be settings of a site's generator.
const SETTINGS: [&str; 9] = ["toml", "yaml", "yml", "json", "js", "cjs", "mjs", "ts", "mts"];
/// The folder of settings that some generators have, and how deep it is looked into.
const SETTINGS_FOLDER: &str = "config";
const MAX_DEPTH: usize = 3;

/// A file's name, length and time of change.
type FileStamp = (String, u64, Option<SystemTime>);

/// The state of the files in a site's root that may be settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SettingsStamp(Vec<FileStamp>);

impl SettingsStamp {
    pub(super) fn of(site_dir: &Path) -> Self {
        let mut files = Vec::new();
        add(site_dir, 0, &mut files);
        add(&site_dir.join(SETTINGS_FOLDER), MAX_DEPTH, &mut files);
        files.sort_unstable();
        Self(files)
    }
}

fn add(dir: &Path, depth: usize, files: &mut Vec<FileStamp>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if SETTINGS.contains(&extension) {
            files.extend(stamp_of(&path));
        } else if depth > 0 && path.is_dir() {
            add(&path, depth - 1, files);
        }
    }
}

fn stamp_of(path: &Path) -> Option<FileStamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((path.to_string_lossy().into_owned(), metadata.len(), metadata.modified().ok()))
}

/// The commit that readers of an index directory find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexStamp(FileStamp);

impl IndexStamp {
    pub(super) fn of(index_dir: &Path) -> Option<Self> {
        stamp_of(&generation::current(index_dir)?.join("meta.json")).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_anywhere_in_the_root_count_and_others_do_not() {
        let dir = tempfile::tempdir().unwrap();
        let before = SettingsStamp::of(dir.path());
        std::fs::write(dir.path().join("notes.md"), "x").unwrap();
        assert_eq!(SettingsStamp::of(dir.path()), before);
        let nested = dir.path().join("config/production");
        std::fs::create_dir_all(&nested).unwrap();
        for file in [dir.path().join("hugo.toml"), nested.join("params.yaml")] {
            let before = SettingsStamp::of(dir.path());
            std::fs::write(file, "x").unwrap();
            assert_ne!(SettingsStamp::of(dir.path()), before);
        }
    }
}
