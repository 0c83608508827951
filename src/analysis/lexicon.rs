//! Term ids and cached tokens of a thread that analyzes many texts.
//!
//! A few frequent words make up most of a text. Therefore a word is folded, stemmed and split when it first occurs,
//! and looked up afterwards. Terms are compared, counted and sorted by their ids.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::stable_hash::stable_hash;
use super::stop_words::is_stop_word;
use super::token::{TermId, Token, TokenKind};
use crate::config::limits;

/// A hash table with a fast hash for short keys.
type Table<K, V> = HashMap<K, V, RandomState>;
/// Ranges in [`Lexicon::cached_tokens`], by text.
type TokenRanges = Table<Box<str>, Range<u32>>;

/// Kind of a text whose tokens are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexiconKey {
    /// A word of the language with this number, see [`Lexicon::language`].
    Word(usize),
    /// Words joined by connectors.
    Compound,
    /// Two adjacent ideographs.
    Bigram,
}

/// A text whose tokens are cached.
pub(super) struct CachedText<'a> {
    /// Kind of the text.
    pub(super) key: LexiconKey,
    /// The text.
    pub(super) text: &'a str,
}

/// The positions that a token covers.
#[derive(Clone, Copy)]
pub(super) struct TokenPlacement {
    /// First position.
    pub(super) position: u32,
    /// Number of positions.
    pub(super) span: u32,
}

/// Terms and cached tokens of a thread.
#[derive(Debug, Default)]
pub struct Lexicon {
    terms: Vec<InternedTerm>,
    ids: Table<Rc<str>, TermId>,
    /// Cached words by language.
    words: Vec<(String, TokenRanges)>,
    compounds: TokenRanges,
    bigrams: TokenRanges,
    cached_tokens: Vec<(TermId, TokenKind)>,
}

#[derive(Debug)]
struct InternedTerm {
    text: Rc<str>,
    is_stop_word: bool,
    hash: u64,
}

impl Lexicon {
    /// Clears a lexicon that has grown large; ids returned before become invalid.
    pub(crate) fn clear_if_large(&mut self) {
        if self.terms.len() >= limits::MAX_LEXICON_TERMS {
            *self = Self::default();
        }
    }

    /// Returns the term with this id; empty for an unknown id.
    #[must_use]
    pub fn term(&self, id: TermId) -> &str {
        self.terms.get(id as usize).map_or("", |term| &term.text)
    }

    /// Returns whether the term is an English stop word.
    #[must_use]
    pub fn is_stop_word(&self, id: TermId) -> bool {
        self.terms.get(id as usize).is_some_and(|term| term.is_stop_word)
    }

    /// Returns the term's [`stable_hash`]; 0 for an unknown id.
    #[must_use]
    pub fn hash(&self, id: TermId) -> u64 {
        self.terms.get(id as usize).map_or(0, |term| term.hash)
    }

    /// Returns the number of a language, for [`LexiconKey::Word`].
    pub(super) fn language(&mut self, language: &str) -> usize {
        self.words.iter().position(|(known, _)| known == language).unwrap_or_else(|| {
            self.words.push((language.to_owned(), TokenRanges::default()));
            self.words.len() - 1
        })
    }

    /// Appends the tokens of a text from the cache. `make` computes them if the cache does not have the text.
    pub(super) fn push_tokens(
        &mut self,
        CachedText { key, text }: CachedText<'_>,
        TokenPlacement { position, span }: TokenPlacement,
        tokens: &mut Vec<Token>,
        make: impl FnOnce(&mut dyn FnMut(String, TokenKind)),
    ) {
        let cached = match key {
            LexiconKey::Word(language) => self.words[language].1.get(text),
            LexiconKey::Compound => self.compounds.get(text),
            LexiconKey::Bigram => self.bigrams.get(text),
        };
        let range = cached.cloned().unwrap_or_else(|| self.insert(key, text, make));
        let cached = &self.cached_tokens[range.start as usize..range.end as usize];
        tokens.extend(cached.iter().map(|&(term, kind)| Token { term, kind, position, span }));
    }

    fn insert(
        &mut self,
        key: LexiconKey,
        text: &str,
        make: impl FnOnce(&mut dyn FnMut(String, TokenKind)),
    ) -> Range<u32> {
        let end = |terms: &Vec<_>| u32::try_from(terms.len()).unwrap_or(u32::MAX);
        let start = end(&self.cached_tokens);
        make(&mut |term, kind| {
            if !term.is_empty() && term.len() <= limits::MAX_TOKEN_BYTES {
                let id = self.id_of(term);
                self.cached_tokens.push((id, kind));
            }
        });
        let range = start..end(&self.cached_tokens);
        let table = match key {
            LexiconKey::Word(language) => &mut self.words[language].1,
            LexiconKey::Compound => &mut self.compounds,
            LexiconKey::Bigram => &mut self.bigrams,
        };
        table.insert(text.into(), range.clone());
        range
    }

    fn id_of(&mut self, term: String) -> TermId {
        if let Some(id) = self.ids.get(term.as_str()) {
            return *id;
        }
        let id = TermId::try_from(self.terms.len()).unwrap_or(TermId::MAX);
        let text: Rc<str> = term.into();
        let (is_stop_word, hash) = (is_stop_word(&text), stable_hash(&text));
        self.terms.push(InternedTerm { text: text.clone(), is_stop_word, hash });
        self.ids.insert(text, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;

    #[test]
    fn a_term_has_one_id_in_all_texts() {
        let mut lexicon = Lexicon::default();
        let first = Analyzer::new("en").analyze("The die", &mut lexicon).tokens;
        let second = Analyzer::new("de").analyze("THE", &mut lexicon).tokens;
        let folded = |tokens: &[Token]| {
            let token = tokens.iter().find(|token| token.kind == TokenKind::Folded);
            token.map(|token| token.term).unwrap()
        };
        assert_eq!(folded(&first), folded(&second));
        assert_eq!(lexicon.term(folded(&first)), "the");
        assert!(lexicon.is_stop_word(folded(&first)));
    }

    #[test]
    fn cached_tokens_equal_fresh_tokens() {
        let text = "CI/CD für Größe, c++ and .NET --dry-run 日本語 camelCase";
        let mut lexicon = Lexicon::default();
        for language in ["en", "de", "tr", "en", "de", "tr"] {
            let analyzer = Analyzer::new(language);
            let mut fresh = Lexicon::default();
            let again = analyzer.analyze(text, &mut lexicon).tokens;
            let anew = analyzer.analyze(text, &mut fresh).tokens;
            let shown = |token: &Token, lexicon: &Lexicon| {
                (lexicon.term(token.term).to_owned(), token.kind, token.position, token.span)
            };
            let again: Vec<_> = again.iter().map(|token| shown(token, &lexicon)).collect();
            let anew: Vec<_> = anew.iter().map(|token| shown(token, &fresh)).collect();
            assert_eq!(again, anew, "{language}");
        }
    }
}
