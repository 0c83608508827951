//! Decompressed text blocks, their cache, and spans of consecutive blocks.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tantivy::DocAddress;

use super::positions::decode_positions;
use crate::config::limits;
use crate::index::error::IndexError;

/// Memory of a block in addition to its text and positions, in bytes.
const ENTRY_BYTES: usize = 160;
/// Average memory of a block of prose with its positions, in bytes.
const USUAL_BYTES: usize = 3 << 10;

/// A decompressed block of a post's text.
#[derive(Debug)]
pub(crate) struct TextBlock {
    /// Offset in the post's text, in bytes.
    pub start: usize,
    /// Text of the block.
    pub text: String,
    /// First position in the block.
    pub first_position: u32,
    /// Number of positions in the block.
    pub(super) position_count: usize,
    pub(super) packed_positions: Vec<u8>,
    /// Byte range of each position within the block; decoded on first use.
    pub(super) positions: OnceLock<Vec<Range<u32>>>,
}

impl TextBlock {
    /// Returns the byte range of a position in the post's text.
    #[must_use]
    pub(crate) fn range_of(&self, position: u32) -> Option<Range<usize>> {
        let positions = self.positions.get_or_init(|| decode_positions(&self.text, &self.packed_positions));
        let range = positions.get(position.checked_sub(self.first_position)? as usize)?;
        Some(self.start + range.start as usize..self.start + range.end as usize)
    }

    /// Returns the memory of the block with decoded positions, in bytes.
    fn size(&self) -> usize {
        let positions = self.position_count * size_of::<Range<u32>>();
        self.text.len() + self.packed_positions.len() + positions + ENTRY_BYTES
    }
}

/// A post and the index of one of its blocks.
type BlockKey = (DocAddress, usize);

/// Recently read blocks of a commit, up to [`limits::MAX_BLOCK_CACHE_BYTES`].
pub(crate) struct TextBlockCache(Cache<BlockKey, Arc<TextBlock>, BlockWeight, RandomState>);

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
    /// Returns the cached block, or else the result of `unpack`, which is then cached.
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

/// The text of consecutive blocks of a post.
#[derive(Debug)]
pub(crate) struct TextSpan {
    /// Indexes of the blocks.
    pub blocks: Range<usize>,
    /// Offset in the post's text, in bytes.
    pub start: usize,
    /// Text of the blocks.
    pub text: String,
    blocks_read: Vec<Arc<TextBlock>>,
}

impl TextSpan {
    /// Returns a span of one block, given its index.
    pub(super) fn new(block: Arc<TextBlock>, number: usize) -> Self {
        let text = block.text.clone();
        Self { blocks: number..number + 1, start: block.start, text, blocks_read: vec![block] }
    }

    /// Appends the next block.
    pub(crate) fn append(&mut self, next: Arc<TextBlock>) {
        self.text.push_str(&next.text);
        self.blocks.end += 1;
        self.blocks_read.push(next);
    }

    /// Prepends the previous block.
    pub(crate) fn prepend(&mut self, before: Arc<TextBlock>) {
        self.text.insert_str(0, &before.text);
        self.start = before.start;
        self.blocks.start -= 1;
        self.blocks_read.insert(0, before);
    }

    /// Returns the byte range of a position in the post's text.
    #[must_use]
    pub(crate) fn range_of(&self, position: u32) -> Option<Range<usize>> {
        let behind = self.blocks_read.partition_point(|block| block.first_position <= position);
        self.blocks_read.get(behind.checked_sub(1)?)?.range_of(position)
    }
}
