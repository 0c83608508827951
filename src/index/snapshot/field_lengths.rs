//! Token counts of the fields of each post, for the length normalization of BM25F.
//!
//! A field's length counts each word and its stem, even if both are written alike. Tantivy's own field
//! norms would count indexed tokens, which omit most stems. Lengths are stored like Tantivy's field norms,
//! as one byte: exact below 40, above with a precision of about 10 %.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, SegmentReader};

use crate::index::schema::{TextField, columns};

/// Lengths of all fields of a segment's posts.
#[derive(Debug, Default)]
pub(crate) struct SegmentFieldLengths([FieldLengths; TextField::ALL.len()]);

impl SegmentFieldLengths {
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let column = segment.fast_fields().u64(columns::LENGTHS)?;
        Ok(Self::of_posts((0..segment.max_doc()).map(|doc| column.first(doc).unwrap_or(0))))
    }

    fn of_posts(packed: impl Iterator<Item = u64>) -> Self {
        let mut lengths = Self::default();
        for packed in packed {
            for (field, id) in lengths.0.iter_mut().zip(packed.to_le_bytes()) {
                field.0.push(id);
            }
        }
        lengths
    }

    /// Returns the lengths of a field.
    #[must_use]
    pub(crate) fn of_field(&self, field: TextField) -> &FieldLengths {
        &self.0[field.index()]
    }
}

/// Lengths of one field of a segment's posts.
#[derive(Debug, Default)]
pub(crate) struct FieldLengths(Vec<u8>);

impl FieldLengths {
    /// Returns the encoded length, which [`FieldNormReader::id_to_fieldnorm`] decodes.
    #[must_use]
    pub(crate) fn fieldnorm_id(&self, doc: DocId) -> u8 {
        self.0.get(doc as usize).copied().unwrap_or(0)
    }

    /// Returns the length of the field in tokens.
    #[must_use]
    pub(crate) fn fieldnorm(&self, doc: DocId) -> u32 {
        FieldNormReader::id_to_fieldnorm(self.fieldnorm_id(doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::field_values::pack_lengths;

    #[test]
    fn short_lengths_are_exact_and_long_ones_approximate() {
        let lengths =
            SegmentFieldLengths::of_posts([pack_lengths(&[1, 0, 3, 40, 1_000, 70_000, 7])].into_iter());
        let read = TextField::ALL.map(|field| lengths.of_field(field).fieldnorm(0));
        assert_eq!((&read[..4], read[6]), (&[1, 0, 3, 40][..], 7));
        assert!((900..=1_000).contains(&read[4]) && (63_000..=70_000).contains(&read[5]), "{read:?}");
        assert_eq!(lengths.of_field(TextField::Title).fieldnorm(1), 0);
    }
}
