//! Where in a post the words of the query stand most and nearest.

use std::cell::Cell;
use std::ops::Range;

use crate::index::IndexError;
use crate::index::post_store::{Record, StoredSection};
use crate::query::rank::matches::{Match, PostMatches};

/// What a slot that only the section's heading has is worth beside one in the window itself.
const HEADING_CREDIT: f32 = 0.6;
/// What two words that follow each other as in the query add, in shares of the lesser one.
const ADJACENCY_CREDIT: f32 = 0.25;
/// What a match in code is worth beside one in prose, which readers understand sooner.
const CODE_CREDIT: f32 = 0.7;
/// Matches that are looked at for one window.
const MAX_WINDOW_MATCHES: usize = 48;
/// What rounding may take from a worth.
const ROUNDING: f32 = 0.999;

/// A part of a section's content.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    /// The run of its section, by number.
    pub(super) run: usize,
    /// The matches, by number; none where only the heading matches.
    pub(super) matches: Range<usize>,
    /// What its words are worth.
    pub(super) worth: f32,
}

/// The matches of one section.
pub(super) struct Run<'a> {
    pub(super) section: StoredSection<'a>,
    pub(super) in_heading: Range<usize>,
    pub(super) in_content: Range<usize>,
}

/// The sections with matches, in the order of the text.
pub(super) fn runs<'a>(record: &Record<'a>, matches: &[Match]) -> Result<Vec<Run<'a>>, IndexError> {
    let mut runs = Vec::new();
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
        runs.push(Run { section, in_heading: at..content, in_content: content..end });
        at = end;
    }
    Ok(runs)
}

/// Finds windows of a post.
pub(super) struct Windows<'a> {
    pub(super) matches: &'a PostMatches,
    /// What each slot is worth.
    pub(super) worths: &'a [f32],
    /// Positions that a window may cover.
    pub(super) width: u32,
    pub(super) runs: &'a [Run<'a>],
    /// What the best match of each slot is worth.
    best_of_slot: SlotWorths,
    /// What words that follow each other can add.
    adjacency: f32,
    /// What the best window can be worth.
    most: f32,
}

/// What each slot is worth.
type SlotWorths = [f32; u64::BITS as usize];

