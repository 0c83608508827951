//! The stored text of a post: the contents of its sections, concatenated.
//!
//! Headings are stored in the section table instead; their positions have empty ranges here, so that
//! positions still count through the post. Code is between [`CODE_START`] and [`CODE_END`].

use std::ops::Range;

use crate::index::text_layout::TextLayout;

/// Marks the start of code.
pub(crate) const CODE_START: char = '\u{e}';
/// Marks the end of code.
pub(crate) const CODE_END: char = '\u{f}';

/// Target size of a text block in bytes.
const TARGET_BLOCK_BYTES: usize = 1 << 10;

/// The stored text of a post.
#[derive(Debug, Default)]
pub(super) struct TextStream {
    pub(super) text: String,
    /// Byte range of each position.
    pub(super) positions: Vec<Range<usize>>,
    /// Offset at which the content of each section begins.
    pub(super) content_starts: Vec<usize>,
}

impl TextStream {
    pub(super) fn new(layout: &TextLayout) -> Self {
        let mut stream = Self::default();
        stream.text.reserve(layout.text.len());
        stream.positions.reserve(layout.positions.len());
        let mut codes = layout.codes.iter().peekable();
        for section in &layout.sections {
            let start = stream.text.len();
            stream.content_starts.push(start);
            stream.positions.resize(section.content_position as usize, start..start);
            let mut copied = section.content.start;
            while let Some(code) = codes.next_if(|code| code.end <= section.content.end) {
                stream.copy(layout, copied..code.start);
                stream.text.push(CODE_START);
                stream.copy(layout, code.clone());
                stream.text.push(CODE_END);
                copied = code.end;
            }
            stream.copy(layout, copied..section.content.end);
        }
        stream
    }

    /// Copies a part of the text, with the positions that end in it.
    fn copy(&mut self, layout: &TextLayout, part: Range<usize>) {
        let start = self.text.len();
        push_without_markers(&mut self.text, &layout.text[part.clone()]);
        let positions = layout.positions[self.positions.len()..].iter();
        let inside = positions.take_while(|range| range.end <= part.end);
        let shifted = inside.map(|range| {
            let first = range.start.max(part.start) - part.start;
            start + first..start + range.end.max(part.start) - part.start
        });
        let shifted: Vec<Range<usize>> = shifted.collect();
        self.positions.extend(shifted);
    }

    /// Splits the text into blocks: at the start of a position or, in long ranges without positions, at a
    /// character boundary.
    pub(super) fn block_starts(&self) -> Vec<BlockStart> {
        let mut blocks: Vec<BlockStart> = vec![BlockStart::default()];
        for (at, range) in self.positions.iter().enumerate() {
            if range.start >= last_start(&blocks) + TARGET_BLOCK_BYTES {
                self.cut_stretch(&mut blocks, at, range.start);
                blocks.push(BlockStart { first_position: at, start: range.start });
            }
        }
        self.cut_stretch(&mut blocks, self.positions.len(), self.text.len());
        blocks
    }

    /// Splits the text before `end` into blocks of at most twice the target size; no position starts in it.
    fn cut_stretch(&self, blocks: &mut Vec<BlockStart>, first_position: usize, end: usize) {
        while end >= last_start(blocks) + 2 * TARGET_BLOCK_BYTES {
            let start = self.text.floor_char_boundary(last_start(blocks) + TARGET_BLOCK_BYTES);
            blocks.push(BlockStart { first_position, start });
        }
    }
}

/// Appends text, with spaces in place of code markers that it contains.
fn push_without_markers(text: &mut String, part: &str) {
    let is_marker = |byte: u8| byte == CODE_START as u8 || byte == CODE_END as u8;
    if part.bytes().any(is_marker) {
        text.push_str(&part.replace([CODE_START, CODE_END], " "));
    } else {
        text.push_str(part);
    }
}

fn last_start(blocks: &[BlockStart]) -> usize {
    blocks.last().map_or(0, |block| block.start)
}

/// Start of a block: its first position and its byte offset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct BlockStart {
    pub(super) first_position: usize,
    pub(super) start: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Analyzer, Lexicon};
    use crate::content::{Block, Heading, Section};

    fn section(heading: Option<&str>, blocks: Vec<Block>) -> Section {
        let heading =
            heading.map(|text| Heading { text: text.into(), level: 2, anchor: text.to_lowercase() });
        Section { heading, blocks }
    }

    fn stream(sections: &[Section]) -> TextStream {
        TextStream::new(&TextLayout::new(sections, &Analyzer::new("en"), &mut Lexicon::default()))
    }

    fn code(text: &str) -> Block {
        Block::Code { language: None, text: text.into() }
    }

    #[test]
    fn stored_text_omits_headings_and_marks_code() {
        let sections = [
            section(None, vec![Block::Prose("Hello world".into())]),
            section(Some("Set up"), vec![code("run \u{e}it"), Block::Prose("Then go".into())]),
        ];
        let stream = stream(&sections);
        assert_eq!(stream.text, "Hello world\n\u{e}run  it\u{f}\nThen go\n");
        let words: Vec<&str> = stream.positions.iter().map(|range| &stream.text[range.clone()]).collect();
        assert_eq!(words, ["Hello", "world", "", "", "", "", "run", "it", "", "Then", "go", ""]);
        assert_eq!(stream.content_starts, [0, 12]);
    }

    #[test]
    fn blocks_start_at_positions_and_are_short() {
        let prose = Block::Prose("words and ".repeat(1_000) + &"—".repeat(3_000));
        let stream = stream(&[section(None, vec![prose])]);
        let blocks = stream.block_starts();
        for pair in blocks.windows(2) {
            assert!(
                (TARGET_BLOCK_BYTES - 3..2 * TARGET_BLOCK_BYTES).contains(&(pair[1].start - pair[0].start)),
                "{pair:?}"
            );
            assert!(stream.text.is_char_boundary(pair[1].start));
        }
        for block in &blocks[1..9] {
            assert_eq!(stream.positions[block.first_position].start, block.start);
        }
        assert!(stream.text.len() - blocks.last().unwrap().start < 2 * TARGET_BLOCK_BYTES);
    }
}
