//! The piece of a post's text that shows why it is a hit, and the section in which it stands.
//!
//! Everything comes from the positions of the matches, so that exact, stemmed, prefix and typo
//! matches are highlighted alike and nothing is tokenized again.

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::markup::{merge_ranges, to_html};
use super::matches::{Match, PostMatches};
use crate::index::layout::decode_positions;
use crate::index::{StoredDocument, StoredSection};

/// What a slot that only the section's heading has is worth beside one in the snippet itself.
const HEADING_CREDIT: f32 = 0.6;
/// What two words that follow each other as in the query add, in shares of the lesser one.
const ADJACENCY_CREDIT: f32 = 0.25;
/// What a match in code is worth beside one in prose, which readers understand sooner.
const CODE_CREDIT: f32 = 0.7;
/// Matches that are looked at for one window.
const MAX_WINDOW_MATCHES: usize = 48;
/// Characters that a word boundary may be away before a word is cut.
const MAX_BOUNDARY_CHARS: usize = 24;
/// Characters that a fragment's URL part must not hold as they are (WHATWG URL, fragment set).
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// A piece of text with marked ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The piece, on one line, with `…` where text was cut.
    pub text: String,
    /// Byte ranges of `text` that match.
    pub ranges: Vec<[usize; 2]>,
    /// `text`, escaped, with the ranges in `<mark>`.
    pub html: String,
}

/// The section that a hit leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionHit {
    /// The heading.
    pub title: String,
    /// The heading, escaped, with matches in `<mark>`.
    pub title_html: String,
    /// The heading's id.
    pub anchor: String,
    /// The post's URL with the anchor.
    pub url: String,
}

/// Makes the snippet of a hit and finds its section: where the words of the query, by their worth
/// `idf`, stand most and nearest. A post that matches by its title alone shows its description.
#[must_use]
pub fn make(
    document: &StoredDocument,
    matches: &PostMatches,
    idf: &[f32],
    max_chars: usize,
) -> (Snippet, Option<SectionHit>) {
    let placed = place(document, &matches.text);
    let Some(window) = best_window(&document.post.sections, &placed, idf, max_chars) else {
        return (beginning(&document.post.description, max_chars), None);
    };
    let section = &document.post.sections[window.section];
    let hit = section_hit(document, section, &placed);
    if document.text[section.content.clone()].trim().is_empty() {
        // Nothing stands between the heading that matches and the next one.
        return (beginning(&document.post.description, max_chars), hit);
    }
    let (range, cuts) = fragment(&document.text, section.content.clone(), window.range, max_chars);
    let inside = placed.iter().filter(|p| p.range.start >= range.start && p.range.end <= range.end);
    let marks = merge_ranges(&document.text, inside.map(|p| p.range.clone()).collect());
    (render(&document.text, range, &marks, cuts), hit)
}

/// The first words of a text.
fn beginning(text: &str, max_chars: usize) -> Snippet {
    let (range, cuts) = fragment(text, 0..text.len(), 0..0, max_chars);
    render(text, range, &[], cuts)
}

/// A match and its bytes in the text.
struct Placed {
    found: Match,
    range: Range<usize>,
    section: usize,
}

fn place(document: &StoredDocument, matches: &[Match]) -> Vec<Placed> {
    let Some(end) = matches.iter().map(|found| found.position + found.span).max() else { return Vec::new() };
    let positions: Vec<Range<usize>> = decode_positions(&document.positions).take(end as usize).collect();
    let sections = &document.post.sections;
    let placed = matches.iter().filter_map(|found| {
        let first = positions.get(found.position as usize)?;
        let last = positions.get((found.position + found.span - 1) as usize)?;
        let section =
            sections.partition_point(|section| section.first_position <= found.position).checked_sub(1)?;
        Some(Placed { found: *found, range: first.start..last.end.max(first.end), section })
    });
    placed.collect()
}

struct Window {
    section: usize,
    range: Range<usize>,
}

