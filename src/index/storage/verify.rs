//! Verification of an index's files by their checksums.
//!
//! Tantivy writes a CRC-32 at the end of each file, but does not check it when it opens the file: a flipped
//! bit in a posting list would silently change results. Therefore each file is read and verified once before it
//! is used, at one gigabyte per second or more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::Index;
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;

use crate::index::error::IndexError;
use crate::index::post_store::EXTENSION;

/// File with the metadata of the last commit.
const META: &str = "meta.json";
/// Size of the footer's length at the end of a file, in bytes.
const FOOTER_LENGTH_BYTES: u64 = 8;

/// The files of a generation whose checksums were verified.
#[derive(Debug, Default)]
pub(crate) struct VerifiedFiles(HashSet<PathBuf>);

impl VerifiedFiles {
    /// Verifies the files of the last commit of the index in `dir`, except those that were verified before:
    /// files never change after they are written.
    ///
    /// # Errors
    /// The first file that is damaged or cannot be read.
    pub(crate) fn check(&mut self, index: &Index, dir: &Path) -> Result<(), IndexError> {
        check_commit(dir)?;
        let files = index.load_metas()?.list_segment_files();
        self.0.retain(|file| files.contains(file));
        let mut new: Vec<PathBuf> = files.into_iter().filter(|file| !self.0.contains(file)).collect();
        // In the order of their names, so that the same damage gives the same error.
        new.sort_unstable();
        for file in new {
            if is_intact(index, dir, &file)? {
                self.0.insert(file);
            }
        }
        Ok(())
    }
}

/// Checks that the metadata of the commit is complete. It has no checksum. Wrong numbers and names in it
/// lead to missing files or contradict the segments, but Tantivy ignores unknown keys: if a letter of
/// `deletes` were wrong, deleted posts would reappear.
fn check_commit(dir: &Path) -> Result<(), IndexError> {
    let damaged = || IndexError::DamagedFile(META.into());
    let text = std::fs::read(dir.join(META))?;
    let commit: MetaFile = serde_json::from_slice(&text).map_err(|_| damaged())?;
    if commit.persisted_custom_extensions != [EXTENSION] {
        return Err(damaged());
    }
    let mut segments: Vec<&str> = commit.segments.iter().map(|segment| segment.id.as_str()).collect();
    segments.sort_unstable();
    segments.dedup();
    let is_whole = |segment: &MetaSegment| segment.deletes.as_ref().is_none_or(MetaDeletes::is_some);
    let is_complete = segments.len() == commit.segments.len() && commit.segments.iter().all(is_whole);
    if is_complete { Ok(()) } else { Err(damaged()) }
}

/// The metadata of a commit as Tantivy writes it, with all keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaFile {
    #[serde(rename = "index_settings")]
    _settings: serde_json::Value,
    persisted_custom_extensions: Vec<String>,
    segments: Vec<MetaSegment>,
    #[serde(rename = "schema")]
    _schema: serde_json::Value,
    #[serde(rename = "opstamp")]
    _opstamp: u64,
    #[serde(rename = "payload")]
    _payload: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaSegment {
    #[serde(rename = "segment_id")]
    id: String,
    #[serde(rename = "max_doc")]
    _max_doc: u32,
    deletes: Option<MetaDeletes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaDeletes {
    num_deleted_docs: u32,
    #[serde(rename = "opstamp")]
    _opstamp: u64,
}

impl MetaDeletes {
    fn is_some(&self) -> bool {
        self.num_deleted_docs > 0
    }
}

/// Returns whether the file exists and is intact; segments may lack some kinds of files.
fn is_intact(index: &Index, dir: &Path, file: &Path) -> Result<bool, IndexError> {
    let directory = index.directory();
    // Tantivy reads the footer's length without checking the file's length.
    if std::fs::metadata(dir.join(file)).is_ok_and(|metadata| metadata.len() < FOOTER_LENGTH_BYTES) {
        return Err(IndexError::DamagedFile(file.to_owned()));
    }
    if !directory.exists(file).map_err(tantivy::TantivyError::from)? {
        return Ok(false);
    }
    match directory.validate_checksum(file) {
        Ok(true) => Ok(true),
        // A concurrent commit has removed it.
        Err(OpenReadError::FileDoesNotExist(_)) => Ok(false),
        Ok(false) | Err(OpenReadError::IncompatibleIndex(_)) => Err(IndexError::DamagedFile(file.to_owned())),
        Err(OpenReadError::IoError { io_error, .. }) if is_damage(io_error.kind()) => {
            Err(IndexError::DamagedFile(file.to_owned()))
        }
        Err(error) => Err(tantivy::TantivyError::from(error).into()),
    }
}

/// Returns whether Tantivy reports an invalid footer with this kind of error.
fn is_damage(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(kind, InvalidData | InvalidInput | Other | UnexpectedEof)
}
