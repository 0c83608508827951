//! Format of suggestions in the dictionary of their field.
//!
//! A term is the suggestion's key ([`super::key`]), a NUL, a letter for its kind, the text as written and, for
//! a heading, a NUL and its anchor. Thus the dictionary is sorted by key and contains the number of posts and
//! the text of each suggestion, and Tantivy merges it like any other. Most texts differ from their keys only
//! in capitals, and most anchors only in hyphens; one byte encodes this. Otherwise suggestions would be the
//! largest part of a large blog's dictionaries.

use std::borrow::Cow;

use serde::Serialize;

use super::key::key_of_text;

/// Origin of a suggestion in the posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// Title of a post.
    Title,
    /// A tag.
    Tag,
    /// A category.
    Category,
    /// A heading.
    Heading,
    /// Words that posts use repeatedly.
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

/// A decoded term of the suggestions field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SuggestionTerm<'a> {
    /// Folded words, see [`super::key::key_of`].
    pub key: &'a str,
    /// Origin of the suggestion.
    pub kind: SuggestionKind,
    /// Text as written.
    pub text: Cow<'a, str>,
    /// Anchor of a heading.
    pub anchor: Cow<'a, str>,
}

impl<'a> SuggestionTerm<'a> {
    /// Returns the first part of a term, key and kind, by which suggestions are deduplicated; `None` for a text
    /// without words.
    #[must_use]
    pub(crate) fn begin(kind: SuggestionKind, text: &str) -> Option<String> {
        let mut term = key_of_text(text);
        (!term.is_empty()).then_some(())?;
        term.extend(['\0', kind.letter()]);
        Some(term)
    }

    /// Appends text and anchor to the first part of a term; both must not contain control characters.
    pub(crate) fn finish(term: &mut String, text: &str, anchor: &str) {
        let key_len = term.len().saturating_sub(2);
        Spelling::push(term, key_len, text);
        if !anchor.is_empty() {
            term.push('\0');
            Spelling::push(term, key_len, anchor);
        }
    }

    /// Decodes a term of the dictionary; `None` if it is invalid.
    #[must_use]
    pub(crate) fn parse(term: &'a [u8]) -> Option<Self> {
        let (key, rest) = std::str::from_utf8(term).ok()?.split_once('\0')?;
        let kind = SuggestionKind::from_letter(*rest.as_bytes().first()?)?;
        let (text, anchor) = rest[1..].split_once('\0').unwrap_or((&rest[1..], ""));
        let (text, anchor) = (Spelling::read(text, key), Spelling::read(anchor, key));
        Some(Self { key, kind, text, anchor })
    }
}

/// A way to derive a text from its key, encoded as one control character in the term. Suggested texts contain no
/// control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// The first letter of each word is a capital.
    Title,
    /// The first letter is a capital.
    Sentence,
    /// Equal to the key.
    Lower,
    /// Hyphens instead of spaces.
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

    /// Returns the character of the text for `letter` of the key, which follows `before`.
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

    /// Appends a text, or the mark that encodes it, to a term that begins with a key of `key_len` bytes.
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
    fn parse_reverses_begin_and_finish() {
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
    fn texts_without_words_have_no_term() {
        for text in ["", "!"] {
            assert_eq!(SuggestionTerm::begin(SuggestionKind::Tag, text), None, "{text:?}");
        }
        assert_eq!(SuggestionTerm::parse(b"no term"), None);
    }
}
