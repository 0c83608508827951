//! The stored record of a post: its metadata, its sections, and its text in independently compressed blocks.
//!
//! All numbers are little-endian. A record consists of:
//!
//! | part | bytes |
//! |---|---|
//! | [`RecordHeader`] | 7 × `u32` |
//! | [`StoredPost`] in postcard format | length in the header |
//! | words of a long post with their frequencies: length as `u32`, then compressed postcard format | length in the header; empty for other posts |
//! | an entry of [`SECTION_BYTES`] per section | first position, first position of the content, offset of the content in the text, ends of title and anchor in the names: `u32` each; level: `u8` |
//! | names: title and anchor of each section | end in the last section's entry |
//! | an entry of [`BLOCK_BYTES`] per block | first position, offset in the text, offset in the data, bytes of encoded positions: `u32` each |
//! | data: encoded positions and text of each block, compressed by the [`Codec`] | the rest |

use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tantivy::DocAddress;

use super::codec::Codec;
use super::positions::encode_positions;
use super::stored_post::StoredPost;
use super::text_blocks::{TextBlock, TextBlockCache, TextSpan};
use super::text_stream::{BlockStart, TextStream};
use crate::config::limits;
use crate::index::error::IndexError;
use crate::index::text_layout::TextLayout;

/// Size of the header.
const HEADER_BYTES: usize = 28;
/// Size of a section's entry.
const SECTION_BYTES: usize = 21;
/// Size of a block's entry.
const BLOCK_BYTES: usize = 16;

/// Encodes the record of a post; `words` are those of a long post, otherwise empty.
///
/// # Errors
/// If the post is larger than 4 GB, or memory is exhausted.
pub(crate) fn encode(
    post: &StoredPost,
    layout: &TextLayout,
    words: &[(String, u32)],
    codec: &Codec,
) -> Result<Vec<u8>, IndexError> {
    let stream = TextStream::new(layout);
    let blocks = stream.block_starts();
    let stored_post = postcard::to_allocvec(post)?;
    let mut record = Vec::with_capacity(stored_post.len() + stream.text.len() / 2);
    let chars = stream.text.chars().count();
    let words = pack_words(words, codec)?;
    let counts = [stored_post.len(), layout.sections.len(), blocks.len(), stream.text.len(), chars];
    for count in counts.into_iter().chain([stream.positions.len(), words.len()]) {
        push_u32(&mut record, count)?;
    }
    record.extend_from_slice(&stored_post);
    record.extend_from_slice(&words);
    push_sections(&mut record, layout, &stream)?;
    let mut data = Vec::with_capacity(stream.text.len() / 2);
    for (at, block) in blocks.iter().enumerate() {
        let (positions, packed) = pack(&stream, *block, blocks.get(at + 1), codec)?;
        for number in [block.first_position, block.start, data.len(), positions] {
            push_u32(&mut record, number)?;
        }
        data.extend_from_slice(&packed);
    }
    record.append(&mut data);
    Ok(record)
}

fn pack_words(words: &[(String, u32)], codec: &Codec) -> Result<Vec<u8>, IndexError> {
    let mut packed = Vec::new();
    if !words.is_empty() {
        let words = postcard::to_allocvec(words)?;
        push_u32(&mut packed, words.len())?;
        packed.extend_from_slice(&codec.pack(&words)?);
    }
    Ok(packed)
}

fn push_sections(record: &mut Vec<u8>, layout: &TextLayout, stream: &TextStream) -> io::Result<()> {
    let mut names = String::new();
    for (section, content_start) in layout.sections.iter().zip(&stream.content_starts) {
        push_u32(record, section.first_position as usize)?;
        push_u32(record, section.content_position as usize)?;
        push_u32(record, *content_start)?;
        for name in [&layout.text[section.heading.clone()], &section.anchor] {
            names.push_str(name);
            push_u32(record, names.len())?;
        }
        record.push(section.level);
    }
    record.extend_from_slice(names.as_bytes());
    Ok(())
}

/// Returns the number of bytes of the encoded positions, and the compressed block.
fn pack(
    stream: &TextStream,
    block: BlockStart,
    next: Option<&BlockStart>,
    codec: &Codec,
) -> io::Result<(usize, Vec<u8>)> {
    let (last_position, end) = match next {
        Some(next) => (next.first_position, next.start),
        None => (stream.positions.len(), stream.text.len()),
    };
    let text = &stream.text[block.start..end];
    let mut bytes =
        encode_positions(block.start, text, &stream.positions[block.first_position..last_position]);
    let positions = bytes.len();
    bytes.extend_from_slice(text.as_bytes());
    Ok((positions, codec.pack(&bytes)?))
}

fn push_u32(record: &mut Vec<u8>, number: usize) -> io::Result<()> {
    let number = u32::try_from(number).map_err(|_| io::ErrorKind::FileTooLarge)?;
    record.extend_from_slice(&number.to_le_bytes());
    Ok(())
}

