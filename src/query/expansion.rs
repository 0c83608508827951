//! A query word to the terms of the dictionary that it stands for: itself, its inflections, the
//! words that begin with it, the words that it may be a typo of.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::automaton::{AnyWithPrefix, Similar};
use super::vocabulary::Vocabulary;
use super::weights::Weights;
use crate::analysis::{EXACT_MARKER, QueryAnalyzer, QueryWord, Relation, STEM_MARKER};
use crate::config::{TypoLimits, limits};
use crate::index::{IndexError, Snapshot};

/// A term that a query word stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// The term in the dictionary.
    pub term: String,
    /// How good a match of it is, up to 1 for the word itself.
    pub quality: f32,
    /// What an occurrence adds to the word's frequency. A position that carries both the word's
    /// own form and its stem counts once.
    pub weight: f32,
    /// Positions that a match of it covers.
    pub span: u32,
}

impl Expansion {
    /// A term that covers one position.
    #[must_use]
    pub fn new(term: String, quality: f32) -> Self {
        Self { term, quality, weight: quality, span: 1 }
    }
}

/// What a word stands for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expanded {
    /// The terms; none where the word occurs in no form.
    pub terms: Vec<Expansion>,
    /// The word that was most probably meant, where the one typed does not occur.
    pub correction: Option<String>,
}

/// Expands words over the dictionary of a snapshot.
pub struct Expander<'a> {
    /// The index.
    pub snapshot: &'a Snapshot,
    /// The analysis of the query.
    pub analyzer: &'a QueryAnalyzer<'a>,
    /// Qualities.
    pub weights: &'a Weights,
    /// How many typos words may have.
    pub typos: TypoLimits,
    /// Words in which typos may still be looked for: that is the dearest of all.
    pub guesses: Cell<usize>,
}

