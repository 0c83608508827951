//! Edit distances between a typed word and the words of a dictionary.

use crate::index::WordList;

/// Whether a typed word matches whole words only, or also longer words that begin with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatchMode {
    /// Whole words only.
    Whole,
    /// Whole words and words with it as a prefix.
    Prefix,
}

/// The edit distance from a typed word to other words (optimal string alignment: insertions, deletions,
/// substitutions and swaps of neighbours; no letter takes part in two edits).
///
/// The other word is pushed letter by letter. Words that share a prefix share the work for it.
#[derive(Debug)]
pub(crate) struct EditDistance {
    typed: Vec<char>,
    max: u8,
    /// The letters pushed so far.
    other: Vec<char>,
    /// The rows of the distance table, one for the empty prefix and one per letter pushed: the distances to
    /// each prefix of `typed`, capped at `max + 1`.
    rows: Vec<u8>,
    /// For each row, the smallest distance between `typed` and a prefix of the letters pushed.
    prefix_distances: Vec<u8>,
}

impl EditDistance {
    /// Returns the computation of distances from `typed`, up to `max`.
    pub(crate) fn new(typed: &str, max: u8) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let far = max + 1;
        let rows: Vec<u8> = (0..=far).chain(std::iter::repeat(far)).take(typed.len() + 1).collect();
        let prefix_distances = vec![rows[typed.len()]];
        Self { typed, max, other: Vec::new(), rows, prefix_distances }
    }

    /// Returns the distance to `other`, or `None` if it exceeds the maximum.
    pub(crate) fn distance_to(&mut self, other: &str) -> Option<u8> {
        self.truncate(0);
        for letter in other.chars() {
            if !self.push(letter) {
                return None;
            }
        }
        self.distance()
    }

    /// Returns the smallest distance to a prefix of `other`, or `None` if it exceeds the maximum.
    fn prefix_distance_to(&mut self, other: &str) -> Option<u8> {
        self.truncate(0);
        for letter in other.chars() {
            if !self.push(letter) {
                break;
            }
        }
        self.prefix_distance()
    }

    /// Returns whether `other`, or with [`MatchMode::Prefix`] a prefix of it, is within the maximum distance.
    pub(crate) fn accepts(&mut self, other: &str, mode: MatchMode) -> bool {
        match mode {
            MatchMode::Whole => self.distance_to(other).is_some(),
            MatchMode::Prefix => self.prefix_distance_to(other).is_some(),
        }
    }

    /// Drops all but the first `letters` letters pushed.
    fn truncate(&mut self, letters: usize) {
        self.other.truncate(letters);
        self.prefix_distances.truncate(letters + 1);
        self.rows.truncate((letters + 1) * (self.typed.len() + 1));
    }

    /// Pushes a letter. Returns whether words with the pushed letters as a prefix can still be within the
    /// distance.
    fn push(&mut self, letter: char) -> bool {
        let (width, far) = (self.typed.len() + 1, self.max + 1);
        let (max, row) = (usize::from(self.max), self.other.len() + 1);
        let start = self.rows.len();
        self.rows.resize(start + width, far);
        let (known, new) = self.rows.split_at_mut(start);
        let last = &known[start - width..];
        new[0] = u8::try_from(row).unwrap_or(far).min(far);
        let mut min = new[0];
        // Cells further from the diagonal than `max` exceed it.
        for column in row.saturating_sub(max).max(1)..=(row + max).min(width - 1) {
            let typed = self.typed[column - 1];
            let mut distance = last[column - 1] + u8::from(typed != letter);
            distance = distance.min(last[column] + 1).min(new[column - 1] + 1);
            let is_swap =
                row > 1 && column > 1 && typed == self.other[row - 2] && self.typed[column - 2] == letter;
            if is_swap {
                distance = distance.min(known[start - 2 * width + column - 2] + 1);
            }
            new[column] = distance.min(far);
            min = min.min(new[column]);
        }
        let prefix_distance = self.prefix_distances[row - 1].min(new[width - 1]);
        // A swap reaches back two rows at the cost of one edit.
        let can_match = min <= self.max || last.iter().any(|distance| *distance < self.max);
        self.prefix_distances.push(prefix_distance);
        self.other.push(letter);
        can_match
    }

    /// Returns the distance to all letters pushed.
    fn distance(&self) -> Option<u8> {
        self.rows.last().copied().filter(|distance| *distance <= self.max)
    }

    /// Returns the smallest distance to a prefix of the letters pushed.
    fn prefix_distance(&self) -> Option<u8> {
        self.prefix_distances.last().copied().filter(|distance| *distance <= self.max)
    }
}

/// A word within the edit distance of the typed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FuzzyMatch {
    /// Its index in the word list.
    pub(crate) word: usize,
    /// Its distance, if within the maximum.
    pub(crate) distance: Option<u8>,
    /// The smallest distance of a prefix, if within the maximum.
    pub(crate) prefix_distance: Option<u8>,
}

