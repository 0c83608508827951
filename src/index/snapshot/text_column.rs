//! Text columns.

use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

use crate::index::error::IndexError;

/// Returns the first value of a document in a text column.
///
/// # Errors
/// If the column cannot be read.
pub(crate) fn first_text(column: Option<&StrColumn>, doc: DocId) -> Result<Option<String>, IndexError> {
    let Some(column) = column else { return Ok(None) };
    let Some(ord) = column.ords().first(doc) else { return Ok(None) };
    let mut text = String::new();
    column.ord_to_str(ord, &mut text)?;
    Ok(Some(text))
}

/// Calls `visit` with each value of a text column that a live post has, in byte order. Streaming the dictionary
/// costs far less than looking up each value.
pub(super) fn each_live_text(
    segment: &SegmentReader,
    column: &str,
    mut visit: impl FnMut(&str),
) -> Result<(), IndexError> {
    let Some(column) = segment.fast_fields().str(column)? else { return Ok(()) };
    let mut is_live = vec![false; column.num_terms()];
    for ord in segment.doc_ids_alive().flat_map(|doc| column.ords().values_for_doc(doc)) {
        if let Some(is_live) = usize::try_from(ord).ok().and_then(|ord| is_live.get_mut(ord)) {
            *is_live = true;
        }
    }
    let mut stream = column.dictionary().stream()?;
    for is_live in is_live {
        if !stream.advance() {
            break;
        }
        if is_live && let Ok(text) = std::str::from_utf8(stream.key()) {
            visit(text);
        }
    }
    Ok(())
}

/// A text column with its whole dictionary in memory. Looking up single values would decode a block of the
/// dictionary each time.
pub(super) struct TextColumn {
    column: Option<StrColumn>,
    pub(super) texts: Vec<String>,
}

impl TextColumn {
    pub(super) fn read(column: Option<StrColumn>) -> Result<Self, IndexError> {
        let mut texts = Vec::new();
        if let Some(column) = &column {
            let mut stream = column.dictionary().stream()?;
            while stream.advance() {
                texts.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        Ok(Self { column, texts })
    }

    /// Returns the ordinal of a document's first value.
    pub(super) fn first_ord(&self, doc: DocId) -> Option<usize> {
        usize::try_from(self.column.as_ref()?.ords().first(doc)?).ok()
    }

    /// Returns a document's first value.
    pub(super) fn first(&self, doc: DocId) -> Option<String> {
        self.texts.get(self.first_ord(doc)?).cloned()
    }
}
