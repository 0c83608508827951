//! Reranking features, computed from the positions of the matches.
//!
//! A post's score is its damped BM25F score times one plus its bonuses: for a title with the words, for a
//! title or heading with little else, for words side by side as in the query, and a small one for new posts.

use super::matches::{Match, PostMatches};
use crate::query::expand::expanded_query::ExpandedQuery;
use crate::query::retrieve::candidate::FieldPresence;
use crate::query::weights::{self, Weights};

/// The parts of a query that features read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct QueryShape {
    /// The weight of each query term.
    pub(crate) term_weights: Vec<f32>,
    /// Indexes of the query terms of the words, in query order.
    pub(crate) sequence: Vec<usize>,
    /// Neighbouring words of the query that are not stop words.
    pub(crate) pairs: Vec<WordPair>,
}

/// Two neighbouring words of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordPair {
    /// Index of the first query term.
    pub(crate) left: usize,
    /// Index of the second query term.
    pub(crate) right: usize,
    /// Their distance in the query, in positions.
    pub(crate) gap: u32,
}

impl QueryShape {
    /// Returns the shape of a query whose terms have these weights.
    pub(crate) fn new(query: &ExpandedQuery, term_weights: Vec<f32>) -> Self {
        let is_content_word = |term: usize| !query.terms[term].is_stop_word;
        let has_content_words = query.sequence.iter().any(|term| is_content_word(*term));
        let positions = (0_u32..).zip(query.sequence.iter().copied());
        let words = positions.filter(|(_, term)| !has_content_words || is_content_word(*term));
        let words: Vec<(u32, usize)> = words.collect();
        let pairs = words.windows(2).filter_map(|pair| match pair {
            [(at, left), (next, right)] if left != right => {
                Some(WordPair { left: *left, right: *right, gap: next - at })
            }
            _ => None,
        });
        Self { pairs: pairs.collect(), sequence: query.sequence.clone(), term_weights }
    }
}

/// The features of a post, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Features {
    /// Share of the query's weight that the title covers.
    pub(crate) title_coverage: f32,
    /// The same, times the share of the title that is covered.
    pub(crate) title_exact: f32,
    /// 1 if the title is the query, word for word.
    pub(crate) title_same: f32,
    /// Coverage of the best heading, times the share of the heading that is covered.
    pub(crate) heading_exact: f32,
    /// How close neighbouring words of the query are.
    pub(crate) proximity: f32,
    /// 1 for the newest post, halved with each half-life; 0 without a date.
    pub(crate) recency: f32,
}

