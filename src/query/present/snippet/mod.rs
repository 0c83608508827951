//! Snippets: the text fragments that show why a post is a hit, and the sections that contain them.
//!
//! Snippets are made from the positions of the matches, so exact, stemmed, prefix and fuzzy matches are
//! highlighted alike, and no text is tokenized again. Windows are compared by positions alone; only the text
//! around the chosen ones is read.

mod fragment;
mod line;
pub(crate) mod sections;
mod window;

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::analysis::positions;
use crate::index::IndexError;
use crate::index::post_store::{CODE_END, CODE_START, PostRecord, StoredSection, TextSpan};
use crate::query::present::highlight::{merge_ranges, to_html};
use crate::query::present::response::{SectionHit, Snippet, SubHit};
use crate::query::rank::matches::{Match, PostMatches};
use fragment::{fragment, is_code_marker};
use line::render;
use window::{SectionMatches, Window, WindowFinder, sections_with_matches};

/// Characters to percent-encode in the fragment of a URL (WHATWG URL, fragment percent-encode set).
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// How much text of a hit is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SnippetOptions {
    /// Target length of a snippet, in characters.
    pub(crate) max_chars: usize,
    /// Number of text fragments, including the snippet.
    pub(crate) fragments: usize,
    /// Number of further sections.
    pub(crate) sections: usize,
}

/// The texts and sections that are shown of a hit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Excerpt {
    /// The best fragment.
    pub(crate) snippet: Snippet,
    /// Further fragments, if requested, best first.
    pub(crate) fragments: Vec<Snippet>,
    /// The section with the snippet; none before the first heading.
    pub(crate) section: Option<SectionHit>,
    /// Further sections, if requested, best first.
    pub(crate) sections: Vec<SubHit>,
}

/// The post of a hit.
#[derive(Clone, Copy)]
pub(crate) struct SnippetSource<'a> {
    /// Its record in the post store.
    pub(crate) record: &'a PostRecord<'a>,
    /// Its URL.
    pub(crate) url: &'a str,
    /// Its description.
    pub(crate) description: &'a str,
}

/// Selects the snippet, fragments and sections of a hit: those with the most query terms, by weight, close to each
/// other. A post that matches only in its title shows its description.
///
/// # Errors
/// If the text of the post cannot be read.
pub(crate) fn make(
    source: SnippetSource<'_>,
    matches: &PostMatches,
    term_weights: &[f32],
    options: SnippetOptions,
) -> Result<Excerpt, IndexError> {
    let sections = sections_with_matches(source.record, &matches.text)?;
    let width = u32::try_from(source.record.positions_of(options.max_chars).max(1)).unwrap_or(u32::MAX);
    let finder = WindowFinder::new(matches, term_weights, width, &sections);
    let maker = SnippetMaker { source, finder: &finder, max_chars: options.max_chars };
    let Some(best) = finder.best(|_| true) else {
        return Ok(Excerpt { snippet: maker.description(), ..Excerpt::default() });
    };
    let mut excerpt = Excerpt {
        snippet: maker.snippet(&best)?.unwrap_or_else(|| maker.description()),
        section: maker.section_hit(&best),
        ..Excerpt::default()
    };
    let mut shown_windows = vec![best.clone()];
    while excerpt.fragments.len() + 1 < options.fragments {
        let is_new = |next: &Window| {
            !next.matches.is_empty() && shown_windows.iter().all(|shown| maker.are_apart(shown, next))
        };
        let Some(next) = finder.best(is_new) else { break };
        excerpt.fragments.extend(maker.snippet(&next)?);
        shown_windows.push(next);
    }
    let mut shown_sections = vec![best.section];
    while excerpt.sections.len() < options.sections {
        let has_anchor = |index: usize| !sections[index].section.anchor.is_empty();
        let is_new = |next: &Window| has_anchor(next.section) && !shown_sections.contains(&next.section);
        let Some(next) = finder.best(is_new) else { break };
        shown_sections.push(next.section);
        if let Some(section) = maker.section_hit(&next) {
            let snippet = maker.snippet(&next)?.unwrap_or_default();
            excerpt.sections.push(SubHit { section, snippet });
        }
    }
    Ok(excerpt)
}

/// Makes snippets of windows.
struct SnippetMaker<'a> {
    source: SnippetSource<'a>,
    finder: &'a WindowFinder<'a>,
    max_chars: usize,
}

