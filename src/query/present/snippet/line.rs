//! A piece of text on one line.

use std::ops::Range;

use super::fragment::{Cuts, is_marker};
use crate::index::post_store::CODE_START;
use crate::query::present::highlight::to_html;
use crate::query::present::response::Snippet;

/// The text of `range` on one line, with its marks, which ascend and are apart; it may begin in code.
pub(super) fn render(
    text: &str,
    range: Range<usize>,
    marks: &[Range<usize>],
    (cuts, is_code): (Cuts, bool),
) -> Snippet {
    let mut line = Line { text: String::with_capacity(range.len() + 6), is_blank: true, codes: Vec::new() };
    if cuts.start {
        line.text.push('…');
    }
    let mut code_start = is_code.then_some(line.text.len());
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
    if cuts.end {
        line.text.push('…');
    }
    let Line { text, codes, .. } = line;
    let html = to_html(&text, &ranges);
    let pairs =
        |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| [range.start, range.end]).collect();
    Snippet { html, ranges: pairs(ranges), code_ranges: pairs(codes), text }
}

/// A line that grows.
struct Line {
    text: String,
    /// It is empty or ends with a blank.
    is_blank: bool,
    codes: Vec<Range<usize>>,
}

impl Line {
    /// Adds text, one blank for several; its markers say what is code.
    fn push(&mut self, text: &str, code_start: &mut Option<usize>) {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_whitespace() || is_marker(c)) {
            self.push_word(&rest[..at]);
            let mark = rest[at..].chars().next().unwrap_or(' ');
            rest = &rest[at + mark.len_utf8()..];
            if mark == CODE_START {
                *code_start = Some(self.text.len());
            } else if is_marker(mark) {
                self.end_code(code_start.take());
            } else if !self.is_blank {
                self.text.push(' ');
                self.is_blank = true;
            }
        }
        self.push_word(rest);
    }

    fn push_word(&mut self, word: &str) {
        self.text.push_str(word);
        self.is_blank &= word.is_empty();
    }

    fn end_code(&mut self, start: Option<usize>) {
        let code = start.map(|start| start..self.text.len());
        self.codes.extend(code.filter(|code| !code.is_empty()));
    }
}
