//! The text of a post as one sequence of positions, with the byte range of each.
//!
//! Headings, prose and code are in reading order. After each block one position is left empty, so that
//! no phrase matches across two blocks.

use std::ops::Range;

use super::schema::TextField;
use crate::analysis::{Analysis, Analyzer, Lexicon, Token};
use crate::content::{Block, Section};

/// Location of a section in the text of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SectionLayout {
    /// Byte range of the heading; empty for text before the first heading.
    pub heading: Range<usize>,
    /// Level of the heading, 1 to 6; 0 for text before the first heading.
    pub level: u8,
    /// Anchor of the heading; empty for text before the first heading.
    pub anchor: String,
    /// Byte range of the content below the heading.
    pub content: Range<usize>,
    /// First position of the section, heading included.
    pub first_position: u32,
    /// First position of the content.
    pub content_position: u32,
}

/// The text of a post, its positions and its tokens.
#[derive(Debug, Default)]
pub(crate) struct TextLayout {
    /// Text of all sections.
    pub text: String,
    /// Byte range of each position; the empty ones separate blocks.
    pub positions: Vec<Range<usize>>,
    /// Sections, in reading order.
    pub sections: Vec<SectionLayout>,
    /// Byte ranges of the code blocks.
    pub codes: Vec<Range<usize>>,
    /// First position and length in positions of each heading.
    pub heading_spans: Vec<(u32, u32)>,
    /// Tokens of headings, body and code.
    pub tokens: Vec<(TextField, Token)>,
}

impl TextLayout {
    /// Analyzes and concatenates the sections of a post.
    #[must_use]
    pub(crate) fn new(sections: &[Section], analyzer: &Analyzer, lexicon: &mut Lexicon) -> Self {
        let mut layout = Self::default();
        for section in sections {
            layout.add_section(section, analyzer, lexicon);
        }
        layout
    }

    fn add_section(&mut self, section: &Section, analyzer: &Analyzer, lexicon: &mut Lexicon) {
        let mut add_text = |layout: &mut Self, field, text: &str| {
            layout.add_text(field, text, analyzer.analyze(text, lexicon))
        };
        let mut laid_out = SectionLayout { first_position: self.next_position(), ..SectionLayout::default() };
        if let Some(heading) = &section.heading {
            let first = self.next_position();
            laid_out.heading = add_text(self, TextField::Headings, &heading.text);
            laid_out.level = heading.level;
            laid_out.anchor.clone_from(&heading.anchor);
            // The empty position after the heading does not belong to it.
            self.heading_spans.push((first, self.next_position() - first - 1));
        }
        laid_out.content_position = self.next_position();
        let start = self.text.len();
        for block in &section.blocks {
            match block {
                Block::Prose(text) => {
                    add_text(self, TextField::Body, text);
                }
                Block::Code { text, .. } => {
                    let code = add_text(self, TextField::Code, text);
                    self.codes.push(code);
                }
            }
        }
        laid_out.content = start..self.text.len();
        self.sections.push(laid_out);
    }

    fn add_text(&mut self, field: TextField, text: &str, analysis: Analysis) -> Range<usize> {
        let (start, base) = (self.text.len(), self.next_position());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::TokenKind;
    use crate::content::Heading;

    #[test]
    fn positions_and_sections_match_the_text() {
        let heading = Heading { text: "Set up".into(), level: 2, anchor: "set-up".into() };
        let code = Block::Code { language: None, text: "run it".into() };
        let sections = [
            Section { heading: None, blocks: vec![Block::Prose("Hello big world".into())] },
            Section { heading: Some(heading), blocks: vec![Block::Prose("Then".into()), code] },
        ];
        let mut lexicon = Lexicon::default();
        let layout = TextLayout::new(&sections, &Analyzer::new("en"), &mut lexicon);
        assert_eq!(layout.text, "Hello big world\nSet up\nThen\nrun it\n");
        assert_eq!(layout.heading_spans, [(4, 2)]);
        let second = &layout.sections[1];
        assert_eq!((&layout.text[second.heading.clone()], second.first_position), ("Set up", 4));
        assert_eq!(layout.text[second.content.clone()].trim_end(), "Then\nrun it");
        for (_, token) in &layout.tokens {
            let written = &layout.text[layout.positions[token.position as usize].clone()];
            if token.kind == TokenKind::Folded {
                assert_eq!(written.to_lowercase(), lexicon.term(token.term));
            }
        }
    }
}
