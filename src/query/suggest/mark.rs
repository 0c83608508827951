//! Highlights: the parts of a suggestion that match the typed text.

use std::ops::Range;

use super::matching::MatchKind;
use super::typed::{TypedText, TypedWord};
use crate::analysis::fold::fold;
use crate::index::key::{KeyToken, key_tokens};
use crate::query::expand::edit_distance::EditDistance;

/// Returns the byte ranges of `text` that match, ascending and disjoint.
pub(crate) fn mark(text: &str, typed: &TypedText, kind: MatchKind) -> Vec<Range<usize>> {
    let words = key_tokens(text);
    let mut is_marked = vec![false; words.len()];
    let mut ranges = Vec::new();
    for typed_word in &typed.words {
        let found = if typed_word.is_unspaced {
            find_unspaced(&words, typed_word)
        } else {
            find_word(&words, typed_word, kind, &is_marked)
        };
        let Some(found) = found else { continue };
        is_marked[found.clone()].fill(true);
        let (first, last) = (&words[found.start], &words[found.end - 1]);
        let is_exact = !typed_word.is_unspaced && typed_word.matches(&last.text);
        let end = if is_exact { end_of_prefix(text, last, typed_word) } else { last.range.end };
        ranges.push(first.range.start..end);
    }
    ranges.sort_by_key(|range: &Range<usize>| range.start);
    ranges
}

/// Returns the first unmarked word that matches the typed word, else the first that matches it with typos.
fn find_word(
    words: &[KeyToken],
    typed: &TypedWord,
    kind: MatchKind,
    is_marked: &[bool],
) -> Option<Range<usize>> {
    let is_free = |at: &usize| !is_marked[*at];
    let exact = (0..words.len()).filter(is_free).find(|at| typed.matches(&words[*at].text));
    let fuzzy = || {
        (1..=typed.max_typos.min(kind.typos())).find_map(|typos| {
            let mut distance = EditDistance::new(&typed.text, typos);
            let mut accepts = |word: &str| {
                word.chars().next() == typed.text.chars().next() && distance.accepts(word, typed.mode)
            };
            (0..words.len()).filter(is_free).find(|at| accepts(&words[*at].text))
        })
    };
    exact.or_else(fuzzy).map(|at| at..at + 1)
}

/// Returns the first words that are the consecutive characters of a typed text without spaces.
fn find_unspaced(words: &[KeyToken], typed: &TypedWord) -> Option<Range<usize>> {
    (0..words.len()).find_map(|start| {
        let mut rest = typed.text.as_str();
        for (at, word) in words.iter().enumerate().skip(start) {
            if !word.is_character || (at > start && !word.joins_previous) {
                return None;
            }
            rest = rest.strip_prefix(word.text.as_str())?;
            if rest.is_empty() {
                return Some(start..at + 1);
            }
        }
        None
    })
}

/// Returns the end of the typed prefix in the word as written: `Zür` for a typed `zur`.
fn end_of_prefix(text: &str, word: &KeyToken, typed: &TypedWord) -> usize {
    let written = &text[word.range.clone()];
    let ends = written.char_indices().map(|(at, c)| at + c.len_utf8());
    let covers_prefix = |end: &usize| {
        let next = written[*end..].chars().next();
        let is_whole = !next.is_some_and(unicode_normalization::char::is_combining_mark);
        is_whole && fold(&written[..*end]).replace(['\'', '’', 'ʼ'], "").starts_with(&typed.text)
    };
    word.range.start + ends.into_iter().find(covers_prefix).unwrap_or(written.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TypoLimits;

    #[test]
    fn marks_typed_text_as_written() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("argo c", "Argo CD", &["Argo", "C"]),
            ("zuri", "In Zürich", &["Züri"]),
            ("cd arg", "Argo CD", &["Arg", "CD"]),
            ("ci/c", "CI/CD", &["CI", "C"]),
            ("本語", "日本語の本", &["本語"]),
            ("stra", "Die Straße", &["Stra"]),
            ("strass", "Die Straße", &["Straß"]),
            ("the the", "the other", &["the"]),
            ("cafe", "Cafe\u{301} au lait", &["Cafe\u{301}"]),
        ];
        for (typed, text, expected) in cases {
            let ranges = mark(text, &TypedText::new(typed, TypoLimits::default()), MatchKind::Words);
            let marked: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
            assert_eq!(marked, expected, "{typed} in {text}");
        }
    }

    #[test]
    fn marks_whole_words_with_typos() {
        let ranges = mark(
            "Deploying Kubernetes",
            &TypedText::new("kuberntes", TypoLimits::default()),
            MatchKind::OneTypo,
        );
        assert_eq!(ranges, [10..20]);
    }
}
