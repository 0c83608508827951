//! The parts of a post's text: a heading and what stands below it until the next one.

use std::borrow::Cow;

/// A heading with the anchor by which a link reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The plain text.
    pub text: String,
    /// From 1 to 6.
    pub level: u8,
    /// The id that the generator gives the heading.
    pub anchor: String,
}

/// Text of one kind within a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Paragraphs, lists, tables, quotes and alternative texts of images; one line a paragraph.
    Prose(String),
    /// A code block as it was typed.
    Code {
        /// The first word after the fence.
        language: Option<String>,
        /// The code.
        text: String,
    },
}

impl Block {
    /// The text, prose or code.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Prose(text) | Self::Code { text, .. } => text,
        }
    }
}

/// A heading, except before the first one, and the blocks below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading that opens the section.
    pub heading: Option<Heading>,
    /// The section's text in reading order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// Whether nothing at all stands in the section.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heading.is_none() && self.blocks.is_empty()
    }

    /// The prose of the section, one paragraph a line.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Prose(text) => Some(text.as_str()),
            Block::Code { .. } => None,
        })
    }
}

/// Puts sections together from what a reader of Markdown or HTML meets.
#[derive(Debug, Default)]
pub(super) struct SectionsBuilder {
    sections: Vec<Section>,
    section: Section,
    prose: String,
}

impl SectionsBuilder {
    /// More prose; a line break in it ends a paragraph.
    pub(super) fn text(&mut self, text: &str) {
        self.prose.push_str(text);
    }

    /// A block of code.
    pub(super) fn code(&mut self, language: Option<String>, text: &str) {
        self.flush_prose();
        if !text.trim().is_empty() {
            let text = without_data(text).trim_end().to_owned();
            self.section.blocks.push(Block::Code { language, text });
        }
    }

    /// Begins a section.
    pub(super) fn heading(&mut self, heading: Heading) {
        self.flush_section();
        let text = tidy_lines(&visible(&without_data(&heading.text)));
        self.section.heading = Some(Heading { text, ..heading });
    }

    /// The sections; none is empty.
    pub(super) fn finish(mut self) -> Vec<Section> {
        self.flush_section();
        self.sections
    }

    fn flush_prose(&mut self) {
        let text = std::mem::take(&mut self.prose);
        let text = tidy_lines(&visible(&without_data(&text)));
        if !text.is_empty() {
            self.section.blocks.push(Block::Prose(text));
        }
    }

    fn flush_section(&mut self) {
        self.flush_prose();
        let section = std::mem::take(&mut self.section);
        if !section.is_empty() {
            self.sections.push(section);
        }
    }
}

/// The text without the marks that say where a word may or may not be broken: readers see none, and
/// type none when they search. Joiners change how letters look, and stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    const INVISIBLE: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];
    if text.contains(INVISIBLE) { text.replace(INVISIBLE, "").into() } else { text.into() }
}

/// The text without the data in its `data:` URIs, which nobody reads.
fn without_data(text: &str) -> Cow<'_, str> {
    const MARK: &str = ";base64,";
    let Some(first) = text.find(MARK) else { return text.into() };
    let mut out = text[..first].to_owned();
    for after_mark in text[first..].split(MARK).skip(1) {
        let is_data = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_' | '%');
        out.extend([MARK, after_mark.trim_start_matches(is_data)]);
    }
    out.into()
}

/// Runs of blanks become one, lines without text go.
pub(super) fn tidy_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let before = out.len();
        for word in line.split_whitespace() {
            if out.len() > before {
                out.push(' ');
            } else if before > 0 {
                out.push('\n');
            }
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_goes() {
        let cases = [
            ("co\u{ad}op zero\u{200b}width \u{feff} x", "coop zerowidth x"),
            ("url(data:a/b;base64,iVBO+/=) x ;base64,", "url(data:a/b;base64,) x ;base64,"),
            (";base64,AA ;base64,BB;base64,CC.", ";base64, ;base64,;base64,."),
            ("👩\u{200d}👧 base64, AA", "👩\u{200d}👧 base64, AA"),
        ];
        for (text, expected) in cases {
            let mut sections = SectionsBuilder::default();
            sections.text(text);
            sections.heading(Heading { text: text.to_owned(), level: 1, anchor: String::new() });
            let sections = sections.finish();
            assert_eq!(sections[0].blocks, [Block::Prose(expected.to_owned())]);
            assert_eq!(sections[1].heading.as_ref().unwrap().text, expected);
        }
    }
}
