//! Source files: finding them in the content directory and reading them from disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::SourceError;
use super::generator::{Generator, SourceRole};
use super::ignored::IgnoreMatcher;
use super::inventory::Inventory;
use super::site::Site;
use super::source_id::id_of;
use crate::config::{RegularFileError, limits, regular_file};

/// A file in the content directory that pages are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the content directory, with `/` between folders.
    pub id: String,
    /// Path on disk.
    pub path: PathBuf,
    /// Page or folder data.
    pub role: SourceRole,
}

/// The source files found in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SourceListing {
    /// The files, ordered by id.
    pub files: Vec<SourceFile>,
    /// The folders and files that cannot be listed.
    pub errors: Vec<SourceError>,
}

/// Returns all source files of a site; see [`SourceWalker::at_or_below`].
#[must_use]
pub fn list_sources(site: &Site) -> SourceListing {
    SourceWalker::new(site).at_or_below(&site.content_dir)
}

/// A walk through the content directory; it reads each `.gitignore` once.
pub(crate) struct SourceWalker<'a> {
    site: &'a Site,
    ignored: Arc<IgnoreMatcher>,
}

impl<'a> SourceWalker<'a> {
    /// Creates a walker for the content of a site.
    pub(crate) fn new(site: &'a Site) -> Self {
        Self { site, ignored: Arc::new(IgnoreMatcher::new(&site.content_dir, &site.ignore)) }
    }

    /// Returns the source files at or below `start`, a file or folder in the content directory.
    ///
    /// Hidden and ignored files are left out and symbolic links are followed. A `start` that does not exist
    /// gives an empty listing.
    pub(crate) fn at_or_below(&self, start: &Path) -> SourceListing {
        let content_dir = &self.site.content_dir;
        let is_ignored = || start != content_dir && self.ignored.is_ignored(start, start.is_dir());
        if start.symlink_metadata().is_err() || is_hidden_below(content_dir, start) || is_ignored() {
            return SourceListing { errors: self.ignored.take_errors(), ..SourceListing::default() };
        }
        let mut walk = ignore::WalkBuilder::new(start);
        walk.standard_filters(false).hidden(true).follow_links(true);
        let (root, rules, ignored) =
            (content_dir.clone(), self.site.generator.clone(), Arc::clone(&self.ignored));
        walk.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_walked = !is_folder
                || id_of(&root, entry.path()).is_none_or(|folder| rules.may_contain_sources(&folder));
            is_walked && (entry.path() == root || !ignored.matches(entry.path(), is_folder))
        });
        let mut listing = list(content_dir, &self.site.generator, &walk);
        listing.errors.extend(self.ignored.take_errors());
        listing
    }
}

fn list(content_dir: &Path, generator: &Generator, walk: &ignore::WalkBuilder) -> SourceListing {
    let SourceListing { mut files, mut errors } = SourceListing::default();
    for entry in walk.build() {
        match entry {
            // Anything but a folder is listed: reading it reports what is not a regular file.
            Ok(entry) if entry.file_type().is_some_and(|kind| !kind.is_dir()) => {
                let path = entry.into_path();
                match id_of(content_dir, &path) {
                    Some(id) => {
                        let role = if is_hidden(&path) { None } else { generator.role(&id) };
                        files.extend(role.map(|role| SourceFile { id, path, role }));
                    }
                    None => errors.extend(name_error(&path, generator)),
                }
            }
            Ok(_) => {}
            Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {}
            Err(error) => errors.push(list_error(content_dir, &error)),
        }
    }
    files.sort_by(|a, b| a.id.cmp(&b.id));
    SourceListing { files, errors }
}