/// The header of a record.
#[derive(Debug, Clone, Copy)]
struct RecordHeader {
    stored_post_bytes: usize,
    sections: usize,
    blocks: usize,
    text_bytes: usize,
    text_chars: usize,
    positions: usize,
    word_bytes: usize,
}

/// A section of a stored post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSection<'a> {
    /// Heading; empty for text before the first heading.
    pub title: &'a str,
    /// Anchor of the heading; empty for text before the first heading.
    pub anchor: &'a str,
    /// Level of the heading, 1 to 6; 0 for text before the first heading.
    pub level: u8,
    /// First position of the section, heading included.
    pub first_position: u32,
    /// First position of the content.
    pub content_position: u32,
    /// Start and end of the content in the stored text, in bytes.
    pub content: (usize, usize),
}

/// Access to the decompressed blocks of a post.
#[derive(Clone, Copy)]
pub(crate) struct BlockSource<'a> {
    /// Codec by which the record was compressed.
    pub codec: &'a Codec,
    /// Cache of decompressed blocks.
    pub cache: &'a TextBlockCache,
    /// Address of the post, the key in the cache.
    pub post: DocAddress,
}

/// Reader of a post's record.
#[derive(Clone, Copy)]
pub struct PostRecord<'a> {
    header: RecordHeader,
    stored_post: &'a [u8],
    words: &'a [u8],
    sections: &'a [u8],
    names: &'a str,
    blocks: &'a [u8],
    data: &'a [u8],
    source: BlockSource<'a>,
}

impl<'a> PostRecord<'a> {
    /// Splits a record into its parts, without decompressing blocks.
    ///
    /// # Errors
    /// If the bytes are not a record.
    pub(crate) fn new(bytes: &'a [u8], source: BlockSource<'a>) -> Result<Self, IndexError> {
        Self::parse(bytes, source).ok_or(IndexError::Damaged)
    }

    fn parse(bytes: &'a [u8], source: BlockSource<'a>) -> Option<Self> {
        let number = |at| number_at(bytes, at);
        let header = RecordHeader {
            stored_post_bytes: number(0)?,
            sections: number(1)?,
            blocks: number(2)?,
            text_bytes: number(3)?,
            text_chars: number(4)?,
            positions: number(5)?,
            word_bytes: number(6)?,
        };
        let rest = bytes.get(HEADER_BYTES..)?;
        let (stored_post, rest) = rest.split_at_checked(header.stored_post_bytes)?;
        let (words, rest) = rest.split_at_checked(header.word_bytes)?;
        let (sections, rest) = rest.split_at_checked(header.sections.checked_mul(SECTION_BYTES)?)?;
        let last = sections.len().checked_sub(SECTION_BYTES);
        let name_bytes = last.map_or(Some(0), |last| number_at(&sections[last..], 4))?;
        let (names, rest) = rest.split_at_checked(name_bytes)?;
        let (blocks, data) = rest.split_at_checked(header.blocks.checked_mul(BLOCK_BYTES)?)?;
        Some(Self {
            header,
            stored_post,
            words,
            sections,
            names: std::str::from_utf8(names).ok()?,
            blocks,
            data,
            source,
        })
    }

    /// Returns the stored metadata of the post.
    ///
    /// # Errors
    /// If it cannot be decoded.
    pub fn post(&self) -> Result<StoredPost, IndexError> {
        Ok(postcard::from_bytes(self.stored_post)?)
    }

    /// Returns the words of a long post with their frequencies; `None` if they were not stored.
    ///
    /// # Errors
    /// If they cannot be decoded.
    pub fn words(&self) -> Result<Option<Vec<(String, u32)>>, IndexError> {
        let Some(len) = number_at(self.words, 0) else { return Ok(None) };
        Ok(Some(postcard::from_bytes(&self.source.codec.unpack(&self.words[4..], len)?)?))
    }

    /// Returns the number of sections.
    #[must_use]
    pub fn num_sections(&self) -> usize {
        self.header.sections
    }

