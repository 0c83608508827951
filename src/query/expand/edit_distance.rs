//! How many typos words are apart.

use crate::index::WordList;

/// Counts the typos between a word and others: letters that are added, left out or changed, and
/// neighbours that changed places; no letter takes part in two of them (the optimal string alignment
/// distance). The other word is given letter by letter, and what a next one has in common with it is
/// not counted again.
#[derive(Debug)]
pub(crate) struct TypoDistance {
    typed: Vec<char>,
    max: u8,
    /// The letters given so far.
    other: Vec<char>,
    /// A row of the table for no letter, and one for each: the typos to each beginning of `typed`; more
    /// than `max` is `max + 1`.
    rows: Vec<u8>,
    /// For each row the least typos between `typed` and a beginning of what was given.
    begun: Vec<u8>,
}

impl TypoDistance {
    /// From `typed` to words at most `max` typos away.
    pub(crate) fn new(typed: &str, max: u8) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let far = max + 1;
        let rows: Vec<u8> = (0..=far).chain(std::iter::repeat(far)).take(typed.len() + 1).collect();
        let begun = vec![rows[typed.len()]];
        Self { typed, max, other: Vec::new(), rows, begun }
    }

    /// The typos of `other`, `None` where there are too many.
    pub(crate) fn to(&mut self, other: &str) -> Option<u8> {
        self.truncate(0);
        for letter in other.chars() {
            if !self.push(letter) {
                return None;
            }
        }
        self.whole()
    }

    /// The typos of the beginning of `other` that has the least, `None` where there are too many.
    fn beginning_of(&mut self, other: &str) -> Option<u8> {
        self.truncate(0);
        for letter in other.chars() {
            if !self.push(letter) {
                break;
            }
        }
        self.begun()
    }

    /// Whether `other` is near enough, or with `is_open` a beginning of it.
    pub(crate) fn is_near(&mut self, other: &str, is_open: bool) -> bool {
        if is_open { self.beginning_of(other).is_some() } else { self.to(other).is_some() }
    }

    /// Forgets all but the first `letters` given.
    fn truncate(&mut self, letters: usize) {
        self.other.truncate(letters);
        self.begun.truncate(letters + 1);
        self.rows.truncate((letters + 1) * (self.typed.len() + 1));
    }

    /// Takes a letter; whether longer words that begin so may be near.
    fn push(&mut self, letter: char) -> bool {
        let (width, far) = (self.typed.len() + 1, self.max + 1);
        let (max, row) = (usize::from(self.max), self.other.len() + 1);
        let start = self.rows.len();
        self.rows.resize(start + width, far);
        let (known, new) = self.rows.split_at_mut(start);
        let last = &known[start - width..];
        new[0] = u8::try_from(row).unwrap_or(far).min(far);
        let mut least = new[0];
        // Columns further from the diagonal than `max` hold more than `max`.
        for column in row.saturating_sub(max).max(1)..=(row + max).min(width - 1) {
            let typed = self.typed[column - 1];
            let mut typos = last[column - 1] + u8::from(typed != letter);
            typos = typos.min(last[column] + 1).min(new[column - 1] + 1);
            let has_swapped =
                row > 1 && column > 1 && typed == self.other[row - 2] && self.typed[column - 2] == letter;
            if has_swapped {
                typos = typos.min(known[start - 2 * width + column - 2] + 1);
            }
            new[column] = typos.min(far);
            least = least.min(new[column]);
        }
        let begun = self.begun[row - 1].min(new[width - 1]);
        // Swapped neighbours reach back two rows, at the cost of one.
        let is_alive = least <= self.max || last.iter().any(|typos| *typos < self.max);
        self.begun.push(begun);
        self.other.push(letter);
        is_alive
    }

    /// The typos of all that was given.
    fn whole(&self) -> Option<u8> {
        self.rows.last().copied().filter(|typos| *typos <= self.max)
    }

    /// The typos of the best beginning of what was given.
    fn begun(&self) -> Option<u8> {
        self.begun.last().copied().filter(|typos| *typos <= self.max)
    }
}

/// A word near to what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Near {
    /// Its number among the words.
    pub(crate) word: usize,
    /// Its typos, where they are few enough.
    pub(crate) whole: Option<u8>,
    /// The typos of its best beginning, where they are few enough.
    pub(crate) begun: Option<u8>,
}

