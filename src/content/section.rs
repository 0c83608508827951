//! The parts of a post's text: a heading and what stands below it until the next one.

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
