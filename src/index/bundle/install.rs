//! Installing a bundle, and rolling back.

use std::fs::{self, File};
use std::path::Path;

use serde::Serialize;
use tantivy::Index;

use super::error::{BundleError, unwritable};
use super::format::BundleManifest;
use super::read;
use crate::index::error::IndexError;
use crate::index::manifest::{Provenance, content_digest};
use crate::index::snapshot::Snapshot;
use crate::index::storage::generation;
use crate::index::storage::lock::WriteLock;

/// The generation that is current after an installation or a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GenerationSwitch {
    /// Name of the current generation.
    pub generation: String,
    /// Name of the generation that [`roll_back`] restores.
    pub previous: Option<String>,
    /// Number of posts and pages in the current generation.
    pub posts: u64,
    /// See [`content_digest`](crate::index::content_digest()).
    pub content_digest: String,
    /// Digest of the settings with which its documents were made.
    pub settings: String,
}

/// Installs the index of a bundle as the current generation of `index_dir` and keeps the previous one for
/// [`roll_back`]. If it fails or the process is killed, the current generation stays.
///
/// # Errors
/// If the bundle is damaged, another process writes the index, or the directory cannot be written.
pub fn install(path: &Path, index_dir: &Path) -> Result<GenerationSwitch, BundleError> {
    let _lock = lock(index_dir)?;
    // Remove the files of an interrupted installation.
    generation::collect_garbage(index_dir).map_err(unwritable(index_dir))?;
    let dir = generation::create(index_dir).map_err(unwritable(index_dir))?;
    let (manifest, snapshot) = unpack(path, &dir).inspect_err(|_| {
        // If removal fails, the next installation removes the directory.
        let _ = fs::remove_dir_all(&dir);
    })?;
    generation::publish_keeping_previous(index_dir, &dir).map_err(unwritable(index_dir))?;
    let settings = manifest.provenance.settings;
    Ok(switch(index_dir, &dir, snapshot.num_docs(), manifest.content_digest, settings))
}

/// Swaps the current and the previous generation; a second rollback reverses the first.
///
/// # Errors
/// If there is no previous generation that this version can search, another process writes the index, or the
/// directory cannot be written.
pub(crate) fn roll_back(index_dir: &Path) -> Result<GenerationSwitch, BundleError> {
    let no_previous = || BundleError::NoPrevious(index_dir.to_owned());
    let _lock = lock(index_dir)?;
    let dir = generation::previous(index_dir).ok_or_else(no_previous)?;
    let useless = |reason| BundleError::PreviousUnusable { path: dir.clone(), reason };
    let (snapshot, provenance, content_digest) = examine(&dir).map_err(useless)?;
    generation::roll_back(index_dir).map_err(unwritable(index_dir))?.ok_or_else(no_previous)?;
    Ok(switch(index_dir, &dir, snapshot.num_docs(), content_digest, provenance.settings))
}

/// Verifies a bundle by unpacking it into a temporary directory.
///
/// # Errors
/// If it is damaged, was made by an incompatible version of the program, or if there is no room to unpack it
/// ([`BundleError::NotVerified`]), which does not mean that the bundle is damaged.
pub fn verify(path: &Path) -> Result<BundleManifest, BundleError> {
    let not_verified =
        |reason| BundleError::NotVerified { path: path.to_owned(), temporary: std::env::temp_dir(), reason };
    let dir = tempfile::tempdir().map_err(not_verified)?;
    match unpack(path, dir.path()) {
        Ok((manifest, _)) => Ok(manifest),
        Err(BundleError::Unwritable { reason, .. }) => Err(not_verified(reason)),
        Err(error) => Err(error),
    }
}

/// Unpacks a bundle into the empty directory `dir` and opens its index.
///
/// # Errors
/// If the bundle is damaged, or the directory cannot be written.
pub fn unpack(path: &Path, dir: &Path) -> Result<(BundleManifest, Snapshot), BundleError> {
    let manifest = read::read(path, Some(dir))?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(unwritable(dir))?;
    let damaged = |what: String| BundleError::Damaged { path: path.to_owned(), what };
    let (snapshot, provenance, content_digest) =
        examine(dir).map_err(|error| damaged(format!("invalid index: {error}")))?;
    let is_described = provenance == manifest.provenance
        && content_digest == manifest.content_digest
        && snapshot.num_docs() == manifest.posts;
    if !is_described {
        return Err(damaged("its index does not match its manifest".to_owned()));
    }
    Ok((manifest, snapshot))
}

/// Opens the index in `dir` and reads the data that every search needs.
fn examine(dir: &Path) -> Result<(Snapshot, Provenance, String), IndexError> {
    let index = Index::open_in_dir(dir)?;
    let snapshot = Snapshot::open(&index, dir)?;
    snapshot.vocabulary()?;
    snapshot.tie_break_ranks()?;
    let provenance = Provenance::read(&index).ok_or(IndexError::Damaged)?;
    let content_digest = content_digest(&snapshot.manifest()?, &provenance);
    Ok((snapshot, provenance, content_digest))
}

fn lock(index_dir: &Path) -> Result<WriteLock, BundleError> {
    let lock = WriteLock::acquire(index_dir).map_err(unwritable(index_dir))?;
    lock.ok_or_else(|| BundleError::Locked(index_dir.to_owned()))
}

fn switch(
    index_dir: &Path,
    dir: &Path,
    posts: u64,
    content_digest: String,
    settings: String,
) -> GenerationSwitch {
    let name = |dir: &Path| dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let previous = generation::previous(index_dir).map(|dir| name(&dir));
    GenerationSwitch { generation: name(dir), previous, posts, content_digest, settings }
}
