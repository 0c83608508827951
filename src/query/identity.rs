//! Which posts are versions of one post: its translations and near-duplicates.

use tantivy::DocAddress;
use tantivy::columnar::{Column, StrColumn};

use crate::index::schema::columns;
use crate::index::simhash::is_near;
use crate::index::text_of;
use crate::index::{IndexError, Snapshot};

/// What a post has in common with its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// Its language.
    pub(super) lang: Option<String>,
    /// What its translations have too, and only they.
    pub(super) translation_key: Option<String>,
    /// The fingerprint of its text, where that is long enough.
    pub(super) simhash: Option<u64>,
}

impl Identity {
    /// Whether the other post is a translation or a near-duplicate.
    pub(super) fn is_version_of(&self, other: &Self) -> bool {
        let is_copy = self.simhash.zip(other.simhash).is_some_and(|(a, b)| is_near(a, b));
        self.translation_key == other.translation_key || is_copy
    }
}

/// Reads identities from the columns of a snapshot.
pub(super) struct Identities {
    segments: Vec<Columns>,
}

struct Columns {
    langs: Option<StrColumn>,
    translation_keys: Option<StrColumn>,
    simhashes: Column<u64>,
}

impl Identities {
    pub(super) fn open(snapshot: &Snapshot) -> Result<Self, IndexError> {
        let open = |segment: &tantivy::SegmentReader| {
            let columns = segment.fast_fields();
            Ok(Columns {
                langs: columns.str(columns::LANG)?,
                translation_keys: columns.str(columns::TRANSLATION_KEY)?,
                simhashes: columns.u64(columns::SIMHASH)?,
            })
        };
        let segments: Result<Vec<Columns>, IndexError> = snapshot.segments().iter().map(open).collect();
        Ok(Self { segments: segments? })
    }

    pub(super) fn of(&self, address: DocAddress) -> Result<Identity, IndexError> {
        let (columns, doc) = (&self.segments[address.segment_ord as usize], address.doc_id);
        Ok(Identity {
            lang: text_of(columns.langs.as_ref(), doc)?,
            translation_key: text_of(columns.translation_keys.as_ref(), doc)?,
            simhash: columns.simhashes.first(doc),
        })
    }
}
