//! Reads and validates a bundle, without trusting any of its content.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::{BundleError, unwritable};
use super::format::{BundleManifest, BundleVersions, BundledFile, MANIFEST_NAME, MAX_NAME_BYTES};
use crate::config::limits;

/// Buffer size for copying.
const CHUNK_BYTES: usize = 64 << 10;
/// A defect of a bundle, without the bundle's path.
enum BundleFlaw {
    Damaged(String),
    OtherVersion { made_by: String, theirs: BundleVersions },
    Unwritable { path: PathBuf, reason: io::Error },
}

/// The part of the manifest that is the same in all versions.
#[derive(Deserialize)]
struct ManifestHeader {
    format: u32,
    bloghound: String,
    schema: u32,
    analysis: u32,
    /// Bundles of the first versions have none.
    #[serde(default)]
    reading: u32,
}

/// Reads and validates a whole bundle; extracts its files to `target`, an empty directory, if given.
pub(super) fn read(path: &Path, target: Option<&Path>) -> Result<BundleManifest, BundleError> {
    let unreadable = |reason| BundleError::Unreadable { path: path.to_owned(), reason };
    let file = File::open(path).map_err(unreadable)?;
    let mut stream = zstd::Decoder::new(file).map_err(unreadable)?;
    read_members(&mut stream, target).map_err(|flaw| flaw.of(path.to_owned()))
}

fn read_members(stream: &mut impl Read, target: Option<&Path>) -> Result<BundleManifest, BundleFlaw> {
    let mut archive = tar::Archive::new(&mut *stream);
    // Raw mode: long names and other tar extensions, which take memory, are rejected as unexpected members.
    let mut members = archive.entries().map_err(|error| not_unpacked(&error))?.raw(true);
    let mut next = |expected: &str| match members.next() {
        Some(member) => check_header(member.map_err(|error| not_unpacked(&error))?, expected),
        None => Err(BundleFlaw::Damaged(format!("{expected} is missing"))),
    };
    let manifest = read_manifest(next(MANIFEST_NAME)?)?;
    for file in &manifest.files {
        copy(next(&file.name)?, file, target)?;
    }
    if let Some(extra) = members.next() {
        let extra = extra.map_err(|error| not_unpacked(&error))?;
        return Err(BundleFlaw::Damaged(format!("unexpected file {}", name_of(&extra))));
    }
    check_tail(stream)?;
    Ok(manifest)
}

fn check_header<'a, R: Read>(
    member: tar::Entry<'a, R>,
    expected: &str,
) -> Result<tar::Entry<'a, R>, BundleFlaw> {
    if *member.path_bytes() != *expected.as_bytes() {
        let name = name_of(&member);
        return Err(BundleFlaw::Damaged(format!("found {name} instead of {expected}")));
    }
    if !member.header().entry_type().is_file() {
        return Err(BundleFlaw::Damaged(format!("{expected} is not a regular file")));
    }
    Ok(member)
}

fn read_manifest(member: impl Read) -> Result<BundleManifest, BundleFlaw> {
    let mut json = Vec::new();
    let mut bounded = member.take(limits::MAX_BUNDLE_MANIFEST_BYTES + 1);
    bounded.read_to_end(&mut json).map_err(|error| not_unpacked(&error))?;
    let damaged = |what: &str| BundleFlaw::Damaged(format!("{MANIFEST_NAME} {what}"));
    if json.len() as u64 > limits::MAX_BUNDLE_MANIFEST_BYTES {
        return Err(damaged("is too large"));
    }
    let unreadable = |error: serde_json::Error| damaged(&format!("cannot be read: {error}"));
    let ManifestHeader { format, bloghound, schema, analysis, reading } =
        serde_json::from_slice(&json).map_err(unreadable)?;
    let theirs = BundleVersions { format, schema, analysis, reading };
    if theirs != BundleVersions::OURS {
        return Err(BundleFlaw::OtherVersion { made_by: bloghound, theirs });
    }
    let manifest: BundleManifest = serde_json::from_slice(&json).map_err(unreadable)?;
    let sealed = manifest.clone().seal().and_then(|sealed| sealed.to_json());
    if sealed.ok().as_ref() != Some(&json) {
        return Err(damaged("does not match its checksum"));
    }
    if let Some(file) = manifest.files.iter().find(|file| !is_plain(&file.name)) {
        return Err(damaged(&format!("lists a file outside the index: {:?}", file.name)));
    }
    let mut names = BTreeSet::new();
    if let Some(file) = manifest.files.iter().find(|file| !names.insert(&file.name)) {
        return Err(damaged(&format!("lists {} twice", file.name)));
    }
    if manifest.unpacked_bytes() > limits::MAX_BUNDLE_BYTES {
        let gigabytes = limits::MAX_BUNDLE_BYTES >> 30;
        return Err(damaged(&format!("lists files of more than {gigabytes} GiB in total")));
    }
    Ok(manifest)
}

