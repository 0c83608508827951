//! Where code stands in Markdown, which templates of some generators leave alone.

use std::ops::Range;

use super::calls::MAX_CALL_BYTES;

/// The fenced blocks and the inline code of a text, in their order.
#[derive(Debug, Default)]
pub(super) struct CodeRanges(Vec<Range<usize>>);

impl CodeRanges {
    /// Finds them.
    pub(super) fn of(text: &str) -> Self {
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
                (Some((start, open)), Some(mark)) if closes(line, open, mark) => {
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

    /// The code that a place is in.
    pub(super) fn at(&self, place: usize) -> Option<Range<usize>> {
        let next = self.0.partition_point(|range| range.end <= place);
        self.0.get(next).filter(|range| range.start <= place).cloned()
    }
}

/// The marks that a fence is made of, behind whatever indentation.
pub(super) fn fence_mark(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_end();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let is_fence = length >= 3 && !(mark == '`' && line[length..].contains('`'));
    is_fence.then_some(&line[..length])
}

/// Whether a line with `mark` closes the block that `open` opened.
pub(super) fn closes(line: &str, open: &str, mark: &str) -> bool {
    mark.starts_with(open) && line.trim() == mark
}

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

/// Where a run of exactly so many backticks ends, in the paragraph that `text` begins in.
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

/// Replaces the line that divides a summary from the rest, as the generators write it, by Hugo's.
pub(super) fn with_divider(text: String) -> String {
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
    fn code_is_found() {
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
            let found: Vec<_> = CodeRanges::of(text).0.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        let ranges = CodeRanges::of("a `b` c");
        assert!(ranges.at(3).is_some() && ranges.at(0).is_none() && ranges.at(5).is_none());
    }

    #[test]
    fn dividers_are_made_hugos() {
        assert_eq!(with_divider("a\n\n<!-- truncate -->\n\nb".to_owned()), "a\n\n<!--more-->\n\nb");
        assert_eq!(with_divider("{/* truncate */}".to_owned()), "<!--more-->");
    }
}
