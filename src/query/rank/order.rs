//! The order of hits: by score or by date; equals by date, then by id, so that it never varies.

use std::cmp::Ordering;

use crate::index::{IndexError, OpenSegment, Places};
use crate::query::context::Context;
use crate::query::request::Sort;
use crate::query::retrieve::candidate::Candidate;

/// Compares candidates of a snapshot.
pub(crate) struct Order<'a> {
    segments: &'a [OpenSegment],
    places: &'a Places,
}

impl<'a> Order<'a> {
    /// The order of a snapshot's posts.
    ///
    /// # Errors
    /// When a column cannot be read.
    pub(crate) fn new(context: &Context<'a>) -> Result<Self, IndexError> {
        Ok(Self { segments: context.snapshot.open_segments(), places: context.snapshot.places()? })
    }

    /// Seconds since 1970, `None` without a date.
    pub(crate) fn date(&self, candidate: &Candidate) -> Option<i64> {
        let address = candidate.address;
        self.segments[address.segment_ord as usize].dates.first(address.doc_id)
    }

    /// Whether the post does not age.
    pub(crate) fn is_evergreen(&self, candidate: &Candidate) -> bool {
        let address = candidate.address;
        self.segments[address.segment_ord as usize].evergreens.first(address.doc_id) == Some(1)
    }

    /// Of equals the later one is first, then the one whose id is first.
    pub(crate) fn break_tie(&self, a: &Candidate, b: &Candidate) -> Ordering {
        place(self.places.newest(), a).cmp(&place(self.places.newest(), b))
    }

    /// Best first: those that have all words before those that miss some.
    pub(crate) fn by_score(
        &self,
        (a, a_score): (&Candidate, f32),
        (b, b_score): (&Candidate, f32),
    ) -> Ordering {
        b.is_first.cmp(&a.is_first).then(b_score.total_cmp(&a_score)).then_with(|| self.break_tie(a, b))
    }

    /// The first `count` candidates in order, and the others in no order. Relevance orders by the
    /// score of retrieval.
    pub(crate) fn take_first(&self, candidates: &mut [Candidate], count: usize, sort: Sort) {
        let compare = |a: &Candidate, b: &Candidate| match sort {
            Sort::Relevance => self.by_score((a, a.score), (b, b.score)),
            Sort::Newest => self.break_tie(a, b),
            Sort::Oldest => place(self.places.oldest(), a).cmp(&place(self.places.oldest(), b)),
        };
        if count < candidates.len() {
            candidates.select_nth_unstable_by(count, compare);
        }
        let count = count.min(candidates.len());
        candidates[..count].sort_unstable_by(compare);
    }
}

fn place(places: &[Vec<u32>], candidate: &Candidate) -> u32 {
    places[candidate.address.segment_ord as usize][candidate.address.doc_id as usize]
}
