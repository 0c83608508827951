//! The order of hits: by score or date, with ties broken by date and then by id, so that it is deterministic.

use std::cmp::Ordering;

use crate::index::{IndexError, OpenSegment, TieBreakRanks};
use crate::query::context::Context;
use crate::query::request::Sort;
use crate::query::retrieve::candidate::Candidate;

/// Compares candidates of a snapshot.
pub(crate) struct HitOrder<'a> {
    segments: &'a [OpenSegment],
    tie_breaks: &'a TieBreakRanks,
}

/// A candidate with the score to compare it by.
#[derive(Clone, Copy)]
pub(super) struct ScoredCandidate<'a> {
    pub(super) candidate: &'a Candidate,
    pub(super) score: f32,
}

impl<'a> HitOrder<'a> {
    /// Returns the order of a snapshot's posts.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub(crate) fn new(context: &Context<'a>) -> Result<Self, IndexError> {
        Ok(Self {
            segments: context.snapshot.open_segments(),
            tie_breaks: context.snapshot.tie_break_ranks()?,
        })
    }

    /// Returns the date in seconds since 1970, or `None` without a date.
    pub(crate) fn date(&self, candidate: &Candidate) -> Option<i64> {
        let address = candidate.address;
        self.segments[address.segment_ord as usize].dates.first(address.doc_id)
    }

    /// Returns whether the post is marked as evergreen, so that it does not age.
    pub(crate) fn is_evergreen(&self, candidate: &Candidate) -> bool {
        let address = candidate.address;
        self.segments[address.segment_ord as usize].evergreens.first(address.doc_id) == Some(1)
    }

    /// Orders ties: the newer post first, then by id.
    pub(crate) fn break_tie(&self, a: &Candidate, b: &Candidate) -> Ordering {
        rank_of(self.tie_breaks.newest_first(), a).cmp(&rank_of(self.tie_breaks.newest_first(), b))
    }

    /// Orders by tier, then by score with the best first, then ties.
    pub(super) fn by_score(&self, a: ScoredCandidate<'_>, b: ScoredCandidate<'_>) -> Ordering {
        let tiers = b.candidate.in_first_tier.cmp(&a.candidate.in_first_tier);
        tiers.then(b.score.total_cmp(&a.score)).then_with(|| self.break_tie(a.candidate, b.candidate))
    }

    /// Orders by the retrieval score, see [`HitOrder::by_score`].
    pub(super) fn by_retrieval_score(&self, a: &Candidate, b: &Candidate) -> Ordering {
        self.by_score(
            ScoredCandidate { candidate: a, score: a.score },
            ScoredCandidate { candidate: b, score: b.score },
        )
    }

    /// Moves the first `count` candidates to the front, in order; the rest are in no particular order.
    /// Relevance uses the retrieval score.
    pub(crate) fn take_first(&self, candidates: &mut [Candidate], count: usize, sort: Sort) {
        let compare = |a: &Candidate, b: &Candidate| match sort {
            Sort::Relevance => self.by_retrieval_score(a, b),
            Sort::Newest => self.break_tie(a, b),
            Sort::Oldest => {
                rank_of(self.tie_breaks.oldest_first(), a).cmp(&rank_of(self.tie_breaks.oldest_first(), b))
            }
        };
        if count < candidates.len() {
            candidates.select_nth_unstable_by(count, compare);
        }
        let count = count.min(candidates.len());
        candidates[..count].sort_unstable_by(compare);
    }
}

fn rank_of(ranks: &[Vec<u32>], candidate: &Candidate) -> u32 {
    ranks[candidate.address.segment_ord as usize][candidate.address.doc_id as usize]
}
