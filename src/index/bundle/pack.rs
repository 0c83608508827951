//! Packs the current commit of an index into a bundle.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use jiff::Timestamp;
use tantivy::Index;
use tantivy::directory::{Directory, META_LOCK};
use tempfile::NamedTempFile;

use super::error::{BundleError, unwritable};
use super::format::{BundleManifest, BundledFile, FORMAT, MANIFEST_NAME};
use crate::config::limits;
use crate::index::error::IndexError;
use crate::index::manifest::{Provenance, content_digest};
use crate::index::snapshot::Snapshot;
use crate::index::storage::generation;

/// Tantivy's files with the commit's metadata and with the names of the files that Tantivy manages.
const META: &str = "meta.json";
const MANAGED: &str = ".managed.json";
/// Zstandard level: a bundle is packed once, but stored and transferred more often.
const LEVEL: i32 = 9;
/// The open files and the metadata of a commit.
struct CommitFiles {
    provenance: Provenance,
    content_digest: String,
    posts: u64,
    members: Vec<BundleMember>,
}

struct BundleMember {
    name: String,
    source: MemberData,
}

enum MemberData {
    Bytes(Vec<u8>),
    File(File),
}

/// Packs the current index of `index_dir` into the file `path`, which is replaced once the bundle is complete.
///
/// # Errors
/// If there is no index that this version can read, or the file cannot be written.
pub fn create(index_dir: &Path, path: &Path) -> Result<BundleManifest, BundleError> {
    let (dir, _lease) =
        generation::lease_current(index_dir).ok_or_else(|| BundleError::NoIndex(index_dir.to_owned()))?;
    let CommitFiles { provenance, content_digest, posts, mut members } = hold_commit(&dir)?;
    let manifest = BundleManifest {
        format: FORMAT,
        bloghound: env!("CARGO_PKG_VERSION").to_owned(),
        provenance,
        content_digest,
        posts,
        created_at: Timestamp::now(),
        files: members.iter_mut().map(describe).collect::<Result<_, _>>().map_err(IndexError::from)?,
        checksum: String::new(),
    };
    let manifest = manifest.seal().map_err(IndexError::from)?;
    let whole = write(path, &manifest, members).map_err(unwritable(path))?;
    whole.persist(path).map_err(|error| unwritable(path)(error.error))?;
    Ok(manifest)
}

/// Opens the files of the last commit. A running writer may replace the commit at any time: metadata and files
/// belong to the same commit only if its opstamp is the same before and after.
fn hold_commit(dir: &Path) -> Result<CommitFiles, IndexError> {
    for _ in 0..limits::MAX_PACK_ATTEMPTS {
        // Verifies the checksums, so that a damaged index is not packed.
        let snapshot = Snapshot::open_dir(dir)?;
        let index = Index::open_in_dir(dir)?;
        let provenance = Provenance::read(&index).ok_or(IndexError::Damaged)?;
        let (opstamp, members) = open_members(&index, dir)?;
        if snapshot.generation().ends_with(&format!(".{opstamp}")) {
            let content_digest = content_digest(&snapshot.manifest()?, &provenance);
            return Ok(CommitFiles { provenance, content_digest, posts: snapshot.num_docs(), members });
        }
    }
    Err(IndexError::Replaced)
}

/// Opens the files of the last commit and returns them with its opstamp.
fn open_members(index: &Index, dir: &Path) -> Result<(u64, Vec<BundleMember>), IndexError> {
    // Tantivy removes no files while this lock is held.
    let _lock = index.directory().acquire_lock(&META_LOCK).map_err(tantivy::TantivyError::from)?;
    let commit = index.load_metas()?;
    let mut members = Vec::new();
    for name in commit.list_segment_files() {
        match File::open(dir.join(&name)) {
            Ok(file) => {
                let name = name.to_string_lossy().into_owned();
                members.push(BundleMember { name, source: MemberData::File(file) });
            }
            // Only segments with deleted posts have a file of deletions.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    let meta = MemberData::Bytes(serde_json::to_vec_pretty(&commit)?);
    members.push(BundleMember { name: META.to_owned(), source: meta });
    // Tantivy removes only files that are in this list.
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let managed = MemberData::Bytes(serde_json::to_vec(&names)?);
    members.push(BundleMember { name: MANAGED.to_owned(), source: managed });
    Ok((commit.opstamp, members))
}

fn describe(member: &mut BundleMember) -> io::Result<BundledFile> {
    let mut hasher = blake3::Hasher::new();
    match &mut member.source {
        MemberData::Bytes(bytes) => {
            hasher.update(bytes);
        }
        MemberData::File(file) => {
            hasher.update_reader(&mut *file)?;
            file.rewind()?;
        }
    }
    let blake3 = hasher.finalize().to_hex().to_string();
    Ok(BundledFile { name: member.name.clone(), bytes: hasher.count(), blake3 })
}

/// Writes the bundle to a temporary file in the directory of `path`.
fn write(path: &Path, manifest: &BundleManifest, members: Vec<BundleMember>) -> io::Result<NamedTempFile> {
    let name = std::path::absolute(path)?;
    let mut file = temporary_file_in(name.parent().unwrap_or(&name))?;
    let mut packer = zstd::Encoder::new(file.as_file_mut(), LEVEL)?;
    packer.include_checksum(true)?;
    let mut archive = tar::Builder::new(packer);
    let mut append = |name: &str, bytes: u64, source: &mut dyn Read| {
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(bytes);
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(manifest.created_at.as_second()).unwrap_or(0));
        header.set_cksum();
        archive.append(&header, source)
    };
    let json = manifest.to_json().map_err(io::Error::from)?;
    append(MANIFEST_NAME, json.len() as u64, &mut json.as_slice())?;
    for (member, entry) in members.into_iter().zip(&manifest.files) {
        match member.source {
            MemberData::Bytes(bytes) => append(&member.name, entry.bytes, &mut bytes.as_slice())?,
            MemberData::File(file) => append(&member.name, entry.bytes, &mut file.take(entry.bytes))?,
        }
    }
    archive.into_inner()?.finish()?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Returns a temporary file with the permissions of a regular new file.
fn temporary_file_in(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".bundle-").tempfile_in(dir)
}
