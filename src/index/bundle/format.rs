//! The manifest of a bundle, its first member.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::analysis::ANALYSIS_VERSION;
use crate::content::READING_VERSION;
use crate::index::manifest::Provenance;
use crate::index::schema::SCHEMA_VERSION;

/// Version of the bundle format.
pub(super) const FORMAT: u32 = 1;
/// Name of the first member.
pub(super) const MANIFEST_NAME: &str = "bundle.json";
/// Maximum length of a member's name in bytes, as in the oldest tar format.
pub(super) const MAX_NAME_BYTES: usize = 100;

/// The manifest of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleManifest {
    /// Version of the bundle format.
    pub format: u32,
    /// Version of bloghound that made the bundle.
    pub bloghound: String,
    /// Provenance of the documents.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// See [`content_digest`](crate::index::content_digest()).
    pub content_digest: String,
    /// Number of posts and pages.
    pub posts: u64,
    /// Time at which the bundle was created.
    pub created_at: Timestamp,
    /// The other members, in order.
    pub files: Vec<BundledFile>,
    /// BLAKE3 hash of this manifest with an empty checksum, in hexadecimal.
    pub checksum: String,
}

/// A file of the index in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledFile {
    /// File name, without directories.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of the content, in hexadecimal.
    pub blake3: String,
}

/// The versions that must be the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleVersions {
    pub(super) format: u32,
    pub(super) schema: u32,
    pub(super) analysis: u32,
    pub(super) reading: u32,
}

impl BundleVersions {
    /// Versions of this program.
    pub(super) const OURS: Self =
        Self { format: FORMAT, schema: SCHEMA_VERSION, analysis: ANALYSIS_VERSION, reading: READING_VERSION };
}

impl std::fmt::Display for BundleVersions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { format, schema, analysis, reading } = self;
        write!(f, "format {format}, schema {schema}, analysis {analysis}, reading {reading}")
    }
}

impl BundleManifest {
    /// Returns the manifest with its checksum.
    pub(super) fn seal(mut self) -> Result<Self, serde_json::Error> {
        self.checksum.clear();
        self.checksum = blake3::hash(&self.to_json()?).to_hex().to_string();
        Ok(self)
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// Returns the total size of all files in bytes.
    #[must_use]
    pub(crate) fn unpacked_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add)
    }
}
