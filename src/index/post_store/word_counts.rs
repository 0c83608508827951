//! The words of a post with their frequencies, by which related posts are found.
//!
//! They are stored for long posts only: analyzing a text of 15 MB takes seconds, one of
//! [`limits::MAX_ANALYZED_BYTES`] a few milliseconds.

use std::collections::HashMap;

use crate::analysis::{Lexicon, TermId, Token, TokenKind};
use crate::config::limits;

/// Counts the words of a post: folded words of at least two characters with a letter, no stop words, and at
/// most [`limits::MAX_RELATED_WORDS`] of them.
#[derive(Debug, Default)]
pub struct WordCounts(HashMap<TermId, u32>);

impl WordCounts {
    /// Counts the words among the tokens.
    pub fn add<'a>(&mut self, tokens: impl IntoIterator<Item = &'a Token>, lexicon: &Lexicon) {
        for token in tokens {
            let term = lexicon.term(token.term);
            let is_word = token.kind == TokenKind::Folded
                && term.chars().nth(1).is_some()
                && term.chars().any(char::is_alphabetic)
                && !lexicon.is_stop_word(token.term);
            if is_word && (self.0.len() < limits::MAX_RELATED_WORDS || self.0.contains_key(&token.term)) {
                let count = self.0.entry(token.term).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// Returns the words with their frequencies, in byte order.
    #[must_use]
    pub fn into_words(self, lexicon: &Lexicon) -> Vec<(String, u32)> {
        let words = self.0.into_iter().map(|(term, count)| (lexicon.term(term).to_owned(), count));
        let mut words: Vec<(String, u32)> = words.collect();
        words.sort_unstable();
        words
    }
}