impl Features {
    /// Computes the features of a post.
    pub(crate) fn new(matches: &PostMatches, shape: &QueryShape, recency: f32) -> Self {
        let term_weights = &shape.term_weights;
        let total: f32 = term_weights.iter().sum();
        if total <= 0.0 {
            return Self { recency, ..Self::default() };
        }
        let title_coverage = coverage(&matches.title, term_weights) / total;
        let headings = matches.headings.iter().map(|heading| {
            let end = heading.first_position + heading.len;
            let inside = within(&matches.text, heading.first_position, end);
            coverage(inside, term_weights) / total * density(inside, heading.len)
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

    /// Returns an upper bound of the features that needs no positions: it depends on the query terms that a
    /// post contains at all, in its title and in headings.
    pub(crate) fn upper_bound(
        matched: u64,
        presence: FieldPresence,
        shape: &QueryShape,
        title_len: impl FnOnce() -> u32,
    ) -> Self {
        let total: f32 = shape.term_weights.iter().sum();
        if total <= 0.0 {
            return Self::default();
        }
        let has = |terms: u64, term: usize| terms & 1 << term != 0;
        let share = |terms: u64| {
            let weights = shape.term_weights.iter().enumerate().filter(|(term, _)| has(terms, *term));
            weights.map(|(_, weight)| weight).sum::<f32>() / total
        };
        let FieldPresence { in_title, in_headings } = presence;
        let is_whole = !shape.sequence.is_empty() && shape.sequence.iter().all(|term| has(in_title, *term));
        let is_same = is_whole && title_len() as usize == shape.sequence.len();
        let (mut near, mut all) = (0.0, 0.0);
        for WordPair { left, right, .. } in &shape.pairs {
            let weight = shape.term_weights[*left].min(shape.term_weights[*right]);
            all += weight;
            near += if has(matched, *left) && has(matched, *right) { weight } else { 0.0 };
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

    /// Returns the bonus of each feature as a share of the score, in the order of [`Bonus::ALL`].
    pub(crate) fn bonuses(&self, weights: &Weights) -> [f32; Bonus::ALL.len()] {
        Bonus::ALL.map(|bonus| match bonus {
            Bonus::Title => {
                weights.title_coverage * self.title_coverage
                    + weights.title_complete * self.title_coverage.powi(weights::TITLE_COMPLETE_EXPONENT)
            }
            Bonus::TitleExact => {
                let boost = 1.0 + weights.title_same_recency * self.recency;
                weights.title_exact * self.title_exact + weights.title_same * self.title_same * boost
            }
            Bonus::Heading => weights.heading_exact * self.heading_exact,
            Bonus::Proximity => weights.proximity * self.proximity,
            Bonus::Recency => weights.recency * self.recency,
        })
    }
}

/// A bonus on the score of a post's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bonus {
    /// The title has the words.
    Title,
    /// The title has few or no other words.
    TitleExact,
    /// A heading has the words and few others.
    Heading,
    /// The words are close to each other.
    Proximity,
    /// The post is new.
    Recency,
}

impl Bonus {
    /// All bonuses, in the order in which they are reported.
    pub(crate) const ALL: [Self; 5] =
        [Self::Title, Self::TitleExact, Self::Heading, Self::Proximity, Self::Recency];
}

/// The parts of a score, which add up to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScoreParts {
    /// The score of the words.
    pub(crate) words: f32,
    /// The contribution of each bonus, in the order of [`Bonus::ALL`].
    pub(crate) bonuses: [f32; Bonus::ALL.len()],
}

/// Returns the parts of the final score of a post with this retrieval score.
pub(crate) fn score_parts(retrieved: f32, features: &Features, weights: &Weights) -> ScoreParts {
    let words = retrieved.max(0.0).powf(weights.damping);
    ScoreParts { words, bonuses: features.bonuses(weights).map(|bonus| words * bonus) }
}

/// Returns the final score of a post with this retrieval score.
pub(crate) fn final_score(retrieved: f32, features: &Features, weights: &Weights) -> f32 {
    let ScoreParts { words, bonuses } = score_parts(retrieved, features, weights);
    words + bonuses.iter().sum::<f32>()
}

/// Returns the matches that begin at or after `first` and before `end`.
pub(crate) fn within(matches: &[Match], first: u32, end: u32) -> &[Match] {
    let from = matches.partition_point(|found| found.position < first);
    let to = matches.partition_point(|found| found.position < end);
    &matches[from..to.max(from)]
}

/// Returns the weight of the query terms among the matches, each at the quality of its best match.
fn coverage(matches: &[Match], term_weights: &[f32]) -> f32 {
    let mut best = [0.0_f32; u64::BITS as usize];
    for found in matches {
        best[found.term] = best[found.term].max(found.quality);
    }
    term_weights.iter().zip(best).map(|(weight, best)| weight * best).sum()
}

/// Returns the share of `len` positions that the matches cover.
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

/// Returns whether the title consists of the words of the query in their order.
fn is_same(matches: &PostMatches, sequence: &[usize]) -> bool {
    let is_at = |at: u32, term: usize| {
        let here = within(&matches.title, at, at + 1);
        here.iter().any(|found| found.term == term && found.quality >= weights::MIN_SAME_TITLE_QUALITY)
    };
    matches.title_len as usize == sequence.len()
        && !sequence.is_empty()
        && (0..).zip(sequence).all(|(at, term)| is_at(at, *term))
}

/// Returns how close neighbouring words of the query are: the mean over the pairs, by their weight, of the
/// inverse of one plus their smallest excess distance.
fn proximity(matches: &[Match], shape: &QueryShape) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for WordPair { left, right, gap } in &shape.pairs {
        let weight = shape.term_weights[*left].min(shape.term_weights[*right]);
        total += weight;
        if let Some(excess) = min_excess(matches, *left, *right, *gap) {
            #[expect(clippy::cast_precision_loss, reason = "the inverse of a distance")]
            let closeness = 1.0 / (1 + excess) as f32;
            sum += weight * closeness;
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// Returns the smallest difference between `gap` and the distance of a match of `left` and one of `right`. A
/// pair in the reverse order counts as one further apart.
fn min_excess(matches: &[Match], left: usize, right: usize, gap: u32) -> Option<u32> {
    let (mut best, mut last): (Option<u32>, Option<Match>) = (None, None);
    for found in matches.iter().filter(|found| found.term == left || found.term == right) {
        if let Some(last) = last
            && last.term != found.term
        {
            let distance = found.position.saturating_sub(last.position + last.span - 1).max(1);
            let excess = distance.abs_diff(gap) + u32::from(found.term == left);
            best = Some(best.map_or(excess, |best| best.min(excess)));
        }
        last = Some(*found);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::rank::matches::HeadingSpan;

    fn found(position: u32, term: usize) -> Match {
        Match { position, span: 1, term, quality: 1.0, is_code: false }
    }

    fn shape(sequence: &[usize], pairs: &[WordPair]) -> QueryShape {
        QueryShape { term_weights: vec![1.0; 2], sequence: sequence.to_vec(), pairs: pairs.to_vec() }
    }

    #[test]
    fn rates_neighbours_in_query_order_highest() {
        let at = |a, b, gap| {
            let mut matches = vec![found(a, 0), found(b, 1)];
            matches.sort_by_key(|found| found.position);
            proximity(&matches, &shape(&[0, 1], &[WordPair { left: 0, right: 1, gap }]))
        };
        assert!((at(4, 5, 1) - 1.0).abs() < 1e-6);
        assert!((at(5, 4, 1) - 0.5).abs() < 1e-6);
        assert!((at(4, 8, 1) - 0.25).abs() < 1e-6);
        assert!((at(4, 6, 2) - 1.0).abs() < 1e-6, "the query also has a stop word between them");
        assert!(
            proximity(&[found(1, 0)], &shape(&[0, 1], &[WordPair { left: 0, right: 1, gap: 1 }])).abs()
                < 1e-6
        );
    }

    #[test]
    fn rates_titles_and_headings_by_coverage_and_density() {
        let matches = PostMatches {
            title: vec![found(0, 0)],
            text: vec![found(10, 0), found(11, 1)],
            title_len: 4,
            headings: vec![HeadingSpan { first_position: 10, len: 2 }],
        };
        let features =
            Features::new(&matches, &shape(&[0, 1], &[WordPair { left: 0, right: 1, gap: 1 }]), 0.0);
        assert!((features.heading_exact - 1.0).abs() < 1e-6);
        assert!((features.title_coverage - 0.5).abs() < 1e-6);
        assert!((features.title_exact - 0.125).abs() < 1e-6);
    }

    #[test]
    fn matches_same_titles_only_in_query_order() {
        let title = |terms: &[usize], title_len| PostMatches {
            title: (0..).zip(terms).map(|(at, term)| found(at, *term)).collect(),
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
    fn score_parts_add_up_to_the_score() {
        let features = Features { title_coverage: 0.5, proximity: 1.0, recency: 0.3, ..Features::default() };
        let weights = Weights::default();
        let ScoreParts { words, bonuses } = score_parts(7.0, &features, &weights);
        let sum = words + bonuses.iter().sum::<f32>();
        assert!((sum - final_score(7.0, &features, &weights)).abs() < 1e-6 && sum > words);
    }
}
