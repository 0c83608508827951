//! Text that is safe to show: the one place that decides which characters reach a terminal or a log.
//!
//! Content, queries and file names are written by others. On a terminal, control characters can move the cursor,
//! set the window's title or the clipboard, and bidirectional controls can show a text in another order than it
//! has. In a log, a newline starts a line that the program has not written.

use std::borrow::Cow;

/// Returns the text with `\u{…}` in place of every character that a terminal or a log acts on instead of showing
/// it, newlines included.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, Layout::Escape)
}

/// Like [`printable`], for a whole output: newlines and colours (SGR sequences) stay.
///
/// This is the last line of defence. Commands pass text from outside of the program to [`printable`], because a
/// newline or a colour in it does not come from the command.
pub(super) fn printable_output(text: &str) -> Cow<'_, str> {
    escaped(text, Layout::Keep)
}

/// Returns JSON with an equal meaning, in which characters that a terminal acts on are escaped: `\u009b`.
pub(super) fn printable_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_active) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_active(c) {
            // All of them are in the basic multilingual plane.
            escaped.extend(format!("\\u{:04x}", u32::from(c)).chars());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// The treatment of newlines and colours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Keep,
    Escape,
}

fn escaped(text: &str, layout: Layout) -> Cow<'_, str> {
    // Nearly all texts have nothing to escape.
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let (mut escaped, mut rest) = (String::with_capacity(text.len() + 16), text);
    while let Some(c) = rest.chars().next() {
        let kept = match c {
            '\n' if layout == Layout::Keep => 1,
            '\u{1b}' if layout == Layout::Keep => sgr_len(rest),
            c if is_active(c) => 0,
            c => c.len_utf8(),
        };
        if kept == 0 {
            escaped.extend(c.escape_default());
        }
        let (shown, after) = rest.split_at(kept.max(c.len_utf8()));
        if kept > 0 {
            escaped += shown;
        }
        rest = after;
    }
    Cow::Owned(escaped)
}

/// Returns whether a terminal or a log acts on the character: control characters, separators of lines and paragraphs,
/// the Unicode property `Bidi_Control`, and invisible format characters without a use in text. Joiners and spaces
/// without width are not among them: scripts such as Persian and Khmer need them.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Returns the length of the SGR sequence (`ESC [ digits ; … m`) at the start of the text, else 0.
fn sgr_len(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else { return 0 };
    let end = parameters.bytes().position(|byte| !(byte.is_ascii_digit() || byte == b';'));
    end.filter(|end| parameters.as_bytes()[*end] == b'm').map_or(0, |end| end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_active_characters_is_unchanged() {
        for text in ["", "plain", "Grüße, 世界 👩‍👩‍👧", "می‌خواهم", "50 % \\n {x}"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
            assert!(matches!(printable_json(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn active_characters_are_shown_as_escapes() {
        let cases = [
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("gnp.\u{202e}exe", "gnp.\\u{202e}exe"),
            ("\u{2066}a\u{2069}\u{200f}", "\\u{2066}a\\u{2069}\\u{200f}"),
            ("a\u{2028}b\u{feff}\u{7f}\0", "a\\u{2028}b\\u{feff}\\u{7f}\\u{0}"),
        ];
        for (text, expected) in cases {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn outputs_keep_newlines_and_colours_only() {
        let text = "\u{1b}[1mBold\u{1b}[0m\n\u{1b}[38;5;3mx\u{1b}[2J\u{1b}[\u{1b}]8;;x\u{7}\u{202e}";
        let expected = "\u{1b}[1mBold\u{1b}[0m\n\u{1b}[38;5;3mx\\u{1b}[2J\\u{1b}[\\u{1b}]8;;x\\u{7}\\u{202e}";
        assert_eq!(printable_output(text), expected);
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "title": "a\u{9b}b\u{202e}c\u{7f}\nd" });
        let json = value.to_string();
        let escaped = printable_json(&json);
        assert!(escaped.contains("a\\u009bb\\u202ec\\u007f\\nd"), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}
