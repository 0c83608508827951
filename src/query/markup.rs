//! Texts with marked ranges, and the one place where text becomes HTML.

use std::ops::Range;

/// A text of which parts match or are code; the ranges of each kind ascend and are apart.
#[derive(Debug, Clone, Copy)]
pub struct Marked<'a> {
    /// The text.
    pub text: &'a str,
    /// What matches.
    pub marks: &'a [Range<usize>],
    /// What is code.
    pub codes: &'a [Range<usize>],
}

impl Marked<'_> {
    /// The text, escaped, with matches in `<mark>` and code in `<code>`.
    #[must_use]
    pub fn to_html(&self) -> String {
        let ranges = self.marks.len() + self.codes.len();
        let mut html = String::with_capacity(self.text.len() + ranges * "<mark></mark>".len());
        let mut at = 0;
        for code in self.codes {
            self.push_part(at..code.start, &mut html);
            html.push_str("<code>");
            self.push_part(code.clone(), &mut html);
            html.push_str("</code>");
            at = code.end;
        }
        self.push_part(at..self.text.len(), &mut html);
        html
    }

    fn push_part(&self, part: Range<usize>, html: &mut String) {
        let escape = |range: Range<usize>, html: &mut String| {
            html_escape::encode_quoted_attribute_to_string(&self.text[range], html);
        };
        let first = self.marks.partition_point(|mark| mark.end <= part.start);
        let mut at = part.start;
        for mark in self.marks[first..].iter().take_while(|mark| mark.start < part.end) {
            let (start, end) = (mark.start.max(part.start), mark.end.min(part.end));
            escape(at..start, html);
            html.push_str("<mark>");
            escape(start..end, html);
            html.push_str("</mark>");
            at = end;
        }
        escape(at..part.end, html);
    }
}

/// Sorts ranges and joins those that overlap, touch, or have only blanks or a connector between
/// them.
#[must_use]
pub fn merge_ranges(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match merged.last_mut() {
            Some(last) if range.start <= last.end || is_joint(&text[last.end..range.start]) => {
                last.end = last.end.max(range.end);
            }
            _ => merged.push(range),
        }
    }
    merged
}

fn is_joint(between: &str) -> bool {
    matches!(between, "/" | "-" | "_" | "." | "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str, marks: &[Range<usize>], codes: &[Range<usize>]) -> String {
        Marked { text, marks, codes }.to_html()
    }

    #[test]
    fn text_is_escaped_and_marks_are_not() {
        let text = "<b> & \"x\" é";
        assert_eq!(html(text, &[1..2, 10..12], &[]).matches("<mark>").count(), 2);
        assert_eq!(html("a <script>'", &[2..9], &[]), "a <mark>&lt;script</mark>&gt;&#x27;");
        assert_eq!(html("", &[], &[]), "");
    }

    #[test]
    fn code_and_marks_are_nested() {
        let nested = "<code>a<mark>b</mark></code><mark>c</mark>d<code>e</code>";
        assert_eq!(html("abcde", &[1..3], &[0..2, 4..5]), nested);
    }

    #[test]
    fn ranges_merge() {
        let text = "ci/cd and more words";
        assert_eq!(merge_ranges(text, vec![3..5, 0..2, 0..5, 6..9, 9..9]), [0..5, 6..9]);
    }
}
