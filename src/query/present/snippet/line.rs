//! Snippets on one line.

use std::ops::Range;

use super::fragment::{Fragment, is_code_marker};
use crate::index::post_store::CODE_START;
use crate::query::present::highlight::to_html;
use crate::query::present::response::{LineBreak, Snippet};

/// Columns of a tab in the indentation of code.
const TAB_COLUMNS: usize = 4;
/// Maximum indentation of a line of code in a snippet, in columns.
const MAX_INDENT: usize = 60;
/// Number of bytes in which the start of a line is looked for.
const LINE_START_BYTES: usize = 400;

/// Renders a fragment on one line, with its marks, which are ascending and disjoint.
pub(super) fn render(text: &str, fragment: &Fragment, marks: &[Range<usize>]) -> Snippet {
    let range = fragment.range.clone();
    let mut line = LineBuilder::new(range.len());
    if fragment.is_cut_at_start {
        line.text.push('…');
    }
    if fragment.begins_in_code {
        line.start_code(Some(indent_of_line(text, range.start)));
    }
    let mut ranges = Vec::with_capacity(marks.len());
    let mut at = range.start;
    for mark in marks {
        line.push(&text[at..mark.start]);
        let start = line.text.len();
        line.push(&text[mark.clone()]);
        ranges.push(start..line.text.len());
        at = mark.end;
    }
    line.push(&text[at..range.end]);
    line.end_code();
    if fragment.is_cut_at_end {
        line.text.push('…');
    }
    let LineBuilder { text, codes, breaks, .. } = line;
    let html = to_html(&text, &ranges);
    let pairs =
        |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| [range.start, range.end]).collect();
    Snippet { html, ranges: pairs(ranges), code_ranges: pairs(codes), line_breaks: breaks, text }
}

/// Returns the columns by which the line with a position is indented.
fn indent_of_line(text: &str, at: usize) -> usize {
    let near = &text[text.floor_char_boundary(at.saturating_sub(LINE_START_BYTES))..];
    let line = text[..at].rfind(['\n', CODE_START]).map_or(near, |start| &text[start + 1..]);
    line.chars().take_while(|c| c.is_whitespace()).map(columns).sum()
}

fn columns(space: char) -> usize {
    if space == '\t' { TAB_COLUMNS } else { 1 }
}

/// A line under construction.
struct LineBuilder {
    text: String,
    /// Whether it is empty or ends with a space.
    ends_with_space: bool,
    codes: Vec<Range<usize>>,
    breaks: Vec<LineBreak>,
    /// The block of code that has not ended.
    code: Option<CodeStart>,
    /// The indentation of the next word, in columns, if a line of code or the text after it begins there.
    indent: Option<usize>,
}

/// The start of a block of code.
struct CodeStart {
    at: usize,
    /// The number of line breaks before it.
    breaks: usize,
    /// The indentation of its first line, if its beginning was left out.
    indent: Option<usize>,
}

impl LineBuilder {
    fn new(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes + 6),
            ends_with_space: true,
            codes: Vec::new(),
            breaks: Vec::new(),
            code: None,
            indent: None,
        }
    }

    /// Appends text, with whitespace collapsed and code markers removed.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_whitespace() || is_code_marker(c)) {
            self.push_word(&rest[..at]);
            let mark = rest[at..].chars().next().unwrap_or(' ');
            rest = &rest[at + mark.len_utf8()..];
            if mark == CODE_START {
                self.start_code(None);
                self.indent = Some(0);
            } else if is_code_marker(mark) {
                self.end_code();
                self.indent = Some(0);
            } else {
                self.push_space(mark);
            }
        }
        self.push_word(rest);
    }

    fn push_space(&mut self, space: char) {
        if !self.ends_with_space {
            self.text.push(' ');
            self.ends_with_space = true;
        }
        if self.code.is_some() {
            let is_line_end = space == '\n';
            self.indent =
                if is_line_end { Some(0) } else { self.indent.map(|indent| indent + columns(space)) };
        }
    }

    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if let Some(indent) = self.indent.take().filter(|_| self.text.ends_with(' ')) {
            self.breaks.push(LineBreak { at: self.text.len() - 1, indent: indent.min(MAX_INDENT) });
        }
        self.text.push_str(word);
        self.ends_with_space = false;
    }

    fn start_code(&mut self, indent: Option<usize>) {
        self.code = Some(CodeStart { at: self.text.len(), breaks: self.breaks.len(), indent });
    }

    /// Ends the block of code, if one has begun. The indentation that all its lines have is left out.
    fn end_code(&mut self) {
        let Some(CodeStart { at, breaks, indent }) = self.code.take() else { return };
        let lines = &mut self.breaks[breaks..];
        let common = lines.iter().map(|line| line.indent).chain(indent).min().unwrap_or(0);
        for line in lines {
            line.indent -= common;
        }
        if at < self.text.len() {
            self.codes.push(at..self.text.len());
        }
    }
}
