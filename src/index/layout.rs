//! A post's text as one sequence of positions, and where each position stands in the text.
//!
//! Headings, prose and code follow each other as a reader meets them. Between two blocks one
//! position is left empty, so that no phrase crosses from one to the next.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::schema::TextField;
use crate::analysis::{Analyzer, Token};
use crate::content::{Block, Section};

/// A section of the stored text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSection {
    /// Where the heading's text stands; empty before the first heading.
    pub heading: Range<usize>,
    /// The heading's id in the page; empty before the first heading.
    pub anchor: String,
    /// Where the text below the heading stands.
    pub content: Range<usize>,
    /// The first position of the heading or, without one, of the content.
    pub first_position: u32,
}

/// A post's text, ready for the index.
#[derive(Debug, Default)]
pub struct Layout {
    /// All the text.
    pub text: String,
    /// The byte range of each position; the empty ones separate blocks.
    pub positions: Vec<Range<usize>>,
    /// The sections in order.
    pub sections: Vec<StoredSection>,
    /// First position and length of each heading.
    pub heading_spans: Vec<(u32, u32)>,
    /// The tokens of each of the fields that make up the text.
    pub tokens: Vec<(TextField, Token)>,
}

impl Layout {
    /// Lays out the sections of a post.
    #[must_use]
    pub fn new(sections: &[Section], analyzer: &Analyzer) -> Self {
        let mut layout = Self::default();
        for section in sections {
            layout.add_section(section, analyzer);
        }
        layout
    }

    fn add_section(&mut self, section: &Section, analyzer: &Analyzer) {
        let mut stored = StoredSection { first_position: self.next_position(), ..StoredSection::default() };
        if let Some(heading) = &section.heading {
            let first = self.next_position();
            stored.heading = self.add_text(TextField::Headings, &heading.text, analyzer);
            stored.anchor.clone_from(&heading.anchor);
            // The empty position after the heading is not part of it.
            self.heading_spans.push((first, self.next_position() - first - 1));
        }
        let start = self.text.len();
        for block in &section.blocks {
            match block {
                Block::Prose(text) => self.add_text(TextField::Body, text, analyzer),
                Block::Code { text, .. } => self.add_text(TextField::Code, text, analyzer),
            };
        }
        stored.content = start..self.text.len();
        self.sections.push(stored);
    }

    fn add_text(&mut self, field: TextField, text: &str, analyzer: &Analyzer) -> Range<usize> {
        let (start, base) = (self.text.len(), self.next_position());
        let analysis = analyzer.analyze(text);
        self.positions.extend(analysis.positions.iter().map(|range| start + range.start..start + range.end));
        self.tokens.extend(analysis.tokens.into_iter().map(|mut token| {
            token.position += base;
            (field, token)
        }));
        self.text.push_str(text);
        let end = self.text.len();
        self.text.push('\n');
        self.positions.push(end..end);
        start..end
    }

    fn next_position(&self) -> u32 {
        u32::try_from(self.positions.len()).unwrap_or(u32::MAX)
    }
}

/// Largest gap and length that share one byte.
const MAX_SHORT_GAP: usize = 7;
const MAX_SHORT_LEN: usize = 30;
/// Stands where gap and length follow as variable-length integers.
const LONG: u8 = 0xff;

/// Packs byte ranges in ascending order: the gap since the end of the one before and the length,
/// in one byte (three bits and five) or, for long ones, as two LEB128 integers.
#[must_use]
pub fn encode_positions(positions: &[Range<usize>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(positions.len());
    let mut end = 0;
    for range in positions {
        let (gap, len) = (range.start.saturating_sub(end), range.len());
        if gap <= MAX_SHORT_GAP && len <= MAX_SHORT_LEN {
            #[expect(clippy::cast_possible_truncation, reason = "eight bits, by the bounds above")]
            bytes.push((gap << 5 | len) as u8);
        } else {
            bytes.push(LONG);
            push_leb128(&mut bytes, gap);
            push_leb128(&mut bytes, len);
        }
        end = range.end;
    }
    bytes
}

/// The ranges that [`encode_positions`] packed.
pub fn decode_positions(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let (mut at, mut end) = (0, 0);
    std::iter::from_fn(move || {
        let first = *bytes.get(at)?;
        at += 1;
        let (gap, len) = if first == LONG {
            (read_leb128(bytes, &mut at)?, read_leb128(bytes, &mut at)?)
        } else {
            (usize::from(first >> 5), usize::from(first & 31))
        };
        let start = end + gap;
        end = start + len;
        Some(start..end)
    })
}

fn push_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "takes seven bits")]
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
    bytes.push(value as u8);
}

fn read_leb128(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::TokenKind;
    use crate::content::Heading;
    use proptest::prelude::*;

    #[test]
    fn text_positions_and_sections_agree() {
        let heading = Heading { text: "Set up".into(), level: 2, anchor: "set-up".into() };
        let code = Block::Code { language: None, text: "run it".into() };
        let sections = [
            Section { heading: None, blocks: vec![Block::Prose("Hello big world".into())] },
            Section { heading: Some(heading), blocks: vec![Block::Prose("Then".into()), code] },
        ];
        let layout = Layout::new(&sections, &Analyzer::new("en"));
        assert_eq!(layout.text, "Hello big world\nSet up\nThen\nrun it\n");
        assert_eq!(layout.heading_spans, [(4, 2)]);
        let second = &layout.sections[1];
        assert_eq!((&layout.text[second.heading.clone()], second.first_position), ("Set up", 4));
        assert_eq!(layout.text[second.content.clone()].trim_end(), "Then\nrun it");
        for (_, token) in &layout.tokens {
            let written = &layout.text[layout.positions[token.position as usize].clone()];
            if token.kind == TokenKind::Surface {
                assert_eq!(written.to_lowercase(), token.term);
            }
        }
    }

    proptest! {
        #[test]
        fn positions_survive_packing(steps in prop::collection::vec((0usize..400, 0usize..400), 0..200)) {
            let mut ranges: Vec<Range<usize>> = Vec::new();
            let mut end = 0;
            for (gap, len) in steps {
                ranges.push(end + gap..end + gap + len);
                end += gap + len;
            }
            let decoded: Vec<_> = decode_positions(&encode_positions(&ranges)).collect();
            prop_assert_eq!(decoded, ranges);
        }
    }
}
