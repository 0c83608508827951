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

/// What a block takes beside its text and positions, in bytes.
const ENTRY_BYTES: usize = 160;
/// Bytes of a block of prose with its positions.
const USUAL_BYTES: usize = 3 << 10;

/// A block of a post's text.
#[derive(Debug)]
pub struct TextBlock {
    /// Where it begins in the post's text, in bytes.
    pub start: usize,
    /// The text.
    pub text: String,
    /// The first position.
    pub first_position: u32,
    /// How many positions it has.
    pub(super) position_count: usize,
    pub(super) packed_positions: Vec<u8>,
    /// Where each position stands in the block; unpacked when it is first asked for.
    pub(super) positions: OnceLock<Vec<Range<u32>>>,
}

impl TextBlock {
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

/// A block by its post and its number.
type BlockKey = (DocAddress, usize);

/// A text block, by its post and its number.
pub struct TextBlockCache(Cache<BlockKey, Arc<TextBlock>, BlockWeight, RandomState>);

#[derive(Clone)]
struct BlockWeight;

impl Weighter<BlockKey, Arc<TextBlock>> for BlockWeight {
    fn weight(&self, _: &BlockKey, block: &Arc<TextBlock>) -> u64 {
        block.size() as u64
    }
}

impl Default for TextBlockCache {
    fn default() -> Self {
        let (usual, most) =
            (limits::MAX_BLOCK_CACHE_BYTES / USUAL_BYTES, limits::MAX_BLOCK_CACHE_BYTES as u64);
        Self(Cache::with(
            usual,
            most,
            BlockWeight,
            RandomState::default(),
            quick_cache::sync::DefaultLifecycle::default(),
        ))
    }
}

impl TextBlockCache {
    /// A block, which `unpack` makes where it is not known.
    pub(super) fn get(
        &self,
        key: BlockKey,
        unpack: impl FnOnce() -> Result<TextBlock, IndexError>,
    ) -> Result<Arc<TextBlock>, IndexError> {
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let block = Arc::new(unpack()?);
        self.0.insert(key, Arc::clone(&block));
        Ok(block)
    }
}

/// A part of a post's text.
#[derive(Debug)]
pub struct TextSpan {
    /// The blocks, by number.
    pub blocks: Range<usize>,
    /// Where it begins in the post's text, in bytes.
    pub start: usize,
    /// The text.
    pub text: String,
    blocks_read: Vec<Arc<TextBlock>>,
}

impl TextSpan {
    /// The block with this number.
    pub(super) fn new(block: Arc<TextBlock>, number: usize) -> Self {
        let text = block.text.clone();
        Self { blocks: number..number + 1, start: block.start, text, blocks_read: vec![block] }
    }

    /// Adds the block that comes next.
    pub fn append(&mut self, next: Arc<TextBlock>) {
        self.text.push_str(&next.text);
        self.blocks.end += 1;
        self.blocks_read.push(next);
    }

    /// Adds the block that comes before.
    pub fn prepend(&mut self, before: Arc<TextBlock>) {
        self.text.insert_str(0, &before.text);
        self.start = before.start;
        self.blocks.start -= 1;
        self.blocks_read.insert(0, before);
    }

    /// Where a position stands in the post's text, in bytes.
    #[must_use]
    pub fn range_of(&self, position: u32) -> Option<Range<usize>> {
        let behind = self.blocks_read.partition_point(|block| block.first_position <= position);
        self.blocks_read.get(behind.checked_sub(1)?)?.range_of(position)
    }
}
