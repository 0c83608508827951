//! Candidates: the posts that match a query, before reranking.

use tantivy::{DocAddress, DocId};

use super::absent_names::AbsentNames;
use super::term_frequencies::TermFrequencies;

/// A post that matches a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// Its address in the snapshot.
    pub(crate) address: DocAddress,
    /// The BM25F score, reduced for missing terms.
    pub(crate) score: f32,
    /// Bit `n` is set if query term `n` matches.
    pub(crate) matched: u64,
    /// Whether it ranks before all candidates of the second tier: it has all required and expected terms, or partial
    /// matches of the query may rank before full ones.
    pub(crate) in_first_tier: bool,
}

/// The result of retrieval.
#[derive(Debug, Default)]
pub(crate) struct Retrieved {
    /// The matching posts, in no particular order.
    pub(crate) candidates: Vec<Candidate>,
    /// The weight of each query term: its inverse document frequency times its count in the query.
    pub(crate) term_weights: Vec<f32>,
    /// The query terms, as bits, whose phrases were too common to compare positions.
    pub(crate) relaxed_phrases: u64,
    /// The term frequencies, by segment and query term.
    pub(crate) frequencies: Vec<Vec<TermFrequencies>>,
    /// The names in filters that some segments do not have.
    pub(crate) absent_names: AbsentNames,
}

/// The query terms, as bits, that a post contains in the fields that rank highest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldPresence {
    pub(crate) in_title: u64,
    pub(crate) in_headings: u64,
}

impl Retrieved {
    /// Returns the query terms, as bits, with a phrase that matches a candidate although its positions there were too
    /// many to compare.
    pub(crate) fn uncompared_phrases(&self) -> u64 {
        let has_candidate = |segment: usize, docs: &[DocId]| {
            let is_among = |candidate: &Candidate| {
                candidate.address.segment_ord as usize == segment && docs.contains(&candidate.address.doc_id)
            };
            !docs.is_empty() && self.candidates.iter().any(is_among)
        };
        let mut terms = 0;
        for (segment, frequencies) in self.frequencies.iter().enumerate() {
            for (at, term) in frequencies.iter().enumerate() {
                terms |= u64::from(has_candidate(segment, &term.uncompared)) << at;
            }
        }
        terms
    }

    /// Returns the query terms that a post contains in its title and in its headings.
    pub(crate) fn field_presence(&self, address: DocAddress) -> FieldPresence {
        let terms = &self.frequencies[address.segment_ord as usize];
        let bits = |is_in: &dyn Fn(&TermFrequencies) -> bool| {
            terms.iter().enumerate().fold(0, |bits, (at, term)| bits | u64::from(is_in(term)) << at)
        };
        let doc = address.doc_id;
        FieldPresence {
            in_title: bits(&|term| term.in_title.contains(doc)),
            in_headings: bits(&|term| term.in_headings.contains(doc)),
        }
    }
}
