//! Plain text as Markdown: paragraphs, headings and blocks of code, with markup in the text escaped.

/// Characters that are markup wherever they are.
const ESCAPED: [char; 9] = ['\\', '`', '*', '[', ']', '<', '&', '~', '|'];
/// Length of the shortest fence of a block of code.
const MIN_FENCE: usize = 3;

/// Writes blocks, each followed by a blank line.
#[derive(Debug, Default)]
pub(super) struct MarkdownWriter(String);

impl MarkdownWriter {
    /// Returns the text, which ends with one line break.
    pub(super) fn finish(mut self) -> String {
        self.0.truncate(self.0.trim_end_matches('\n').len());
        self.0.push('\n');
        self.0
    }

    /// Writes a heading of level 1 to 6; its text becomes one line.
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        self.0.extend(std::iter::repeat_n('#', usize::from(level.clamp(1, 6))));
        for word in text.split_whitespace() {
            self.0.push(' ');
            // A heading may end with signs that are not part of it.
            if word.bytes().all(|byte| byte == b'#') {
                self.0.push('\\');
            }
            self.inline(word);
        }
        self.0.push_str("\n\n");
    }

    /// Writes each line as a paragraph.
    pub(super) fn paragraphs(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let marker = block_marker(line);
            self.0.push_str(&line[..marker]);
            if marker < line.len() && starts_block(line, marker) {
                self.0.push('\\');
            }
            self.inline(&line[marker..]);
            self.0.push_str("\n\n");
        }
    }

    /// Writes a block of code, with a fence that the code does not contain.
    pub(super) fn code(&mut self, code: &str) {
        let runs = code.split(|c| c != '`').map(str::len);
        let fence = "`".repeat(MIN_FENCE.max(runs.max().unwrap_or(0) + 1));
        let code = code.trim_end_matches('\n');
        self.0.extend([fence.as_str(), "\n", code, "\n", fence.as_str(), "\n\n"]);
    }

    /// Writes text of a line. An underscore is markup only at the start or end of a word.
    fn inline(&mut self, text: &str) {
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let is_markup = match c {
                '_' => !is_inside(before) || !is_inside(chars.peek().copied()),
                '!' => chars.peek() == Some(&'['),
                _ => ESCAPED.contains(&c),
            };
            if is_markup {
                self.0.push('\\');
            }
            self.0.push(c);
            before = Some(c);
        }
    }
}

/// Returns the number of digits at the start of a line that may number a list item, else 0.
fn block_marker(line: &str) -> usize {
    line.bytes().take_while(u8::is_ascii_digit).count()
}

/// Returns whether the character after `digits` digits would start a heading, a quote, a list item, a rule, the
/// underline of a heading or a table.
fn starts_block(line: &str, digits: usize) -> bool {
    let rest = &line[digits..];
    match rest.as_bytes()[0] {
        b'.' | b')' => digits > 0,
        b'#' | b'>' | b'-' | b'+' | b'=' | b':' => digits == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(text: &str) -> String {
        let mut writer = MarkdownWriter::default();
        writer.paragraphs(text);
        writer.finish()
    }

    #[test]
    fn markup_in_plain_text_is_escaped() {
        for (text, expected) in [
            ("Plain, with snake_case.", "Plain, with snake_case."),
            ("_x_ a_ __init__", "\\_x\\_ a\\_ \\_\\_init\\_\\_"),
            ("<img onerror=x> &lt; a*b", "\\<img onerror=x> \\&lt; a\\*b"),
            ("[a](b) ![c]", "\\[a\\](b) \\!\\[c\\]"),
            ("# a", "\\# a"),
            ("1. a", "1\\. a"),
            ("2024 was", "2024 was"),
            ("- a\n> b\n===\n---", "\\- a\n\n\\> b\n\n\\===\n\n\\---"),
            ("a | b", "a \\| b"),
            ("12", "12"),
        ] {
            assert_eq!(paragraphs(text), format!("{expected}\n"), "{text}");
        }
    }

    #[test]
    fn headings_are_one_line_and_keep_their_signs() {
        let mut writer = MarkdownWriter::default();
        writer.heading(2, "C# and\n F# #");
        writer.heading(9, "x");
        assert_eq!(writer.finish(), "## C# and F# \\#\n\n###### x\n");
    }

    #[test]
    fn fences_are_longer_than_those_in_the_code() {
        let mut writer = MarkdownWriter::default();
        writer.code("a ```` b\n");
        writer.code("x");
        assert_eq!(writer.finish(), "`````\na ```` b\n`````\n\n```\nx\n```\n");
    }
}
