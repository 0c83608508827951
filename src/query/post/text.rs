//! The text of a post without the marks that it has in the index.

use serde::Serialize;
use utoipa::ToSchema;

use crate::config::limits;
use crate::index::IndexError;
use crate::index::post_store::{CODE_END, CODE_START, PostRecord};
use crate::query::present::snippet::section_url;

/// A section of a post: a heading and the text up to the next heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostSection {
    /// The heading; empty for text before the first heading.
    pub title: String,
    /// The level of the heading, from 1 to 6; 0 for text before the first heading.
    pub level: u8,
    /// The id of the heading; empty if it has none.
    pub anchor: String,
    /// The URL of the post, with the anchor if there is one.
    pub url: String,
    /// The byte range of its text in `text`.
    pub range: [usize; 2],
}

/// The sections and the text of a post.
#[derive(Debug, Default)]
pub(super) struct PostText {
    pub(super) sections: Vec<PostSection>,
    pub(super) text: String,
    /// Byte ranges of code.
    pub(super) code_ranges: Vec<[usize; 2]>,
    /// Whether text or sections were left out.
    pub(super) truncated: bool,
}

impl PostText {
    /// Reads the text of a post with this URL, up to [`limits::MAX_POST_TEXT_BYTES`] and
    /// [`limits::MAX_POST_SECTIONS`].
    ///
    /// # Errors
    /// If the record is damaged.
    pub(super) fn read(record: &PostRecord<'_>, url: &str) -> Result<Self, IndexError> {
        let stored = record.text_prefix(limits::MAX_POST_TEXT_BYTES)?;
        let mut post = Self { text: String::with_capacity(stored.len()), ..Self::default() };
        let mut heading_bytes = 0;
        for at in 0..record.num_sections() {
            let section = record.section(at)?;
            let (start, end) = section.content;
            heading_bytes += section.title.len() + section.anchor.len();
            if at == limits::MAX_POST_SECTIONS
                || start > stored.len()
                || start + heading_bytes > limits::MAX_POST_TEXT_BYTES
            {
                post.truncated = true;
                break;
            }
            post.truncated |= end > stored.len();
            let range = post.add(stored.get(start..end.min(stored.len())).ok_or(IndexError::Damaged)?);
            post.sections.push(PostSection {
                title: section.title.to_owned(),
                level: section.level,
                anchor: section.anchor.to_owned(),
                url: if section.anchor.is_empty() {
                    url.to_owned()
                } else {
                    section_url(url, section.anchor)
                },
                range,
            });
        }
        Ok(post)
    }

    /// Appends the stored text of a section. Returns its range, without the line break at its end.
    fn add(&mut self, stored: &str) -> [usize; 2] {
        let start = self.text.len();
        let mut code_start = None;
        for part in stored.split_inclusive([CODE_START, CODE_END]) {
            let text = part.trim_end_matches([CODE_START, CODE_END]);
            self.text.push_str(text);
            if part.ends_with(CODE_START) {
                code_start = Some(self.text.len());
            } else if let Some(start) = code_start.take() {
                self.code_ranges.push([start, self.text.len()]);
            }
        }
        [start, self.text.trim_end_matches('\n').len().max(start)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_code_become_ranges() {
        let mut post = PostText::default();
        assert_eq!(post.add("One\n\u{e}let x;\n\u{f}\nTwo\n"), [0, 15]);
        assert_eq!(post.add(""), [16, 16]);
        // The end of a text that was cut off in its code.
        assert_eq!(post.add("\u{e}cut"), [16, 19]);
        assert_eq!(post.text, "One\nlet x;\n\nTwo\ncut");
        let codes: Vec<&str> = post.code_ranges.iter().map(|[start, end]| &post.text[*start..*end]).collect();
        assert_eq!(codes, ["let x;\n", "cut"]);
    }
}
