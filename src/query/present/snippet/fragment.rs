//! How a piece of text is cut: at sentences where one begins near, else at clauses, else at words.

use std::ops::Range;

use crate::index::post_store::{CODE_END, CODE_START};

/// Characters that a word boundary may be away before a word is cut.
const MAX_BOUNDARY_CHARS: usize = 24;

/// Where text was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cuts {
    pub(super) start: bool,
    pub(super) end: bool,
}

/// Grows a window to about `max_chars`: from the sentence's beginning where that is near, to the
/// last whole word that fits, within `content`.
pub(super) fn fragment(
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
    let is_blank = |c: char| c.is_whitespace() || is_marker(c);
    let trimmed_end = start + text[start..end].trim_end_matches(is_blank).len();
    let is_cut = !text[trimmed_end..content.end].trim_matches(is_blank).is_empty();
    (start..trimmed_end.max(window.end), Cuts { start: !is_sentence, end: is_cut })
}

/// Whether a letter only says where code begins or ends.
pub(super) fn is_marker(c: char) -> bool {
    matches!(c, CODE_START | CODE_END)
}

fn ends_sentence(c: char, follows_blank: bool) -> bool {
    is_marker(c)
        || matches!(c, '\n' | '。' | '！' | '？' | '।' | '۔')
        || follows_blank && matches!(c, '.' | '!' | '?' | '؟' | '…')
}

fn ends_clause(c: char, follows_blank: bool) -> bool {
    matches!(c, '、' | '，' | '；' | '：')
        || follows_blank && matches!(c, ',' | ';' | ':' | '–' | '—' | '،' | '؛')
}

/// Where to begin, at most `budget` characters before `window_start`; whether a sentence begins there.
fn fragment_start(text: &str, content_start: usize, window_start: usize, budget: usize) -> (usize, bool) {
    let before = &text[content_start..window_start];
    let (mut farthest, mut third) = (window_start, window_start);
    let mut clause = None;
    let mut follows_blank = false;
    for (n, (at, c)) in before.char_indices().rev().take(budget).enumerate() {
        let behind = content_start + at + c.len_utf8();
        let skip_blanks =
            || behind + text[behind..window_start].len() - text[behind..window_start].trim_start().len();
        if ends_sentence(c, follows_blank) {
            return (skip_blanks(), true);
        }
        if n < budget / 2 {
            third = content_start + at;
            if ends_clause(c, follows_blank) {
                clause = Some(skip_blanks());
            }
        }
        follows_blank = c.is_whitespace();
        farthest = content_start + at;
    }
    if farthest == content_start {
        return (content_start, true);
    }
    // No sentence begins near: a third of all the room stands before the match, from a clause if one
    // begins there.
    if let Some(clause) = clause {
        return (clause, false);
    }
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