impl<'a> Windows<'a> {
    pub(super) fn new(matches: &'a PostMatches, worths: &'a [f32], width: u32, runs: &'a [Run<'a>]) -> Self {
        let mut best: SlotWorths = [0.0; u64::BITS as usize];
        for found in &matches.text {
            let credit = if found.is_code { CODE_CREDIT } else { 1.0 };
            best[found.slot] = best[found.slot].max(worths[found.slot] * found.quality * credit);
        }
        let pairs = best.iter().zip(&best[1..]).zip(worths.iter().zip(worths.iter().skip(1)));
        let both = pairs.filter(|((left, right), _)| **left > 0.0 && **right > 0.0);
        let adjacency =
            ADJACENCY_CREDIT * both.map(|(_, (left, right))| left.min(*right)).fold(0.0, f32::max);
        let most = best.iter().sum::<f32>() + adjacency;
        Self { matches, worths, width, runs, best_of_slot: best, adjacency, most }
    }

    /// The window with the most worth among those that are wanted; the first of equals.
    pub(super) fn best(&self, is_wanted: impl Fn(&Window) -> bool) -> Option<Window> {
        let mut best: Option<Window> = None;
        let least = Cell::new(f32::NEG_INFINITY);
        for (number, run) in self.runs.iter().enumerate() {
            let heading = self.heading_worths(run);
            // The heading matches: the section may be worth showing from its beginning.
            let opening = (!run.in_heading.is_empty()).then(|| Window {
                run: number,
                matches: run.in_content.start..run.in_content.start,
                worth: heading.iter().sum(),
            });
            let mut near = NearSlots::new(run.in_content.start);
            let mut bound = (0, f32::INFINITY);
            let windows = run.in_content.clone().filter_map(|first| {
                let slots = near.slide(&self.matches.text[..run.in_content.end], first, self.width);
                if slots != bound.0 {
                    bound = (slots, self.at_most(slots, &heading));
                }
                (bound.1 > least.get()).then(|| self.from(number, run, first, &heading))
            });
            for window in opening.into_iter().chain(windows) {
                if window.worth <= least.get() || !is_wanted(&window) {
                    continue;
                }
                least.set(window.worth);
                let is_best = window.worth >= self.most * ROUNDING;
                best = Some(window);
                if is_best {
                    return best;
                }
            }
        }
        best
    }

    /// What a window with these slots, as bits, can be worth.
    fn at_most(&self, slots: u64, heading: &SlotWorths) -> f32 {
        let known = heading.iter().zip(&self.best_of_slot).take(self.worths.len()).enumerate();
        let worths = known.map(|(slot, (heading, best))| match slots & 1 << slot {
            0 => *heading,
            _ => heading.max(*best),
        });
        (worths.sum::<f32>() + self.adjacency) / ROUNDING
    }

    /// The window that begins with a match.
    fn from(&self, number: usize, run: &Run<'_>, first: usize, heading: &SlotWorths) -> Window {
        let text = &self.matches.text;
        let limit = text[first].position.saturating_add(self.width);
        let last = run.in_content.end.min(first + MAX_WINDOW_MATCHES);
        let near = text[first..last].iter().take_while(|found| found.position + found.span <= limit).count();
        let matches = first..first + near.max(1);
        Window { run: number, worth: self.worth(&text[matches.clone()], heading), matches }
    }

    /// What each slot is worth for standing in the section's heading.
    fn heading_worths(&self, run: &Run<'_>) -> SlotWorths {
        let mut worths = [0.0; u64::BITS as usize];
        for found in &self.matches.text[run.in_heading.clone()] {
            let worth = HEADING_CREDIT * self.worths[found.slot] * found.quality;
            worths[found.slot] = worth.max(worths[found.slot]);
        }
        worths
    }

    fn worth(&self, near: &[Match], heading: &SlotWorths) -> f32 {
        let mut worths = *heading;
        let mut adjacency = 0.0_f32;
        for (at, found) in near.iter().enumerate() {
            let slot = found.slot;
            let credit = if found.is_code { CODE_CREDIT } else { 1.0 };
            worths[slot] = worths[slot].max(self.worths[slot] * found.quality * credit);
            let end = found.position + found.span;
            let mut not_after = near[at + 1..].iter().take_while(|next| next.position <= end);
            if not_after.any(|next| next.slot == slot + 1 && next.position == end) {
                adjacency = adjacency.max(ADJACENCY_CREDIT * self.worths[slot].min(self.worths[slot + 1]));
            }
        }
        worths[..self.worths.len()].iter().sum::<f32>() + adjacency
    }
}

/// The slots of the matches that stand near behind one, match after match.
struct NearSlots {
    counts: [u32; u64::BITS as usize],
    slots: u64,
    matches: Range<usize>,
}

impl NearSlots {
    fn new(first: usize) -> Self {
        Self { counts: [0; u64::BITS as usize], slots: 0, matches: first..first }
    }

    /// The slots, as bits, of the matches from `first` on that begin within `width` positions.
    fn slide(&mut self, matches: &[Match], first: usize, width: u32) -> u64 {
        for found in &matches[self.matches.start..first] {
            self.counts[found.slot] -= 1;
            if self.counts[found.slot] == 0 {
                self.slots &= !(1 << found.slot);
            }
        }
        let begin = matches[first].position;
        let new = matches[self.matches.end..].iter();
        let new = new.take_while(|found| found.position == begin || found.position - begin < width);
        for found in new {
            self.counts[found.slot] += 1;
            self.slots |= 1 << found.slot;
            self.matches.end += 1;
        }
        self.matches.start = first;
        self.slots
    }
}
