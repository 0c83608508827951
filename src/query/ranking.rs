//! The second phase: what the places of the matches say.
//!
//! A post's score is its BM25F score times one plus bonuses: for a title that has the words, a
//! title or heading that is little else, and words that stand beside each other as in the query.

use std::cmp::Ordering;

use super::Context;
use super::matches::{Match, PostMatches};
use super::retrieval::Candidate;
use crate::index::IndexError;
use crate::index::schema::columns;

/// What the places of a post's matches are worth; each is from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// Share of the query that the title has.
    pub title_coverage: f32,
    /// The same, times the share of the title that is the query.
    pub title_exact: f32,
    /// The same of the best heading.
    pub heading_exact: f32,
    /// How near to each other neighbouring words of the query stand.
    pub proximity: f32,
}

impl Features {
    /// Computes the features of a post; `idf` says what each slot is worth.
    #[must_use]
    pub fn new(matches: &PostMatches, idf: &[f32]) -> Self {
        let total: f32 = idf.iter().sum();
        if total <= 0.0 {
            return Self::default();
        }
        let title_coverage = coverage(&matches.title, idf) / total;
        let headings = matches.headings.iter().map(|(first, len)| {
            let inside = within(&matches.text, *first, first + len);
            coverage(inside, idf) / total * density(inside, *len)
        });
        Self {
            title_coverage,
            title_exact: title_coverage * density(&matches.title, matches.title_len),
            heading_exact: headings.fold(0.0, f32::max),
            proximity: proximity(&matches.title, idf).max(proximity(&matches.text, idf)),
        }
    }
}

/// Matches that begin at or after `first` and before `end`.
#[must_use]
pub fn within(matches: &[Match], first: u32, end: u32) -> &[Match] {
    let from = matches.partition_point(|found| found.position < first);
    let to = matches.partition_point(|found| found.position < end);
    &matches[from..to.max(from)]
}

/// The worth of the slots among the matches, each by its best one.
fn coverage(matches: &[Match], idf: &[f32]) -> f32 {
    let best = |slot| {
        matches.iter().filter(|found| found.slot == slot).map(|found| found.quality).fold(0.0, f32::max)
    };
    if matches.is_empty() { 0.0 } else { idf.iter().enumerate().map(|(slot, idf)| idf * best(slot)).sum() }
}

/// The share of `len` positions that matches cover.
fn density(matches: &[Match], len: u32) -> f32 {
    let (mut covered, mut end) = (0, 0);
    for found in matches {
        let (from, to) = (found.position.max(end), found.position + found.span);
        covered += to.saturating_sub(from);
        end = end.max(to);
    }
    #[expect(clippy::cast_precision_loss, reason = "titles and headings are short")]
    let share = covered as f32 / len.max(1) as f32;
    share.min(1.0)
}

/// For each pair of neighbouring slots one over their distance where they stand nearest, weighted
/// by the pairs' worth; a pair in the other order is one further apart.
fn proximity(matches: &[Match], idf: &[f32]) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for slot in 1..idf.len() {
        let worth = idf[slot - 1].min(idf[slot]);
        total += worth;
        if let Some(distance) = nearest(matches, slot - 1, slot) {
            #[expect(clippy::cast_precision_loss, reason = "one over a distance")]
            let closeness = 1.0 / distance as f32;
            sum += worth * closeness;
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// The least distance between a match of `left` and one of `right`.
fn nearest(matches: &[Match], left: usize, right: usize) -> Option<u32> {
    let (mut best, mut last): (Option<u32>, Option<Match>) = (None, None);
    for found in matches.iter().filter(|found| found.slot == left || found.slot == right) {
        if let Some(last) = last
            && last.slot != found.slot
        {
            let gap = found.position.saturating_sub(last.position + last.span - 1).max(1);
            let distance = gap + u32::from(found.slot == left);
            best = Some(best.map_or(distance, |best| best.min(distance)));
        }
        last = Some(*found);
    }
    best
}

/// The final score of a candidate.
#[must_use]
pub fn final_score(context: &Context<'_>, candidate: &Candidate, features: &Features) -> f32 {
    let weights = context.weights;
    let bonus = weights.title_coverage * features.title_coverage
        + weights.title_exact * features.title_exact
        + weights.heading_exact * features.heading_exact
        + weights.proximity * features.proximity;
    candidate.score * (1.0 + bonus)
}

/// Dates and ids of candidates, by which ties are broken: the order never varies.
pub struct TieBreak<'a> {
    context: &'a Context<'a>,
}

impl<'a> TieBreak<'a> {
    /// For the posts of a snapshot.
    #[must_use]
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context }
    }

    /// Seconds since 1970, `None` without a date.
    ///
    /// # Errors
    /// When the column cannot be read.
    pub fn dates(&self, candidates: &[Candidate]) -> Result<Vec<Option<i64>>, IndexError> {
        let columns: Result<Vec<_>, _> = self
            .context
            .snapshot
            .segments()
            .iter()
            .map(|segment| segment.fast_fields().i64(columns::DATE))
            .collect();
        let columns = columns?;
        let date = |candidate: &Candidate| {
            columns[candidate.address.segment_ord as usize].first(candidate.address.doc_id)
        };
        Ok(candidates.iter().map(date).collect())
    }

    /// Compares ids; posts whose ids cannot be read compare by their place in the index.
    #[must_use]
    pub fn compare_ids(&self, a: &Candidate, b: &Candidate) -> Ordering {
        self.id(a).cmp(&self.id(b)).then_with(|| a.address.cmp(&b.address))
    }

    fn id(&self, candidate: &Candidate) -> Option<String> {
        let segment = &self.context.snapshot.segments()[candidate.address.segment_ord as usize];
        let column = segment.fast_fields().str(columns::ID).ok()??;
        let mut id = String::new();
        column.ord_to_str(column.ords().first(candidate.address.doc_id)?, &mut id).ok()?;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(position: u32, slot: usize) -> Match {
        Match { position, span: 1, slot, quality: 1.0, is_code: false }
    }

    #[test]
    fn neighbours_in_order_are_nearest() {
        let idf = [1.0, 1.0];
        let at = |a, b| {
            proximity(
                &{
                    let mut m = vec![found(a, 0), found(b, 1)];
                    m.sort_by_key(|m| m.position);
                    m
                },
                &idf,
            )
        };
        assert!((at(4, 5) - 1.0).abs() < 1e-6);
        assert!(at(4, 5) > at(5, 4) && at(5, 4) > at(4, 9) && at(4, 9) > 0.0);
        assert!(proximity(&[found(1, 0)], &idf).abs() < 1e-6);
    }

    #[test]
    fn a_heading_of_the_query_alone_is_exact() {
        let matches = PostMatches {
            title: vec![found(0, 0)],
            text: vec![found(10, 0), found(11, 1)],
            title_len: 4,
            headings: vec![(10, 2)],
        };
        let features = Features::new(&matches, &[1.0, 1.0]);
        assert!((features.heading_exact - 1.0).abs() < 1e-6);
        assert!((features.title_coverage - 0.5).abs() < 1e-6);
        assert!((features.title_exact - 0.125).abs() < 1e-6);
    }
}
