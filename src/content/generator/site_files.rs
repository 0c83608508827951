//! The files besides the posts from which a site's settings are read. Each access is recorded.
//!
//! Generators read their settings, layouts and data only through this module, so that the files that matter are the files
//! that are watched. A missing file counts, too: the settings change when it appears.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::{RegularFileError, limits, regular_file};

thread_local! {
    /// The paths that were accessed on this thread; `None` outside of [`recorded`].
    static ACCESSED: RefCell<Option<BTreeSet<PathBuf>>> = const { RefCell::new(None) };
}

/// Runs a function, and returns its result with the paths of all files and folders that it accessed through this module.
pub(crate) fn recorded<T>(run: impl FnOnce() -> T) -> (T, BTreeSet<PathBuf>) {
    let outer = ACCESSED.replace(Some(BTreeSet::new()));
    let result = run();
    (result, ACCESSED.replace(outer).unwrap_or_default())
}

fn record(path: &Path) {
    ACCESSED.with_borrow_mut(|accessed| accessed.as_mut().map(|accessed| accessed.insert(path.to_owned())));
}

/// Returns the text of a file of settings, layouts or data.
///
/// # Errors
/// If the path does not lead to a regular file, or the file cannot be read, is too large or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, RegularFileError> {
    record(path);
    regular_file::read_text(path, limits::MAX_SETTINGS_BYTES)
}

/// Returns whether there is a file or folder at a path.
pub(crate) fn exists(path: &Path) -> bool {
    record(path);
    path.exists()
}

/// Returns whether there is a folder at a path.
pub(crate) fn is_dir(path: &Path) -> bool {
    record(path);
    path.is_dir()
}

/// Returns whether there is a file at a path.
pub(crate) fn is_file(path: &Path) -> bool {
    record(path);
    path.is_file()
}

/// Returns the paths of the files and folders in a folder, in alphabetical order; none if it cannot be listed.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    record(folder);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).take(limits::MAX_PROJECT_FILES).collect();
    paths.sort();
    paths
}

/// Returns the files below a folder whose names have one of the `endings`: pairs of a path below the folder and the file's
/// text, in the order of paths. Hidden folders and `node_modules` are skipped.
#[must_use]
pub(crate) fn files_below(folder: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let read = |(path, file): (String, PathBuf)| {
        record(&file);
        Some((path, regular_file::read_text(&file, limits::MAX_PROJECT_FILE_BYTES).ok()?))
    };
    paths_below(folder, endings, record).take(limits::MAX_PROJECT_FILES).filter_map(read).collect()
}

/// Returns whether a folder has a file, at any depth, whose name has one of the `endings`.
///
/// The files may be posts, which are watched as content: only that there is none is recorded.
#[must_use]
pub(crate) fn has_files_below(folder: &Path, endings: &[&str]) -> bool {
    let mut folders = Vec::new();
    let has_files = paths_below(folder, endings, |folder| folders.push(folder.to_owned())).next().is_some();
    if !has_files {
        for folder in &folders {
            record(folder);
        }
    }
    has_files
}

/// Returns the files with these endings, as pairs of a path below the folder and a path on disk, and calls `on_folder` for
/// each folder on the way.
fn paths_below<'a>(
    folder: &'a Path,
    endings: &'a [&str],
    mut on_folder: impl FnMut(&Path) + 'a,
) -> impl Iterator<Item = (String, PathBuf)> + 'a {
    on_folder(folder);
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false)
        .hidden(true)
        .max_depth(Some(limits::MAX_PROJECT_DEPTH))
        .sort_by_file_name(std::cmp::Ord::cmp);
    walk.filter_entry(|entry| entry.file_name() != "node_modules");
    walk.build().flatten().filter_map(move |entry| {
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            on_folder(entry.path());
            return None;
        }
        let path = entry.path().strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
        let is_wanted = endings.iter().any(|ending| path.ends_with(ending))
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() <= limits::MAX_PROJECT_FILE_BYTES);
        is_wanted.then(|| (path, entry.into_path()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_what_was_read_and_what_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for name in ["a.toml", "data/deep/b.json", "data/c.txt", "posts/d.md"] {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            std::fs::write(path(name), "x").unwrap();
        }
        let (texts, accessed) = recorded(|| {
            let (inner, of_inner) = recorded(|| read_text(&path("a.toml")).is_ok());
            assert!(inner && of_inner.contains(&path("a.toml")));
            assert!(!exists(&path("gone")) && is_dir(&path("data")) && !is_file(&path("data")));
            assert!(has_files_below(&path("posts"), &[".md"]) && !has_files_below(&path("data"), &[".md"]));
            assert_eq!(entries(&path("posts")), [path("posts/d.md")]);
            files_below(&path("data"), &[".json"])
        });
        assert_eq!(texts, [("deep/b.json".to_owned(), "x".to_owned())]);
        let expected = ["data", "data/deep", "data/deep/b.json", "gone", "posts"].map(path);
        assert_eq!(accessed.into_iter().collect::<Vec<_>>(), expected);
        assert!(read_text(&path("a.toml")).is_ok());
    }
}
