//! Code blocks and inline code in Markdown, in which some generators do not evaluate templates.

use std::ops::Range;

use crate::config::limits::MAX_CALL_BYTES;

/// The byte ranges of fenced code blocks and inline code in a text, in order.
#[derive(Debug, Default)]
pub(super) struct CodeRanges(Vec<Range<usize>>);

impl CodeRanges {
    /// Finds all code in a text.
    pub(super) fn find(text: &str) -> Self {
        let mut ranges = Vec::new();
        let mut fence: Option<(usize, &str)> = None;
        let (mut at, mut prose) = (0, 0);
        for line in text.split_inclusive('\n') {
            let mark = fence_mark(line);
            match (fence, mark) {
                (None, Some(mark)) => {
                    add_inline(text, prose..at, &mut ranges);
                    fence = Some((at, mark));
                }
                (Some((start, open)), Some(mark)) if closes_fence(line, open, mark) => {
                    fence = None;
                    prose = at + line.len();
                    ranges.push(start..prose);
                }
                _ => {}
            }
            at += line.len();
        }
        match fence {
            Some((start, _)) => ranges.push(start..text.len()),
            None => add_inline(text, prose..text.len(), &mut ranges),
        }
        Self(ranges)
    }

    /// Returns the range of the code that contains a byte offset.
    pub(super) fn containing(&self, offset: usize) -> Option<Range<usize>> {
        let next = self.0.partition_point(|range| range.end <= offset);
        self.0.get(next).filter(|range| range.start <= offset).cloned()
    }
}

/// Returns the marks of a code fence, such as ```` ``` ````, after any indentation; `None` for another line.
pub(super) fn fence_mark(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_end();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let is_fence = length >= 3 && !(mark == '`' && line[length..].contains('`'));
    is_fence.then_some(&line[..length])
}

/// Returns whether a line with the fence `mark` closes the block that the fence `open` opened.
pub(super) fn closes_fence(line: &str, open: &str, mark: &str) -> bool {
    mark.starts_with(open) && line.trim() == mark
}

/// Adds the ranges of inline code in a range of prose.
fn add_inline(text: &str, prose: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let mut at = prose.start;
    while let Some(start) = text[at..prose.end].find('`').map(|found| at + found) {
        let rest = &text[start..prose.end];
        let length = rest.len() - rest.trim_start_matches('`').len();
        at = start + length;
        if let Some(end) = closing_run(&text[at..prose.end], length) {
            ranges.push(start..at + end);
            at += end;
        }
    }
}

/// Returns the end of the first run of exactly `length` backticks in the current paragraph.
fn closing_run(text: &str, length: usize) -> Option<usize> {
    let near = &text[..text.floor_char_boundary(MAX_CALL_BYTES)];
    let paragraph = &near[..near.find("\n\n").unwrap_or(near.len())];
    let mut at = 0;
    while let Some(start) = paragraph[at..].find('`').map(|found| at + found) {
        let run = paragraph[start..].len() - paragraph[start..].trim_start_matches('`').len();
        at = start + run;
        if run == length {
            return Some(at);
        }
    }
    None
}

/// Replaces the summary divider of other generators with Hugo's, `<!--more-->`.
pub(super) fn normalize_divider(text: String) -> String {
    const DIVIDERS: [&str; 6] = [
        "<!-- more -->",
        "<!-- truncate -->",
        "<!--truncate-->",
        "{/* truncate */}",
        "{/* more */}",
        "<!-- More -->",
    ];
    match DIVIDERS.iter().find(|divider| text.contains(**divider)) {
        Some(divider) => text.replacen(divider, "<!--more-->", 1),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_code_blocks_and_inline_code() {
        let cases = [
            ("a `b` c", vec!["`b`"]),
            ("``a`b`` `", vec!["``a`b``"]),
            ("x\n```js\n`a`\n```\n`y`", vec!["```js\n`a`\n```\n", "`y`"]),
            ("  ~~~\n```\n~~~\nz", vec!["  ~~~\n```\n~~~\n"]),
            ("````\n```\n````\n", vec!["````\n```\n````\n"]),
            ("```\nno end", vec!["```\nno end"]),
            ("`a\n\nb`", vec![]),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = CodeRanges::find(text).0.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        let ranges = CodeRanges::find("a `b` c");
        assert!(
            ranges.containing(3).is_some()
                && ranges.containing(0).is_none()
                && ranges.containing(5).is_none()
        );
    }

    #[test]
    fn replaces_summary_dividers_by_hugos() {
        assert_eq!(normalize_divider("a\n\n<!-- truncate -->\n\nb".to_owned()), "a\n\n<!--more-->\n\nb");
        assert_eq!(normalize_divider("{/* truncate */}".to_owned()), "<!--more-->");
    }
}
