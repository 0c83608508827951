//! The window finder: where the query terms are most and closest together in a post.

use std::cell::Cell;
use std::ops::Range;

use crate::config::limits;
use crate::index::IndexError;
use crate::index::post_store::{PostRecord, StoredSection};
use crate::query::rank::matches::{Match, PostMatches};
use crate::query::weights;

/// A factor slightly below 1, so that rounding never excludes the best window.
const ROUNDING: f32 = 0.999;

/// A part of a section's content.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    /// Index of its section in the list of sections with matches.
    pub(super) section: usize,
    /// Indexes of its matches; empty if only the heading matches.
    pub(super) matches: Range<usize>,
    /// The score of its query terms.
    pub(super) score: f32,
}

/// The matches of one section.
pub(super) struct SectionMatches<'a> {
    pub(super) section: StoredSection<'a>,
    pub(super) in_heading: Range<usize>,
    pub(super) in_content: Range<usize>,
}

/// Returns the sections with matches, in text order.
pub(super) fn sections_with_matches<'a>(
    record: &PostRecord<'a>,
    matches: &[Match],
) -> Result<Vec<SectionMatches<'a>>, IndexError> {
    let mut sections = Vec::new();
    let mut at = 0;
    while let Some(first) = matches.get(at) {
        let number = record.section_of(first.position);
        let section = record.section(number)?;
        let end = if number + 1 < record.num_sections() {
            let next = record.section(number + 1)?.first_position;
            at + matches[at..].partition_point(|found| found.position < next).max(1)
        } else {
            matches.len()
        };
        let content =
            at + matches[at..end].partition_point(|found| found.position < section.content_position);
        sections.push(SectionMatches { section, in_heading: at..content, in_content: content..end });
        at = end;
    }
    Ok(sections)
}

/// Finds the best windows of a post.
pub(super) struct WindowFinder<'a> {
    pub(super) matches: &'a PostMatches,
    /// The weight of each query term.
    pub(super) term_weights: &'a [f32],
    /// Maximum width of a window, in positions.
    pub(super) width: u32,
    pub(super) sections: &'a [SectionMatches<'a>],
    /// The score of the best match of each query term.
    best_of_term: TermScores,
    /// Maximum bonus for adjacent words.
    max_adjacency: f32,
    /// Upper bound of the score of any window.
    max_score: f32,
}

/// A score per query term.
type TermScores = [f32; u64::BITS as usize];

