//! One segment of a commit, with all of it open that queries read.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use super::IndexError;
use super::post_store::SegmentRecords;
use super::schema::{Fields, TextField, columns};

/// A segment: opening a column or a dictionary anew for each query costs more than reading it.
pub struct OpenSegment {
    reader: SegmentReader,
    indexes: Vec<Arc<InvertedIndexReader>>,
    norms: Vec<FieldNormReader>,
    /// See [`Fields::date`].
    pub dates: Column<i64>,
    /// See [`Fields::evergreen`].
    pub evergreens: Column<u64>,
    /// See [`Fields::title_len`].
    pub title_lens: Column<u64>,
    /// See [`Fields::heading_spans`].
    pub heading_spans: Column<u64>,
    boosts: Option<Column<f64>>,
    pub(super) records: SegmentRecords,
}

impl OpenSegment {
    /// Opens a segment.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn new(reader: &SegmentReader, fields: &Fields) -> Result<Self, IndexError> {
        let of_fields = |field: &Field| reader.inverted_index(*field);
        let norms = |field: &Field| reader.get_fieldnorms_reader(*field);
        let fast = reader.fast_fields();
        let boosts = fast.f64(columns::BOOST)?;
        Ok(Self {
            indexes: fields.text.iter().map(of_fields).collect::<tantivy::Result<_>>()?,
            norms: fields.text.iter().map(norms).collect::<tantivy::Result<_>>()?,
            dates: fast.i64(columns::DATE)?,
            evergreens: fast.u64(columns::EVERGREEN)?,
            title_lens: fast.u64(columns::TITLE_LEN)?,
            heading_spans: fast.u64(columns::HEADING_SPANS)?,
            boosts: (boosts.values.num_vals() > 0).then_some(boosts),
            records: SegmentRecords::open(reader)?,
            reader: reader.clone(),
        })
    }

    /// Tantivy's reader.
    #[must_use]
    pub fn reader(&self) -> &SegmentReader {
        &self.reader
    }

    /// The dictionary and the posting lists of a field.
    #[must_use]
    pub fn inverted_index(&self, field: TextField) -> &InvertedIndexReader {
        &self.indexes[field.index()]
    }

    /// The lengths of a field.
    #[must_use]
    pub fn norms(&self, field: TextField) -> &FieldNormReader {
        &self.norms[field.index()]
    }

    /// Where a term's posting list in a field is, if it has one.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn term(&self, field: TextField, term: &str) -> Result<Option<TermInfo>, IndexError> {
        Ok(self.inverted_index(field).terms().get(term.as_bytes())?)
    }

    /// What a post's score is multiplied by.
    #[must_use]
    pub fn boost(&self, doc: DocId) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "written as a shorter number")]
        let boost = |boost| boost as f32;
        self.boosts.as_ref().and_then(|boosts| boosts.first(doc)).map_or(1.0, boost)
    }
}
