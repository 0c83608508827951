//! A query word to the terms of the dictionary that it stands for: itself, its inflections, the
//! words that begin with it, the words that it may be a typo of.

use std::cell::Cell;

use super::expanded_query::Expansion;
use super::word_lookup::{Found, Vocabulary};
use crate::analysis::script::Script;
use crate::analysis::{EXACT_MARKER, QueryAnalyzer, QueryTerm, QueryWord, Relation, Stemmer};
use crate::config::{TypoLimits, limits};
use crate::index::{IndexError, Snapshot};
use crate::query::context::Context;
use crate::query::request::SearchRequest;
use crate::query::weights::Weights;

/// What a word stands for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Expanded {
    /// The terms; none where the word occurs in no form.
    pub(crate) terms: Vec<Expansion>,
    /// The word that was most probably meant, where the one typed does not occur.
    pub(crate) correction: Option<String>,
}

/// Expands words over the dictionary of a snapshot.
pub(crate) struct Expander<'a> {
    /// The index.
    pub(crate) snapshot: &'a Snapshot,
    /// The analysis of the query.
    pub(crate) analyzer: &'a QueryAnalyzer<'a>,
    /// Qualities.
    pub(crate) weights: &'a Weights,
    /// How many typos words may have.
    pub(crate) typos: TypoLimits,
    /// Words in which typos may still be looked for: that is the dearest of all.
    pub(crate) guesses: Cell<usize>,
    /// Expansions that the query's words may still have beyond [`limits::MIN_EXPANSIONS`] each.
    pub(crate) expansions: Cell<usize>,
    /// A word stood for more words than are looked for, since this was asked last.
    pub(crate) is_cut: Cell<bool>,
}

impl<'a> Expander<'a> {
    /// The expander of a request.
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
            guesses: Cell::new(limits::MAX_GUESSED_WORDS),
            expansions: Cell::new(limits::MAX_QUERY_EXPANSIONS),
            is_cut: Cell::new(false),
        }
    }

    /// The words of all posts.
    pub(crate) fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary::new(self.snapshot)
    }

    /// The terms for `word`; `is_open` takes it for the beginning of a word too. Typos are looked
    /// for only where the word as typed occurs in no form.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(crate) fn expand(&self, word: &QueryWord, is_open: bool) -> Result<Expanded, IndexError> {
        let mut terms = Vec::new();
        for expansion in self.inflections(word) {
            if self.vocabulary().occurs(&expansion.term, expansion.languages.as_ref())? {
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
        if !terms.iter().all(|expansion| expansion.is_stem) {
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
    pub(crate) fn begin(&self, word: &QueryWord) -> Result<Vec<Expansion>, IndexError> {
        let mut terms = vec![Expansion::new(word.surface.clone(), 1.0)];
        self.add_prefixed(&word.surface, &mut terms)?;
        Ok(terms)
    }

    /// The word as typed, folded, its stems, its other spellings, the identifiers that have it.
    ///
    /// What stands on one position counts once: the positions of the word as typed are among those
    /// of its folded form, and these among those of its stems, so each adds what it is worth more.
    pub(crate) fn inflections(&self, word: &QueryWord) -> Vec<Expansion> {
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
            Relation::Stem | Relation::OwnStem => (stem, stem),
            Relation::Spelling => (folded, folded),
            Relation::Part => (self.weights.part, self.weights.part),
            Relation::Joined => (1.0, 1.0),
        };
        let terms = word.terms.iter().filter(|term| term.relation != Relation::OwnStem).map(|term| {
            let (quality, weight) = expansion(term.relation);
            let is_stem = term.relation == Relation::Stem;
            Expansion { weight, span: term.span, is_stem, ..Expansion::new(term.term.clone(), quality) }
        });
        let mut terms: Vec<Expansion> = terms.collect();
        for own in self.own_stems(word) {
            let weight = stem;
            match terms.iter_mut().find(|known| known.term == own.term) {
                Some(surface) if own.languages.is_none() => surface.weight += weight,
                _ => terms.push(Expansion { quality: stem, weight, ..own }),
            }
        }
        terms.retain(|expansion| expansion.quality > 0.0);
        terms
    }

    /// The words that are their own stems and those of `word`, each once, in the languages where it is so.
    fn own_stems(&self, word: &QueryWord) -> Vec<Expansion> {
        let mut stems: Vec<(&str, Vec<(Script, Stemmer)>)> = Vec::new();
        for QueryTerm { term, stemmer, .. } in &word.terms {
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
            Expansion { is_stem: term != word.surface, languages, ..Expansion::new(term.to_owned(), 1.0) }
        });
        own.collect()
    }

    fn add_prefixed(&self, word: &str, expansions: &mut Vec<Expansion>) -> Result<(), IndexError> {
        let vocabulary = self.vocabulary();
        let found = vocabulary.beginning_with(word, self.weights)?;
        let typed = as_f32(word.chars().count());
        let quality = |found: &Found<'_>| {
            self.weights.prefix * (typed / as_f32(found.letters)).powf(self.weights.prefix_decay)
        };
        self.add_best(found.filter(|found| found.word != word), quality, expansions);
        Ok(())
    }

    /// Adds the words that `word` may be a typo of: those at the least distance at which there are
    /// any. The best of them.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(crate) fn add_similar(
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
        // Words with two typos are looked for only where there is none with one: that is far dearer.
        for typos in 1..=max_typos {
            let (whole, begun) = self.vocabulary().similar(word, typos, is_open, self.weights)?;
            let best = self.add_at_distance(word, typos, false, whole.into_iter(), expansions);
            let best = best.or(self.add_at_distance(word, typos, true, begun.into_iter(), expansions));
            if best.is_some() {
                return Ok(best);
            }
        }
        Ok(None)
    }

    fn add_at_distance<'b>(
        &self,
        word: &str,
        typos: u8,
        is_prefix: bool,
        found: impl Iterator<Item = Found<'b>>,
        expansions: &mut Vec<Expansion>,
    ) -> Option<String> {
        let first = word.chars().next();
        let typed = as_f32(word.chars().count());
        let quality = |found: &Found<'_>| {
            let mut quality = if typos == 1 { self.weights.typo_1 } else { self.weights.typo_2 };
            if found.word.chars().next() != first {
                quality *= self.weights.typo_first_letter;
            }
            if is_prefix {
                quality *= (typed / as_f32(found.letters)).min(1.0).powf(self.weights.prefix_decay);
            }
            quality
        };
        let known = expansions.iter().filter(|known| !known.is_stem).map(|known| known.term.clone());
        let known: Vec<String> = known.collect();
        let count = expansions.len();
        let is_new = |found: &Found<'_>| !known.iter().any(|known| known == found.word);
        self.add_best(found.filter(is_new), quality, expansions);
        expansions.get(count).map(|best| best.term.clone())
    }

    /// Takes the words that are best by popularity and quality, best first, as many as allowed.
    fn add_best<'b>(
        &self,
        found: impl Iterator<Item = Found<'b>>,
        quality: impl Fn(&Found<'_>) -> f32,
        expansions: &mut Vec<Expansion>,
    ) {
        let most = limits::MAX_EXPANSIONS.min(self.expansions.get().max(limits::MIN_EXPANSIONS));
        let known = expansions.len();
        if add_best(found, quality, most.saturating_sub(known), expansions) {
            self.is_cut.set(true);
        }
        self.expansions.set(self.expansions.get().saturating_sub(expansions.len() - known));
    }
}

