//! Which part of a suggestion was typed.

use std::ops::Range;

use super::matching::MatchKind;
use super::typed::{Typed, Unit};
use crate::analysis::fold::fold;
use crate::index::key::{KeyWord, key_words};
use crate::query::expand::edit_distance::TypoDistance;

/// The ranges of `text` that match, ascending and apart.
pub(crate) fn mark(text: &str, typed: &Typed, kind: MatchKind) -> Vec<Range<usize>> {
    let words = key_words(text);
    let mut is_taken = vec![false; words.len()];
    let mut ranges = Vec::new();
    for unit in &typed.units {
        let found =
            if unit.is_run { find_run(&words, unit) } else { find_word(&words, unit, kind, &is_taken) };
        let Some(found) = found else { continue };
        is_taken[found.clone()].fill(true);
        let (first, last) = (&words[found.start], &words[found.end - 1]);
        let is_exact = !unit.is_run && unit.is(&last.text);
        let end = if is_exact { end_of_beginning(text, last, unit) } else { last.range.end };
        ranges.push(first.range.start..end);
    }
    ranges.sort_by_key(|range: &Range<usize>| range.start);
    ranges
}

/// The first word that is the unit and is not marked yet, else one with typos.
fn find_word(words: &[KeyWord], unit: &Unit, kind: MatchKind, is_taken: &[bool]) -> Option<Range<usize>> {
    let free = |at: &usize| !is_taken[*at];
    let exact = (0..words.len()).filter(free).find(|at| unit.is(&words[*at].text));
    let similar = || {
        let typos = unit.max_typos().min(match kind {
            MatchKind::Beginning | MatchKind::Words => 0,
            MatchKind::OneTypo => 1,
            MatchKind::TwoTypos => 2,
        });
        (1..=typos).find_map(|typos| {
            let mut distance = TypoDistance::new(&unit.text, typos);
            let mut accepts = |word: &str| {
                word.chars().next() == unit.text.chars().next() && distance.is_near(word, unit.is_open)
            };
            (0..words.len()).filter(free).find(|at| accepts(&words[*at].text))
        })
    };
    exact.or_else(similar).map(|at| at..at + 1)
}

/// The first place at which the characters of the unit follow each other.
fn find_run(words: &[KeyWord], unit: &Unit) -> Option<Range<usize>> {
    (0..words.len()).find_map(|start| {
        let mut rest = unit.text.as_str();
        for (at, word) in words.iter().enumerate().skip(start) {
            if !word.is_character || (at > start && !word.is_glued) {
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

/// Where the typed beginning of a word ends, as it was written: `Zür` is typed `zur`.
fn end_of_beginning(text: &str, word: &KeyWord, unit: &Unit) -> usize {
    let written = &text[word.range.clone()];
    let ends = written.char_indices().map(|(at, c)| at + c.len_utf8());
    let is_enough = |end: &usize| {
        let next = written[*end..].chars().next();
        let is_whole = !next.is_some_and(unicode_normalization::char::is_combining_mark);
        is_whole && fold(&written[..*end]).replace(['\'', '’', 'ʼ'], "").starts_with(&unit.text)
    };
    word.range.start + ends.into_iter().find(is_enough).unwrap_or(written.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked_as_written() {
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
            let ranges = mark(text, &Typed::new(typed), MatchKind::Words);
            let marked: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
            assert_eq!(marked, expected, "{typed} in {text}");
        }
    }

    #[test]
    fn words_with_typos_are_marked_whole() {
        let ranges = mark("Deploying Kubernetes", &Typed::new("kuberntes"), MatchKind::OneTypo);
        assert_eq!(ranges, [10..20]);
    }
}