fn is_hidden_below(content_dir: &Path, start: &Path) -> bool {
    start.strip_prefix(content_dir).unwrap_or(start).components().any(|part| is_hidden(Path::new(&part)))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Returns the error for a source file whose name is not UTF-8: its URL would be undefined.
fn name_error(path: &Path, generator: &Generator) -> Option<SourceError> {
    let shown = path.to_string_lossy().into_owned();
    let message = "the file name is not UTF-8; rename the file".to_owned();
    generator.role(&shown).map(|_| SourceError { path: shown, line: 1, message })
}

fn list_error(content_dir: &Path, error: &ignore::Error) -> SourceError {
    let path = match error {
        ignore::Error::WithPath { path, .. } => path.as_path(),
        ignore::Error::Loop { child, .. } => child.as_path(),
        _ => content_dir,
    };
    let path = id_of(content_dir, path).unwrap_or_else(|| path.to_string_lossy().into_owned());
    SourceError { path, line: 1, message: format!("cannot list the folder: {error}; check its permissions") }
}

/// Why a source file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFailure {
    /// The file cannot be read now: its permissions, the disk, the network or the number of open files prevent it.
    /// Its content may be what it was.
    Unreadable(SourceError),
    /// The file is not one that is read: too large, not a regular file, or outside of the site.
    Rejected(SourceError),
}

impl ReadFailure {
    /// Returns the error, whichever kind it is.
    #[must_use]
    pub fn into_error(self) -> SourceError {
        let (Self::Unreadable(error) | Self::Rejected(error)) = self;
        error
    }
}

/// The reader of a site's source files.
#[derive(Debug, Clone)]
pub(crate) struct SourceReader<'a> {
    site: &'a Site,
}

impl<'a> SourceReader<'a> {
    /// Creates a reader for the content of a site.
    pub(crate) fn new(site: &'a Site) -> Self {
        Self { site }
    }

    /// Returns the bytes of a source file; `None` if it no longer exists.
    ///
    /// # Errors
    /// If the file cannot be read, or is not one that is read.
    pub(crate) fn read(&self, id: &str) -> Result<Option<Vec<u8>>, ReadFailure> {
        let max_bytes = match self.site.generator.role(id) {
            Some(SourceRole::FolderData) => limits::MAX_FOLDER_DATA_BYTES,
            _ => limits::MAX_FILE_BYTES,
        };
        match regular_file::read(&self.site.content_dir.join(id), max_bytes) {
            Ok(bytes) => Ok(Some(bytes)),
            // A folder may have taken the name of a file.
            Err(error) if error.is_not_found() || error.is_folder() => Ok(None),
            Err(error) => Err(failure(id, &error)),
        }
    }

    /// Adds a source file to the inventory. Returns why it has no values there if its text cannot be read.
    pub(crate) fn add_to_inventory(&self, inventory: &mut Inventory, id: &str) -> Option<ReadFailure> {
        let mut failed = None;
        let text = || match self.read(id).map(|bytes| String::from_utf8(bytes.unwrap_or_default())) {
            Ok(Ok(text)) => Some(text),
            Ok(Err(_)) => {
                failed = Some(failure(id, &RegularFileError::NotUtf8));
                None
            }
            Err(failure) => {
                failed = Some(failure);
                None
            }
        };
        self.site.generator.add_to_inventory(inventory, id, text);
        failed
    }
}

fn failure(id: &str, error: &RegularFileError) -> ReadFailure {
    let message = format!("cannot read the file: {error}");
    let source_error = SourceError { path: id.to_owned(), line: 1, message };
    match error {
        RegularFileError::Io(_) => ReadFailure::Unreadable(source_error),
        _ => ReadFailure::Rejected(source_error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_markdown_files_in_order_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "b/_index.md",
            "a.markdown",
            "b/c/D.MD",
            "b/pic.png",
            ".git/x.md",
            "node_modules/m/x.md",
            "b/.#x.md",
            "b/x.md~",
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let SourceListing { files, errors } = list_sources(&site);
        let ids: Vec<_> = files.iter().map(|file| file.id.as_str()).collect();
        assert_eq!(ids, ["a.markdown", "b/_index.md", "b/c/D.MD"]);
        assert!(errors.is_empty());
        assert!(SourceWalker::new(&site).at_or_below(&dir.path().join("gone")).files.is_empty());
    }
}
