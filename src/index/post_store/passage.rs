//! Some pieces of a post's text that follow each other.

use std::ops::Range;
use std::sync::Arc;

use super::pieces::UnpackedPiece;

/// A part of a post's text.
#[derive(Debug)]
pub struct Passage {
    /// The pieces, by number.
    pub pieces: Range<usize>,
    /// Where it begins in the post's text, in bytes.
    pub start: usize,
    /// The text.
    pub text: String,
    unpacked: Vec<Arc<UnpackedPiece>>,
}

impl Passage {
    /// The piece with this number.
    pub(super) fn new(piece: Arc<UnpackedPiece>, number: usize) -> Self {
        let text = piece.text.clone();
        Self { pieces: number..number + 1, start: piece.start, text, unpacked: vec![piece] }
    }

    /// Adds the piece that comes next.
    pub fn append(&mut self, next: Arc<UnpackedPiece>) {
        self.text.push_str(&next.text);
        self.pieces.end += 1;
        self.unpacked.push(next);
    }

    /// Adds the piece that comes before.
    pub fn prepend(&mut self, before: Arc<UnpackedPiece>) {
        self.text.insert_str(0, &before.text);
        self.start = before.start;
        self.pieces.start -= 1;
        self.unpacked.insert(0, before);
    }

    /// Where a position stands in the post's text, in bytes.
    #[must_use]
    pub fn range_of(&self, position: u32) -> Option<Range<usize>> {
        let behind = self.unpacked.partition_point(|piece| piece.first_position <= position);
        self.unpacked.get(behind.checked_sub(1)?)?.range_of(position)
    }
}