impl Expander<'_> {
    /// The words of all posts.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary::new(self.snapshot)
    }

    /// The terms for `word`; `is_open` takes it for the beginning of a word too. Typos are looked
    /// for only where the word as typed occurs in no form.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn expand(&self, word: &QueryWord, is_open: bool) -> Result<Expanded, IndexError> {
        let mut terms = Vec::new();
        for expansion in self.inflections(word) {
            if self.vocabulary().occurs(&expansion.term)? {
                terms.push(expansion);
            }
        }
        if self.analyzer.has_tones && terms.first().is_some_and(|first| first.term.starts_with(EXACT_MARKER))
        {
            // Without its diacritics it is another word.
            terms.truncate(1);
            terms[0].weight = 1.0;
        }
        if word.surface.is_empty() {
            return Ok(Expanded { terms, correction: None });
        }
        if is_open || word.is_unspaced && terms.is_empty() {
            self.add_prefixed(&word.surface, &mut terms)?;
        }
        // With the rules of many languages a typo may have a stem, too.
        let has_stems = !terms.is_empty();
        if !terms.iter().all(|expansion| expansion.term.starts_with(STEM_MARKER)) {
            return Ok(Expanded { terms, correction: None });
        }
        let max = if has_stems { self.typos.max.min(1) } else { self.typos.max };
        let typos = TypoLimits { max, ..self.typos };
        let correction = self.add_similar(&word.surface, is_open, typos, &mut terms)?;
        Ok(Expanded { terms, correction: correction.filter(|_| !has_stems) })
    }

    /// The terms for `word` as the beginning of a word: itself and the words that begin with it.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn begin(&self, word: &QueryWord) -> Result<Vec<Expansion>, IndexError> {
        let mut terms = vec![Expansion::new(word.surface.clone(), 1.0)];
        self.add_prefixed(&word.surface, &mut terms)?;
        Ok(terms)
    }

    /// The word as typed, folded, its stems, its other spellings, the identifiers that have it.
    ///
    /// What stands on one position counts once: the positions of the word as typed are among those
    /// of its folded form, and these among those of its stems, so each adds what it is worth more.
    #[must_use]
    pub fn inflections(&self, word: &QueryWord) -> Vec<Expansion> {
        let has = |relation| word.terms.iter().any(|term| term.relation == relation);
        let folded = match has(Relation::Exact) {
            true if self.analyzer.has_tones => self.weights.folded_tones,
            true => self.weights.folded,
            false => 1.0,
        };
        let stem = if has(Relation::Stem) { self.weights.stem.min(folded) } else { 0.0 };
        let expansion = |relation| match relation {
            Relation::Exact => (1.0, 1.0 - folded),
            Relation::Surface => (folded, folded - stem),
            Relation::Stem => (stem, stem),
            Relation::Spelling => (folded, folded),
            Relation::Part => (self.weights.part, self.weights.part),
            Relation::Joined => (1.0, 1.0),
        };
        let terms = word.terms.iter().map(|term| {
            let (quality, weight) = expansion(term.relation);
            Expansion { term: term.term.clone(), quality, weight, span: term.span }
        });
        terms.filter(|expansion| expansion.quality > 0.0).collect()
    }

    fn add_prefixed(&self, word: &str, expansions: &mut Vec<Expansion>) -> Result<(), IndexError> {
        let mut found = self.vocabulary().search(&AnyWithPrefix(word.as_bytes()), self.weights)?;
        found.remove(word);
        let typed = letters(word);
        let quality =
            |term: &str| self.weights.prefix * (typed / letters(term)).powf(self.weights.prefix_decay);
        add_best(found, quality, expansions);
        Ok(())
    }

    /// Adds the words that `word` may be a typo of: those at the least distance at which there are
    /// any. The best of them.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn add_similar(
        &self,
        word: &str,
        is_open: bool,
        typos: TypoLimits,
        expansions: &mut Vec<Expansion>,
    ) -> Result<Option<String>, IndexError> {
        let max_typos = typos.of_word(word);
        if max_typos == 0 || self.guesses.get() == 0 {
            return Ok(None);
        }
        self.guesses.set(self.guesses.get() - 1);
        let mut best = None;
        for typos in 1..=max_typos {
            for is_prefix in if is_open { &[false, true][..] } else { &[false][..] } {
                let found = self.add_at_distance(word, typos, *is_prefix, expansions)?;
                best = best.or(found);
            }
            if best.is_some() {
                break;
            }
        }
        Ok(best)
    }

    fn add_at_distance(
        &self,
        word: &str,
        typos: u8,
        is_prefix: bool,
        expansions: &mut Vec<Expansion>,
    ) -> Result<Option<String>, IndexError> {
        let mut found = self.vocabulary().search(&Similar::new(word, typos, is_prefix), self.weights)?;
        found.retain(|term, _| !expansions.iter().any(|known| known.term == *term));
        let first = word.chars().next();
        let quality = |term: &str| {
            let mut quality = if typos == 1 { self.weights.typo_1 } else { self.weights.typo_2 };
            if term.chars().next() != first {
                quality *= self.weights.typo_first_letter;
            }
            if is_prefix {
                quality *= (letters(word) / letters(term)).min(1.0).powf(self.weights.prefix_decay);
            }
            quality
        };
        let added = expansions.len();
        add_best(found, quality, expansions);
        Ok(expansions.get(added).map(|best| best.term.clone()))
    }
}

/// Takes the words that are best by popularity and quality, best first, as many as allowed.
fn add_best(found: BTreeMap<String, f32>, quality: impl Fn(&str) -> f32, expansions: &mut Vec<Expansion>) {
    let worth = |popularity: f32, quality: f32| (1.0 + popularity).ln() * quality;
    let rated = found.into_iter().map(|(term, popularity)| {
        let quality = quality(&term);
        (worth(popularity, quality), Expansion::new(term, quality))
    });
    let mut rated: Vec<(f32, Expansion)> = rated.collect();
    rated.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.term.cmp(&y.term)));
    let room = limits::MAX_EXPANSIONS.saturating_sub(expansions.len());
    expansions.extend(rated.into_iter().take(room).map(|(_, expansion)| expansion));
}

#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn letters(word: &str) -> f32 {
    word.chars().count() as f32
}
