//! One name for all that an index says, the same on every machine.

use std::io::{BufWriter, Write};

use super::manifest::{Manifest, Provenance};

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
    use crate::content::Publication;
    use crate::index::ManifestEntry;

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
