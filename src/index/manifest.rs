//! What a commit says of itself: how its documents were made, and of which source files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::Index;

use super::schema::SCHEMA_VERSION;
use crate::analysis::ANALYSIS_VERSION;
use crate::content::Publication;

/// What a commit carries in its payload: how the documents were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// [`SCHEMA_VERSION`].
    pub schema: u32,
    /// [`ANALYSIS_VERSION`].
    pub analysis: u32,
    /// Digest of the settings that documents depend on.
    pub settings: String,
    /// When the commit was made.
    pub indexed_at: Option<Timestamp>,
}

impl Provenance {
    /// Of documents made by this version of the program with these settings.
    #[must_use]
    pub fn of(settings: &str) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            analysis: ANALYSIS_VERSION,
            settings: settings.to_owned(),
            indexed_at: None,
        }
    }

    /// Whether documents made as `self` says equal those made as `other` says.
    #[must_use]
    pub fn is_compatible(&self, other: &Self) -> bool {
        self.schema == other.schema && self.analysis == other.analysis && self.settings == other.settings
    }

    /// Reads the payload of the index's last commit.
    #[must_use]
    pub fn read(index: &Index) -> Option<Self> {
        serde_json::from_str(&index.load_metas().ok()?.payload?).ok()
    }
}

/// Tells a version of a source file from the others; that two have the same is one chance in 2^64.
pub type Digest = u64;

/// What the index knows of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Digest of the file's bytes and of its place.
    pub digest: Digest,
    /// When the post may be seen, in whole seconds.
    pub publication: Publication,
    /// Post, or page without a date.
    pub is_post: bool,
    /// Its URL.
    pub url: String,
    /// Its language.
    pub lang: String,
}

/// The indexed source files by id.
pub type Manifest = BTreeMap<String, ManifestEntry>;