/// The window with the most worth; the first of equals.
fn best_window(
    sections: &[StoredSection],
    placed: &[Placed],
    idf: &[f32],
    max_chars: usize,
) -> Option<Window> {
    let mut best: Option<(f32, Window)> = None;
    let mut consider = |worth: f32, window: Window| {
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, window));
        }
    };
    let mut heading = Vec::new();
    for (start, first) in placed.iter().enumerate() {
        let content = &sections[first.section].content;
        if start == 0 || placed[start - 1].section != first.section {
            heading = heading_worths(placed, start, sections, idf.len(), idf);
        }
        if first.range.start < content.start {
            // The heading matches: the section may be worth showing from its beginning.
            consider(
                heading.iter().sum(),
                Window { section: first.section, range: content.start..content.start },
            );
            continue;
        }
        let near = placed[start..]
            .iter()
            .take(MAX_WINDOW_MATCHES)
            .take_while(|p| p.section == first.section && p.range.end <= first.range.start + max_chars);
        let near: Vec<&Placed> = near.collect();
        let Some(last) = near.last() else { continue };
        let worth = window_worth(&near, &heading, idf);
        consider(worth, Window { section: first.section, range: first.range.start..last.range.end });
    }
    best.map(|(_, window)| window)
}

/// What each slot is worth for standing in the heading of the section of match `at`.
fn heading_worths(
    placed: &[Placed],
    at: usize,
    sections: &[StoredSection],
    slots: usize,
    idf: &[f32],
) -> Vec<f32> {
    let mut worths = vec![0.0; slots];
    let section = placed[at].section;
    let first = placed.partition_point(|p| p.section < section);
    for p in placed[first..].iter().take_while(|p| p.section == section) {
        if p.range.start >= sections[section].content.start {
            break;
        }
        let worth = HEADING_CREDIT * idf[p.found.slot] * p.found.quality;
        worths[p.found.slot] = worth.max(worths[p.found.slot]);
    }
    worths
}

fn window_worth(near: &[&Placed], heading: &[f32], idf: &[f32]) -> f32 {
    let mut worths = heading.to_vec();
    let mut adjacency = 0.0_f32;
    for (at, p) in near.iter().enumerate() {
        let slot = p.found.slot;
        let credit = if p.found.is_code { CODE_CREDIT } else { 1.0 };
        worths[slot] = worths[slot].max(idf[slot] * p.found.quality * credit);
        let end = p.found.position + p.found.span;
        let mut not_after = near[at + 1..].iter().take_while(|q| q.found.position <= end);
        if let Some(next) = not_after.find(|q| q.found.slot == slot + 1 && q.found.position == end) {
            adjacency = adjacency.max(ADJACENCY_CREDIT * idf[slot].min(idf[next.found.slot]));
        }
    }
    worths.iter().sum::<f32>() + adjacency
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Cuts {
    start: bool,
    end: bool,
}

/// Grows a window to about `max_chars`: from the sentence's beginning where that is near, to the
/// last whole word that fits, within `content`.
fn fragment(
    text: &str,
    content: Range<usize>,
    window: Range<usize>,
    max_chars: usize,
) -> (Range<usize>, Cuts) {
    let spare = max_chars.saturating_sub(text[window.clone()].chars().count());
    let after = &text[window.end..content.end];
    let to_end = after.chars().take(spare).count();
    let before_budget = spare.saturating_sub(to_end).max(spare * 2 / 3);
    let (start, is_sentence) = fragment_start(text, content.start, window.start, before_budget);
    let left = max_chars.saturating_sub(text[start..window.end].chars().count());
    let end = fragment_end(text, content.end, window.end, left);
    let trimmed_end = start + text[start..end].trim_end().len();
    let is_cut = !text[trimmed_end..content.end].trim().is_empty();
    (start..trimmed_end.max(window.end), Cuts { start: !is_sentence, end: is_cut })
}

/// Where to begin, at most `budget` characters before `window_start`; whether a sentence begins there.
fn fragment_start(text: &str, content_start: usize, window_start: usize, budget: usize) -> (usize, bool) {
    let before = &text[content_start..window_start];
    let mut farthest = window_start;
    let mut follows_blank = false;
    for (at, c) in before.char_indices().rev().take(budget) {
        let begins_sentence =
            c == '\n' || follows_blank && matches!(c, '.' | '!' | '?') || matches!(c, '。' | '！' | '？');
        if begins_sentence {
            let start = content_start + at + c.len_utf8();
            return (
                start + text[start..window_start].len() - text[start..window_start].trim_start().len(),
                true,
            );
        }
        follows_blank = c.is_whitespace();
        farthest = content_start + at;
    }
    if farthest == content_start {
        return (content_start, true);
    }
    // No sentence begins near: a third of all the room stands before the match.
    let third = before
        .char_indices()
        .rev()
        .take(budget / 2)
        .last()
        .map_or(window_start, |(at, _)| content_start + at);
    let boundary =
        text[third..window_start].char_indices().take(MAX_BOUNDARY_CHARS).find(|(_, c)| c.is_whitespace());
    (boundary.map_or(third, |(at, c)| third + at + c.len_utf8()), false)
}

/// Where to end, at most `budget` characters after `window_end`, behind a whole word.
fn fragment_end(text: &str, content_end: usize, window_end: usize, budget: usize) -> usize {
    let after = &text[window_end..content_end];
    let Some((limit, _)) = after.char_indices().nth(budget) else { return content_end };
    let fitting = &after[..limit];
    let boundary = fitting.char_indices().rev().take(MAX_BOUNDARY_CHARS).find(|(_, c)| c.is_whitespace());
    window_end + boundary.map_or(limit, |(at, _)| at)
}

/// The text of `range` on one line, with its marks.
fn render(text: &str, range: Range<usize>, marks: &[Range<usize>], cuts: Cuts) -> Snippet {
    let mut line = String::with_capacity(range.len() + 6);
    if cuts.start {
        line.push('…');
    }
    let mut ranges: Vec<Range<usize>> = marks.iter().map(|_| 0..0).collect();
    let mut is_blank = true;
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        for (mark, out) in marks.iter().zip(&mut ranges) {
            if mark.start == at {
                out.start = line.len();
            }
            if mark.end == at {
                out.end = line.len();
            }
        }
        if c.is_whitespace() {
            if !is_blank {
                line.push(' ');
            }
            is_blank = true;
        } else {
            line.push(c);
            is_blank = false;
        }
    }
    for (mark, out) in marks.iter().zip(&mut ranges) {
        if mark.end == range.end {
            out.end = line.len();
        }
    }
    if cuts.end {
        line.push('…');
    }
    let html = to_html(&line, &ranges);
    Snippet { text: line, ranges: ranges.into_iter().map(|range| [range.start, range.end]).collect(), html }
}

