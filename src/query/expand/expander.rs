//! The expander: a query word to the dictionary terms that match it, which are the word itself, its
//! inflections, words with it as a prefix, and words within a few typos.

use std::cell::Cell;

use super::edit_distance::MatchMode;
use super::expanded_query::Expansion;
use super::word_lookup::{WordCandidate, WordLookup};
use crate::analysis::script::Script;
use crate::analysis::{EXACT_MARKER, QueryAnalyzer, QueryWord, Stemmer, TermRelation, WordTerm};
use crate::config::{TypoLimits, limits};
use crate::index::{IndexError, Snapshot};
use crate::query::cancellation::Cancellation;
use crate::query::context::Context;
use crate::query::request::SearchRequest;
use crate::query::weights::Weights;

/// The expansion of one word.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct WordExpansion {
    /// The matching terms; empty if no post contains the word in any form.
    pub(crate) expansions: Vec<Expansion>,
    /// The most likely intended word, if no post contains the typed one.
    pub(crate) correction: Option<String>,
}

/// Expands query words over the dictionary of a snapshot, within the limits of one query.
pub(crate) struct Expander<'a> {
    /// The snapshot.
    pub(crate) snapshot: &'a Snapshot,
    /// The analyzer of the query.
    pub(crate) analyzer: &'a QueryAnalyzer<'a>,
    /// The qualities of the kinds of matches.
    pub(crate) weights: &'a Weights,
    /// Maximum number of typos in a word.
    pub(crate) typos: TypoLimits,
    /// Number of words for which fuzzy matching is still allowed; it is the most expensive lookup.
    pub(crate) typo_budget: Cell<usize>,
    /// Number of expansions left for the whole query, beyond [`limits::MIN_EXPANSIONS`] per word.
    pub(crate) expansion_budget: Cell<usize>,
    /// Whether the request was cancelled.
    pub(crate) cancellation: &'a Cancellation,
    /// Whether a word has matched more terms than are searched; callers reset it.
    pub(crate) is_truncated: Cell<bool>,
}

impl<'a> Expander<'a> {
    /// Returns the expander for a request.
    pub(crate) fn new(
        context: &'a Context<'_>,
        analyzer: &'a QueryAnalyzer<'a>,
        request: &SearchRequest,
    ) -> Self {
        let max = request.typos.unwrap_or(context.typos.max).min(context.typos.max);
        Self {
            snapshot: context.snapshot,
            analyzer,
            weights: context.weights,
            typos: TypoLimits { max, ..context.typos },
            typo_budget: Cell::new(limits::MAX_FUZZY_WORDS),
            expansion_budget: Cell::new(limits::MAX_QUERY_EXPANSIONS),
            cancellation: context.cancellation,
            is_truncated: Cell::new(false),
        }
    }

