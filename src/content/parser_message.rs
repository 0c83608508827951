//! Messages of the parsers of structured data: shortened, and completed with the fix.

/// Returns the fix for a common error; most are plain texts with characters that are special in YAML.
pub(super) fn yaml_fix(message: &str) -> &'static str {
    let is = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    if is(&["tabs"]) {
        "; indent with spaces"
    } else if is(&["unclosed quote"]) {
        "; add the closing quote"
    } else if is(&["escape character"]) {
        "; write a backslash twice, or use single quotes"
    } else if is(&["trailing content"]) {
        "; put the whole value in quotes, and double the quotes inside it"
    } else if is(&[
        "mapping values",
        "unexpected character",
        "anchor",
        "string scalar",
        "expected key",
        "':'",
    ]) {
        "; put values with special characters in quotes"
    } else {
        ""
    }
}

/// Returns the first line of a message: parsers append an excerpt of the text.
pub(super) fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or(message).trim()
}

/// Removes the prefix `error: line 2 column 4: `, whose line is not that of the file.
pub(super) fn without_position(message: &str) -> &str {
    let (position, rest) = message.split_at(message.find(" column ").map_or(0, |at| at + " column ".len()));
    if position.is_empty() { message } else { rest.split_once(": ").map_or(rest, |(_, rest)| rest) }
}
