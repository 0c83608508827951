//! Reading source files from disk.

use std::path::PathBuf;

use super::data::DataError;
use super::error::{ReadFailure, SourceError};
use super::generator::SourceRole;
use super::inventory::Inventory;
use super::links::{LinkTargets, refusal};
use super::reading::utf8_error;
use super::site::Site;
use crate::config::{RegularFileError, limits, regular_file};

/// The reader of a site's source files.
#[derive(Debug, Clone)]
pub(crate) struct SourceReader<'a> {
    site: &'a Site,
    targets: LinkTargets,
}

impl<'a> SourceReader<'a> {
    /// Creates a reader for the content of a site.
    pub(crate) fn new(site: &'a Site) -> Self {
        Self { site, targets: site.link_targets() }
    }

    /// Returns the bytes of a source file; `None` if it no longer exists.
    ///
    /// # Errors
    /// If the file cannot be read now or is never read.
    pub(crate) fn read(&self, id: &str) -> Result<Option<Vec<u8>>, ReadFailure> {
        let max_bytes = match self.site.generator.role(id) {
            Some(SourceRole::FolderData) => limits::MAX_FOLDER_DATA_BYTES,
            _ => limits::MAX_FILE_BYTES,
        };
        let Some(path) = self.resolve(id)? else { return Ok(None) };
        match regular_file::read(&path, max_bytes) {
            Ok(bytes) => Ok(Some(bytes)),
            // A folder may have taken the name of a file.
            Err(error) if error.is_not_found() || error.is_folder() => Ok(None),
            Err(error) => Err(failure(id, &error)),
        }
    }

    /// Returns the path of a source file without symbolic links; `None` if it does not exist.
    ///
    /// # Errors
    /// If a link on the path cannot be followed, or its target is not allowed.
    pub(crate) fn resolve(&self, id: &str) -> Result<Option<PathBuf>, ReadFailure> {
        let target = match regular_file::real_path(&self.site.path_of(id)).map_err(RegularFileError::Io) {
            Ok(target) => target,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failure(id, &error)),
        };
        if self.targets.allow(&target) {
            return Ok(Some(target));
        }
        let message = format!("cannot read the file: {}", refusal(&target));
        Err(ReadFailure::Rejected(SourceError { path: id.to_owned(), line: 1, message }))
    }

    /// Adds a source file to the inventory. Returns why it has no values there if its text cannot be read or is invalid;
    /// then the values of the pages that inherit from it are unknown.
    pub(crate) fn add_to_inventory(&self, inventory: &mut Inventory, id: &str) -> Option<ReadFailure> {
        let mut failed = None;
        let read = || {
            let bytes = self.read(id)?.unwrap_or_default();
            let text = std::str::from_utf8(&bytes).map(str::to_owned);
            text.map_err(|error| ReadFailure::Rejected(utf8_error(id, &bytes, error)))
        };
        let text = || read().map_err(|failure| failed = Some(failure)).ok();
        let parsed = self.site.generator.add_to_inventory(inventory, id, text);
        let broken = |error: DataError| {
            ReadFailure::Rejected(SourceError {
                path: id.to_owned(),
                line: error.line,
                message: error.message,
            })
        };
        let failed = failed.or(parsed.err().map(broken));
        if let (Some(failure), Some(scope)) = (&failed, self.site.generator.value_scope(id)) {
            inventory.insert_unknown(id, scope, failure.clone());
        }
        failed
    }
}

fn failure(id: &str, error: &RegularFileError) -> ReadFailure {
    let message = format!("cannot read the file: {error}");
    let source_error = SourceError { path: id.to_owned(), line: 1, message };
    if error.is_temporary() {
        ReadFailure::Unreadable(source_error)
    } else {
        ReadFailure::Rejected(source_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn failures_of_the_system_differ_from_files_that_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let reader = SourceReader::new(&site);
        assert_eq!(reader.read("gone.md"), Ok(None));
        fs::write(dir.path().join("a.md"), "x").unwrap();
        assert_eq!(reader.read("a.md"), Ok(Some(b"x".to_vec())));
        // A folder may take the name of a file, and a file that of a folder.
        fs::create_dir(dir.path().join("b.md")).unwrap();
        assert_eq!((reader.read("b.md"), reader.read("a.md/b.md")), (Ok(None), Ok(None)));
        let long = "x".repeat(300);
        assert!(matches!(reader.read(&long), Err(ReadFailure::Unreadable(error)) if error.path == long));
        fs::File::create(dir.path().join("c.md")).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(reader.read("c.md"), Err(ReadFailure::Rejected(_))));
    }

    #[test]
    fn a_file_that_cannot_be_read_now_has_no_values_and_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let (reader, mut inventory) = (SourceReader::new(&site), Inventory::default());
        let id = format!("{}/_index.md", "x".repeat(300));
        let failure = reader.add_to_inventory(&mut inventory, &id);
        assert!(matches!(failure, Some(ReadFailure::Unreadable(_))), "{failure:?}");
        assert!(inventory.contains(&id));
    }
}
