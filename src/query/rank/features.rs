//! The second phase: what the places of the matches say.
//!
//! A post's score is its BM25F score, damped, times one plus bonuses: for a title that has the words,
//! for a title or heading that is little else, for words that stand beside each other as in the
//! query, and a little for a new post.

use super::matches::{Match, PostMatches};
use crate::query::expand::expanded_query::ResolvedQuery;
use crate::query::weights::Weights;

/// What of a query the features look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct QueryShape {
    /// What each slot is worth.
    pub(crate) worths: Vec<f32>,
    /// The slots of the words in the order of the query.
    pub(crate) sequence: Vec<usize>,
    /// Words with a meaning that follow each other: their slots, and how many positions apart.
    pub(crate) pairs: Vec<(usize, usize, u32)>,
}

impl QueryShape {
    /// The shape of a query, whose slots are worth `worths`.
    pub(crate) fn new(query: &ResolvedQuery, worths: Vec<f32>) -> Self {
        let has_meaning = |slot: usize| !query.slots[slot].is_stop_word;
        let any_has = query.sequence.iter().any(|slot| has_meaning(*slot));
        let placed = (0_u32..).zip(query.sequence.iter().copied());
        let words: Vec<(u32, usize)> = placed.filter(|(_, slot)| !any_has || has_meaning(*slot)).collect();
        let pairs = words.windows(2).filter_map(|pair| match pair {
            [(at, left), (next, right)] if left != right => Some((*left, *right, next - at)),
            _ => None,
        });
        Self { pairs: pairs.collect(), sequence: query.sequence.clone(), worths }
    }
}

/// What the places of a post's matches are worth; each is from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Features {
    /// Share of the query that the title has.
    pub(crate) title_coverage: f32,
    /// The same, times the share of the title that is the query.
    pub(crate) title_exact: f32,
    /// 1 where the title is the query, word for word.
    pub(crate) title_same: f32,
    /// The share of the query that the best heading has, times the share of it that is the query.
    pub(crate) heading_exact: f32,
    /// How near to each other neighbouring words of the query stand.
    pub(crate) proximity: f32,
    /// 1 for the newest post, halved with each half-life; 0 without a date.
    pub(crate) recency: f32,
}

impl Features {
    /// Computes the features of a post.
    pub(crate) fn new(matches: &PostMatches, shape: &QueryShape, recency: f32) -> Self {
        let worths = &shape.worths;
        let total: f32 = worths.iter().sum();
        if total <= 0.0 {
            return Self { recency, ..Self::default() };
        }
        let title_coverage = coverage(&matches.title, worths) / total;
        let headings = matches.headings.iter().map(|(first, len)| {
            let inside = within(&matches.text, *first, first + len);
            coverage(inside, worths) / total * density(inside, *len)
        });
        Self {
            title_coverage,
            title_exact: title_coverage * density(&matches.title, matches.title_len),
            title_same: if is_same(matches, &shape.sequence) { 1.0 } else { 0.0 },
            heading_exact: headings.fold(0.0, f32::max),
            proximity: proximity(&matches.title, shape).max(proximity(&matches.text, shape)),
            recency,
        }
    }

    /// The features of a post at their best, as far as it can be told without the places of its
    /// matches: by the slots, as bits, that it has at all, in the title and in headings.
    pub(crate) fn at_most(
        matched: u64,
        (in_title, in_headings): (u64, u64),
        shape: &QueryShape,
        title_len: impl FnOnce() -> u32,
    ) -> Self {
        let total: f32 = shape.worths.iter().sum();
        if total <= 0.0 {
            return Self::default();
        }
        let has = |slots: u64, slot: usize| slots & 1 << slot != 0;
        let share = |slots: u64| {
            let worths = shape.worths.iter().enumerate().filter(|(slot, _)| has(slots, *slot));
            worths.map(|(_, worth)| worth).sum::<f32>() / total
        };
        let is_whole = !shape.sequence.is_empty() && shape.sequence.iter().all(|slot| has(in_title, *slot));
        let is_same = is_whole && title_len() as usize == shape.sequence.len();
        let (mut near, mut all) = (0.0, 0.0);
        for (left, right, _) in &shape.pairs {
            let worth = shape.worths[*left].min(shape.worths[*right]);
            all += worth;
            near += if has(matched, *left) && has(matched, *right) { worth } else { 0.0 };
        }
        Self {
            title_coverage: share(in_title),
            title_exact: share(in_title),
            title_same: if is_same { 1.0 } else { 0.0 },
            heading_exact: share(in_headings),
            proximity: if all > 0.0 { near / all } else { 0.0 },
            recency: 0.0,
        }
    }

