//! Whether the files of an index are as they were written.
//!
//! Tantivy writes a CRC-32 at the end of each file, and does not look at it when it opens one: a flipped bit in
//! a posting list would be a wrong answer, or none. So every file is read once before it is trusted, at a
//! gigabyte or more a second.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::Index;
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;

use crate::index::error::IndexError;
use crate::index::post_store::EXTENSION;

/// The file of the last commit.
const META: &str = "meta.json";
/// Bytes at the end of a file that say how to read what comes before.
const FOOTER_LENGTH_BYTES: u64 = 8;

/// The files of one generation that were found to be sound.
#[derive(Debug, Default)]
pub struct VerifiedFiles(HashSet<PathBuf>);

impl VerifiedFiles {
    /// Looks at the files of the last commit of the index in `dir` that were not looked at before. Files are never changed once
    /// they are written, so that each is looked at once.
    ///
    /// # Errors
    /// The first file that is damaged or cannot be read.
    pub fn check(&mut self, index: &Index, dir: &Path) -> Result<(), IndexError> {
        check_commit(dir)?;
        let files = index.load_metas()?.list_segment_files();
        self.0.retain(|file| files.contains(file));
        let mut new: Vec<PathBuf> = files.into_iter().filter(|file| !self.0.contains(file)).collect();
        // Small ones first: what is wrong is found soon.
        new.sort_unstable();
        for file in new {
            if is_sound(index, dir, &file)? {
                self.0.insert(file);
            }
        }
        Ok(())
    }
}

/// Looks whether a commit says all of its segments and of the files of these. It has no checksum; numbers and
/// names in it that are wrong lead to no file, or are not what the segments say of themselves. But Tantivy
/// passes over what it does not know: with a letter of `deletes` wrong, deleted posts would be back.
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
    let is_sound = segments.len() == commit.segments.len() && commit.segments.iter().all(is_whole);
    if is_sound { Ok(()) } else { Err(damaged()) }
}

/// What Tantivy writes of a commit, key by key.
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

/// Whether the file is there and sound; a segment need not have all kinds of files.
fn is_sound(index: &Index, dir: &Path, file: &Path) -> Result<bool, IndexError> {
    let directory = index.directory();
    // Tantivy looks for the end of a file without asking whether it has one.
    if std::fs::metadata(dir.join(file)).is_ok_and(|metadata| metadata.len() < FOOTER_LENGTH_BYTES) {
        return Err(IndexError::DamagedFile(file.to_owned()));
    }
    if !directory.exists(file).map_err(tantivy::TantivyError::from)? {
        return Ok(false);
    }
    match directory.validate_checksum(file) {
        Ok(true) => Ok(true),
        // It was removed meanwhile by a commit that does without it.
        Err(OpenReadError::FileDoesNotExist(_)) => Ok(false),
        Ok(false) | Err(OpenReadError::IncompatibleIndex(_)) => Err(IndexError::DamagedFile(file.to_owned())),
        Err(OpenReadError::IoError { io_error, .. }) if is_damage(io_error.kind()) => {
            Err(IndexError::DamagedFile(file.to_owned()))
        }
        Err(error) => Err(tantivy::TantivyError::from(error).into()),
    }
}

/// What Tantivy says of a file whose end it cannot make sense of.
fn is_damage(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(kind, InvalidData | InvalidInput | Other | UnexpectedEof)
}
