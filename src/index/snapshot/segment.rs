//! A segment of a commit with its columns and dictionaries opened.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use super::field_lengths::SegmentFieldLengths;
use super::languages::{IndexLanguages, LanguageSet, PostLanguages};
use crate::index::error::IndexError;
use crate::index::post_store::SegmentRecords;
use crate::index::schema::{SchemaFields, TextField, columns};

/// A segment. It is opened once, because opening a column or dictionary costs a query more than reading it.
pub(crate) struct OpenSegment {
    reader: SegmentReader,
    indexes: Vec<Arc<InvertedIndexReader>>,
    /// Lengths of the full-text fields.
    pub lengths: SegmentFieldLengths,
    /// See [`SchemaFields::date`].
    pub dates: Column<i64>,
    /// See [`SchemaFields::date_offset`].
    date_offsets: Column<i64>,
    /// See [`SchemaFields::evergreen`].
    pub evergreens: Column<u64>,
    /// See [`SchemaFields::title_len`].
    pub title_lens: Column<u64>,
    /// See [`SchemaFields::heading_spans`].
    pub heading_spans: Column<u64>,
    boosts: Option<Column<f64>>,
    languages: PostLanguages,
    pub(super) records: SegmentRecords,
}

impl OpenSegment {
    /// Opens a segment.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn new(
        reader: &SegmentReader,
        fields: &SchemaFields,
        languages: &IndexLanguages,
    ) -> Result<Self, IndexError> {
        let of_fields = |field: &Field| reader.inverted_index(*field);
        let fast = reader.fast_fields();
        let boosts = fast.f64(columns::BOOST)?;
        Self {
            indexes: fields.text.iter().map(of_fields).collect::<tantivy::Result<_>>()?,
            lengths: SegmentFieldLengths::read(reader)?,
            dates: fast.i64(columns::DATE)?,
            date_offsets: fast.i64(columns::DATE_OFFSET)?,
            evergreens: fast.u64(columns::EVERGREEN)?,
            title_lens: fast.u64(columns::TITLE_LEN)?,
            heading_spans: fast.u64(columns::HEADING_SPANS)?,
            boosts: (boosts.values.num_vals() > 0).then_some(boosts),
            languages: PostLanguages::read(reader, languages)?,
            records: SegmentRecords::open(reader)?,
            reader: reader.clone(),
        }
        .checked()
    }

    /// Compares the counts in the commit's metadata, which has no checksum, with those in files that have one.
    fn checked(self) -> Result<Self, IndexError> {
        let living =
            self.reader.alive_bitset().map_or(self.reader.max_doc(), |alive| count(alive.num_alive_docs()));
        let matches_metadata =
            self.records.count() == self.reader.max_doc() as usize && living == self.reader.num_docs();
        if matches_metadata { Ok(self) } else { Err(IndexError::Damaged) }
    }

    /// Returns Tantivy's reader of the segment.
    #[must_use]
    pub(crate) fn reader(&self) -> &SegmentReader {
        &self.reader
    }

    /// Returns the dictionary and the posting lists of a field.
    #[must_use]
    pub(crate) fn inverted_index(&self, field: TextField) -> &InvertedIndexReader {
        &self.indexes[field.index()]
    }

    /// Returns the location and length of a term's posting list in a field, if it has one.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn term_info(&self, field: TextField, term: &str) -> Result<Option<TermInfo>, IndexError> {
        Ok(self.inverted_index(field).terms().get(term.as_bytes())?)
    }

    /// Returns whether a post is in one of the languages; `None` matches all.
    #[must_use]
    pub(crate) fn matches_language(&self, doc: DocId, languages: Option<&LanguageSet>) -> bool {
        languages.is_none_or(|languages| self.languages.contains(doc, languages))
    }

    /// Returns the date and time of day of a post as its author wrote them, in seconds since 1970 as if they were in UTC.
    #[must_use]
    pub(crate) fn written_date(&self, doc: DocId) -> Option<i64> {
        let offset = self.date_offsets.first(doc).unwrap_or(0);
        Some(self.dates.first(doc)?.saturating_add(offset))
    }

    /// Returns the factor of a post's score.
    #[must_use]
    pub(crate) fn boost(&self, doc: DocId) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "written as a shorter number")]
        let boost = |boost| boost as f32;
        self.boosts.as_ref().and_then(|boosts| boosts.first(doc)).map_or(1.0, boost)
    }
}

fn count(docs: usize) -> u32 {
    u32::try_from(docs).unwrap_or(u32::MAX)
}
