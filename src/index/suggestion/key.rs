//! The words by which suggestions are compared and found: folded, without punctuation.
//!
//! Scripts that put no blanks between words give one word a character, glued to the one before, so
//! that what is typed can match anywhere in them. This is no analysis of language: a suggestion has
//! to match letter by letter while it is typed.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::analysis::fold::fold;
use crate::analysis::script::Script;

/// A word of a key, and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyToken {
    /// The word, folded.
    pub text: String,
    /// Where it stands in the written text.
    pub range: Range<usize>,
    /// It is a character of a script without blanks and follows on another.
    pub joins_previous: bool,
    /// It is a character of a script without blanks.
    pub is_character: bool,
}

/// The words of a written text.
#[must_use]
pub fn key_tokens(text: &str) -> Vec<KeyToken> {
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

/// The key of a text: texts that differ only in case, diacritics and punctuation have the same.
#[must_use]
pub fn key_of(words: &[KeyToken]) -> String {
    let mut key = String::new();
    for word in words {
        if !key.is_empty() && !word.joins_previous {
            key.push(' ');
        }
        key.push_str(&word.text);
    }
    key
}

/// The key of a written text, see [`key_of`].
#[must_use]
pub fn key_of_text(text: &str) -> String {
    // Marks that may belong to a word, and other letters than those of ASCII, need a closer look.
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

/// Whether the character at `at` belongs to the word before it.
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

/// Whether the character is of a script that puts no blanks between words: Thai, Lao, Burmese,
/// Khmer, kana and ideographs.
#[must_use]
pub fn is_unspaced_char(c: char) -> bool {
    Script::of(c).is_unspaced()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_leave_out_what_readers_do_not_type() {
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
    fn every_word_knows_where_it_was_written() {
        let text = "Ünder-way 日本";
        let shown: Vec<&str> = key_tokens(text).iter().map(|word| &text[word.range.clone()]).collect();
        assert_eq!(shown, ["Ünder", "way", "日", "本"]);
    }
}
