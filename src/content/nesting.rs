//! A bound on the nesting of Markdown blocks: the parser visits all open blocks at each line, which takes time quadratic
//! in the length of the text if most of it opens blocks.

use std::borrow::Cow;

use crate::config::limits::{MAX_INDENT, MAX_NESTED_BLOCKS};

/// Returns Markdown without the marks and the indentation that nest blocks deeper than [`MAX_NESTED_BLOCKS`] on a line, or
/// than [`MAX_INDENT`] allows below earlier lines. The number of lines stays the same.
pub(super) fn limit_nesting(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(surplus) = surplus(line) {
            out.push_str(&text[copied..at + surplus.start]);
            copied = at + surplus.end;
        }
        at += line.len();
    }
    if copied == 0 {
        return text.into();
    }
    out.push_str(&text[copied..]);
    out.into()
}

/// Returns the part of the marks and the indentation of a line that is too much.
fn surplus(line: &str) -> Option<std::ops::Range<usize>> {
    // The shortest mark is a `>`, and most lines start with neither that many bytes of marks nor with that much space.
    if line.len() <= MAX_NESTED_BLOCKS {
        return None;
    }
    let bytes = line.as_bytes();
    let (mut at, mut marks, mut indent, mut start) = (0, 0, 0, None);
    loop {
        let spaces = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        indent += spaces;
        if start.is_none() && indent > MAX_INDENT {
            start = Some(at + spaces - (indent - MAX_INDENT));
        }
        at += spaces;
        let Some(length) = mark(&bytes[at..]) else { break };
        marks += 1;
        if start.is_none() && marks > MAX_NESTED_BLOCKS {
            start = Some(at);
        }
        at += length;
    }
    start.map(|start| start..at)
}

/// Returns the length of the mark at the start of a line that opens a quote, a list item, a definition or a footnote.
fn mark(line: &[u8]) -> Option<usize> {
    let is_blank = |at: usize| line.get(at).is_none_or(u8::is_ascii_whitespace);
    match line.first()? {
        b'>' => Some(1),
        b'-' | b'+' | b'*' | b':' | b'~' => is_blank(1).then_some(1),
        b'0'..=b'9' => {
            let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (matches!(line.get(digits), Some(b'.' | b')')) && is_blank(digits + 1)).then_some(digits + 1)
        }
        b'[' if line.get(1) == Some(&b'^') => {
            let label = line.iter().take_while(|byte| !matches!(byte, b']' | b'\n')).count();
            line[label..].starts_with(b"]:").then_some(label + 2)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_marks_and_indentation_that_are_too_much() {
        let most = |mark: &str| mark.repeat(MAX_NESTED_BLOCKS);
        for mark in ["> ", ">", "- ", "1. ", "1) ", "> - ", ": ", "[^a]: "] {
            let kept = most(mark)[..].to_owned();
            let count = if mark == "> - " { kept.len() / 2 } else { kept.len() };
            let text = format!("a\n{kept}{kept}{kept}b\nc\n");
            assert_eq!(limit_nesting(&text), format!("a\n{}b\nc\n", &kept[..count]), "{mark}");
        }
        let (most, more) = (" ".repeat(MAX_INDENT), " ".repeat(MAX_INDENT + 9));
        assert_eq!(limit_nesting(&format!("a\n{more}b\n{more}- c\n\n")), format!("a\n{most}b\n{most}c\n\n"));
    }

    #[test]
    fn keeps_ordinary_lines() {
        let rule = "-".repeat(100);
        for text in [
            "",
            "> > - a\n>   b\n",
            rule.as_str(),
            "| a | b |\n",
            "1. a\n   - b\n",
            "a > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > >",
        ] {
            assert!(matches!(limit_nesting(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }
}
