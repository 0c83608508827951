//! How a suggestion is written in the dictionary of its field.
//!
//! A term is the suggestion's key ([`super::key`]), a NUL, a letter for its kind, the text as written
//! and, for a heading, a NUL and its anchor. So the dictionary is sorted by keys, counts the posts of
//! each, and knows how to show them, and segments merge as Tantivy does it. Most texts differ from their
//! keys in capitals only, and most anchors in hyphens: a mark says so in one byte. Otherwise they would be
//! most of all dictionaries of a large blog.

use std::borrow::Cow;

use serde::Serialize;

use super::key::key_of_text;

/// What a suggestion is in the posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A post's title.
    Title,
    /// A tag.
    Tag,
    /// A category.
    Category,
    /// A heading.
    Heading,
    /// Words that posts use again and again.
    Phrase,
}

impl SuggestionKind {
    fn letter(self) -> char {
        match self {
            Self::Title => 't',
            Self::Tag => 'g',
            Self::Category => 'c',
            Self::Heading => 'h',
            Self::Phrase => 'p',
        }
    }

    fn from_letter(letter: u8) -> Option<Self> {
        let all = [Self::Title, Self::Tag, Self::Category, Self::Heading, Self::Phrase];
        all.into_iter().find(|kind| kind.letter() == char::from(letter))
    }
}

/// A term of the field, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionTerm<'a> {
    /// Its folded words, see [`super::key::key_of`].
    pub key: &'a str,
    /// What it is.
    pub kind: SuggestionKind,
    /// As written.
    pub text: Cow<'a, str>,
    /// A heading's anchor.
    pub anchor: Cow<'a, str>,
}

impl<'a> SuggestionTerm<'a> {
    /// The beginning of a term, by which suggestions are compared: key and kind; none of a text without words.
    #[must_use]
    pub fn begin(kind: SuggestionKind, text: &str) -> Option<String> {
        let mut term = key_of_text(text);
        (!term.is_empty()).then_some(())?;
        term.extend(['\0', kind.letter()]);
        Some(term)
    }

    /// Adds text and anchor, which have no control characters, to the beginning of their term.
    pub fn finish(term: &mut String, text: &str, anchor: &str) {
        let key_len = term.len().saturating_sub(2);
        Spelling::push(term, key_len, text);
        if !anchor.is_empty() {
            term.push('\0');
            Spelling::push(term, key_len, anchor);
        }
    }

    /// Takes a term of the dictionary apart; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(term: &'a [u8]) -> Option<Self> {
        let (key, rest) = std::str::from_utf8(term).ok()?.split_once('\0')?;
        let kind = SuggestionKind::from_letter(*rest.as_bytes().first()?)?;
        let (text, anchor) = rest[1..].split_once('\0').unwrap_or((&rest[1..], ""));
        let (text, anchor) = (Spelling::read(text, key), Spelling::read(anchor, key));
        Some(Self { key, kind, text, anchor })
    }
}

/// How a text can be made of its key. What can is a mark in a term, a control character: such are in no text
/// that is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Each word with a capital.
    Title,
    /// The first word with a capital.
    Sentence,
    /// As the key is.
    Lower,
    /// With hyphens for blanks.
    Hyphenated,
}

impl Spelling {
    const ALL: [Self; 4] = [Self::Title, Self::Sentence, Self::Lower, Self::Hyphenated];

    fn mark(self) -> char {
        match self {
            Self::Title => '\u{1}',
            Self::Sentence => '\u{2}',
            Self::Lower => '\u{3}',
            Self::Hyphenated => '\u{4}',
        }
    }

    /// The letter of the text that stands for `letter` of the key, which has `before` before it.
    fn spell(self, letter: char, before: Option<char>) -> char {
        match self {
            Self::Title if before.is_none_or(|before| before == ' ') => letter.to_ascii_uppercase(),
            Self::Sentence if before.is_none() => letter.to_ascii_uppercase(),
            Self::Hyphenated if letter == ' ' => '-',
            _ => letter,
        }
    }

    fn letters(self, key: &str) -> impl Iterator<Item = char> {
        let before = std::iter::once(None).chain(key.chars().map(Some));
        key.chars().zip(before).map(move |(letter, before)| self.spell(letter, before))
    }

    /// Adds a text, or what it is made of, to a term that begins with the text's key of `key_len` bytes.
    fn push(term: &mut String, key_len: usize, text: &str) {
        let key = &term[..key_len];
        let may_be = key_len == text.len();
        match Self::ALL.into_iter().find(|spelling| may_be && spelling.letters(key).eq(text.chars())) {
            Some(spelling) => term.push(spelling.mark()),
            None => term.push_str(text),
        }
    }

    fn read<'a>(text: &'a str, key: &str) -> Cow<'a, str> {
        let mut letters = text.chars();
        let mark = letters.next().filter(|_| letters.next().is_none());
        match Self::ALL.into_iter().find(|spelling| mark == Some(spelling.mark())) {
            Some(spelling) => spelling.letters(key).collect::<String>().into(),
            None => text.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_survive_packing() {
        let cases = [
            ("Set up: CI/CD", "set-up", "set up ci cd", 34),
            ("Argo CD", "", "argo cd", 16),
            ("Set Up Argo", "set-up-argo", "set up argo", 16),
            ("Set up argo", "set-up-argo-1", "set up argo", 28),
            ("argo", "argo", "argo", 9),
            ("Zürich", "zürich", "zurich", 23),
            ("ünder", "", "under", 13),
        ];
        for (text, anchor, key, len) in cases {
            let mut term = SuggestionTerm::begin(SuggestionKind::Heading, text).unwrap();
            SuggestionTerm::finish(&mut term, text, anchor);
            let parsed = SuggestionTerm::parse(term.as_bytes()).unwrap();
            let (text, anchor) = (text.into(), anchor.into());
            assert_eq!(parsed, SuggestionTerm { key, kind: SuggestionKind::Heading, text, anchor });
            assert_eq!(term.len(), len, "{term:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_no_term() {
        for text in ["", "!"] {
            assert_eq!(SuggestionTerm::begin(SuggestionKind::Tag, text), None, "{text:?}");
        }
        assert_eq!(SuggestionTerm::parse(b"no term"), None);
    }
}
