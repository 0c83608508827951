//! How long the fields of a post are, which ranking sets against how often they have a word.
//!
//! A field's length is its tokens, a word's stem counted beside the word whether or not they are written
//! alike. Tantivy would count the tokens that are indexed, and leaves out most stems. It is kept as Tantivy
//! keeps it, in a byte, which tells lengths from 40 on apart by about a tenth.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, SegmentReader};

use crate::index::schema::{TextField, columns};

/// The lengths of the fields of a segment's posts.
#[derive(Debug, Default)]
pub struct SegmentFieldLengths([FieldLengths; TextField::ALL.len()]);

impl SegmentFieldLengths {
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let column = segment.fast_fields().u64(columns::LENGTHS)?;
        Ok(Self::of_posts((0..segment.max_doc()).map(|doc| column.first(doc).unwrap_or(0))))
    }

    fn of_posts(packed: impl Iterator<Item = u64>) -> Self {
        let mut lengths = Self::default();
        for packed in packed {
            for (field, code) in lengths.0.iter_mut().zip(packed.to_le_bytes()) {
                field.0.push(code);
            }
        }
        lengths
    }

    /// The lengths of a field.
    #[must_use]
    pub fn of_field(&self, field: TextField) -> &FieldLengths {
        &self.0[field.index()]
    }
}

/// The lengths of one field of a segment's posts.
#[derive(Debug, Default)]
pub struct FieldLengths(Vec<u8>);

impl FieldLengths {
    /// The code of a length, from which [`FieldNormReader::id_to_fieldnorm`] makes the length.
    #[must_use]
    pub fn code(&self, doc: DocId) -> u8 {
        self.0.get(doc as usize).copied().unwrap_or(0)
    }

    /// The length of the field.
    #[must_use]
    pub fn of(&self, doc: DocId) -> u32 {
        FieldNormReader::id_to_fieldnorm(self.code(doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::field_values::pack_lengths;

    #[test]
    fn short_lengths_are_kept_as_they_are_and_long_ones_nearly() {
        let lengths =
            SegmentFieldLengths::of_posts([pack_lengths(&[1, 0, 3, 40, 1_000, 70_000, 7])].into_iter());
        let read = TextField::ALL.map(|field| lengths.of_field(field).of(0));
        assert_eq!((&read[..4], read[6]), (&[1, 0, 3, 40][..], 7));
        assert!((900..=1_000).contains(&read[4]) && (63_000..=70_000).contains(&read[5]), "{read:?}");
        assert_eq!(lengths.of_field(TextField::Title).of(1), 0);
    }
}
