//! Messages about TOML errors, in terms of the settings file instead of Rust types.

/// Returns the message for an error of the TOML parser at `offset`.
pub(super) fn parse_message(text: &str, offset: usize, message: &str) -> String {
    let message = message.lines().next().unwrap_or(message);
    if let Some(message) = type_message(message, key_before(text, offset)) {
        return message;
    }
    match message {
        "duplicate key" => format!("duplicate key `{}`; remove one of them", key_at(text, offset)),
        "string values must be quoted, expected literal string" => {
            "missing quotes; put texts in quotes".to_owned()
        }
        _ => message.replace("unknown field", "unknown key").replace(", expected ", "; expected "),
    }
}

/// Returns the message for an error about the type of a value, `None` for another error.
pub(super) fn type_message(message: &str, key: Option<&str>) -> Option<String> {
    let wrong_type = message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: "))?;
    let (found, expected) = wrong_type.split_once(", expected ")?;
    let (value, expected) = (plain_value(found), plain_type(expected));
    Some(match key {
        Some(key) => format!("invalid value {value} for `{key}`; expected {expected}"),
        None => format!("invalid value {value}; expected {expected}"),
    })
}

/// Returns the value in the parser's description of it: `5` for ``integer `5` ``.
fn plain_value(found: &str) -> &str {
    if let (Some(start), Some(end)) = (found.find('"'), found.rfind('"')) {
        return &found[start..=end];
    }
    match found.split('`').nth(1) {
        Some(value) => value,
        None if found == "sequence" => "[ ]",
        None if found == "map" => "{ }",
        None => found,
    }
}

fn plain_type(expected: &str) -> &str {
    match expected {
        "usize" | "u64" | "u32" => "a whole number, 0 or more",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list like [\"a\", \"b\"]",
        "a string" | "path string" => "a text in quotes",
        _ if expected.starts_with("struct ") => "a table of keys",
        _ => expected,
    }
}

/// Returns the key whose value contains `offset`.
fn key_before(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    // In a list over several lines, the key is on an earlier line than the value.
    let mut starts = before.match_indices('\n').map(|(at, _)| at + 1).collect::<Vec<_>>();
    starts.insert(0, 0);
    starts.into_iter().rev().find_map(|start| {
        let line = &before[start..];
        if !line.trim_start().starts_with(is_key_char) {
            return None;
        }
        let key = line[..last_equals_sign(line)?].trim_end().trim_end_matches('"');
        let key_start = key.rfind(|c: char| !is_key_char(c)).map_or(0, |at| at + 1);
        Some(&key[key_start..]).filter(|key| !key.is_empty())
    })
}

/// Returns the offset of the last `=` outside quotes.
fn last_equals_sign(text: &str) -> Option<usize> {
    let (mut quote, mut found) = (None, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '=') => found = Some(at),
            _ => {}
        }
    }
    found
}

/// Returns the key at `offset`.
fn key_at(text: &str, offset: usize) -> &str {
    let rest = text.get(offset..).unwrap_or_default();
    rest.split(|c| !is_key_char(c)).next().unwrap_or_default()
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
