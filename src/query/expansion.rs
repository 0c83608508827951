//! A query word to the terms of the dictionary that it stands for: itself, its inflections, the
//! words that begin with it, the words that it may be a typo of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::SegmentReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy_fst::Automaton;

use super::weights::Weights;
use crate::analysis::{Analyzer, PART_MARKER, STEM_MARKER};
use crate::config::limits;
use crate::index::{IndexError, Snapshot, TextField};

/// Letters from which a word may have one typo.
const ONE_TYPO_FROM: usize = 4;
/// Letters from which a word may have two typos.
const TWO_TYPOS_FROM: usize = 8;

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

/// Expands words over the dictionaries of a snapshot.
pub struct Expander<'a> {
    /// The index.
    pub snapshot: &'a Snapshot,
    /// The language of the query.
    pub analyzer: &'a Analyzer,
    /// Qualities.
    pub weights: &'a Weights,
}

/// How often a term occurs: posts by field, each by the field's worth.
type Popularity = BTreeMap<String, f32>;

impl Expander<'_> {
    /// The terms for `word`, a surface form, in `fields`; `is_open` takes it for the beginning of
    /// a word too. Typos are looked for only where the word as typed does not occur. Nothing
    /// where it stands for no term at all.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn expand(
        &self,
        word: &str,
        is_open: bool,
        fields: &[TextField],
    ) -> Result<Vec<Expansion>, IndexError> {
        let mut expansions = Vec::new();
        for expansion in self.inflections(word) {
            if self.occurs(&expansion.term, fields)? {
                expansions.push(expansion);
            }
        }
        if is_open {
            self.add_prefixed(word, fields, &mut expansions)?;
        }
        if expansions.is_empty() {
            self.add_similar(word, is_open, fields, &mut expansions)?;
        }
        Ok(expansions)
    }

    /// The word itself, its stem and its namesakes in camel case.
    #[must_use]
    pub fn inflections(&self, word: &str) -> Vec<Expansion> {
        let stem = self.analyzer.stem(word);
        let mut expansions = Vec::with_capacity(4);
        if stem == word {
            expansions.push(Expansion::new(word.to_owned(), 1.0));
        } else {
            // The word's own positions carry its stem as well.
            let weight = 1.0 - self.weights.stem;
            expansions.push(Expansion { weight, ..Expansion::new(word.to_owned(), 1.0) });
            expansions.push(Expansion::new(stem.clone(), self.weights.stem));
        }
        expansions.push(Expansion::new(format!("{STEM_MARKER}{stem}"), self.weights.stem));
        expansions.push(Expansion::new(format!("{PART_MARKER}{word}"), self.weights.part));
        expansions
    }

    fn occurs(&self, term: &str, fields: &[TextField]) -> Result<bool, IndexError> {
        for segment in self.snapshot.segments() {
            for field in fields {
                let index = segment.inverted_index(self.snapshot.field(*field))?;
                if let Some(info) = index.terms().get(term.as_bytes())?
                    && living_posts(segment, *field, self.snapshot, &info)? > 0
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn add_prefixed(
        &self,
        word: &str,
        fields: &[TextField],
        expansions: &mut Vec<Expansion>,
    ) -> Result<(), IndexError> {
        let mut popularity = Popularity::new();
        self.each_term(fields, &AnyWithPrefix(word.as_bytes()), |term, posts| {
            if term.len() > word.len() {
                *popularity.entry(term.to_owned()).or_default() += posts;
            }
        })?;
        let typed = letters(word);
        let candidates = popularity.into_iter().map(|(term, posts)| {
            let share = typed / letters(&term);
            let quality = self.weights.prefix * share.powf(self.weights.prefix_decay);
            (term, posts, quality)
        });
        add_best(candidates.collect(), expansions);
        Ok(())
    }

    fn add_similar(
        &self,
        word: &str,
        is_open: bool,
        fields: &[TextField],
        expansions: &mut Vec<Expansion>,
    ) -> Result<(), IndexError> {
        let length = word.chars().count();
        let is_word = word.chars().all(char::is_alphabetic);
        let max_typos = match length {
            _ if !is_word => 0,
            TWO_TYPOS_FROM.. => 2,
            ONE_TYPO_FROM.. => 1,
            _ => 0,
        };
        for typos in 1..=max_typos {
            for is_prefix in if is_open { &[false, true][..] } else { &[false][..] } {
                self.add_at_distance(word, typos, *is_prefix, fields, expansions)?;
            }
            if !expansions.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn add_at_distance(
        &self,
        word: &str,
        typos: u8,
        is_prefix: bool,
        fields: &[TextField],
        expansions: &mut Vec<Expansion>,
    ) -> Result<(), IndexError> {
        let automaton = Similar::new(word, typos, is_prefix);
        let mut popularity = Popularity::new();
        self.each_term(fields, &automaton, |term, posts| {
            if !expansions.iter().any(|expansion| expansion.term == term) {
                *popularity.entry(term.to_owned()).or_default() += posts;
            }
        })?;
        let first = word.chars().next();
        let candidates = popularity.into_iter().map(|(term, posts)| {
            let mut quality = if typos == 1 { self.weights.typo_1 } else { self.weights.typo_2 };
            if term.chars().next() != first {
                quality *= self.weights.typo_first_letter;
            }
            if is_prefix {
                quality *= (letters(word) / letters(&term)).min(1.0).powf(self.weights.prefix_decay);
            }
            (term, posts, quality)
        });
        add_best(candidates.collect(), expansions);
        Ok(())
    }

    /// Visits the surface terms that the automaton accepts, once a segment and field.
    fn each_term<A: Automaton>(
        &self,
        fields: &[TextField],
        automaton: &A,
        mut visit: impl FnMut(&str, f32),
    ) -> Result<(), IndexError>
    where
        A::State: Clone,
    {
        for segment in self.snapshot.segments() {
            for field in fields {
                let index = segment.inverted_index(self.snapshot.field(*field))?;
                let mut terms = index.terms().search(automaton).into_stream()?;
                while terms.advance() {
                    let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
                    if term.starts_with([STEM_MARKER, PART_MARKER]) {
                        continue;
                    }
                    let posts = living_posts(segment, *field, self.snapshot, terms.value())?;
                    if posts > 0 {
                        #[expect(clippy::cast_precision_loss, reason = "a count to compare by")]
                        visit(term, posts as f32 * self.weights.of_field(*field));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Posts with the term that were not deleted since.
fn living_posts(
    segment: &SegmentReader,
    field: TextField,
    snapshot: &Snapshot,
    info: &TermInfo,
) -> Result<u32, IndexError> {
    let Some(alive) = segment.alive_bitset() else { return Ok(info.doc_freq) };
    let index = segment.inverted_index(snapshot.field(field))?;
    let postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    Ok(postings.doc_freq_given_deletes(alive))
}

/// Takes the candidates (term, popularity, quality) that are best by both, as many as allowed.
fn add_best(mut candidates: Vec<(String, f32, f32)>, expansions: &mut Vec<Expansion>) {
    let worth = |(_, popularity, quality): &(String, f32, f32)| (1.0 + popularity).ln() * quality;
    candidates.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.0.cmp(&b.0)));
    let room = limits::MAX_EXPANSIONS.saturating_sub(expansions.len());
    expansions
        .extend(candidates.into_iter().take(room).map(|(term, _, quality)| Expansion::new(term, quality)));
}

#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn letters(word: &str) -> f32 {
    word.chars().count() as f32
}

/// Accepts what begins with the bytes.
struct AnyWithPrefix<'a>(&'a [u8]);

impl Automaton for AnyWithPrefix<'_> {
    type State = Option<usize>;

    fn start(&self) -> Self::State {
        Some(0)
    }

    fn is_match(&self, state: &Self::State) -> bool {
        *state == Some(self.0.len())
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        self.is_match(state)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match *state {
            Some(at) if at == self.0.len() => Some(at),
            Some(at) if self.0[at] == byte => Some(at + 1),
            _ => None,
        }
    }
}

/// Accepts words at most some typos away; a transposition of neighbours counts one.
struct Similar(DFA);

impl Similar {
    fn new(word: &str, typos: u8, is_prefix: bool) -> Self {
        // Building the parametric automata takes longer than all the rest.
        static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
            LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));
        let builder = &BUILDERS[usize::from(typos.clamp(1, 2)) - 1];
        Self(if is_prefix { builder.build_prefix_dfa(word) } else { builder.build_dfa(word) })
    }
}

impl Automaton for Similar {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
