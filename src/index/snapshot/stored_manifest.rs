//! Reads the manifest of a commit from the columns of its segments.

use std::collections::btree_map::Entry;

use jiff::Timestamp;
use tantivy::SegmentReader;
use tantivy::columnar::Column;

use super::text_column::TextColumn;
use crate::content::Publication;
use crate::index::error::IndexError;
use crate::index::manifest::{Manifest, ManifestEntry};
use crate::index::schema::columns;

pub(super) fn read_manifest(segment: &SegmentReader, manifest: &mut Manifest) -> Result<(), IndexError> {
    let columns = segment.fast_fields();
    let texts = |name| TextColumn::read(columns.str(name)?);
    let drafts = columns.u64(columns::DRAFT)?;
    let publish_at = columns.i64(columns::PUBLISH_AT)?;
    let expires_at = columns.i64(columns::EXPIRES_AT)?;
    let dates = columns.i64(columns::DATE)?;
    let timestamp =
        |column: &Column<i64>, doc| column.first(doc).and_then(|at| Timestamp::from_second(at).ok());
    let (ids, digests) = (texts(columns::ID)?, columns.u64(columns::DIGEST)?);
    let guessed = texts(columns::URL_GUESSED)?;
    let (urls, langs) = (texts(columns::URL)?, texts(columns::LANG)?);
    for doc in segment.doc_ids_alive() {
        let (Some(id), Some(digest)) = (ids.first(doc), digests.first(doc)) else {
            return Err(IndexError::ManifestMismatch);
        };
        let publication = Publication {
            draft: drafts.first(doc) == Some(1),
            publish_at: timestamp(&publish_at, doc),
            expires_at: timestamp(&expires_at, doc),
        };
        let entry = ManifestEntry {
            digest,
            publication,
            is_post: dates.first(doc).is_some(),
            url: urls.first(doc).unwrap_or_default(),
            url_guessed: guessed.first(doc),
            lang: langs.first(doc).unwrap_or_default(),
        };
        match manifest.entry(id) {
            Entry::Vacant(vacant) => vacant.insert(entry),
            Entry::Occupied(twice) => return Err(IndexError::DuplicatePost(twice.key().clone())),
        };
    }
    Ok(())
}
