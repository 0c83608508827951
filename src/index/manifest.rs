//! What a commit says of itself: how its documents were made, and of which source files.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

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

/// What is hashed at once.
const BUFFER_BYTES: usize = 64 << 10;
/// Letters of a content digest: 128 bits in hexadecimal.
const LETTERS: usize = 32;

/// Digest of the indexed source files and of how documents are made of them. Two indexes that have the same
/// give the same answers: the order of files, of commits and of segments does not matter to it, nor does the time.
#[must_use]
pub fn content_digest(manifest: &Manifest, provenance: &Provenance) -> String {
    let Provenance { schema, analysis, settings, indexed_at: _ } = provenance;
    let mut hasher = blake3::Hasher::new();
    // Many short texts are hashed several times as fast together. Hashing cannot fail.
    let mut bytes = BufWriter::with_capacity(BUFFER_BYTES, &mut hasher);
    let mut add = |part: &[u8]| bytes.write_all(part).unwrap_or_default();
    add(&schema.to_le_bytes());
    add(&analysis.to_le_bytes());
    let settings = (settings, manifest.len() as u64);
    for (text, of) in std::iter::once(settings).chain(manifest.iter().map(|(id, entry)| (id, entry.digest))) {
        // Lengths keep texts apart that would be one text together.
        add(&(text.len() as u64).to_le_bytes());
        add(text.as_bytes());
        add(&of.to_le_bytes());
    }
    drop(bytes);
    hasher.finalize().to_hex()[..LETTERS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, u64)]) -> Manifest {
        let entry = |digest| ManifestEntry {
            digest,
            publication: Publication::default(),
            is_post: true,
            url: String::new(),
            lang: String::new(),
        };
        files.iter().map(|(id, digest)| ((*id).to_owned(), entry(*digest))).collect()
    }

    #[test]
    fn it_tells_contents_settings_and_versions_apart_but_not_times() {
        let settings = Provenance::of("s");
        let digest = content_digest(&manifest(&[("a", 1), ("b", 2)]), &settings);
        assert_eq!(digest.len(), LETTERS);
        assert_eq!(digest, content_digest(&manifest(&[("b", 2), ("a", 1)]), &settings));
        let later = Provenance { indexed_at: Some(jiff::Timestamp::UNIX_EPOCH), ..settings.clone() };
        assert_eq!(digest, content_digest(&manifest(&[("a", 1), ("b", 2)]), &later));
        for other in [&[("a", 2), ("b", 1)][..], &[("a", 1)], &[("a", 1), ("c", 2)], &[]] {
            assert_ne!(digest, content_digest(&manifest(other), &settings));
        }
        let files = manifest(&[("a", 1), ("b", 2)]);
        assert_ne!(digest, content_digest(&files, &Provenance::of("t")));
        let other_schema = Provenance { schema: settings.schema + 1, ..settings.clone() };
        assert_ne!(digest, content_digest(&files, &other_schema));
    }
}
