//! BM25F scores of posts, from term frequencies.

use tantivy::DocId;

use super::term_frequencies::TermFrequencies;
use crate::query::expand::expanded_query::{ExpandedQuery, Occur};
use crate::query::weights::Weights;

/// The score of a matching post.
pub(super) struct PostScore {
    pub(super) score: f32,
    /// Bit `n` is set if query term `n` matches.
    pub(super) matched: u64,
    pub(super) in_first_tier: bool,
}

/// Scores one post at a time.
pub(super) struct Scorer<'a> {
    query: &'a ExpandedQuery,
    term_weights: &'a [f32],
    weights: &'a Weights,
    /// Required terms, as bits.
    required: u64,
    /// Required terms and expected terms that match any post, as bits: a full match has all of them.
    full_match: u64,
    /// Whether the query has required or expected terms, even ones that match no post.
    has_scored_terms: bool,
    /// The sum of the weights of the terms of a full match.
    total_weight: f32,
    /// The share of the total weight that a partial match must cover: that of one average term.
    min_coverage: f32,
    /// Whether partial matches rank after all full matches.
    is_strict: bool,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(query: &'a ExpandedQuery, term_weights: &'a [f32], weights: &'a Weights) -> Self {
        let required = query.terms_where(|term| term.occur == Occur::Must);
        let expected = query.terms_where(|term| term.occur == Occur::Should);
        let matching = query.terms_where(|term| term.occur == Occur::Should && !term.matches_nothing());
        let full_match = required | matching;
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let words = full_match.count_ones() as f32;
        Self {
            query,
            term_weights,
            weights,
            required,
            full_match,
            has_scored_terms: required | expected != 0,
            total_weight: sum_of(full_match, term_weights),
            min_coverage: 1.0 / words.max(1.0),
            is_strict: words <= weights.strict_words,
        }
    }

    /// Returns the query.
    pub(super) fn query(&self) -> &ExpandedQuery {
        self.query
    }

    /// Returns the terms, as bits, of which a hit has at least one, or `None` if any post may be a hit.
    pub(super) fn wanted_terms(&self) -> Option<u64> {
        self.has_scored_terms.then_some(self.full_match)
    }

    /// Returns the score of a post, or `None` if it is not a hit.
    pub(super) fn score(
        &self,
        terms: &[TermFrequencies],
        doc: DocId,
        filter: impl Fn(usize) -> bool,
    ) -> Option<PostScore> {
        let k1 = self.weights.k1;
        let (mut score, mut matched) = (0.0, 0_u64);
        for (term, frequencies) in terms.iter().enumerate() {
            let frequency = frequencies.in_post(doc).weighted;
            if frequency > 0.0 {
                score += self.term_weights[term] * frequency * (k1 + 1.0) / (frequency + k1);
                matched |= 1 << term;
            }
        }
        let meets_requirements =
            || self.query.requirements.iter().all(|requirement| requirement.holds(matched, &filter));
        let misses_required = matched & self.required != self.required;
        if misses_required || self.has_scored_terms && matched & self.full_match == 0 || !meets_requirements()
        {
            return None;
        }
        let missing = self.full_match & !matched;
        if missing == 0 {
            return Some(PostScore { score, matched, in_first_tier: true });
        }
        let covered = 1.0 - sum_of(missing, self.term_weights) / self.total_weight;
        let score = score * covered.powf(self.weights.coverage);
        let in_first_tier = !self.is_strict;
        (covered >= self.min_coverage).then_some(PostScore { score, matched, in_first_tier })
    }
}

fn sum_of(terms: u64, term_weights: &[f32]) -> f32 {
    term_weights.iter().enumerate().filter(|(term, _)| terms & 1 << term != 0).map(|(_, weight)| weight).sum()
}
