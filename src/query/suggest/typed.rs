//! What a reader has typed so far.

use crate::config::limits;
use crate::index::key::{KeyWord, key_of, key_words};

/// Letters from which a word may have one typo.
const ONE_TYPO_FROM: usize = 4;
/// Letters from which a word may have two typos.
const TWO_TYPOS_FROM: usize = 8;

/// A typed word, or a typed text of a script without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Folded.
    pub(crate) text: String,
    /// It may be the beginning of a word.
    pub(crate) is_open: bool,
    /// It is of a script without blanks.
    pub(crate) is_run: bool,
}

impl Unit {
    /// Typos that it may have.
    pub(crate) fn max_typos(&self) -> u8 {
        let is_word = !self.is_run && self.text.chars().all(char::is_alphabetic);
        match self.text.chars().count() {
            _ if !is_word => 0,
            TWO_TYPOS_FROM.. => 2,
            ONE_TYPO_FROM.. => 1,
            _ => 0,
        }
    }

    /// Whether a word of a suggestion is this one, without typos.
    pub(crate) fn is(&self, word: &str) -> bool {
        if self.is_open { word.starts_with(&self.text) } else { word == self.text }
    }
}

/// A typed text, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Its key, as suggestions have one.
    pub(crate) key: String,
    /// Its words.
    pub(crate) units: Vec<Unit>,
    /// Its last word may be unfinished.
    pub(crate) is_open: bool,
}

impl Typed {
    /// Takes a text apart; what is beyond the limits is not looked at.
    pub(crate) fn new(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(limits::MAX_TYPED_BYTES)];
        let mut words = key_words(text);
        words.truncate(limits::MAX_TYPED_WORDS);
        let is_open = words.last().is_some_and(|word| word.range.end == text.len());
        Self { key: key_of(&words), units: units(&words, is_open), is_open }
    }
}

fn units(words: &[KeyWord], is_open: bool) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for word in words {
        match units.last_mut() {
            Some(unit) if word.is_glued => unit.text.push_str(&word.text),
            _ => units.push(Unit {
                text: word.text.clone(),
                is_open: word.is_character,
                is_run: word.is_character,
            }),
        }
    }
    if let Some(last) = units.last_mut() {
        last.is_open |= is_open;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_open_unless_something_follows() {
        let open = |text| Typed::new(text).units.iter().map(|unit| unit.is_open).collect::<Vec<_>>();
        assert_eq!(open("argo cd"), [false, true]);
        assert_eq!(open("argo cd "), [false, false]);
        assert_eq!(open("日本 argo,"), [true, false]);
        assert_eq!(open(" …"), [] as [bool; 0]);
    }

    #[test]
    fn long_texts_are_cut() {
        let typed = Typed::new(&"äbc ".repeat(5_000));
        assert_eq!(typed.units.len(), limits::MAX_TYPED_WORDS);
        assert!(Typed::new(&"日".repeat(9_999)).key.len() <= limits::MAX_TYPED_BYTES);
    }

    #[test]
    fn only_longer_words_may_have_typos() {
        let typos = |text| Typed::new(text).units[0].max_typos();
        assert_eq!(
            ["cat", "argo", "kubernetes", "k8sxxxxxx", "日本語日本語日本"].map(typos),
            [0, 1, 2, 0, 0]
        );
    }
}
