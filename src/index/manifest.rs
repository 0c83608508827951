//! The metadata of a commit: its provenance and the manifest of its source files.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::Index;

use super::schema::SCHEMA_VERSION;
use crate::analysis::ANALYSIS_VERSION;
use crate::content::{Publication, READING_VERSION};

/// How the documents of a commit were made. The commit's payload stores it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// [`SCHEMA_VERSION`] of the program that made them.
    pub schema: u32,
    /// [`ANALYSIS_VERSION`] of the program that made them.
    pub analysis: u32,
    /// [`READING_VERSION`] of the program that made them.
    pub reading: u32,
    /// Digest of the settings that affect documents.
    pub settings: String,
    /// Time of the commit.
    pub indexed_at: Option<Timestamp>,
}

impl Provenance {
    /// Returns the provenance of documents that this version of the program makes with these settings.
    #[must_use]
    pub fn of(settings: &str) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            analysis: ANALYSIS_VERSION,
            reading: READING_VERSION,
            settings: settings.to_owned(),
            indexed_at: None,
        }
    }

    fn versions(&self) -> [u32; 3] {
        [self.schema, self.analysis, self.reading]
    }

    /// Returns whether the same content gives the same documents with both provenances.
    #[must_use]
    pub(crate) fn is_compatible(&self, other: &Self) -> bool {
        self.versions() == other.versions() && self.settings == other.settings
    }

    /// Reads the provenance of the last commit; `None` if it is missing or invalid.
    #[must_use]
    pub fn read(index: &Index) -> Option<Self> {
        serde_json::from_str(&index.load_metas().ok()?.payload?).ok()
    }
}

/// Digest that identifies a version of a source file. Two versions collide with probability 2^-64.
pub(crate) type Digest = u64;

/// Metadata of an indexed source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Digest of the file's content and location.
    pub digest: Digest,
    /// Draft flag, publication time and expiry time, in whole seconds.
    pub publication: Publication,
    /// Whether it is a post; pages have no date.
    pub is_post: bool,
    /// URL of the post.
    pub url: String,
    /// Why the URL is a guess, if it is one.
    pub url_guessed: Option<String>,
    /// Language of the post.
    pub lang: String,
}

/// The indexed source files, by post id.
pub(crate) type Manifest = BTreeMap<String, ManifestEntry>;

/// Size of the buffer before the hasher, in bytes.
const BUFFER_BYTES: usize = 64 << 10;
/// Length of a content digest: 128 bits in hexadecimal.
const HEX_DIGITS: usize = 32;

/// Returns the digest of the indexed source files and of the provenance, without the time. Indexes with
/// the same content digest return the same results: it does not depend on the order of files, commits
/// or segments.
#[must_use]
pub fn content_digest(manifest: &Manifest, provenance: &Provenance) -> String {
    let Provenance { settings, .. } = provenance;
    let mut hasher = blake3::Hasher::new();
    // Hashing many short texts in one buffer is several times as fast. Writing to a hasher cannot fail.
    let mut bytes = BufWriter::with_capacity(BUFFER_BYTES, &mut hasher);
    let mut add = |part: &[u8]| bytes.write_all(part).unwrap_or_default();
    provenance.versions().iter().for_each(|version| add(&version.to_le_bytes()));
    let settings = (settings, manifest.len() as u64);
    for (text, of) in std::iter::once(settings).chain(manifest.iter().map(|(id, entry)| (id, entry.digest))) {
        // The length separates adjacent texts.
        add(&(text.len() as u64).to_le_bytes());
        add(text.as_bytes());
        add(&of.to_le_bytes());
    }
    drop(bytes);
    hasher.finalize().to_hex()[..HEX_DIGITS].to_owned()
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
            url_guessed: None,
            lang: String::new(),
        };
        files.iter().map(|(id, digest)| ((*id).to_owned(), entry(*digest))).collect()
    }

    #[test]
    fn content_digest_depends_on_content_settings_and_versions_but_not_on_time() {
        let settings = Provenance::of("s");
        let digest = content_digest(&manifest(&[("a", 1), ("b", 2)]), &settings);
        assert_eq!(digest.len(), HEX_DIGITS);
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
