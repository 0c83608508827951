//! Candidates: the posts that match a query, before reranking.

use tantivy::DocAddress;

use super::term_frequencies::SlotTallies;

/// A post that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// Where it is in the index.
    pub(crate) address: DocAddress,
    /// BM25F score, lessened by what is missing.
    pub(crate) score: f32,
    /// Bit `n` is set when slot `n` matches.
    pub(crate) matched: u64,
    /// It comes before those that are not: it has all that is wanted, or nothing has to be whole.
    pub(crate) is_first: bool,
}

/// The posts that match, in no order.
#[derive(Debug, Default)]
pub(crate) struct Retrieved {
    /// The posts.
    pub(crate) candidates: Vec<Candidate>,
    /// What each slot is worth: its inverse document frequency, times how often the query has it.
    pub(crate) worths: Vec<f32>,
    /// The slots, as bits, whose phrases are so common that their words may stand anywhere.
    pub(crate) loose: u64,
    /// By segment and slot: which posts have it, and where.
    pub(crate) tallies: Vec<Vec<SlotTallies>>,
}

impl Retrieved {
    /// The slots, as bits, that a post has in the title, and those that it has in headings.
    pub(crate) fn in_title_and_headings(&self, address: DocAddress) -> (u64, u64) {
        let slots = &self.tallies[address.segment_ord as usize];
        let bits = |is_in: &dyn Fn(&SlotTallies) -> bool| {
            slots.iter().enumerate().fold(0, |bits, (at, slot)| bits | u64::from(is_in(slot)) << at)
        };
        let doc = address.doc_id;
        (bits(&|slot| slot.in_title.contains(doc)), bits(&|slot| slot.in_headings.contains(doc)))
    }
}
