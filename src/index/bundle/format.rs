//! The first member of a bundle, which describes the others.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::analysis::ANALYSIS_VERSION;
use crate::index::manifest::Provenance;
use crate::index::schema::SCHEMA_VERSION;

/// What this version of the program writes and reads.
pub(super) const FORMAT: u32 = 1;
/// The name of the first member.
pub(super) const MANIFEST_NAME: &str = "bundle.json";
/// Longest name of a member, in bytes: that of the oldest tar format.
pub(super) const MAX_NAME_BYTES: usize = 100;

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleManifest {
    /// Version of the bundle's format.
    pub format: u32,
    /// The version of bloghound that made it.
    pub bloghound: String,
    /// How the documents were made.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// See [`content_digest`](crate::index::content_digest()).
    pub content_digest: String,
    /// Posts and pages.
    pub posts: u64,
    /// When it was packed.
    pub created_at: Timestamp,
    /// The other members.
    pub files: Vec<BundledFile>,
    /// BLAKE3 of this manifest with an empty checksum, in hexadecimal.
    pub checksum: String,
}

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledFile {
    /// Its name; there are no folders.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
}

/// The versions that have to be the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleVersions {
    pub(super) format: u32,
    pub(super) schema: u32,
    pub(super) analysis: u32,
}

impl BundleVersions {
    /// Of this program.
    pub(super) const OURS: Self = Self { format: FORMAT, schema: SCHEMA_VERSION, analysis: ANALYSIS_VERSION };
}

impl std::fmt::Display for BundleVersions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { format, schema, analysis } = self;
        write!(f, "format {format}, schema {schema}, analysis {analysis}")
    }
}

impl BundleManifest {
    /// Puts the checksum in.
    pub(super) fn seal(mut self) -> Result<Self, serde_json::Error> {
        self.checksum.clear();
        self.checksum = blake3::hash(&self.to_json()?).to_hex().to_string();
        Ok(self)
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn unpacked_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add)
    }
}
