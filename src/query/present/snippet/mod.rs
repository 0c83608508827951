//! The pieces of a post's text that show why it is a hit, and the sections in which they stand.
//!
//! Everything comes from the positions of the matches, so that exact, stemmed, prefix and typo
//! matches are highlighted alike and nothing is tokenized again. Windows are compared by positions
//! alone; only the text around the chosen ones is read.

mod fragment;
mod line;
mod window;

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::analysis::positions;
use crate::index::IndexError;
use crate::index::post_store::{CODE_END, CODE_START, Passage, Record, StoredSection};
use crate::query::present::highlight::{merge_ranges, to_html};
use crate::query::present::response::{SectionHit, Snippet, SubHit};
use crate::query::rank::matches::{Match, PostMatches};
use fragment::{fragment, is_marker};
use line::render;
use window::{Run, Window, Windows, runs};

/// Characters that a fragment's URL part must not hold as they are (WHATWG URL, fragment set).
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// What is asked of the text of a hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SnippetOptions {
    /// Length that a snippet aims at, in characters.
    pub(crate) max_chars: usize,
    /// Pieces of text, the best one among them.
    pub(crate) fragments: usize,
    /// Other sections.
    pub(crate) sections: usize,
}

/// What of a hit's text is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Excerpt {
    /// The best piece.
    pub(crate) snippet: Snippet,
    /// Other good ones, where they were asked for, the best first.
    pub(crate) fragments: Vec<Snippet>,
    /// The section in which the best one stands; none before the first heading.
    pub(crate) section: Option<SectionHit>,
    /// Other good sections, where they were asked for, the best first.
    pub(crate) sections: Vec<SubHit>,
}

/// A hit's post.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// What is stored of it.
    pub(crate) record: &'a Record<'a>,
    /// Its URL.
    pub(crate) url: &'a str,
    /// Its description.
    pub(crate) description: &'a str,
}

/// Makes the snippets of a hit and finds its sections: where the words of the query, by their worths,
/// stand most and nearest. A post that matches by its title alone shows its description.
///
/// # Errors
/// When the post's text cannot be read.
pub(crate) fn make(
    source: Source<'_>,
    matches: &PostMatches,
    worths: &[f32],
    options: SnippetOptions,
) -> Result<Excerpt, IndexError> {
    let runs = runs(source.record, &matches.text)?;
    let width = u32::try_from(source.record.positions_of(options.max_chars).max(1)).unwrap_or(u32::MAX);
    let windows = Windows::new(matches, worths, width, &runs);
    let maker = Maker { source, windows: &windows, max_chars: options.max_chars };
    let Some(best) = windows.best(|_| true) else {
        return Ok(Excerpt { snippet: maker.description(), ..Excerpt::default() });
    };
    let mut excerpt = Excerpt {
        snippet: maker.snippet(&best)?.unwrap_or_else(|| maker.description()),
        section: maker.section(&best),
        ..Excerpt::default()
    };
    let mut shown = vec![best.clone()];
    while excerpt.fragments.len() + 1 < options.fragments {
        let is_apart =
            |next: &Window| !next.matches.is_empty() && shown.iter().all(|one| maker.are_apart(one, next));
        let Some(next) = windows.best(is_apart) else { break };
        excerpt.fragments.extend(maker.snippet(&next)?);
        shown.push(next);
    }
    let mut led_to = vec![best.run];
    while excerpt.sections.len() < options.sections {
        let has_anchor = |run: usize| !runs[run].section.anchor.is_empty();
        let is_new = |next: &Window| has_anchor(next.run) && !led_to.contains(&next.run);
        let Some(next) = windows.best(is_new) else { break };
        led_to.push(next.run);
        if let Some(section) = maker.section(&next) {
            let snippet = maker.snippet(&next)?.unwrap_or_default();
            excerpt.sections.push(SubHit { section, snippet });
        }
    }
    Ok(excerpt)
}

/// Makes snippets of windows.
struct Maker<'a> {
    source: Source<'a>,
    windows: &'a Windows<'a>,
    max_chars: usize,
}