    /// Returns the lookup for words of all posts.
    pub(crate) fn words(&self) -> WordLookup<'_> {
        WordLookup::new(self.snapshot)
    }

    /// Returns the terms that match `word`; with [`MatchMode::Prefix`], also the terms with `word` as a prefix. Typos
    /// are tried only if no post contains any form of the word as typed.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn expand(&self, word: &QueryWord, mode: MatchMode) -> Result<WordExpansion, IndexError> {
        self.cancellation.check()?;
        let mut terms = Vec::new();
        for expansion in self.word_forms(word) {
            if self.words().occurs(&expansion.term, expansion.languages.as_ref())? {
                terms.push(expansion);
            }
        }
        if self.analyzer.has_tones && terms.first().is_some_and(|first| first.term.starts_with(EXACT_MARKER))
        {
            // In a tonal language, the word without diacritics is another word.
            terms.truncate(1);
            terms[0].weight = 1.0;
        }
        if word.folded.is_empty() {
            return Ok(WordExpansion { expansions: terms, correction: None });
        }
        if mode == MatchMode::Prefix || word.is_unspaced && terms.is_empty() {
            self.add_prefix_matches(&word.folded, &mut terms)?;
        }
        // With the stemmers of several languages even a misspelled word may share a stem with a real one.
        let has_stems = !terms.is_empty();
        if !terms.iter().all(|expansion| expansion.is_stem) {
            return Ok(WordExpansion { expansions: terms, correction: None });
        }
        let max = if has_stems { self.typos.max.min(1) } else { self.typos.max };
        let typos = TypoLimits { max, ..self.typos };
        let correction = self.add_fuzzy_matches(&word.folded, mode, typos, &mut terms)?;
        Ok(WordExpansion { expansions: terms, correction: correction.filter(|_| !has_stems) })
    }

    /// Returns `word` and the terms that have it as a prefix.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn expand_prefix(&self, word: &QueryWord) -> Result<Vec<Expansion>, IndexError> {
        let mut terms = vec![Expansion::new(word.folded.clone(), 1.0)];
        self.add_prefix_matches(&word.folded, &mut terms)?;
        Ok(terms)
    }

    /// Returns the forms of the word: as typed, folded, its stems, other spellings, and identifiers that
    /// contain it.
    ///
    /// The positions of the exact form are a subset of those of the folded form, which are a subset of those
    /// of the stems. The weights are therefore differences, so that each position counts once, at its best
    /// quality.
    pub(crate) fn word_forms(&self, word: &QueryWord) -> Vec<Expansion> {
        let has = |relation| word.terms.iter().any(|term| term.relation == relation);
        let folded = match has(TermRelation::Exact) {
            true if self.analyzer.has_tones => self.weights.folded_tones,
            true => self.weights.folded,
            false => 1.0,
        };
        let stem = if has(TermRelation::Stem) { self.weights.stem.min(folded) } else { 0.0 };
        let expansion = |relation| match relation {
            TermRelation::Exact => (1.0, 1.0 - folded),
            TermRelation::Folded => (folded, folded - stem),
            TermRelation::Stem | TermRelation::SelfStem => (stem, stem),
            TermRelation::Spelling => (folded, folded),
            TermRelation::Part => (self.weights.part, self.weights.part),
            TermRelation::Compound => (1.0, 1.0),
        };
        let terms = word.terms.iter().filter(|term| term.relation != TermRelation::SelfStem).map(|term| {
            let (quality, weight) = expansion(term.relation);
            let is_stem = term.relation == TermRelation::Stem;
            Expansion { weight, span: term.span, is_stem, ..Expansion::new(term.term.clone(), quality) }
        });
        let mut terms: Vec<Expansion> = terms.collect();
        for own in self.self_stems(word) {
            let weight = stem;
            match terms.iter_mut().find(|known| known.term == own.term) {
                Some(form) if own.languages.is_none() => form.weight += weight,
                _ => terms.push(Expansion { quality: stem, weight, ..own }),
            }
        }
        terms.retain(|expansion| expansion.quality > 0.0);
        terms
    }

    /// Returns the words that are their own stem and also the stem of `word`, each restricted to the languages in which
    /// it is.
    fn self_stems(&self, word: &QueryWord) -> Vec<Expansion> {
        let mut stems: Vec<(&str, Vec<(Script, Stemmer)>)> = Vec::new();
        for WordTerm { term, stemmer, .. } in &word.terms {
            let Some(stemmer) = stemmer else { continue };
            match stems.iter_mut().find(|(known, _)| known == term) {
                Some((_, stemmers)) => stemmers.push(*stemmer),
                None => stems.push((term, vec![*stemmer])),
            }
        }
        let own = stems.into_iter().map(|(term, stemmers)| {
            let is_stemmed = |language: &str, (script, stemmer): &(Script, Stemmer)| {
                Stemmer::new(language, *script) == *stemmer
            };
            let is_meant = |language: &str| stemmers.iter().any(|stemmer| is_stemmed(language, stemmer));
            let languages = self.snapshot.languages().subset(is_meant);
            Expansion { is_stem: term != word.folded, languages, ..Expansion::new(term.to_owned(), 1.0) }
        });
        own.collect()
    }

    /// Adds the words that have `word` as a prefix.
    fn add_prefix_matches(&self, word: &str, expansions: &mut Vec<Expansion>) -> Result<(), IndexError> {
        let words = self.words();
        let candidates = words.with_prefix(word, self.weights)?;
        let typed_letters = as_f32(word.chars().count());
        let quality = |candidate: &WordCandidate<'_>| {
            self.weights.prefix
                * (typed_letters / as_f32(candidate.num_chars)).powf(self.weights.prefix_decay)
        };
        self.add_best(candidates.filter(|candidate| candidate.word != word), quality, expansions);
        Ok(())
    }

    /// Adds the words of which `word` may be a misspelling: those at the smallest edit distance at which there are any.
    /// Returns the best one.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn add_fuzzy_matches(
        &self,
        word: &str,
        mode: MatchMode,
        typos: TypoLimits,
        expansions: &mut Vec<Expansion>,
    ) -> Result<Option<String>, IndexError> {
        let max_typos = typos.of_word(word);
        if max_typos == 0 || self.typo_budget.get() == 0 {
            return Ok(None);
        }
        self.typo_budget.set(self.typo_budget.get() - 1);
        // A lookup with distance 2 is far more expensive: it runs only if distance 1 finds nothing.
        for distance in 1..=max_typos {
            let found = self.words().fuzzy(word, distance, mode, self.weights)?;
            let whole = FuzzyLookup { word, distance, mode: MatchMode::Whole };
            let prefix = FuzzyLookup { mode: MatchMode::Prefix, ..whole };
            let best = self.add_at_distance(&whole, found.whole.into_iter(), expansions);
            let best = best.or(self.add_at_distance(&prefix, found.prefixes.into_iter(), expansions));
            if best.is_some() {
                return Ok(best);
            }
        }
        Ok(None)
    }

    /// Adds the words found at one distance, and returns the best.
    fn add_at_distance<'b>(
        &self,
        lookup: &FuzzyLookup<'_>,
        candidates: impl Iterator<Item = WordCandidate<'b>>,
        expansions: &mut Vec<Expansion>,
    ) -> Option<String> {
        let first = lookup.word.chars().next();
        let typed_letters = as_f32(lookup.word.chars().count());
        let quality = |candidate: &WordCandidate<'_>| {
            let mut quality = if lookup.distance == 1 { self.weights.typo_1 } else { self.weights.typo_2 };
            if candidate.word.chars().next() != first {
                quality *= self.weights.typo_first_letter;
            }
            if lookup.mode == MatchMode::Prefix {
                let share = (typed_letters / as_f32(candidate.num_chars)).min(1.0);
                quality *= share.powf(self.weights.prefix_decay);
            }
            quality
        };
        let known = expansions.iter().filter(|known| !known.is_stem).map(|known| known.term.clone());
        let known: Vec<String> = known.collect();
        let count = expansions.len();
        let is_new = |candidate: &WordCandidate<'_>| !known.iter().any(|known| known == candidate.word);
        self.add_best(candidates.filter(is_new), quality, expansions);
        expansions.get(count).map(|best| best.term.clone())
    }

    /// Adds the best words by popularity and quality, best first, within the budget of the query.
    fn add_best<'b>(
        &self,
        candidates: impl Iterator<Item = WordCandidate<'b>>,
        quality: impl Fn(&WordCandidate<'_>) -> f32,
        expansions: &mut Vec<Expansion>,
    ) {
        let allowed = limits::MAX_EXPANSIONS.min(self.expansion_budget.get().max(limits::MIN_EXPANSIONS));
        let known = expansions.len();
        if add_best(candidates, quality, allowed.saturating_sub(known), expansions) {
            self.is_truncated.set(true);
        }
        let added = expansions.len() - known;
        self.expansion_budget.set(self.expansion_budget.get().saturating_sub(added));
    }
}

