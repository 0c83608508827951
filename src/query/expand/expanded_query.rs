//! The expanded query: query terms with their dictionary terms, and the requirements on posts.

use std::ops::Range;

use crate::index::{IndexError, LanguageSet, Snapshot, TermInfos, TextField};
use crate::query::language::syntax_tree::Filter;

/// A dictionary term that a query word expands to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expansion {
    /// The dictionary term, including its marker.
    pub(crate) term: String,
    /// Match quality, from 0 to 1 (the word as typed).
    pub(crate) quality: f32,
    /// Weight of one occurrence in the term frequency. It differs from `quality` for positions that carry
    /// several forms of a word, such as the word and its stem: their weights add up to the best quality.
    pub(crate) weight: f32,
    /// Number of positions that a match covers.
    pub(crate) span: u32,
    /// Whether it is a stem rather than the word itself.
    pub(crate) is_stem: bool,
    /// The languages of the posts in which it counts, or `None` for all posts.
    pub(crate) languages: Option<LanguageSet>,
    /// Its posting lists, looked up when the query is complete.
    pub(crate) term_infos: TermInfos,
}

impl Expansion {
    /// Returns an expansion that covers one position and whose weight is its quality.
    pub(crate) fn new(term: String, quality: f32) -> Self {
        let term_infos = TermInfos::default();
        Self { term, quality, weight: quality, span: 1, is_stem: false, languages: None, term_infos }
    }
}

/// Terms at one position of a pattern, any of which matches.
pub(crate) type TermAlternatives = Vec<Expansion>;

/// A word, or a phrase with one element per position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// The elements in order; never empty.
    pub(crate) elements: Vec<TermAlternatives>,
    /// The fields that are searched.
    pub(crate) fields: &'static [TextField],
    /// Match quality of a phrase, from 0 to 1.
    pub(crate) quality: f32,
}

impl Pattern {
    /// Returns whether it has an element without any term of the index.
    pub(crate) fn matches_nothing(&self) -> bool {
        self.elements.iter().any(Vec::is_empty)
    }
}

/// Whether a post must, should or may contain a query term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occur {
    /// Required, because of quotes or a field: other posts are not hits.
    Must,
    /// Expected: posts without it score less, or are not hits if they miss too much.
    Should,
    /// Optional: stop words, compounds whose parts are query terms too, members of groups, excluded words.
    May,
}

/// A query term: a word, phrase or alternative of the query with all its variants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryTerm {
    /// The text as typed.
    pub(crate) label: String,
    /// Its variants, any of which matches.
    pub(crate) patterns: Vec<Pattern>,
    /// Whether a post must, should or may contain it.
    pub(crate) occur: Occur,
    /// Whether it contributes to the score. Excluded words do not; only requirements read them.
    pub(crate) scoring: bool,
    /// Whether it is a stop word.
    pub(crate) is_stop_word: bool,
    /// Number of times that the query contains it.
    pub(crate) count: u8,
    /// Its byte range in the query; empty for alternatives.
    pub(crate) range: Range<usize>,
    /// The most likely intended word, if the typed one matches no post.
    pub(crate) correction: Option<String>,
}

impl QueryTerm {
    /// Returns whether no post contains any of its variants.
    pub(crate) fn matches_nothing(&self) -> bool {
        self.patterns.iter().all(Pattern::matches_nothing)
    }

    /// Returns whether it is required or expected.
    pub(crate) fn is_required_or_expected(&self) -> bool {
        matches!(self.occur, Occur::Must | Occur::Should)
    }
}

/// A condition on posts over query terms and filters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Requirement {
    /// The query term with this index matches.
    Term(usize),
    /// The filter with this index passes.
    Filter(usize),
    /// The inner requirement does not hold.
    Not(Box<Self>),
    /// All of them hold.
    All(Vec<Self>),
    /// At least one of them holds.
    Any(Vec<Self>),
}

impl Requirement {
    /// Returns whether it holds for a post. Bit `n` of `terms` is set if query term `n` matches; `filter`
    /// returns whether the post passes a filter.
    pub(crate) fn holds(&self, terms: u64, filter: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Term(term) => terms & 1 << term != 0,
            Self::Filter(at) => filter(*at),
            Self::Not(inner) => !inner.holds(terms, filter),
            Self::All(inner) => inner.iter().all(|part| part.holds(terms, filter)),
            Self::Any(inner) => inner.iter().any(|part| part.holds(terms, filter)),
        }
    }
}

/// A query with its words expanded to dictionary terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ExpandedQuery {
    /// The query terms, at most [`crate::config::limits::MAX_QUERY_TERMS`].
    pub(crate) terms: Vec<QueryTerm>,
    /// Indexes of the query terms of the typed words, in query order and with repetitions.
    pub(crate) sequence: Vec<usize>,
    /// Requirements, all of which must hold.
    pub(crate) requirements: Vec<Requirement>,
    /// The filters to which [`Requirement::Filter`] refers.
    pub(crate) filters: Vec<Filter>,
    /// Whether the query has text but no letters or digits, so that no post matches.
    pub(crate) is_unsearchable: bool,
    /// Whether words beyond the limits were dropped.
    pub(crate) has_dropped_words: bool,
    /// Whether stop words beyond [`crate::config::limits::MAX_STOP_WORDS`] were dropped.
    pub(crate) has_dropped_stop_words: bool,
    /// Texts typed with a trailing `*` that match more words than are searched.
    pub(crate) truncated_prefixes: Vec<String>,
}

impl ExpandedQuery {
    /// Looks up the posting lists of all terms.
    pub(super) fn look_up_postings(&mut self, snapshot: &Snapshot) -> Result<(), IndexError> {
        let patterns = self.terms.iter_mut().flat_map(|term| &mut term.patterns);
        for pattern in patterns.filter(|pattern| !pattern.matches_nothing()) {
            for expansion in pattern.elements.iter_mut().flatten() {
                expansion.term_infos =
                    TermInfos::find(snapshot.open_segments(), &expansion.term, pattern.fields)?;
            }
        }
        Ok(())
    }

    /// Returns the query terms for which `is_in` returns true, as bits.
    pub(crate) fn terms_where(&self, is_in: impl Fn(&QueryTerm) -> bool) -> u64 {
        let terms = self.terms.iter().enumerate();
        terms.filter(|(_, term)| is_in(term)).fold(0, |bits, (at, _)| bits | 1 << at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluates_requirements_by_term_bits_and_filters() {
        let term = Requirement::Term;
        let either = Requirement::Any(vec![term(0), Requirement::All(vec![term(1), term(2)])]);
        let not = |inner: Requirement| Requirement::Not(Box::new(inner));
        let none = |_: usize| false;
        for (bits, holds) in [(0b000, false), (0b001, true), (0b010, false), (0b110, true), (0b111, true)] {
            assert_eq!(either.holds(bits, &none), holds, "{bits:b}");
            assert_eq!(not(either.clone()).holds(bits, &none), !holds, "{bits:b}");
        }
        let filtered = Requirement::Any(vec![term(5), Requirement::Filter(1)]);
        assert!(filtered.holds(0, &|at| at == 1) && !filtered.holds(0, &|at| at == 0));
        assert!(filtered.holds(1 << 5, &none));
    }
}
