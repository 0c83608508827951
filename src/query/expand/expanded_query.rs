//! A parsed query to what retrieval looks for: slots of patterns of terms, and what must hold.

use std::ops::Range;

use crate::index::{IndexError, LanguageSet, Snapshot, TermLists, TextField};
use crate::query::language::syntax_tree::Filter;

/// A term that a query word stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expansion {
    /// The term in the dictionary.
    pub(crate) term: String,
    /// How good a match of it is, up to 1 for the word itself.
    pub(crate) quality: f32,
    /// What an occurrence adds to the word's frequency. A position that carries both the word's
    /// own form and its stem counts once.
    pub(crate) weight: f32,
    /// Positions that a match of it covers.
    pub(crate) span: u32,
    /// It is the stem of the word, not the word.
    pub(crate) is_stem: bool,
    /// It is meant only in posts in these languages; in all of them where there is none.
    pub(crate) languages: Option<LanguageSet>,
    /// Where its posting lists are; looked up when the query is resolved.
    pub(crate) lists: TermLists,
}

impl Expansion {
    /// A term that covers one position.
    pub(crate) fn new(term: String, quality: f32) -> Self {
        let lists = TermLists::default();
        Self { term, quality, weight: quality, span: 1, is_stem: false, languages: None, lists }
    }
}

/// Terms at one place of a pattern, of which one is enough.
pub(crate) type Element = Vec<Expansion>;

/// One word, or the words of a phrase one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// The places; never empty.
    pub(crate) elements: Vec<Element>,
    /// The fields in which it may stand.
    pub(crate) fields: &'static [TextField],
    /// How good a match of a phrase is, up to 1.
    pub(crate) quality: f32,
}

impl Pattern {
    /// Whether no term of the index fits one of its places.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.elements.iter().any(Vec::is_empty)
    }
}

/// What a post without the slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// No hit: the reader asked for it with quotes or a field.
    Must,
    /// A lesser hit.
    Should,
    /// As good a hit: a stop word, a compound whose words are slots already, one of several in a group.
    May,
    /// A better one: it is worth nothing and only looked at by a requirement.
    Never,
}

/// One thing that the query looks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slot {
    /// How it was typed.
    pub(crate) label: String,
    /// Ways to match it, of which one is enough.
    pub(crate) patterns: Vec<Pattern>,
    /// What a post without it is.
    pub(crate) need: Need,
    /// It is a stop word.
    pub(crate) is_stop_word: bool,
    /// How often the query has it.
    pub(crate) count: u8,
    /// Where it stands in the query, in bytes; empty where that makes no sense.
    pub(crate) range: Range<usize>,
    /// What was most probably meant, where what was typed occurs nowhere.
    pub(crate) correction: Option<String>,
}

impl Slot {
    /// Whether no post can match it.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.patterns.iter().all(Pattern::is_hopeless)
    }
}

/// What must hold of a post.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Requirement {
    /// The slot matches.
    Slot(usize),
    /// The filter holds.
    Filter(usize),
    /// This does not hold.
    Not(Box<Self>),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
}

impl Requirement {
    /// Whether it holds of a post: `slots` has a bit for each slot that matches, `filter` tells of a filter.
    pub(crate) fn holds(&self, slots: u64, filter: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Slot(slot) => slots & 1 << slot != 0,
            Self::Filter(at) => filter(*at),
            Self::Not(inner) => !inner.holds(slots, filter),
            Self::All(inner) => inner.iter().all(|part| part.holds(slots, filter)),
            Self::Any(inner) => inner.iter().any(|part| part.holds(slots, filter)),
        }
    }
}

/// A query in terms of the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ResolvedQuery {
    /// What is looked for.
    pub(crate) slots: Vec<Slot>,
    /// The slots of the query's words in their order, a word that is repeated each time.
    pub(crate) sequence: Vec<usize>,
    /// All of them must hold.
    pub(crate) requirements: Vec<Requirement>,
    /// What [`Requirement::Filter`] means.
    pub(crate) filters: Vec<Filter>,
    /// Something was typed, but nothing with a letter or digit: no post can match it.
    pub(crate) is_unanswerable: bool,
    /// There were more words than are searched.
    pub(crate) is_cut: bool,
    /// There were more stop words than are searched.
    pub(crate) has_cut_stop_words: bool,
    /// What was typed with a trailing `*` and begins more words than are looked for.
    pub(crate) cut_prefixes: Vec<String>,
}

impl ResolvedQuery {
    /// Looks up where the posting lists of all terms are.
    pub(super) fn find_lists(&mut self, snapshot: &Snapshot) -> Result<(), IndexError> {
        let patterns = self.slots.iter_mut().flat_map(|slot| &mut slot.patterns);
        for pattern in patterns.filter(|pattern| !pattern.is_hopeless()) {
            for expansion in pattern.elements.iter_mut().flatten() {
                expansion.lists = TermLists::find(snapshot.open_segments(), &expansion.term, pattern.fields)?;
            }
        }
        Ok(())
    }

    /// The slots for which `is_in` holds, as bits.
    pub(crate) fn slots_where(&self, is_in: impl Fn(&Slot) -> bool) -> u64 {
        let slots = self.slots.iter().enumerate();
        slots.filter(|(_, slot)| is_in(slot)).fold(0, |bits, (at, _)| bits | 1 << at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_from_bits_and_filters() {
        let slot = Requirement::Slot;
        let either = Requirement::Any(vec![slot(0), Requirement::All(vec![slot(1), slot(2)])]);
        let not = |inner: Requirement| Requirement::Not(Box::new(inner));
        let none = |_: usize| false;
        for (bits, holds) in [(0b000, false), (0b001, true), (0b010, false), (0b110, true), (0b111, true)] {
            assert_eq!(either.holds(bits, &none), holds, "{bits:b}");
            assert_eq!(not(either.clone()).holds(bits, &none), !holds, "{bits:b}");
        }
        let filtered = Requirement::Any(vec![slot(5), Requirement::Filter(1)]);
        assert!(filtered.holds(0, &|at| at == 1) && !filtered.holds(0, &|at| at == 0));
        assert!(filtered.holds(1 << 5, &none));
    }
}
