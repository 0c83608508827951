//! How long the fields of a post are, which ranking sets against how often they have a word.
//!
//! A field's length is its tokens, a word's stem counted beside the word whether or not they are written
//! alike. Tantivy would count the tokens that are indexed, and leaves out most stems. It is kept as Tantivy
//! keeps it, in a byte, which tells lengths from 40 on apart by about a tenth.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, SegmentReader};

use super::schema::{TextField, columns};

/// Bits of a length.
const CODE_BITS: usize = 8;

/// The lengths of a post's fields as a column value.
#[must_use]
pub fn pack_lengths(lengths: &[u32; TextField::ALL.len()]) -> u64 {
    let codes = lengths.iter().map(|length| u64::from(FieldNormReader::fieldnorm_to_id(*length)));
    codes.rev().fold(0, |packed, code| packed << CODE_BITS | code)
}

/// The lengths of the fields of a segment's posts.
#[derive(Debug, Default)]
pub struct Lengths(Vec<u64>);

impl Lengths {
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let column = segment.fast_fields().u64(columns::LENGTHS)?;
        Ok(Self((0..segment.max_doc()).map(|doc| column.first(doc).unwrap_or(0)).collect()))
    }

    /// The code of a length, from which [`FieldNormReader::id_to_fieldnorm`] makes the length.
    #[must_use]
    pub fn code(&self, field: TextField, doc: DocId) -> u8 {
        let packed = self.0.get(doc as usize).copied().unwrap_or(0);
        packed.to_le_bytes()[field.index()]
    }

    /// The length of a field.
    #[must_use]
    pub fn of(&self, field: TextField, doc: DocId) -> u32 {
        FieldNormReader::id_to_fieldnorm(self.code(field, doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lengths_are_kept_as_they_are_and_long_ones_nearly() {
        let lengths = Lengths(vec![pack_lengths(&[1, 0, 3, 40, 1_000, 70_000, 7])]);
        let read = TextField::ALL.map(|field| lengths.of(field, 0));
        assert_eq!((&read[..4], read[6]), (&[1, 0, 3, 40][..], 7));
        assert!((900..=1_000).contains(&read[4]) && (63_000..=70_000).contains(&read[5]), "{read:?}");
        assert_eq!(lengths.of(TextField::Title, 1), 0);
    }
}
