//! The score of a post by the frequencies of the query's words.

use tantivy::DocId;

use super::term_frequencies::SlotTallies;
use crate::query::expand::expanded_query::{Need, ResolvedQuery};
use crate::query::weights::Weights;

/// What a post's frequencies come to.
pub(super) struct Scored {
    pub(super) score: f32,
    pub(super) matched: u64,
    pub(super) is_first: bool,
}

/// Scores one post at a time.
pub(super) struct Scorer<'a> {
    query: &'a ResolvedQuery,
    worths: &'a [f32],
    weights: &'a Weights,
    /// Slots without which a post is no hit.
    must: u64,
    /// Slots that a full match has.
    wanted: u64,
    /// The query has words that are wanted, be it such that occur nowhere.
    has_wanted: bool,
    /// The information of the wanted slots.
    total: f32,
    /// The share of it that makes a post that misses some a hit: one average word's.
    min_coverage: f32,
    /// Posts that miss a word come after those that miss none.
    is_strict: bool,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(query: &'a ResolvedQuery, worths: &'a [f32], weights: &'a Weights) -> Self {
        let must = query.slots_where(|slot| slot.need == Need::Must);
        let should = query.slots_where(|slot| slot.need == Need::Should);
        let wanted = must | query.slots_where(|slot| slot.need == Need::Should && !slot.is_hopeless());
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let words = wanted.count_ones() as f32;
        Self {
            query,
            worths,
            weights,
            must,
            wanted,
            has_wanted: must | should != 0,
            total: sum_of(wanted, worths),
            min_coverage: 1.0 / words.max(1.0),
            is_strict: words <= weights.strict_words,
        }
    }

    /// The query.
    pub(super) fn query(&self) -> &ResolvedQuery {
        self.query
    }

    /// The slots, as bits, of which a hit has one; none where nothing is wanted but what filters say.
    pub(super) fn wanted(&self) -> Option<u64> {
        self.has_wanted.then_some(self.wanted)
    }

    /// The score of a post; `None` for no hit.
    pub(super) fn score(
        &self,
        slots: &[SlotTallies],
        doc: DocId,
        filter: impl Fn(usize) -> bool,
    ) -> Option<Scored> {
        let k1 = self.weights.k1;
        let (mut score, mut matched) = (0.0, 0_u64);
        for (slot, of_docs) in slots.iter().enumerate() {
            let frequency = of_docs.of(doc).weighted;
            if frequency > 0.0 {
                score += self.worths[slot] * frequency * (k1 + 1.0) / (frequency + k1);
                matched |= 1 << slot;
            }
        }
        let holds = || self.query.requirements.iter().all(|part| part.holds(matched, &filter));
        if matched & self.must != self.must || self.has_wanted && matched & self.wanted == 0 || !holds() {
            return None;
        }
        let missing = self.wanted & !matched;
        if missing == 0 {
            return Some(Scored { score, matched, is_first: true });
        }
        let covered = 1.0 - sum_of(missing, self.worths) / self.total;
        let score = score * covered.powf(self.weights.coverage);
        (covered >= self.min_coverage).then_some(Scored { score, matched, is_first: !self.is_strict })
    }
}

fn sum_of(slots: u64, worths: &[f32]) -> f32 {
    worths.iter().enumerate().filter(|(slot, _)| slots & 1 << slot != 0).map(|(_, worth)| worth).sum()
}