impl<'a> WindowFinder<'a> {
    /// Returns the finder for the matches of a post; `width` is the maximum width of a window, in positions.
    pub(super) fn new(
        matches: &'a PostMatches,
        term_weights: &'a [f32],
        width: u32,
        sections: &'a [SectionMatches<'a>],
    ) -> Self {
        let mut best: TermScores = [0.0; u64::BITS as usize];
        for found in &matches.text {
            let factor = code_factor(found);
            best[found.term] = best[found.term].max(term_weights[found.term] * found.quality * factor);
        }
        let pairs = best.iter().zip(&best[1..]).zip(term_weights.iter().zip(term_weights.iter().skip(1)));
        let both = pairs.filter(|((left, right), _)| **left > 0.0 && **right > 0.0);
        let min_weights = both.map(|(_, (left, right))| left.min(*right));
        let max_adjacency = weights::SNIPPET_ADJACENCY * min_weights.fold(0.0, f32::max);
        let max_score = best.iter().sum::<f32>() + max_adjacency;
        Self { matches, term_weights, width, sections, best_of_term: best, max_adjacency, max_score }
    }

    /// Returns the window with the highest score among those that `is_allowed` accepts, on a tie the first one.
    pub(super) fn best(&self, is_allowed: impl Fn(&Window) -> bool) -> Option<Window> {
        let mut best: Option<Window> = None;
        let best_score = Cell::new(f32::NEG_INFINITY);
        for (index, section) in self.sections.iter().enumerate() {
            let heading = self.heading_scores(section);
            // If the heading matches, the beginning of the section is a window too.
            let opening = (!section.in_heading.is_empty()).then(|| Window {
                section: index,
                matches: section.in_content.start..section.in_content.start,
                score: heading.iter().sum(),
            });
            let mut nearby = NearbyTerms::new(section.in_content.start);
            let mut bound = (0, f32::INFINITY);
            let windows = section.in_content.clone().filter_map(|first| {
                let terms = nearby.slide(&self.matches.text[..section.in_content.end], first, self.width);
                if terms != bound.0 {
                    bound = (terms, self.upper_bound(terms, &heading));
                }
                (bound.1 > best_score.get()).then(|| self.window_at(index, first, &heading))
            });
            for window in opening.into_iter().chain(windows) {
                if window.score <= best_score.get() || !is_allowed(&window) {
                    continue;
                }
                best_score.set(window.score);
                let is_optimal = window.score >= self.max_score * ROUNDING;
                best = Some(window);
                if is_optimal {
                    return best;
                }
            }
        }
        best
    }

    /// Returns an upper bound of the score of a window with these query terms, as bits.
    fn upper_bound(&self, terms: u64, heading: &TermScores) -> f32 {
        let known = heading.iter().zip(&self.best_of_term).take(self.term_weights.len()).enumerate();
        let scores = known.map(|(term, (heading, best))| match terms & 1 << term {
            0 => *heading,
            _ => heading.max(*best),
        });
        (scores.sum::<f32>() + self.max_adjacency) / ROUNDING
    }

    /// Returns the window of a section that begins with a match.
    fn window_at(&self, section: usize, first: usize, heading: &TermScores) -> Window {
        let text = &self.matches.text;
        let limit = text[first].position.saturating_add(self.width);
        let last = self.sections[section].in_content.end.min(first + limits::MAX_WINDOW_MATCHES);
        let inside = text[first..last].iter().take_while(|found| found.position + found.span <= limit);
        let matches = first..first + inside.count().max(1);
        Window { section, score: self.score(&text[matches.clone()], heading), matches }
    }

    /// Returns the score of each query term in the heading of a section.
    fn heading_scores(&self, section: &SectionMatches<'_>) -> TermScores {
        let mut scores = [0.0; u64::BITS as usize];
        for found in &self.matches.text[section.in_heading.clone()] {
            let score = weights::SNIPPET_HEADING * self.term_weights[found.term] * found.quality;
            scores[found.term] = score.max(scores[found.term]);
        }
        scores
    }

    /// Returns the score of a window: the best match of each query term, and a bonus for adjacent words.
    fn score(&self, window: &[Match], heading: &TermScores) -> f32 {
        let mut scores = *heading;
        let mut adjacency = 0.0_f32;
        for (at, found) in window.iter().enumerate() {
            let term = found.term;
            scores[term] = scores[term].max(self.term_weights[term] * found.quality * code_factor(found));
            let end = found.position + found.span;
            let mut until_end = window[at + 1..].iter().take_while(|next| next.position <= end);
            if until_end.any(|next| next.term == term + 1 && next.position == end) {
                let min_weight = self.term_weights[term].min(self.term_weights[term + 1]);
                adjacency = adjacency.max(weights::SNIPPET_ADJACENCY * min_weight);
            }
        }
        scores[..self.term_weights.len()].iter().sum::<f32>() + adjacency
    }
}

pub(super) fn code_factor(found: &Match) -> f32 {
    if found.is_code { weights::SNIPPET_CODE } else { 1.0 }
}

/// The query terms of the matches near a first match, updated as it moves from match to match.
struct NearbyTerms {
    counts: [u32; u64::BITS as usize],
    terms: u64,
    matches: Range<usize>,
}

impl NearbyTerms {
    fn new(first: usize) -> Self {
        Self { counts: [0; u64::BITS as usize], terms: 0, matches: first..first }
    }

    /// Moves to the match `first`. Returns the query terms, as bits, of the matches that begin within `width`
    /// positions.
    fn slide(&mut self, matches: &[Match], first: usize, width: u32) -> u64 {
        for found in &matches[self.matches.start..first] {
            self.counts[found.term] -= 1;
            if self.counts[found.term] == 0 {
                self.terms &= !(1 << found.term);
            }
        }
        let begin = matches[first].position;
        let new = matches[self.matches.end..].iter();
        let new = new.take_while(|found| found.position == begin || found.position - begin < width);
        for found in new {
            self.counts[found.term] += 1;
            self.terms |= 1 << found.term;
            self.matches.end += 1;
        }
        self.matches.start = first;
        self.terms
    }
}