/// The words at most `max` typos away from `typed`, or with `is_open` those that begin with such a one
/// too, in their order. The words are in order: what many have in common is compared once, and where it
/// is too far from `typed`, all of them are passed over.
pub(crate) fn near_words(words: &WordList, typed: &str, max: u8, is_open: bool) -> Vec<Near> {
    let mut distance = TypoDistance::new(typed, max);
    let mut near = Vec::new();
    // Where each letter of the beginning that was compared ends.
    let mut ends: Vec<usize> = Vec::new();
    let (mut at, mut common) = (0, 0);
    while at < words.len() {
        let word = words.word(at);
        let letters = ends.partition_point(|end| *end <= common);
        ends.truncate(letters);
        distance.truncate(letters);
        let mut compared = ends.last().copied().unwrap_or(0);
        let mut is_alive = true;
        for letter in word[compared..].chars() {
            compared += letter.len_utf8();
            ends.push(compared);
            is_alive = distance.push(letter);
            if !is_alive {
                break;
            }
        }
        let whole = distance.whole().filter(|_| compared == word.len());
        let begun = distance.begun().filter(|_| is_open);
        if whole.is_some() || begun.is_some() {
            near.push(Near { word: at, whole, begun });
        }
        // All words that begin so are alike, or only this one is meant.
        let compared = if is_alive { usize::MAX } else { compared };
        let (end, shared) = words.end_of_beginning(at, compared);
        if begun.is_some() {
            near.extend((at + 1..end).map(|word| Near { word, whole: None, begun }));
        }
        (at, common) = (end, shared);
    }
    near
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};

    use super::*;

    /// Whether the automaton of a library takes `other`, or with `is_prefix` one of its beginnings, for
    /// `typed` with up to `max` typos. The library's own automaton for beginnings misses some.
    fn is_accepted(typed: &str, other: &str, max: u8, is_prefix: bool) -> bool {
        let automaton = LevenshteinAutomatonBuilder::new(max, true).build_dfa(typed);
        let accepts = |word: &str| matches!(automaton.eval(word), Distance::Exact(_));
        let mut beginnings = other.char_indices().map(|(at, _)| &other[..at]);
        accepts(other) || is_prefix && beginnings.any(accepts)
    }

    #[test]
    fn typos_are_counted() {
        let typos = |typed, other| TypoDistance::new(typed, 2).to(other);
        assert_eq!(typos("crossplane", "crossplane"), Some(0));
        for one in ["crosplane", "crosssplane", "crossplano", "corssplane", "crossplan"] {
            assert_eq!(typos("crossplane", one), Some(1), "{one}");
        }
        for two in ["croslane", "rcossplaen", "grossplan", "crossplanetx"] {
            assert_eq!(typos("crossplane", two), Some(2), "{two}");
        }
        for far in ["cross", "crossplanetary", "", "plane"] {
            assert_eq!(typos("crossplane", far), None, "{far}");
        }
        let begun = |other| TypoDistance::new("corss", 1).beginning_of(other);
        assert_eq!(begun("crossplane"), Some(1));
        assert_eq!(begun("corsica"), Some(1));
        assert_eq!(begun("planecross"), None);
    }

    proptest! {
        #[test]
        fn they_are_as_many_as_the_automata_say(
            typed in "[abcü]{0,7}",
            other in "[abcü]{0,9}",
            max in 1..=2_u8,
            is_prefix in any::<bool>(),
        ) {
            let mut distance = TypoDistance::new(&typed, max);
            let typos = if is_prefix { distance.beginning_of(&other) } else { distance.to(&other) };
            let is_near = typos.is_some();
            let accepts = is_accepted(&typed, &other, max, is_prefix);
            prop_assert_eq!(is_near, accepts);
        }

        #[test]
        fn the_words_that_are_near_are_those_of_one_comparison_each(
            typed in "[abcü]{0,5}",
            words in prop::collection::btree_set("[abcü]{1,7}", 0..60),
            max in 1..=2_u8,
            is_open in any::<bool>(),
        ) {
            let list = WordList::of(words.iter().map(String::as_str));
            let mut distance = TypoDistance::new(&typed, max);
            let one_by_one = words.iter().enumerate().filter_map(|(word, text)| {
                let begun = distance.beginning_of(text).filter(|_| is_open);
                let near = Near { word, whole: distance.to(text), begun };
                (near.whole.is_some() || near.begun.is_some()).then_some(near)
            });
            let one_by_one: Vec<Near> = one_by_one.collect();
            prop_assert_eq!(near_words(&list, &typed, max, is_open), one_by_one);
        }
    }
}
