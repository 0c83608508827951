//! A post's text as it is stored: the contents of its sections one after the other.
//!
//! Headings stand in the table of the sections instead; their positions are empty here, so that the
//! positions count on. What stands between [`CODE_START`] and [`CODE_END`] is code.

use std::ops::Range;

use crate::index::text_layout::Layout;

/// Stands before code.
pub const CODE_START: char = '\u{e}';
/// Stands behind code.
pub const CODE_END: char = '\u{f}';

/// Bytes of a piece of text that is packed by itself.
const PIECE_BYTES: usize = 1 << 10;

/// The text of a post.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) text: String,
    /// The byte range of each position.
    pub(super) positions: Vec<Range<usize>>,
    /// Where the content of each section begins.
    pub(super) content_starts: Vec<usize>,
}

impl Stream {
    pub(super) fn new(layout: &Layout) -> Self {
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
    fn copy(&mut self, layout: &Layout, part: Range<usize>) {
        let start = self.text.len();
        push_without_markers(&mut self.text, &layout.text[part.clone()]);
        let positions = layout.positions[self.positions.len()..].iter();
        let inside = positions.take_while(|range| range.end <= part.end);
        let placed = inside.map(|range| {
            let first = range.start.max(part.start) - part.start;
            start + first..start + range.end.max(part.start) - part.start
        });
        let placed: Vec<Range<usize>> = placed.collect();
        self.positions.extend(placed);
    }

    /// The pieces, cut where a position begins, or in long stretches without one, between letters.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = vec![Piece::default()];
        for (at, range) in self.positions.iter().enumerate() {
            if range.start >= last_start(&pieces) + PIECE_BYTES {
                self.cut_stretch(&mut pieces, at, range.start);
                pieces.push(Piece { first_position: at, start: range.start });
            }
        }
        self.cut_stretch(&mut pieces, self.positions.len(), self.text.len());
        pieces
    }

    /// Cuts what is too long before `end`, in which no position begins.
    fn cut_stretch(&self, pieces: &mut Vec<Piece>, first_position: usize, end: usize) {
        while end >= last_start(pieces) + 2 * PIECE_BYTES {
            let start = self.text.floor_char_boundary(last_start(pieces) + PIECE_BYTES);
            pieces.push(Piece { first_position, start });
        }
    }
}

/// Adds a text, with blanks for the marks of code that it happens to have.
fn push_without_markers(text: &mut String, part: &str) {
    let is_marker = |byte: u8| byte == CODE_START as u8 || byte == CODE_END as u8;
    if part.bytes().any(is_marker) {
        text.push_str(&part.replace([CODE_START, CODE_END], " "));
    } else {
        text.push_str(part);
    }
}

fn last_start(pieces: &[Piece]) -> usize {
    pieces.last().map_or(0, |piece| piece.start)
}

/// Where a piece begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Piece {
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

    fn stream(sections: &[Section]) -> Stream {
        Stream::new(&Layout::new(sections, &Analyzer::new("en"), &mut Lexicon::default()))
    }

    fn code(text: &str) -> Block {
        Block::Code { language: None, text: text.into() }
    }

    #[test]
    fn headings_are_left_out_and_code_is_marked() {
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
    fn pieces_begin_at_positions_and_are_short() {
        let prose = Block::Prose("words and ".repeat(1_000) + &"—".repeat(3_000));
        let stream = stream(&[section(None, vec![prose])]);
        let pieces = stream.pieces();
        for pair in pieces.windows(2) {
            assert!(
                (PIECE_BYTES - 3..2 * PIECE_BYTES).contains(&(pair[1].start - pair[0].start)),
                "{pair:?}"
            );
            assert!(stream.text.is_char_boundary(pair[1].start));
        }
        for piece in &pieces[1..9] {
            assert_eq!(stream.positions[piece.first_position].start, piece.start);
        }
        assert!(stream.text.len() - pieces.last().unwrap().start < 2 * PIECE_BYTES);
    }
}
