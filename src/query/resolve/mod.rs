//! A parsed query to what retrieval looks for: slots of patterns of terms, and what must hold.

mod slots;
mod synonyms;
mod variants;

use std::ops::Range;

use super::expansion::{Expander, Expansion};
use super::parser::{Filter, Node, ParsedQuery};
use crate::index::{IndexError, Snapshot, TermLists, TextField};
use slots::Builder;

pub use synonyms::Synonyms;

/// Terms at one place of a pattern, of which one is enough.
pub type Element = Vec<Expansion>;

/// One word, or the words of a phrase one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The places; never empty.
    pub elements: Vec<Element>,
    /// The fields in which it may stand.
    pub fields: &'static [TextField],
    /// How good a match of a phrase is, up to 1.
    pub quality: f32,
}

impl Pattern {
    /// Whether no term of the index fits one of its places.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.elements.iter().any(Vec::is_empty)
    }
}

/// What a post without the slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
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
pub struct Slot {
    /// How it was typed.
    pub label: String,
    /// Ways to match it, of which one is enough.
    pub patterns: Vec<Pattern>,
    /// What a post without it is.
    pub need: Need,
    /// It is a stop word.
    pub is_stop_word: bool,
    /// How often the query has it.
    pub count: u8,
    /// Where it stands in the query, in bytes; empty where that makes no sense.
    pub range: Range<usize>,
    /// What was most probably meant, where what was typed occurs nowhere.
    pub correction: Option<String>,
}

impl Slot {
    /// Whether no post can match it.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.patterns.iter().all(Pattern::is_hopeless)
    }
}

/// What must hold of a post.
#[derive(Debug, Clone, PartialEq)]
pub enum Requirement {
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
    #[must_use]
    pub fn holds(&self, slots: u64, filter: &impl Fn(usize) -> bool) -> bool {
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
pub struct ResolvedQuery {
    /// What is looked for.
    pub slots: Vec<Slot>,
    /// The slots of the query's words in their order, a word that is repeated each time.
    pub sequence: Vec<usize>,
    /// All of them must hold.
    pub requirements: Vec<Requirement>,
    /// What [`Requirement::Filter`] means.
    pub filters: Vec<Filter>,
    /// Something was typed, but nothing with a letter or digit: no post can match it.
    pub is_unanswerable: bool,
    /// There were more words than are searched.
    pub is_cut: bool,
    /// There were more stop words than are searched.
    pub has_cut_stop_words: bool,
    /// What was typed with a trailing `*` and begins more words than are looked for.
    pub cut_prefixes: Vec<String>,
}

impl ResolvedQuery {
    /// Looks up where the posting lists of all terms are.
    fn find_lists(&mut self, snapshot: &Snapshot) -> Result<(), IndexError> {
        let patterns = self.slots.iter_mut().flat_map(|slot| &mut slot.patterns);
        for pattern in patterns.filter(|pattern| !pattern.is_hopeless()) {
            for expansion in pattern.elements.iter_mut().flatten() {
                expansion.lists = TermLists::find(snapshot.open_segments(), &expansion.term, pattern.fields)?;
            }
        }
        Ok(())
    }

    /// The slots for which `is_in` holds, as bits.
    #[must_use]
    pub fn slots_where(&self, is_in: impl Fn(&Slot) -> bool) -> u64 {
        let slots = self.slots.iter().enumerate();
        slots.filter(|(_, slot)| is_in(slot)).fold(0, |bits, (at, _)| bits | 1 << at)
    }
}

/// Finds the terms of a parsed query in the dictionary.
///
/// # Errors
/// When the dictionary cannot be read.
pub fn resolve(
    parsed: &ParsedQuery,
    expander: &Expander<'_>,
    synonyms: &Synonyms,
) -> Result<ResolvedQuery, IndexError> {
    let mut builder = Builder::new(expander);
    for node in &parsed.nodes {
        builder.add_wanted(node)?;
    }
    builder.add_variants(synonyms)?;
    let mut query = builder.finish();
    let is_condition = |node: &Node| match node {
        Node::Filter(_) => true,
        Node::Not(inner) => matches!(**inner, Node::Filter(_)),
        _ => false,
    };
    let has_words = parsed.nodes.iter().any(|node| !is_condition(node));
    query.is_unanswerable = query.slots.is_empty() && query.requirements.is_empty() && has_words;
    query.find_lists(expander.snapshot)?;
    // A query of stop words alone means them.
    if !query.slots.iter().any(|slot| matches!(slot.need, Need::Must | Need::Should)) {
        for slot in query.slots.iter_mut().filter(|slot| slot.is_stop_word && slot.need == Need::May) {
            slot.need = Need::Should;
        }
    }
    Ok(query)
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
