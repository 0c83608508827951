//! The post records of one segment.

use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentComponent;
use tantivy::{DocId, SegmentReader};

use crate::index::error::IndexError;

/// Extension of the file.
pub(crate) const EXTENSION: &str = "posts";

/// The memory-mapped file of a segment.
pub(crate) struct SegmentRecords {
    bytes: OwnedBytes,
    dictionary_end: usize,
    /// Offset of the table with the ends of the records.
    ends: usize,
    count: usize,
}

impl SegmentRecords {
    /// Opens the file of a segment.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let bytes = segment.open_read(SegmentComponent::Custom(EXTENSION.to_owned()))?.read_bytes()?;
        let damaged = || tantivy::error::DataCorruption::comment_only("invalid file of post records");
        Ok(Self::parse(bytes).ok_or_else(damaged)?)
    }

    fn parse(bytes: OwnedBytes) -> Option<Self> {
        let number = |at: usize| {
            Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
        };
        let dictionary_end = number(0)?.checked_add(4)?;
        let count = number(bytes.len().checked_sub(4)?)?;
        let ends = bytes.len().checked_sub(4 + count.checked_mul(8)?)?;
        (dictionary_end <= ends).then_some(())?;
        Some(Self { bytes, dictionary_end, ends, count })
    }

    /// Returns the number of records.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Returns the dictionary by which the records are compressed.
    #[must_use]
    pub(crate) fn dictionary(&self) -> &[u8] {
        &self.bytes[4..self.dictionary_end]
    }

    /// Returns the record of a document.
    #[must_use]
    pub(crate) fn bytes(&self, doc: DocId) -> Option<&[u8]> {
        let doc = doc as usize;
        (doc < self.count).then_some(())?;
        let start = if doc == 0 { self.dictionary_end } else { self.end(doc - 1)? };
        self.bytes.get(start..self.end(doc)?)
    }

    fn end(&self, doc: usize) -> Option<usize> {
        let at = self.ends + doc * 8;
        let bytes = self.bytes.get(at..at + 8)?.try_into().ok()?;
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    }
}

impl From<postcard::Error> for IndexError {
    fn from(_: postcard::Error) -> Self {
        Self::Damaged
    }
}
