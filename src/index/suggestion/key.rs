//! The keys by which suggestions are sorted and looked up: folded words without punctuation.
//!
//! In scripts without spaces each character is a word joined to the previous one, so that typed text
//! matches anywhere. Keys are independent of language: a suggestion must match character by character
//! while it is typed.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::analysis::fold::fold;
use crate::analysis::script::Script;

/// A word of a key and its location in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyToken {
    /// Folded word.
    pub text: String,
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Whether it is a character of a script without spaces and directly follows another one.
    pub joins_previous: bool,
    /// Whether it is a character of a script without spaces.
    pub is_character: bool,
}

/// Splits a text into words.
#[must_use]
pub(crate) fn key_tokens(text: &str) -> Vec<KeyToken> {
    let mut words: Vec<KeyToken> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let is_character = is_unspaced_char(first);
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = chars.next_if(|(at, c)| continues(text, *at, *c, is_character)) {
            end = at + c.len_utf8();
        }
        let joins_previous = is_character
            && words.last().is_some_and(|previous| previous.is_character && previous.range.end == start);
        let folded = fold(&text[start..end]).replace(['\'', '’', 'ʼ'], "");
        words.push(KeyToken { text: folded, range: start..end, joins_previous, is_character });
    }
    words
}

/// Returns the key of a text: equal for texts that differ only in case, diacritics and punctuation.
#[must_use]
pub(crate) fn key_of(words: &[KeyToken]) -> String {
    let mut key = String::new();
    for word in words {
        if !key.is_empty() && !word.joins_previous {
            key.push(' ');
        }
        key.push_str(&word.text);
    }
    key
}

/// Returns the key of a text, see [`key_of`].
#[must_use]
pub(crate) fn key_of_text(text: &str) -> String {
    // The fast path covers ASCII without characters that may belong to a word.
    if !text.is_ascii() || text.contains(['+', '#', '\'']) {
        return key_of(&key_tokens(text));
    }
    let mut key = String::with_capacity(text.len());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key.make_ascii_lowercase();
    key
}

/// Returns whether the character at `at` belongs to the word before it.
fn continues(text: &str, at: usize, c: char, is_character: bool) -> bool {
    if is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{ff9e}' | '\u{ff9f}') {
        return true;
    }
    if is_character || is_unspaced_char(c) {
        return false;
    }
    let mut next = text[at + c.len_utf8()..].chars();
    match c {
        // `c++`, `c#`, and `g++`, but not `a+b`.
        '+' | '#' => !next.next().is_some_and(char::is_alphanumeric),
        // `don't`, but not `l'eau`.
        '\'' | '’' | 'ʼ' => (1..=2).contains(&next.take_while(|c| c.is_alphabetic()).take(3).count()),
        _ => c.is_alphanumeric(),
    }
}

/// Returns whether the character belongs to a script without spaces between words: Thai, Lao, Burmese, Khmer,
/// kana and ideographs.
#[must_use]
pub(crate) fn is_unspaced_char(c: char) -> bool {
    Script::of(c).is_unspaced()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_diacritics_and_punctuation() {
        let cases = [
            ("CI/CD, then?", "ci cd then"),
            ("C++ and C#", "c++ and c#"),
            ("a+b #tag 1+", "a b tag 1+"),
            ("Don't — l’Été", "dont l ete"),
            ("Zürich Straße", "zurich strasse"),
            ("日本語で Ruby 3", "日本語で ruby 3"),
            ("Ruby入門", "ruby 入門"),
            ("ＡＢＣ ｶﾞ", "abc ガ"),
            ("Set up: A.b_c (2)", "set up a b c 2"),
            ("… !", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(key_of(&key_tokens(text)), expected, "{text}");
            assert_eq!(key_of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn key_tokens_have_their_byte_ranges() {
        let text = "Ünder-way 日本";
        let shown: Vec<&str> = key_tokens(text).iter().map(|word| &text[word.range.clone()]).collect();
        assert_eq!(shown, ["Ünder", "way", "日", "本"]);
    }
}
