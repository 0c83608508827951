//! Snippets on one line.

use std::ops::Range;

use super::fragment::{Fragment, is_code_marker};
use crate::index::post_store::CODE_START;
use crate::query::present::highlight::to_html;
use crate::query::present::response::Snippet;

/// Renders a fragment on one line, with its marks, which are ascending and disjoint.
pub(super) fn render(text: &str, fragment: &Fragment, marks: &[Range<usize>]) -> Snippet {
    let range = fragment.range.clone();
    let mut line = LineBuilder {
        text: String::with_capacity(range.len() + 6),
        ends_with_space: true,
        codes: Vec::new(),
    };
    if fragment.is_cut_at_start {
        line.text.push('…');
    }
    let mut code_start = fragment.begins_in_code.then_some(line.text.len());
    let mut ranges = Vec::with_capacity(marks.len());
    let mut at = range.start;
    for mark in marks {
        line.push(&text[at..mark.start], &mut code_start);
        let start = line.text.len();
        line.push(&text[mark.clone()], &mut code_start);
        ranges.push(start..line.text.len());
        at = mark.end;
    }
    line.push(&text[at..range.end], &mut code_start);
    line.end_code(code_start);
    if fragment.is_cut_at_end {
        line.text.push('…');
    }
    let LineBuilder { text, codes, .. } = line;
    let html = to_html(&text, &ranges);
    let pairs =
        |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| [range.start, range.end]).collect();
    Snippet { html, ranges: pairs(ranges), code_ranges: pairs(codes), text }
}

/// A line under construction.
struct LineBuilder {
    text: String,
    /// Whether it is empty or ends with a space.
    ends_with_space: bool,
    codes: Vec<Range<usize>>,
}

impl LineBuilder {
    /// Appends text, with whitespace collapsed and code markers removed.
    fn push(&mut self, text: &str, code_start: &mut Option<usize>) {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_whitespace() || is_code_marker(c)) {
            self.push_word(&rest[..at]);
            let mark = rest[at..].chars().next().unwrap_or(' ');
            rest = &rest[at + mark.len_utf8()..];
            if mark == CODE_START {
                *code_start = Some(self.text.len());
            } else if is_code_marker(mark) {
                self.end_code(code_start.take());
            } else if !self.ends_with_space {
                self.text.push(' ');
                self.ends_with_space = true;
            }
        }
        self.push_word(rest);
    }

    fn push_word(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends_with_space &= word.is_empty();
    }

    fn end_code(&mut self, start: Option<usize>) {
        let code = start.map(|start| start..self.text.len());
        self.codes.extend(code.filter(|code| !code.is_empty()));
    }
}
