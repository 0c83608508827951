//! Highlighting: marked ranges, and the only place where text becomes HTML.

use std::ops::Range;

/// Escapes `text` and wraps each of the ranges, which are ascending and disjoint, in `<mark>`.
pub(crate) fn to_html(text: &str, ranges: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(text.len() + ranges.len() * 13);
    let mut at = 0;
    for range in ranges {
        html_escape::encode_quoted_attribute_to_string(&text[at..range.start], &mut html);
        html.push_str("<mark>");
        html_escape::encode_quoted_attribute_to_string(&text[range.clone()], &mut html);
        html.push_str("</mark>");
        at = range.end;
    }
    html_escape::encode_quoted_attribute_to_string(&text[at..], &mut html);
    html
}

/// Sorts ranges and joins those that overlap, touch, or have only a connector between them.
pub(crate) fn merge_ranges(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match merged.last_mut() {
            Some(last) if range.start <= last.end || is_connector(&text[last.end..range.start]) => {
                last.end = last.end.max(range.end);
            }
            _ => merged.push(range),
        }
    }
    merged
}

fn is_connector(between: &str) -> bool {
    matches!(between, "/" | "-" | "_" | "." | "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_text_but_not_marks() {
        let text = "<b> & \"x\" é";
        assert_eq!(to_html(text, &[1..2, 10..12]).matches("<mark>").count(), 2);
        assert_eq!(to_html("a <script>'", &[2..9]), "a <mark>&lt;script</mark>&gt;&#x27;");
        assert_eq!(to_html("", &[]), "");
    }

    #[test]
    fn merges_overlapping_touching_and_connected_ranges() {
        let text = "ci/cd and more words";
        assert_eq!(merge_ranges(text, vec![3..5, 0..2, 0..5, 6..9, 9..9]), [0..5, 6..9]);
    }
}
