//! Fragments: excerpts of a text cut at sentences if one begins nearby, else at clauses, else at words.

use std::ops::Range;

use crate::config::limits;
use crate::index::post_store::{CODE_END, CODE_START};

/// A fragment of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fragment {
    /// Its byte range.
    pub(super) range: Range<usize>,
    /// Whether text before it was left out.
    pub(super) is_cut_at_start: bool,
    /// Whether text after it was left out.
    pub(super) is_cut_at_end: bool,
    /// Whether it begins inside a code block.
    pub(super) begins_in_code: bool,
}

/// Grows a window to about `max_chars` within `content`: from the beginning of its sentence, if near, to the
/// last whole word that fits.
pub(super) fn fragment(
    text: &str,
    content: Range<usize>,
    window: Range<usize>,
    max_chars: usize,
) -> Fragment {
    let spare = max_chars.saturating_sub(text[window.clone()].chars().count());
    let after = &text[window.end..content.end];
    let to_end = after.chars().take(spare).count();
    let before_budget = spare.saturating_sub(to_end).max(spare * 2 / 3);
    let FragmentStart { at: start, begins_sentence } =
        fragment_start(text, content.start, window.start, before_budget);
    let remaining = max_chars.saturating_sub(text[start..window.end].chars().count());
    let end = fragment_end(text, content.end, window.end, remaining);
    let is_space = |c: char| c.is_whitespace() || is_code_marker(c);
    let trimmed_end = start + text[start..end].trim_end_matches(is_space).len();
    let is_cut = !text[trimmed_end..content.end].trim_matches(is_space).is_empty();
    Fragment {
        range: start..trimmed_end.max(window.end),
        is_cut_at_start: !begins_sentence,
        is_cut_at_end: is_cut,
        begins_in_code: false,
    }
}

/// Returns whether a character only marks the start or end of code.
pub(super) fn is_code_marker(c: char) -> bool {
    matches!(c, CODE_START | CODE_END)
}

fn ends_sentence(c: char, is_before_space: bool) -> bool {
    is_code_marker(c)
        || matches!(c, '\n' | '。' | '！' | '？' | '।' | '۔')
        || is_before_space && matches!(c, '.' | '!' | '?' | '؟' | '…')
}

fn ends_clause(c: char, is_before_space: bool) -> bool {
    matches!(c, '、' | '，' | '；' | '：')
        || is_before_space && matches!(c, ',' | ';' | ':' | '–' | '—' | '،' | '؛')
}

/// The start of a fragment.
struct FragmentStart {
    /// Its byte offset.
    at: usize,
    /// Whether a sentence begins there.
    begins_sentence: bool,
}

/// Returns the start of a fragment, at most `budget` characters before `window_start`.
fn fragment_start(text: &str, content_start: usize, window_start: usize, budget: usize) -> FragmentStart {
    let before = &text[content_start..window_start];
    let (mut farthest, mut cutoff) = (window_start, window_start);
    let mut clause = None;
    let mut is_before_space = false;
    for (n, (at, c)) in before.char_indices().rev().take(budget).enumerate() {
        let after = content_start + at + c.len_utf8();
        let skip_spaces =
            || after + text[after..window_start].len() - text[after..window_start].trim_start().len();
        if ends_sentence(c, is_before_space) {
            return FragmentStart { at: skip_spaces(), begins_sentence: true };
        }
        if n < budget / 2 {
            cutoff = content_start + at;
            if ends_clause(c, is_before_space) {
                clause = Some(skip_spaces());
            }
        }
        is_before_space = c.is_whitespace();
        farthest = content_start + at;
    }
    if farthest == content_start {
        return FragmentStart { at: content_start, begins_sentence: true };
    }
    // No sentence begins nearby: a third of the fragment precedes the match, from a clause if one begins
    // there.
    if let Some(clause) = clause {
        return FragmentStart { at: clause, begins_sentence: false };
    }
    let boundary = text[cutoff..window_start]
        .char_indices()
        .take(limits::MAX_BOUNDARY_CHARS)
        .find(|(_, c)| c.is_whitespace());
    let at = boundary.map_or(cutoff, |(at, c)| cutoff + at + c.len_utf8());
    FragmentStart { at, begins_sentence: false }
}

/// Returns the end of a fragment: after a whole word, at most `budget` characters after `window_end`.
fn fragment_end(text: &str, content_end: usize, window_end: usize, budget: usize) -> usize {
    let after = &text[window_end..content_end];
    let Some((limit, _)) = after.char_indices().nth(budget) else { return content_end };
    let fitting = &after[..limit];
    let boundary =
        fitting.char_indices().rev().take(limits::MAX_BOUNDARY_CHARS).find(|(_, c)| c.is_whitespace());
    window_end + boundary.map_or(limit, |(at, _)| at)
}