fn section_hit(document: &StoredDocument, section: &StoredSection, placed: &[Placed]) -> Option<SectionHit> {
    if section.anchor.is_empty() {
        return None;
    }
    let heading = &section.heading;
    let title = &document.text[heading.clone()];
    let inside = placed.iter().filter(|p| p.range.start >= heading.start && p.range.end <= heading.end);
    let marks = inside.map(|p| p.range.start - heading.start..p.range.end - heading.start).collect();
    Some(SectionHit {
        title: title.to_owned(),
        title_html: to_html(title, &merge_ranges(title, marks)),
        anchor: section.anchor.clone(),
        url: section_url(&document.post.url, &section.anchor),
    })
}

/// The link to a section of a post.
pub(super) fn section_url(url: &str, anchor: &str) -> String {
    format!("{url}#{}", utf8_percent_encode(anchor, FRAGMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, word: &str, max_chars: usize) -> String {
        let start = text.find(word).unwrap();
        let (range, cuts) = fragment(text, 0..text.len(), start..start + word.len(), max_chars);
        render(text, range, &[start..start + word.len()], cuts).html
    }

    #[test]
    fn fragments_begin_at_sentences_and_end_at_words() {
        let text =
            "The first sentence is here. Then comes the second with a match in it, and it goes on for long.";
        assert_eq!(
            cut(text, "match", 60),
            "Then comes the second with a <mark>match</mark> in it, and it goes on…"
        );
        assert_eq!(cut("All of it fits", "fits", 50), "All of it <mark>fits</mark>");
        assert_eq!(cut("A\n  b\n\tmatch", "match", 50), "<mark>match</mark>");
    }

    #[test]
    fn far_sentences_are_cut_at_words() {
        let text = format!("{}match {}", "word ".repeat(50), "tail ".repeat(50));
        let html = cut(&text, "match", 60);
        assert!(html.starts_with("…word ") && html.ends_with("tail…"), "{html}");
    }

    #[test]
    fn text_without_blanks_is_cut_between_characters() {
        let text = format!("{}犬{}", "日".repeat(100), "本".repeat(100));
        let html = cut(&text, "犬", 40);
        assert!(html.contains("日<mark>犬</mark>本") && html.starts_with('…'), "{html}");
    }
}