    /// What each feature adds to one, in the order of [`Bonus::ALL`].
    pub(crate) fn bonuses(&self, weights: &Weights) -> [f32; Bonus::ALL.len()] {
        Bonus::ALL.map(|bonus| match bonus {
            Bonus::Title => {
                weights.title_coverage * self.title_coverage
                    + weights.title_complete * self.title_coverage.powi(TITLE_COMPLETE_EXPONENT)
            }
            Bonus::TitleExact => {
                let newest = 1.0 + weights.title_same_recency * self.recency;
                weights.title_exact * self.title_exact + weights.title_same * self.title_same * newest
            }
            Bonus::Heading => weights.heading_exact * self.heading_exact,
            Bonus::Proximity => weights.proximity * self.proximity,
            Bonus::Recency => weights.recency * self.recency,
        })
    }
}

/// A title that misses a fifth of the query is worth less than half of one that has all of it.
const TITLE_COMPLETE_EXPONENT: i32 = 4;

/// What adds to the score of a post's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bonus {
    /// The title has the words.
    Title,
    /// The title is little else, or nothing else.
    TitleExact,
    /// A heading is about them.
    Heading,
    /// They stand together.
    Proximity,
    /// The post is new.
    Recency,
}

impl Bonus {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Title, Self::TitleExact, Self::Heading, Self::Proximity, Self::Recency];
}

/// The final score of a post whose retrieval score is `retrieved`, in its parts: that of its words,
/// and what each bonus adds. Their sum is the score.
pub(crate) fn score_parts(
    retrieved: f32,
    features: &Features,
    weights: &Weights,
) -> (f32, [f32; Bonus::ALL.len()]) {
    let words = retrieved.max(0.0).powf(weights.damping);
    (words, features.bonuses(weights).map(|bonus| words * bonus))
}

/// The final score of a post.
pub(crate) fn final_score(retrieved: f32, features: &Features, weights: &Weights) -> f32 {
    let (words, bonuses) = score_parts(retrieved, features, weights);
    words + bonuses.iter().sum::<f32>()
}

/// Matches that begin at or after `first` and before `end`.
pub(crate) fn within(matches: &[Match], first: u32, end: u32) -> &[Match] {
    let from = matches.partition_point(|found| found.position < first);
    let to = matches.partition_point(|found| found.position < end);
    &matches[from..to.max(from)]
}

