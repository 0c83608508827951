//! The order of hits: by score or by date; equals by date, then by id, so that it never varies.

use std::cmp::Ordering;

use tantivy::columnar::Column;

use super::Context;
use super::request::Sort;
use super::retrieval::Candidate;
use crate::index::schema::columns;
use crate::index::{IndexError, Places};

/// Compares candidates of a snapshot.
pub struct Order<'a> {
    dates: Vec<Column<i64>>,
    evergreens: Vec<Column<u64>>,
    places: &'a Places,
}

impl<'a> Order<'a> {
    /// Opens the columns.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn new(context: &Context<'a>) -> Result<Self, IndexError> {
        let places = context.snapshot.places()?;
        let mut order = Self { dates: Vec::new(), evergreens: Vec::new(), places };
        for segment in context.snapshot.segments() {
            let columns = segment.fast_fields();
            order.dates.push(columns.i64(columns::DATE)?);
            order.evergreens.push(columns.u64(columns::EVERGREEN)?);
        }
        Ok(order)
    }

    /// Seconds since 1970, `None` without a date.
    #[must_use]
    pub fn date(&self, candidate: &Candidate) -> Option<i64> {
        let address = candidate.address;
        self.dates[address.segment_ord as usize].first(address.doc_id)
    }

    /// Whether the post does not age.
    #[must_use]
    pub fn is_evergreen(&self, candidate: &Candidate) -> bool {
        let address = candidate.address;
        self.evergreens[address.segment_ord as usize].first(address.doc_id) == Some(1)
    }

    /// Of equals the later one is first, then the one whose id is first.
    #[must_use]
    pub fn break_tie(&self, a: &Candidate, b: &Candidate) -> Ordering {
        place(self.places.newest(), a).cmp(&place(self.places.newest(), b))
    }

    /// Best first: those that have all words before those that miss some.
    #[must_use]
    pub fn by_score(&self, (a, a_score): (&Candidate, f32), (b, b_score): (&Candidate, f32)) -> Ordering {
        b.is_first.cmp(&a.is_first).then(b_score.total_cmp(&a_score)).then_with(|| self.break_tie(a, b))
    }

    /// The first `count` candidates in order, and the others in no order. Relevance orders by the
    /// score of retrieval.
    pub fn take_first(&self, candidates: &mut [Candidate], count: usize, sort: Sort) {
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