/// A fuzzy lookup of a typed word: the distance and the kind of matches.
#[derive(Clone, Copy)]
struct FuzzyLookup<'a> {
    word: &'a str,
    distance: u8,
    mode: MatchMode,
}

/// A candidate with its quality, and its score by popularity and quality.
struct ScoredWord<'a> {
    score: f32,
    candidate: WordCandidate<'a>,
    quality: f32,
}

/// Adds at most `max` words, the best by popularity and quality, best first. Returns whether there were more.
fn add_best<'a>(
    candidates: impl Iterator<Item = WordCandidate<'a>>,
    quality: impl Fn(&WordCandidate<'_>) -> f32,
    max: usize,
    expansions: &mut Vec<Expansion>,
) -> bool {
    let mut count = 0;
    let mut rated: Vec<ScoredWord<'_>> = Vec::with_capacity(4 * limits::MAX_EXPANSIONS);
    let compare = |a: &ScoredWord<'_>, b: &ScoredWord<'_>| {
        b.score.total_cmp(&a.score).then_with(|| a.candidate.word.cmp(b.candidate.word))
    };
    // Qualities are at most 1, so a word less popular than this cannot be among the best.
    let mut min_popularity = 0.0;
    for candidate in candidates {
        count += 1;
        if max == 0 || candidate.popularity < min_popularity {
            continue;
        }
        let quality = quality(&candidate);
        rated.push(ScoredWord { score: (1.0 + candidate.popularity).ln() * quality, candidate, quality });
        if rated.len() == rated.capacity() {
            rated.select_nth_unstable_by(max - 1, compare);
            rated.truncate(max);
            min_popularity = rated[max - 1].score.exp_m1() * ROUNDING;
        }
    }
    rated.sort_unstable_by(compare);
    let (mut taken, mut posts) = (0, 0);
    for ScoredWord { candidate, quality, .. } in rated.into_iter().take(max) {
        posts += u64::from(candidate.posts);
        if taken >= limits::MIN_EXPANSIONS && posts > limits::MAX_EXPANSION_POSTS {
            break;
        }
        expansions.push(Expansion::new(candidate.word.to_owned(), quality));
        taken += 1;
    }
    count > taken
}

/// A factor slightly below 1, so that rounding never excludes a word that belongs to the best.
const ROUNDING: f32 = 0.999;

#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn as_f32(letters: usize) -> f32 {
    letters as f32
}
