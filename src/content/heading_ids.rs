//! Heading ids of Goldmark in Hugo (`sanitizeAnchorName` in Hugo's `markup/goldmark/autoid.go`).

use super::go_text::{is_digit, is_letter, lower, without_accents};

/// Returns the id of `autoHeadingIDType = "github"`: letters, digits and `_` in lower case, and a hyphen for each space or
/// hyphen.
pub(super) fn github(text: &str) -> String {
    hyphenated(text.trim().chars())
}

/// Returns the id of `autoHeadingIDType = "github-ascii"`: as [`github`], without accents and other characters than ASCII.
pub(super) fn github_ascii(text: &str) -> String {
    hyphenated(without_accents(text).trim().chars().filter(char::is_ascii))
}

fn hyphenated(text: impl Iterator<Item = char>) -> String {
    let mut id = String::new();
    for c in text {
        match c {
            '-' | ' ' => id.push('-'),
            _ if c == '_' || is_letter(c) || is_digit(c) => id.push(lower(c)),
            _ => {}
        }
    }
    id
}

/// Returns the id of `autoHeadingIDType = "blackfriday"`: letters and numbers in lower case, with a hyphen between them for
/// all other characters.
pub(super) fn blackfriday(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    let mut hyphen_is_due = false;
    for c in text.chars() {
        if is_letter(c) || is_digit(c) || c.is_numeric() {
            if hyphen_is_due && !id.is_empty() {
                id.push('-');
            }
            hyphen_is_due = false;
            id.push(lower(c));
        } else {
            hyphen_is_due = true;
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_keeps_other_characters() {
        for (text, expected) in [
            ("Manual Testing", ["manual-testing", "manual-testing", "manual-testing"]),
            ("What's new?  (v1.2)", ["whats-new--v12", "whats-new--v12", "what-s-new-v1-2"]),
            ("Über Größe_2", ["über-größe_2", "uber-groe_2", "über-größe-2"]),
            ("x² ①", ["x-", "x-", "x²-①"]),
            ("İlk हिन्दी", ["ilk-हनद", "ilk-", "ilk-ह-न-द"]),
            ("– a –", ["-a-", "-a-", "a"]),
            ("日本語", ["日本語", "", "日本語"]),
        ] {
            assert_eq!([github(text), github_ascii(text), blackfriday(text)], expected, "{text}");
        }
    }
}
