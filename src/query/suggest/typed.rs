//! The text that a reader has typed so far.

use crate::config::{TypoLimits, limits};
use crate::index::key::{KeyToken, key_of, key_tokens};
use crate::query::expand::edit_distance::MatchMode;

/// A typed word, or a typed text in a script without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedWord {
    /// The folded text.
    pub(crate) text: String,
    /// Whether it also matches longer words that begin with it.
    pub(crate) mode: MatchMode,
    /// Whether it is in a script without spaces.
    pub(crate) is_unspaced: bool,
    /// Maximum typos.
    pub(crate) max_typos: u8,
}

impl TypedWord {
    /// Returns whether it matches a word of a suggestion without typos.
    pub(crate) fn matches(&self, word: &str) -> bool {
        match self.mode {
            MatchMode::Prefix => word.starts_with(&self.text),
            MatchMode::Whole => word == self.text,
        }
    }
}

/// A typed text, split into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedText {
    /// Its key, in the format of the keys of suggestions.
    pub(crate) key: String,
    /// Its words.
    pub(crate) words: Vec<TypedWord>,
    /// Whether the last word may be unfinished.
    pub(crate) mode: MatchMode,
}

impl TypedText {
    /// Splits a text into words. Text beyond the limits is ignored.
    pub(crate) fn new(text: &str, typos: TypoLimits) -> Self {
        let text = &text[..text.floor_char_boundary(limits::MAX_TYPED_BYTES)];
        let mut words = key_tokens(text);
        words.truncate(limits::MAX_TYPED_WORDS);
        let is_unfinished = words.last().is_some_and(|word| word.range.end == text.len());
        let mode = if is_unfinished { MatchMode::Prefix } else { MatchMode::Whole };
        Self { key: key_of(&words), words: typed_words(&words, mode, typos), mode }
    }
}

/// Joins the characters of a script without spaces; the last word matches in this mode.
fn typed_words(key_tokens: &[KeyToken], last_mode: MatchMode, typos: TypoLimits) -> Vec<TypedWord> {
    let mut words: Vec<TypedWord> = Vec::new();
    for word in key_tokens {
        match words.last_mut() {
            Some(last) if word.joins_previous => last.text.push_str(&word.text),
            _ => words.push(TypedWord {
                text: word.text.clone(),
                mode: if word.is_character { MatchMode::Prefix } else { MatchMode::Whole },
                is_unspaced: word.is_character,
                max_typos: 0,
            }),
        }
    }
    if let Some(last) = words.last_mut()
        && last_mode == MatchMode::Prefix
    {
        last.mode = MatchMode::Prefix;
    }
    for word in &mut words {
        word.max_typos = max_typos(word, typos);
    }
    words
}

fn max_typos(word: &TypedWord, typos: TypoLimits) -> u8 {
    let is_alphabetic = !word.is_unspaced && word.text.chars().all(char::is_alphabetic);
    if is_alphabetic { typos.of_word(&word.text) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> TypedText {
        TypedText::new(text, TypoLimits::default())
    }

    #[test]
    fn matches_the_last_word_as_a_prefix_unless_something_follows() {
        let prefixes = |text| {
            let words = typed(text).words;
            words.iter().map(|word| word.mode == MatchMode::Prefix).collect::<Vec<_>>()
        };
        assert_eq!(prefixes("argo cd"), [false, true]);
        assert_eq!(prefixes("argo cd "), [false, false]);
        assert_eq!(prefixes("日本 argo,"), [true, false]);
        assert_eq!(prefixes(" …"), [] as [bool; 0]);
    }

    #[test]
    fn truncates_long_texts() {
        assert_eq!(typed(&"äbc ".repeat(5_000)).words.len(), limits::MAX_TYPED_WORDS);
        assert!(typed(&"日".repeat(9_999)).key.len() <= limits::MAX_TYPED_BYTES);
    }

    #[test]
    fn allows_typos_by_length_and_only_in_words_of_letters() {
        let typos = |text| typed(text).words[0].max_typos;
        assert_eq!(
            ["cat", "argo", "kubernetes", "k8sxxxxxx", "日本語日本語日本"].map(typos),
            [0, 1, 2, 0, 0]
        );
    }

    #[test]
    fn follows_the_typo_limits_of_the_site() {
        let typos = |limits| {
            TypedText::new("argo kubernetes", limits)
                .words
                .iter()
                .map(|word| word.max_typos)
                .collect::<Vec<_>>()
        };
        assert_eq!(typos(TypoLimits { max: 0, ..TypoLimits::default() }), [0, 0]);
        assert_eq!(typos(TypoLimits { one_from: 5, two_from: 10, max: 2 }), [0, 2]);
        assert_eq!(typos(TypoLimits { one_from: 5, two_from: 11, max: 2 }), [0, 1]);
    }
}
