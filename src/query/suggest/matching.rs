//! Matching: the best suggestions for a typed text.

use super::table::{SuggestionTable, UNSPACED_PREFIX_CHARS, leading_chars};
use super::typed::{TypedText, TypedWord};
use crate::query::expand::edit_distance::{EditDistance, MatchMode};
use crate::query::retrieve::id_set::IdSet;
use crate::query::weights;

/// How a suggestion matches the typed text, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatchKind {
    /// It begins with the typed text.
    Prefix,
    /// It has all typed words, in any order.
    Words,
    /// It has the typed words with up to one typo per word.
    OneTypo,
    /// It has the typed words with up to two typos per word.
    TwoTypos,
}

impl MatchKind {
    /// Returns the maximum typos per word.
    pub(super) fn typos(self) -> u8 {
        match self {
            Self::Prefix | Self::Words => 0,
            Self::OneTypo => 1,
            Self::TwoTypos => 2,
        }
    }
}

/// A suggestion that matches; the smaller the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RankedSuggestion {
    /// How it matches.
    pub(crate) kind: MatchKind,
    /// Its index in the table.
    pub(crate) index: u32,
}

/// Returns the best suggestions for a typed text.
pub(crate) fn find(table: &SuggestionTable, typed: &TypedText, limit: usize) -> Vec<RankedSuggestion> {
    if typed.words.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut best = BestSuggestions { table, limit, texts: Vec::new(), navigational: Vec::new() };
    add_prefix_matches(table, typed, &mut best);
    let max_typos = typed.words.iter().map(|word| word.max_typos).max().unwrap_or(0);
    for kind in [MatchKind::Words, MatchKind::OneTypo, MatchKind::TwoTypos] {
        // Typos are tried only if the words as typed match nothing.
        let is_needed = if kind.typos() == 0 { !best.is_full() } else { best.is_empty() };
        if is_needed && kind.typos() <= max_typos {
            add_word_matches(table, typed, kind, &mut best);
        }
    }
    best.finish()
}

/// The best suggestions so far; both lists are sorted.
struct BestSuggestions<'a> {
    table: &'a SuggestionTable,
    limit: usize,
    texts: Vec<RankedSuggestion>,
    navigational: Vec<RankedSuggestion>,
}

impl BestSuggestions<'_> {
    fn add(&mut self, new: RankedSuggestion) {
        let limit = self.limit;
        let rejects = |list: &[RankedSuggestion]| list.len() == limit && list.last() < Some(&new);
        // Most suggestions are worse than all in both lists; that needs no look at the entry.
        if rejects(&self.texts) && rejects(&self.navigational) {
            return;
        }
        let is_navigational = self.table.entries[new.index as usize].is_navigational();
        let list = if is_navigational { &mut self.navigational } else { &mut self.texts };
        if rejects(list) || list.iter().any(|known| known.index == new.index) {
            return;
        }
        let at = list.partition_point(|known| *known < new);
        list.insert(at, new);
        list.truncate(limit);
    }

    fn is_full(&self) -> bool {
        self.texts.len() == self.limit && self.navigational.len() == self.limit
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.navigational.is_empty()
    }

    /// Merges both lists, with the reserved share of navigational suggestions.
    fn finish(self) -> Vec<RankedSuggestion> {
        let Self { limit, texts, navigational, .. } = self;
        let by_rank = {
            let mut all: Vec<_> = texts.iter().chain(&navigational).copied().collect();
            all.sort_unstable();
            all.truncate(limit);
            all.iter().filter(|found| navigational.contains(found)).count()
        };
        let reserved = limit * weights::NAVIGATIONAL_SUGGESTION_EIGHTHS / 8;
        let wanted = by_rank.max(reserved).min(navigational.len());
        let mut found: Vec<_> =
            texts.into_iter().take(limit - wanted).chain(navigational.into_iter().take(wanted)).collect();
        found.sort_unstable();
        found
    }
}

/// Adds the suggestions whose key begins with the typed text.
fn add_prefix_matches(table: &SuggestionTable, typed: &TypedText, best: &mut BestSuggestions<'_>) {
    let key = |index: &u32| &*table.entries[*index as usize].key;
    let start = table.by_key.partition_point(|index| key(index) < typed.key.as_str());
    let length = table.by_key[start..].partition_point(|index| key(index).starts_with(&typed.key));
    let is_unspaced = typed.words.last().is_some_and(|word| word.is_unspaced);
    for index in &table.by_key[start..start + length] {
        let ends_word = || {
            let rest = &key(index)[typed.key.len()..];
            rest.is_empty() || rest.starts_with(' ')
        };
        if typed.mode == MatchMode::Prefix || is_unspaced || ends_word() {
            best.add(RankedSuggestion { kind: MatchKind::Prefix, index: *index });
        }
    }
}

/// Adds the suggestions with all typed words, with as many typos as `kind` allows.
fn add_word_matches(
    table: &SuggestionTable,
    typed: &TypedText,
    kind: MatchKind,
    best: &mut BestSuggestions<'_>,
) {
    let mut all: Option<IdSet> = None;
    for word in &typed.words {
        let with_word = entries_with_word(table, word, kind.typos());
        match &mut all {
            None => all = Some(with_word),
            Some(all) => all.intersect_with(&with_word),
        }
    }
    for index in all.iter().flat_map(IdSet::iter) {
        let entry = &table.entries[index as usize];
        // The table has only the first characters of long texts without spaces.
        let is_whole = |word: &TypedWord| !word.is_unspaced || entry.key.contains(&word.text);
        if typed.words.iter().all(is_whole) {
            best.add(RankedSuggestion { kind, index });
            if best.is_full() {
                return;
            }
        }
    }
}

/// Returns the entries with the typed word, as typed and with up to `typos` typos.
fn entries_with_word(table: &SuggestionTable, typed: &TypedWord, typos: u8) -> IdSet {
    let mut entries = IdSet::new(table.entries.len());
    let text =
        if typed.is_unspaced { leading_chars(&typed.text, UNSPACED_PREFIX_CHARS) } else { &typed.text };
    let start = table.words.partition_point(|word| &**word < text);
    for (index, word) in (start..).zip(&table.words[start..]) {
        if !word.starts_with(text) || (typed.mode == MatchMode::Whole && word.len() > text.len()) {
            break;
        }
        entries.insert_all(table.entries_of_word(index));
    }
    let typos = typos.min(typed.max_typos);
    if typos > 0 {
        for index in similar_words(table, typed, typos) {
            entries.insert_all(table.entries_of_word(index));
        }
    }
    entries
}

/// Returns the indexes of the words with the same first letter within `typos` of the typed word.
fn similar_words(table: &SuggestionTable, typed: &TypedWord, typos: u8) -> impl Iterator<Item = usize> {
    let mut distance = EditDistance::new(&typed.text, typos);
    let first = leading_chars(&typed.text, 1);
    let start = table.words.partition_point(|word| &**word < first);
    let length = table.words[start..].partition_point(|word| word.starts_with(first));
    let mode = typed.mode;
    (start..start + length).filter(move |index| distance.accepts(&table.words[*index], mode))
}