/// The worth of the slots among the matches, each by its best one.
fn coverage(matches: &[Match], worths: &[f32]) -> f32 {
    let mut best = [0.0_f32; u64::BITS as usize];
    for found in matches {
        best[found.slot] = best[found.slot].max(found.quality);
    }
    worths.iter().zip(best).map(|(worth, best)| worth * best).sum()
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

/// Whether the title has the words of the query in their order and no others.
fn is_same(matches: &PostMatches, sequence: &[usize]) -> bool {
    /// A word that differs in case or diacritics is the same, another inflection is not.
    const MIN_QUALITY: f32 = 0.8;
    let is_at = |at: u32, slot: usize| {
        let here = within(&matches.title, at, at + 1);
        here.iter().any(|found| found.slot == slot && found.quality >= MIN_QUALITY)
    };
    matches.title_len as usize == sequence.len()
        && !sequence.is_empty()
        && (0..).zip(sequence).all(|(at, slot)| is_at(at, *slot))
}

/// For each pair one over how much further apart the words stand than in the query, where they stand
/// best, weighted by the pairs' worth; a pair in the other order is one further apart.
fn proximity(matches: &[Match], shape: &QueryShape) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (left, right, gap) in &shape.pairs {
        let worth = shape.worths[*left].min(shape.worths[*right]);
        total += worth;
        if let Some(excess) = least_excess(matches, *left, *right, *gap) {
            #[expect(clippy::cast_precision_loss, reason = "one over a distance")]
            let closeness = 1.0 / (1 + excess) as f32;
            sum += worth * closeness;
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// By how much the best placed match of `left` and one of `right` differ from being `gap` apart.
fn least_excess(matches: &[Match], left: usize, right: usize, gap: u32) -> Option<u32> {
    let (mut best, mut last): (Option<u32>, Option<Match>) = (None, None);
    for found in matches.iter().filter(|found| found.slot == left || found.slot == right) {
        if let Some(last) = last
            && last.slot != found.slot
        {
            let distance = found.position.saturating_sub(last.position + last.span - 1).max(1);
            let excess = distance.abs_diff(gap) + u32::from(found.slot == left);
            best = Some(best.map_or(excess, |best| best.min(excess)));
        }
        last = Some(*found);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(position: u32, slot: usize) -> Match {
        Match { position, span: 1, slot, quality: 1.0, is_code: false }
    }

    fn shape(sequence: &[usize], pairs: &[(usize, usize, u32)]) -> QueryShape {
        QueryShape { worths: vec![1.0; 2], sequence: sequence.to_vec(), pairs: pairs.to_vec() }
    }

    #[test]
    fn neighbours_in_order_are_nearest() {
        let at = |a, b, gap| {
            let mut matches = vec![found(a, 0), found(b, 1)];
            matches.sort_by_key(|found| found.position);
            proximity(&matches, &shape(&[0, 1], &[(0, 1, gap)]))
        };
        assert!((at(4, 5, 1) - 1.0).abs() < 1e-6);
        assert!((at(5, 4, 1) - 0.5).abs() < 1e-6);
        assert!((at(4, 8, 1) - 0.25).abs() < 1e-6);
        assert!((at(4, 6, 2) - 1.0).abs() < 1e-6, "a stop word stands between them in the query too");
        assert!(proximity(&[found(1, 0)], &shape(&[0, 1], &[(0, 1, 1)])).abs() < 1e-6);
    }

    #[test]
    fn titles_and_headings_count_by_what_they_have_and_what_else() {
        let matches = PostMatches {
            title: vec![found(0, 0)],
            text: vec![found(10, 0), found(11, 1)],
            title_len: 4,
            headings: vec![(10, 2)],
        };
        let features = Features::new(&matches, &shape(&[0, 1], &[(0, 1, 1)]), 0.0);
        assert!((features.heading_exact - 1.0).abs() < 1e-6);
        assert!((features.title_coverage - 0.5).abs() < 1e-6);
        assert!((features.title_exact - 0.125).abs() < 1e-6);
    }

    #[test]
    fn a_title_is_the_same_in_the_same_order_only() {
        let title = |slots: &[usize], title_len| PostMatches {
            title: (0..).zip(slots).map(|(at, slot)| found(at, *slot)).collect(),
            title_len,
            ..PostMatches::default()
        };
        assert!(is_same(&title(&[0, 1], 2), &[0, 1]));
        assert!(is_same(&title(&[0, 1, 0], 3), &[0, 1, 0]));
        assert!(!is_same(&title(&[1, 0], 2), &[0, 1]));
        assert!(!is_same(&title(&[0, 1], 3), &[0, 1]));
        assert!(!is_same(&title(&[], 0), &[]));
    }

    #[test]
    fn the_parts_of_a_score_add_up() {
        let features = Features { title_coverage: 0.5, proximity: 1.0, recency: 0.3, ..Features::default() };
        let weights = Weights::default();
        let (words, bonuses) = score_parts(7.0, &features, &weights);
        let sum = words + bonuses.iter().sum::<f32>();
        assert!((sum - final_score(7.0, &features, &weights)).abs() < 1e-6 && sum > words);
    }
}