    /// Returns a section by index.
    ///
    /// # Errors
    /// If there is no such section, or the record is damaged.
    pub fn section(&self, at: usize) -> Result<StoredSection<'a>, IndexError> {
        self.read_section(at).ok_or(IndexError::Damaged)
    }

    fn entry(&self, at: usize) -> Option<&'a [u8]> {
        self.sections.get(at * SECTION_BYTES..(at + 1) * SECTION_BYTES)
    }

    fn read_section(&self, at: usize) -> Option<StoredSection<'a>> {
        let entry = self.entry(at)?;
        let names_start = match at.checked_sub(1) {
            Some(last) => number_at(self.entry(last)?, 4)?,
            None => 0,
        };
        let (title_end, anchor_end) = (number_at(entry, 3)?, number_at(entry, 4)?);
        let content_end = match self.entry(at + 1) {
            Some(next) => number_at(next, 2)?,
            None => self.header.text_bytes,
        };
        Some(StoredSection {
            title: self.names.get(names_start..title_end)?,
            anchor: self.names.get(title_end..anchor_end)?,
            level: *entry.get(20)?,
            first_position: u32::try_from(number_at(entry, 0)?).ok()?,
            content_position: u32::try_from(number_at(entry, 1)?).ok()?,
            content: (number_at(entry, 2)?, content_end),
        })
    }

    /// Returns the index of the section that contains a position.
    #[must_use]
    pub(crate) fn section_of(&self, position: u32) -> usize {
        last_at_or_before(self.sections, SECTION_BYTES, position)
    }

    /// Returns the index of the block that contains a position.
    #[must_use]
    pub(crate) fn block_of(&self, position: u32) -> usize {
        last_at_or_before(self.blocks, BLOCK_BYTES, position)
    }

    /// Returns the number of text blocks.
    #[must_use]
    pub(crate) fn num_blocks(&self) -> usize {
        self.header.blocks
    }

    /// Returns the approximate number of positions in `chars` characters of the text.
    #[must_use]
    pub(crate) fn positions_of(&self, chars: usize) -> usize {
        chars.saturating_mul(self.header.positions) / self.header.text_chars.max(1)
    }

    /// Returns the approximate number of bytes in `chars` characters of the text.
    #[must_use]
    pub(crate) fn bytes_of(&self, chars: usize) -> usize {
        chars.saturating_mul(self.header.text_bytes).div_ceil(self.header.text_chars.max(1))
    }

    /// Returns the whole text.
    ///
    /// # Errors
    /// If a block is damaged.
    pub fn text(&self) -> Result<String, IndexError> {
        let mut text = String::with_capacity(self.header.text_bytes.min(limits::MAX_PREALLOCATED_BYTES));
        for at in 0..self.num_blocks() {
            // Reading a whole post through the cache would evict the blocks of recent snippets.
            text.push_str(&self.unpack(at)?.text);
        }
        Ok(text)
    }

    /// Returns the beginning of the text, up to `max_bytes`.
    ///
    /// # Errors
    /// If a block is damaged.
    pub(crate) fn text_prefix(&self, max_bytes: usize) -> Result<String, IndexError> {
        let mut text = String::new();
        for at in 0..self.num_blocks() {
            if text.len() >= max_bytes {
                break;
            }
            text.push_str(&self.unpack(at)?.text);
        }
        text.truncate(text.floor_char_boundary(max_bytes));
        Ok(text)
    }

    /// Returns the text of consecutive blocks.
    ///
    /// # Errors
    /// If there are no such blocks, or one is damaged.
    pub(crate) fn text_span(&self, blocks: Range<usize>) -> Result<TextSpan, IndexError> {
        let mut text_span = TextSpan::new(self.block(blocks.start)?, blocks.start);
        for at in blocks.skip(1) {
            text_span.append(self.block(at)?);
        }
        Ok(text_span)
    }

    /// Returns a block by index, from the cache if possible.
    ///
    /// # Errors
    /// If there is no such block, or it is damaged.
    pub(crate) fn block(&self, at: usize) -> Result<Arc<TextBlock>, IndexError> {
        self.source.cache.get((self.source.post, at), || self.unpack(at))
    }

    fn unpack(&self, at: usize) -> Result<TextBlock, IndexError> {
        let damaged = || IndexError::Damaged;
        let entry = |at: usize| self.blocks.get(at * BLOCK_BYTES..(at + 1) * BLOCK_BYTES);
        let number = |entry: &[u8], n| number_at(entry, n).ok_or_else(damaged);
        let this = entry(at).ok_or_else(damaged)?;
        let [first_position, start, data_start, positions] =
            [number(this, 0)?, number(this, 1)?, number(this, 2)?, number(this, 3)?];
        let (last_position, end, data_end) = match entry(at + 1) {
            Some(next) => (number(next, 0)?, number(next, 1)?, number(next, 2)?),
            None => (self.header.positions, self.header.text_bytes, self.data.len()),
        };
        let packed = self.data.get(data_start..data_end).ok_or_else(damaged)?;
        let len = end.checked_sub(start).and_then(|text| text.checked_add(positions)).ok_or_else(damaged)?;
        let mut bytes = self.source.codec.unpack(packed, len)?;
        let text = bytes.split_off(positions.min(bytes.len()));
        Ok(TextBlock {
            start,
            text: String::from_utf8(text).map_err(|_| damaged())?,
            first_position: u32::try_from(first_position).unwrap_or(u32::MAX),
            position_count: last_position.saturating_sub(first_position),
            packed_positions: bytes,
            positions: OnceLock::new(),
        })
    }
}

/// Returns the index of the last entry whose first number is at most `position`, or 0 if there is
/// none.
fn last_at_or_before(entries: &[u8], entry_bytes: usize, position: u32) -> usize {
    let (mut from, mut to) = (0, entries.len() / entry_bytes);
    while from < to {
        let middle = usize::midpoint(from, to);
        let is_before =
            number_at(&entries[middle * entry_bytes..], 0).is_some_and(|n| n <= position as usize);
        if is_before { from = middle + 1 } else { to = middle }
    }
    from.saturating_sub(1)
}

fn number_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at * 4..at * 4 + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}
