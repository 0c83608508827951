//! The tokens of JavaScript expressions, with all punctuation.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CodeToken {
    /// A name or keyword.
    Name(String),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// The source of a template, without its quotes.
    Template(String),
    /// A regular expression and its flags.
    Regex(String, String),
    /// An operator or bracket.
    Mark(&'static str),
}

/// Operators and brackets, the longest ones first.
const MARKS: [&str; 36] = [
    "===", "!==", "...", "=>", "==", "!=", ">=", "<=", "&&", "||", "??", "?.", "(", ")", "[", "]", "{", "}",
    ",", ";", ":", "?", ".", "=", "!", "<", ">", "+", "-", "*", "/", "%", "&", "|", "@", "^",
];

/// Splits source code into tokens; comments and unknown characters are dropped.
pub(super) fn tokens(text: &str) -> Vec<CodeToken> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' | '\'' => {
                let (end, inner) = quoted(rest, c);
                found.push(CodeToken::Text(unescaped(inner)));
                end
            }
            '`' => {
                let (end, inner) = template(rest);
                found.push(CodeToken::Template(inner.to_owned()));
                end
            }
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            '/' if expects_operand(found.last()) => {
                let (end, token) = regex(rest);
                found.push(token);
                end
            }
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'));
                let end = end.unwrap_or(rest.len());
                found.push(CodeToken::Number(rest[..end].replace('_', "").parse().unwrap_or(f64::NAN)));
                end
            }
            c if is_name_char(c) => {
                let end = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
                found.push(CodeToken::Name(rest[..end].to_owned()));
                end
            }
            c => match MARKS.iter().find(|mark| rest.starts_with(**mark)) {
                Some(mark) => {
                    found.push(CodeToken::Mark(mark));
                    mark.len()
                }
                None => c.len_utf8(),
            },
        };
        rest = &rest[length..];
    }
    found
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#')
}

/// Returns whether a `/` after this token begins a regular expression rather than a division.
fn expects_operand(last: Option<&CodeToken>) -> bool {
    match last {
        None => true,
        Some(CodeToken::Mark(mark)) => !matches!(*mark, ")" | "]" | "}"),
        Some(CodeToken::Name(name)) => name == "return",
        Some(_) => false,
    }
}

/// Returns the length of a string with its quotes, and its inner source; the end of the line ends an unclosed one.
fn quoted(text: &str, quote: char) -> (usize, &str) {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => return (at, &text[1..at]),
            _ if c == quote => return (at + 1, &text[1..at]),
            _ => {}
        }
    }
    (text.len(), &text[1..])
}

/// Returns the length of a template with its quotes, and its inner source. Templates in substitutions are not
/// supported.
fn template(text: &str) -> (usize, &str) {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '`' => return (at + 1, &text[1..at]),
            _ => {}
        }
    }
    (text.len(), &text[1..])
}

/// Returns the length and the token of a regular expression.
fn regex(text: &str) -> (usize, CodeToken) {
    let (mut is_escaped, mut is_class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => break,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_class = true,
            ']' => is_class = false,
            '/' if !is_class => {
                let flags = &text[at + 1..];
                let flags = &flags[..flags.find(|c| !is_name_char(c)).unwrap_or(flags.len())];
                return (at + 1 + flags.len(), CodeToken::Regex(text[1..at].to_owned(), flags.to_owned()));
            }
            _ => {}
        }
    }
    (1, CodeToken::Mark("/"))
}

/// Returns the value of a string's source.
pub(super) fn unescaped(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some('\n') | None) => {}
            ('\\', Some(escaped)) => text.push(escaped),
            _ => text.push(c),
        }
    }
    text
}