/// Adds the words that are best by popularity and quality, best first, as many as there is room for.
/// Whether there were more.
fn add_best<'a>(
    found: impl Iterator<Item = Found<'a>>,
    quality: impl Fn(&Found<'_>) -> f32,
    room: usize,
    expansions: &mut Vec<Expansion>,
) -> bool {
    let mut count = 0;
    let mut rated: Vec<(f32, Found<'_>, f32)> = Vec::with_capacity(4 * limits::MAX_EXPANSIONS);
    let compare = |(a, x, _): &(f32, Found<'_>, f32), (b, y, _): &(f32, Found<'_>, f32)| {
        b.total_cmp(a).then_with(|| x.word.cmp(y.word))
    };
    // No quality is more than one: a word that is less popular than this is not among the best.
    let mut least_popularity = 0.0;
    for found in found {
        count += 1;
        if room == 0 || found.popularity < least_popularity {
            continue;
        }
        let quality = quality(&found);
        rated.push(((1.0 + found.popularity).ln() * quality, found, quality));
        if rated.len() == rated.capacity() {
            rated.select_nth_unstable_by(room - 1, compare);
            rated.truncate(room);
            least_popularity = rated[room - 1].0.exp_m1() * ROUNDING;
        }
    }
    rated.sort_unstable_by(compare);
    let (mut taken, mut posts) = (0, 0);
    for (_, found, quality) in rated.into_iter().take(room) {
        posts += u64::from(found.posts);
        if taken >= limits::MIN_EXPANSIONS && posts > limits::MAX_EXPANSION_POSTS {
            break;
        }
        expansions.push(Expansion::new(found.word.to_owned(), quality));
        taken += 1;
    }
    count > taken
}

/// A little less than one: what rounding may take.
const ROUNDING: f32 = 0.999;

#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn as_f32(letters: usize) -> f32 {
    letters as f32
}
