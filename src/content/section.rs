//! Sections: a post's text, split at its headings.

use std::borrow::Cow;

/// A heading and its anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Plain text.
    pub text: String,
    /// Level, from 1 to 6.
    pub level: u8,
    /// The heading's id on the page, which links to the section use; empty if it has none.
    pub anchor: String,
}

/// A block of prose or code in a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Paragraphs, lists, tables, quotes and alternative texts of images; each line is a paragraph.
    Prose(String),
    /// A code block, verbatim.
    Code {
        /// First word after the opening fence.
        language: Option<String>,
        /// Text of the code.
        text: String,
    },
}

impl Block {
    /// Returns the text of the block, prose or code.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Prose(text) | Self::Code { text, .. } => text,
        }
    }
}

/// A heading and the blocks up to the next heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Heading of the section; `None` for the text before the first heading.
    pub heading: Option<Heading>,
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// Returns whether the section has neither a heading nor blocks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heading.is_none() && self.blocks.is_empty()
    }

    /// Returns the prose blocks of the section; each line is a paragraph.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Prose(text) => Some(text.as_str()),
            Block::Code { .. } => None,
        })
    }
}

/// Builds sections from the headings, prose and code that a Markdown or HTML parser reports.
#[derive(Debug, Default)]
pub(super) struct SectionsBuilder {
    sections: Vec<Section>,
    section: Section,
    prose: String,
}

impl SectionsBuilder {
    /// Appends prose; a line break in it ends a paragraph.
    pub(super) fn text(&mut self, text: &str) {
        self.prose.push_str(text);
    }

    /// Appends a code block.
    pub(super) fn code(&mut self, language: Option<String>, text: &str) {
        self.flush_prose();
        if !text.trim().is_empty() {
            let text = remove_base64(text).trim_end().to_owned();
            self.section.blocks.push(Block::Code { language, text });
        }
    }

    /// Starts a section.
    pub(super) fn heading(&mut self, heading: Heading) {
        self.flush_section();
        let text = normalize_whitespace(&remove_invisible(&remove_base64(&heading.text)));
        self.section.heading = Some(Heading { text, ..heading });
    }

    /// Returns the sections; none is empty.
    pub(super) fn finish(mut self) -> Vec<Section> {
        self.flush_section();
        self.sections
    }

    fn flush_prose(&mut self) {
        let text = std::mem::take(&mut self.prose);
        let text = normalize_whitespace(&remove_invisible(&remove_base64(&text)));
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

/// Removes characters that allow or forbid a line break and have no width, such as soft hyphens: readers
/// neither see them nor type them. Joiners stay, because they change the shape of letters.
pub(super) fn remove_invisible(text: &str) -> Cow<'_, str> {
    const INVISIBLE: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];
    if text.contains(INVISIBLE) { text.replace(INVISIBLE, "").into() } else { text.into() }
}

/// Removes the Base64 data of `data:` URIs.
fn remove_base64(text: &str) -> Cow<'_, str> {
    const MARK: &str = ";base64,";
    let Some(first) = text.find(MARK) else { return text.into() };
    let mut out = text[..first].to_owned();
    for after_mark in text[first..].split(MARK).skip(1) {
        let is_data = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_' | '%');
        out.extend([MARK, after_mark.trim_start_matches(is_data)]);
    }
    out.into()
}

/// Replaces each run of whitespace in a line with one space and removes blank lines.
pub(super) fn normalize_whitespace(text: &str) -> String {
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
    fn removes_invisible_characters_and_base64_data() {
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