impl<'a> SnippetMaker<'a> {
    fn section(&self, window: &Window) -> &SectionMatches<'a> {
        &self.finder.sections[window.section]
    }

    fn matches(&self, window: &Window) -> &[Match] {
        &self.finder.matches.text[window.matches.clone()]
    }

    /// Returns whether two windows are far enough apart that no text is shown twice.
    fn are_apart(&self, one: &Window, other: &Window) -> bool {
        let span = |window: &Window| {
            let content = self.section(window).section.content_position;
            let matches = self.matches(window);
            let first = matches.first().map_or(content, |found| found.position);
            (first, matches.last().map_or(content, |found| found.position))
        };
        let ((one_first, one_last), (first, last)) = (span(one), span(other));
        let width = self.finder.width;
        one.section != other.section || one_last + width < first || last + width < one_first
    }

    /// Returns the beginning of the post's description.
    fn description(&self) -> Snippet {
        Self::description_of(self.source, self.max_chars)
    }

    fn description_of(source: SnippetSource<'_>, max_chars: usize) -> Snippet {
        let text = source.description;
        render(text, &fragment(text, 0..text.len(), 0..0, max_chars), &[])
    }

    /// Returns the section of a window, if it has an anchor.
    fn section_hit(&self, window: &Window) -> Option<SectionHit> {
        let matches = self.section(window);
        let StoredSection { title, anchor, level, first_position, .. } = matches.section;
        let in_heading = &self.finder.matches.text[matches.in_heading.clone()];
        (!anchor.is_empty()).then(|| SectionHit {
            title: title.to_owned(),
            title_html: mark_title(title, first_position, in_heading),
            level,
            anchor: anchor.to_owned(),
            url: section_url(self.source.url, anchor),
        })
    }

    /// Returns the text around a window, or `None` if the section has no text of its own.
    fn snippet(&self, window: &Window) -> Result<Option<Snippet>, IndexError> {
        let record = self.source.record;
        let section = self.section(window).section;
        let matches = self.matches(window);
        let first = matches.first().map_or(section.content_position, |found| found.position);
        let end = matches.iter().map(|found| found.position + found.span).max().unwrap_or(first + 1);
        let mut span = record.text_span(record.block_of(first)..record.block_of(end - 1) + 1)?;
        let mut marks = byte_ranges(&span, matches);
        let start = marks.first().map_or(section.content.0, |range| range.start);
        self.widen(&mut span, section.content, start)?;
        let (offset, text) = (span.start, span.text.as_str());
        let content = section.content.0.max(offset) - offset
            ..section.content.1.min(offset + text.len()).saturating_sub(offset);
        if text.get(content.clone()).is_none_or(|content| content.trim().is_empty()) {
            return Ok(None);
        }
        for range in &mut marks {
            *range = range.start - offset..range.end - offset;
        }
        let start = start_in_text(start, offset, span.range_of(first)).clamp(content.start, content.end);
        let limit = text[start..].char_indices().nth(self.max_chars).map_or(text.len(), |(at, _)| start + at);
        marks.retain(|range| range.end <= limit.min(content.end) && range.start >= content.start);
        let end = marks.iter().map(|range| range.end).max().unwrap_or(start);
        let mut fragment = fragment(text, content.clone(), start..end, self.max_chars);
        fragment.is_cut_at_start |= fragment.range.start == content.start && section.content.0 < offset;
        fragment.is_cut_at_end |= section.content.1 > offset + text.len();
        fragment.begins_in_code = begins_in_code(text, fragment.range.start)
            .unwrap_or_else(|| matches.iter().any(|found| found.is_code));
        marks.retain(|mark| mark.start >= fragment.range.start && mark.end <= fragment.range.end);
        Ok(Some(render(text, &fragment, &merge_ranges(text, marks))))
    }

    /// Reads the neighbouring text that a snippet around `start` may show.
    fn widen(&self, span: &mut TextSpan, content: (usize, usize), start: usize) -> Result<(), IndexError> {
        let record = self.source.record;
        let margin = record.bytes_of(self.max_chars);
        if span.blocks.start > 0 && span.start > content.0 && start < span.start + margin {
            span.prepend(record.block(span.blocks.start - 1)?);
        }
        let end = span.start + span.text.len();
        if span.blocks.end < record.num_blocks() && end < content.1 && end < start + margin {
            span.append(record.block(span.blocks.end)?);
        }
        Ok(())
    }
}

/// Returns the start of a snippet relative to a text that begins at the byte `offset` of the post.
///
/// If a section begins with a long run of characters that are not words, only the text around its first word was
/// read, and the section begins before `offset`. The snippet then begins at that word.
fn start_in_text(start: usize, offset: usize, first_word: Option<Range<usize>>) -> usize {
    let start = if start < offset { first_word.map_or(offset, |word| word.start) } else { start };
    start.saturating_sub(offset)
}

/// Returns the byte ranges of the matches within the span.
fn byte_ranges(span: &TextSpan, matches: &[Match]) -> Vec<Range<usize>> {
    let ranges = matches.iter().filter_map(|found| {
        let first = span.range_of(found.position)?;
        let last = span.range_of(found.position + found.span - 1)?;
        Some(first.start..last.end.max(first.end))
    });
    ranges.collect()
}

/// Returns whether the text at `at` is code according to the nearest code marker, or `None` without markers.
fn begins_in_code(text: &str, at: usize) -> Option<bool> {
    if let Some(before) = text[..at].rfind(is_code_marker) {
        return Some(text[before..].starts_with(CODE_START));
    }
    text[at..].find(is_code_marker).map(|after| text[at + after..].starts_with(CODE_END))
}

/// Returns a title as HTML, with the matches in `<mark>`; their positions count from `first_position`.
pub(crate) fn mark_title(title: &str, first_position: u32, matches: &[Match]) -> String {
    to_html(title, &title_marks(title, first_position, matches))
}

/// Returns the byte ranges of the matches in a title; their positions count from `first_position`.
pub(crate) fn title_marks(title: &str, first_position: u32, matches: &[Match]) -> Vec<Range<usize>> {
    if matches.is_empty() {
        return Vec::new();
    }
    let positions = positions(title);
    let ranges = matches.iter().filter_map(|found| {
        let at = found.position.checked_sub(first_position)? as usize;
        let last = positions.get(at + found.span as usize - 1)?;
        Some(positions.get(at)?.start..last.end)
    });
    merge_ranges(title, ranges.collect())
}

/// Returns the URL of a section of a post.
pub(crate) fn section_url(url: &str, anchor: &str) -> String {
    format!("{url}#{}", utf8_percent_encode(anchor, FRAGMENT))
}

#[cfg(test)]
mod tests;
