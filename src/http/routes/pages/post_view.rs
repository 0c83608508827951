//! The parts of the JSON of a post that its preview shows.

use serde::Deserialize;

/// A post.
#[derive(Debug, Deserialize)]
pub(super) struct PostView {
    pub(super) url: String,
    pub(super) title: String,
    /// RFC 3339.
    pub(super) date: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) lang: String,
    pub(super) sections: Vec<PostSectionView>,
    pub(super) text: String,
    /// Byte ranges of `text` that are blocks of code, in order.
    pub(super) code_ranges: Vec<[usize; 2]>,
    pub(super) truncated: bool,
}

/// A section of a post.
#[derive(Debug, Deserialize)]
pub(super) struct PostSectionView {
    pub(super) title: String,
    /// 0 for text before the first heading.
    pub(super) level: u8,
    /// Empty if the heading has no id.
    pub(super) anchor: String,
    /// The byte range of its text.
    pub(super) range: [usize; 2],
}

/// A part of a post's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PostBlock<'a> {
    Paragraph(&'a str),
    Code(&'a str),
}

impl PostView {
    /// Returns the blocks of a section. Ranges beyond the text are ignored.
    pub(super) fn blocks(&self, section: &PostSectionView) -> Vec<PostBlock<'_>> {
        let [mut at, end] = section.range;
        let mut blocks = Vec::new();
        // Ranges are in order, so that those before the section need not be compared one by one.
        let first = self.code_ranges.partition_point(|[start, _]| *start < at);
        for &[start, code_end] in self.code_ranges[first..].iter().take_while(|[start, _]| *start < end) {
            blocks.extend(self.paragraphs(at, start));
            blocks.extend(
                self.text.get(start..code_end).map(|code| PostBlock::Code(code.trim_end_matches('\n'))),
            );
            at = code_end;
        }
        blocks.extend(self.paragraphs(at, end));
        blocks
    }

    fn paragraphs(&self, start: usize, end: usize) -> impl Iterator<Item = PostBlock<'_>> {
        let lines = self.text.get(start..end).unwrap_or_default().lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(PostBlock::Paragraph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_paragraphs_and_code() {
        let section =
            |range: [usize; 2]| serde_json::json!({"title": "", "level": 0, "anchor": "", "range": range});
        let post: PostView = serde_json::from_value(serde_json::json!({
            "url": "", "title": "", "date": null, "categories": [], "tags": [], "lang": "en", "truncated": false,
            "text": "One\nlet x;\n  y\n\nTwo\nünd\ncut", "code_ranges": [[4, 15], [25, 28]],
            "sections": [section([0, 20]), section([20, 28]), section([20, 21]), section([9, 99])],
        }))
        .unwrap();
        let blocks = |at: usize| post.blocks(&post.sections[at]);
        let expected =
            [PostBlock::Paragraph("One"), PostBlock::Code("let x;\n  y"), PostBlock::Paragraph("Two")];
        assert_eq!(blocks(0), expected);
        assert_eq!(blocks(1), [PostBlock::Paragraph("ünd"), PostBlock::Code("cut")]);
        // A damaged range ends within a character.
        assert_eq!(blocks(2), []);
        assert_eq!(blocks(3).last(), Some(&PostBlock::Code("cut")));
    }
}