/// Returns whether the name is that of a file in the index directory, other than a lock file.
fn is_plain(name: &str) -> bool {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_dotted = name.starts_with('.') && name != ".managed.json";
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name.chars().all(is_safe) && !is_dotted
}

/// Validates a member against its entry in the manifest and copies it to the target.
fn copy<R: Read>(
    mut member: tar::Entry<'_, R>,
    file: &BundledFile,
    target: Option<&Path>,
) -> Result<(), BundleFlaw> {
    let BundledFile { name, bytes, blake3 } = file;
    if member.size() != *bytes {
        return Err(BundleFlaw::Damaged(format!("{name} has {} bytes instead of {bytes}", member.size())));
    }
    let path = target.map(|dir| dir.join(name)).unwrap_or_default();
    let unwritable = |reason| BundleFlaw::Unwritable { path: path.clone(), reason };
    let mut copied = target.map(|_| File::create_new(&path)).transpose().map_err(unwritable)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let len = member.read(&mut chunk).map_err(|error| not_unpacked(&error))?;
        if len == 0 {
            break;
        }
        hasher.update(&chunk[..len]);
        if let Some(copied) = &mut copied {
            copied.write_all(&chunk[..len]).map_err(unwritable)?;
        }
    }
    if hasher.count() != *bytes {
        return Err(BundleFlaw::Damaged(format!("truncated within {name}")));
    }
    if hasher.finalize().to_hex().as_str() != blake3 {
        return Err(BundleFlaw::Damaged(format!("{name} does not match its checksum in {MANIFEST_NAME}")));
    }
    copied.map_or(Ok(()), |copied| copied.sync_all()).map_err(unwritable)
}

/// Checks that only zeros follow and that the compressed stream ends properly.
fn check_tail(stream: &mut impl Read) -> Result<(), BundleFlaw> {
    let mut tail = Vec::new();
    stream
        .take(limits::MAX_BUNDLE_PADDING_BYTES + 1)
        .read_to_end(&mut tail)
        .map_err(|error| not_unpacked(&error))?;
    if tail.len() as u64 > limits::MAX_BUNDLE_PADDING_BYTES || tail.iter().any(|byte| *byte != 0) {
        return Err(BundleFlaw::Damaged("trailing data after the archive".to_owned()));
    }
    Ok(())
}

fn name_of<R: Read>(member: &tar::Entry<'_, R>) -> String {
    format!("{:?}", String::from_utf8_lossy(&member.path_bytes()))
}

fn not_unpacked(error: &io::Error) -> BundleFlaw {
    BundleFlaw::Damaged(format!("cannot decompress it: {error}"))
}

impl BundleFlaw {
    fn of(self, path: PathBuf) -> BundleError {
        match self {
            Self::Damaged(what) => BundleError::Damaged { path, what },
            Self::OtherVersion { made_by, theirs } => {
                BundleError::OtherVersion { path, made_by, theirs, ours: BundleVersions::OURS }
            }
            Self::Unwritable { path, reason } => unwritable(&path)(reason),
        }
    }
}