impl<'a> Maker<'a> {
    fn run(&self, window: &Window) -> &Run<'a> {
        &self.windows.runs[window.run]
    }

    fn matches(&self, window: &Window) -> &[Match] {
        &self.windows.matches.text[window.matches.clone()]
    }

    /// Whether no text would be shown twice.
    fn are_apart(&self, one: &Window, other: &Window) -> bool {
        let places = |window: &Window| {
            let content = self.run(window).section.content_position;
            let matches = self.matches(window);
            let first = matches.first().map_or(content, |found| found.position);
            (first, matches.last().map_or(content, |found| found.position))
        };
        let ((one_first, one_last), (first, last)) = (places(one), places(other));
        one.run != other.run || one_last + self.windows.width < first || last + self.windows.width < one_first
    }

    /// The first words of the post's description.
    fn description(&self) -> Snippet {
        let text = self.source.description;
        let (range, cuts) = fragment(text, 0..text.len(), 0..0, self.max_chars);
        render(text, range, &[], (cuts, false))
    }

    /// The section of a window, if there is a way to it.
    fn section(&self, window: &Window) -> Option<SectionHit> {
        let run = self.run(window);
        let StoredSection { title, anchor, level, first_position, .. } = run.section;
        (!anchor.is_empty()).then(|| SectionHit {
            title: title.to_owned(),
            title_html: mark_title(title, first_position, &self.windows.matches.text[run.in_heading.clone()]),
            level,
            anchor: anchor.to_owned(),
            url: section_url(self.source.url, anchor),
        })
    }

    /// The text around a window; none where nothing stands between the heading and the next one.
    fn snippet(&self, window: &Window) -> Result<Option<Snippet>, IndexError> {
        let record = self.source.record;
        let section = self.run(window).section;
        let matches = self.matches(window);
        let first = matches.first().map_or(section.content_position, |found| found.position);
        let end = matches.iter().map(|found| found.position + found.span).max().unwrap_or(first + 1);
        let mut passage = record.passage(record.piece_of(first)..record.piece_of(end - 1) + 1)?;
        let mut placed = place(&passage, matches);
        let start = placed.first().map_or(section.content.0, |range| range.start);
        self.widen(&mut passage, section.content, start)?;
        let (offset, text) = (passage.start, passage.text.as_str());
        let content = section.content.0.max(offset) - offset
            ..section.content.1.min(offset + text.len()).saturating_sub(offset);
        if text.get(content.clone()).is_none_or(|content| content.trim().is_empty()) {
            return Ok(None);
        }
        for range in &mut placed {
            *range = range.start - offset..range.end - offset;
        }
        let start = (start - offset).clamp(content.start, content.end);
        let limit = text[start..].char_indices().nth(self.max_chars).map_or(text.len(), |(at, _)| start + at);
        placed.retain(|range| range.end <= limit.min(content.end) && range.start >= content.start);
        let end = placed.iter().map(|range| range.end).max().unwrap_or(start);
        let (range, mut cuts) = fragment(text, content.clone(), start..end, self.max_chars);
        cuts.start |= range.start == content.start && section.content.0 < offset;
        cuts.end |= section.content.1 > offset + text.len();
        placed.retain(|mark| mark.start >= range.start && mark.end <= range.end);
        let is_code =
            begins_in_code(text, range.start).unwrap_or_else(|| matches.iter().any(|found| found.is_code));
        Ok(Some(render(text, range, &merge_ranges(text, placed), (cuts, is_code))))
    }

    /// Reads what else a snippet may show around `start`.
    fn widen(&self, passage: &mut Passage, content: (usize, usize), start: usize) -> Result<(), IndexError> {
        let record = self.source.record;
        let margin = record.bytes_of(self.max_chars);
        if passage.pieces.start > 0 && passage.start > content.0 && start < passage.start + margin {
            passage.prepend(record.piece(passage.pieces.start - 1)?);
        }
        let end = passage.start + passage.text.len();
        if passage.pieces.end < record.num_pieces() && end < content.1 && end < start + margin {
            passage.append(record.piece(passage.pieces.end)?);
        }
        Ok(())
    }
}

/// Where the matches stand, in bytes; those that stand in the passage.
fn place(passage: &Passage, matches: &[Match]) -> Vec<Range<usize>> {
    let placed = matches.iter().filter_map(|found| {
        let first = passage.range_of(found.position)?;
        let last = passage.range_of(found.position + found.span - 1)?;
        Some(first.start..last.end.max(first.end))
    });
    placed.collect()
}

/// Whether the text at `at` is code, as the markers around it say; `None` where there are none.
fn begins_in_code(text: &str, at: usize) -> Option<bool> {
    if let Some(before) = text[..at].rfind(is_marker) {
        return Some(text[before..].starts_with(CODE_START));
    }
    text[at..].find(is_marker).map(|behind| text[at + behind..].starts_with(CODE_END))
}

/// A title, escaped, with the matches in it, whose positions count from `first_position`, in `<mark>`.
pub(crate) fn mark_title(title: &str, first_position: u32, matches: &[Match]) -> String {
    if matches.is_empty() {
        return to_html(title, &[]);
    }
    let positions = positions(title);
    let ranges = matches.iter().filter_map(|found| {
        let at = found.position.checked_sub(first_position)? as usize;
        let last = positions.get(at + found.span as usize - 1)?;
        Some(positions.get(at)?.start..last.end)
    });
    let marks = merge_ranges(title, ranges.collect());
    to_html(title, &marks)
}

/// The link to a section of a post.
pub(crate) fn section_url(url: &str, anchor: &str) -> String {
    format!("{url}#{}", utf8_percent_encode(anchor, FRAGMENT))
}

#[cfg(test)]
mod tests;
