//! Pieces of text that were unpacked, for the next query that shows them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tantivy::DocAddress;

use super::positions::decode_positions;
use crate::config::limits;
use crate::index::error::IndexError;

/// What a piece takes beside its text and positions, in bytes.
const ENTRY_BYTES: usize = 160;
/// Bytes of a piece of prose with its positions.
const USUAL_BYTES: usize = 3 << 10;

/// A piece of a post's text.
#[derive(Debug)]
pub struct UnpackedPiece {
    /// Where it begins in the post's text, in bytes.
    pub start: usize,
    /// The text.
    pub text: String,
    /// The first position.
    pub first_position: u32,
    /// How many positions it has.
    pub(super) position_count: usize,
    pub(super) packed_positions: Vec<u8>,
    /// Where each position stands in the piece; unpacked when it is first asked for.
    pub(super) positions: OnceLock<Vec<Range<u32>>>,
}

impl UnpackedPiece {
    /// Where a position stands in the post's text, in bytes.
    #[must_use]
    pub fn range_of(&self, position: u32) -> Option<Range<usize>> {
        let positions = self.positions.get_or_init(|| decode_positions(&self.text, &self.packed_positions));
        let range = positions.get(position.checked_sub(self.first_position)? as usize)?;
        Some(self.start + range.start as usize..self.start + range.end as usize)
    }

    /// The memory that it takes with its positions, in bytes.
    fn size(&self) -> usize {
        let positions = self.position_count * size_of::<Range<u32>>();
        self.text.len() + self.packed_positions.len() + positions + ENTRY_BYTES
    }
}

/// A piece by its post and its number.
type Key = (DocAddress, usize);

/// The pieces of a commit's posts that were shown last, up to [`limits::UNPACKED_BYTES`].
pub struct PieceCache(Cache<Key, Arc<UnpackedPiece>, Weight, RandomState>);

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Arc<UnpackedPiece>> for Weight {
    fn weight(&self, _: &Key, piece: &Arc<UnpackedPiece>) -> u64 {
        piece.size() as u64
    }
}

impl Default for PieceCache {
    fn default() -> Self {
        let (usual, most) = (limits::UNPACKED_BYTES / USUAL_BYTES, limits::UNPACKED_BYTES as u64);
        Self(Cache::with(
            usual,
            most,
            Weight,
            RandomState::default(),
            quick_cache::sync::DefaultLifecycle::default(),
        ))
    }
}

impl PieceCache {
    /// A piece, which `unpack` makes where it is not known.
    pub(super) fn get(
        &self,
        key: Key,
        unpack: impl FnOnce() -> Result<UnpackedPiece, IndexError>,
    ) -> Result<Arc<UnpackedPiece>, IndexError> {
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let piece = Arc::new(unpack()?);
        self.0.insert(key, Arc::clone(&piece));
        Ok(piece)
    }
}

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