/// Returns the words within `max` of `typed`, with [`MatchMode::Prefix`] also those with a prefix within it,
/// in list order.
///
/// The list is sorted, so shared prefixes are compared once, and all words with a prefix that is too far are
/// skipped.
pub(crate) fn fuzzy_matches(words: &WordList, typed: &str, max: u8, mode: MatchMode) -> Vec<FuzzyMatch> {
    let mut table = EditDistance::new(typed, max);
    let mut matches = Vec::new();
    // End offsets, in bytes, of the letters of the compared prefix.
    let mut ends: Vec<usize> = Vec::new();
    let (mut at, mut common) = (0, 0);
    while at < words.len() {
        let word = words.word(at);
        let letters = ends.partition_point(|end| *end <= common);
        ends.truncate(letters);
        table.truncate(letters);
        let mut compared = ends.last().copied().unwrap_or(0);
        let mut can_match = true;
        for letter in word[compared..].chars() {
            compared += letter.len_utf8();
            ends.push(compared);
            can_match = table.push(letter);
            if !can_match {
                break;
            }
        }
        let distance = table.distance().filter(|_| compared == word.len());
        let prefix_distance = table.prefix_distance().filter(|_| mode == MatchMode::Prefix);
        if distance.is_some() || prefix_distance.is_some() {
            matches.push(FuzzyMatch { word: at, distance, prefix_distance });
        }
        // Either all words with the compared prefix are skipped, or only this word is done.
        let compared = if can_match { usize::MAX } else { compared };
        let end = words.end_of_shared_prefix(at, compared);
        if prefix_distance.is_some() {
            matches.extend((at + 1..end.word).map(|word| FuzzyMatch {
                word,
                distance: None,
                prefix_distance,
            }));
        }
        (at, common) = (end.word, end.shared_bytes);
    }
    matches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};

    use super::*;

    /// Returns whether the library's automaton accepts `other`, or with [`MatchMode::Prefix`] a prefix of it.
    /// The library's own prefix automaton misses some matches.
    fn is_accepted(typed: &str, other: &str, max: u8, mode: MatchMode) -> bool {
        let automaton = LevenshteinAutomatonBuilder::new(max, true).build_dfa(typed);
        let accepts = |word: &str| matches!(automaton.eval(word), Distance::Exact(_));
        let mut prefixes = other.char_indices().map(|(at, _)| &other[..at]);
        accepts(other) || mode == MatchMode::Prefix && prefixes.any(accepts)
    }

    #[test]
    fn counts_insertions_deletions_substitutions_and_swaps() {
        let distance = |typed, other| EditDistance::new(typed, 2).distance_to(other);
        assert_eq!(distance("crossplane", "crossplane"), Some(0));
        for one in ["crosplane", "crosssplane", "crossplano", "corssplane", "crossplan"] {
            assert_eq!(distance("crossplane", one), Some(1), "{one}");
        }
        for two in ["croslane", "rcossplaen", "grossplan", "crossplanetx"] {
            assert_eq!(distance("crossplane", two), Some(2), "{two}");
        }
        for far in ["cross", "crossplanetary", "", "plane"] {
            assert_eq!(distance("crossplane", far), None, "{far}");
        }
        let prefix_distance = |other| EditDistance::new("corss", 1).prefix_distance_to(other);
        assert_eq!(prefix_distance("crossplane"), Some(1));
        assert_eq!(prefix_distance("corsica"), Some(1));
        assert_eq!(prefix_distance("planecross"), None);
    }

    fn any_mode() -> impl Strategy<Value = MatchMode> {
        prop_oneof![Just(MatchMode::Whole), Just(MatchMode::Prefix)]
    }

    proptest! {
        #[test]
        fn agrees_with_the_levenshtein_automata(
            typed in "[abcü]{0,7}",
            other in "[abcü]{0,9}",
            max in 1..=2_u8,
            mode in any_mode(),
        ) {
            let mut distance = EditDistance::new(&typed, max);
            prop_assert_eq!(distance.accepts(&other, mode), is_accepted(&typed, &other, max, mode));
        }

        #[test]
        fn finds_the_same_words_as_comparing_them_one_by_one(
            typed in "[abcü]{0,5}",
            words in prop::collection::btree_set("[abcü]{1,7}", 0..60),
            max in 1..=2_u8,
            mode in any_mode(),
        ) {
            let list = WordList::of(words.iter().map(String::as_str));
            let mut distance = EditDistance::new(&typed, max);
            let one_by_one = words.iter().enumerate().filter_map(|(word, text)| {
                let prefix_distance = distance.prefix_distance_to(text).filter(|_| mode == MatchMode::Prefix);
                let found = FuzzyMatch { word, distance: distance.distance_to(text), prefix_distance };
                (found.distance.is_some() || found.prefix_distance.is_some()).then_some(found)
            });
            let one_by_one: Vec<FuzzyMatch> = one_by_one.collect();
            prop_assert_eq!(fuzzy_matches(&list, &typed, max, mode), one_by_one);
        }
    }
}
