//! Which suggestions a typed text stands for.

use super::table::{Completions, RUN_CHARS, cut};
use super::typed::{Typed, Unit};
use crate::query::expand::edit_distance::TypoDistance;
use crate::query::retrieve::id_set::NumberSet;

/// Of the suggestions, so many eighths may be titles and headings even where phrases are more
/// popular: they lead to a place at once.
const PLACES_EIGHTHS: usize = 3;

/// How a suggestion matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatchKind {
    /// It begins with the typed text.
    Beginning,
    /// It has all the words, in any order.
    Words,
    /// It has words one typo away.
    OneTypo,
    /// It has words two typos away.
    TwoTypos,
}

impl MatchKind {
    fn typos(self) -> u8 {
        match self {
            Self::Beginning | Self::Words => 0,
            Self::OneTypo => 1,
            Self::TwoTypos => 2,
        }
    }
}

/// The best suggestions for a typed text: how each matches, and its number.
pub(crate) fn find(table: &Completions, typed: &Typed, limit: usize) -> Vec<(MatchKind, u32)> {
    if typed.units.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut best = Best { table, limit, texts: Vec::new(), places: Vec::new() };
    beginnings(table, typed, &mut best);
    for kind in [MatchKind::Words, MatchKind::OneTypo, MatchKind::TwoTypos] {
        // Who finds what was typed made no mistake.
        let is_needed = if kind.typos() == 0 { !best.is_full() } else { best.is_empty() };
        let max_typos = typed.units.iter().map(Unit::max_typos).max().unwrap_or(0);
        if is_needed && kind.typos() <= max_typos {
            with_words(table, typed, kind, &mut best);
        }
    }
    best.finish()
}

/// The best so far; both lists in order.
struct Best<'a> {
    table: &'a Completions,
    limit: usize,
    texts: Vec<(MatchKind, u32)>,
    places: Vec<(MatchKind, u32)>,
}

impl Best<'_> {
    fn add(&mut self, kind: MatchKind, number: u32) {
        let (full, last) = (self.limit, (kind, number));
        let is_full = |list: &[(MatchKind, u32)]| list.len() == full && list.last() < Some(&last);
        // Most are worse than all that were found: that is seen without looking at the entry.
        if is_full(&self.texts) && is_full(&self.places) {
            return;
        }
        let is_place = self.table.entries[number as usize].is_place();
        let list = if is_place { &mut self.places } else { &mut self.texts };
        if is_full(list) || list.iter().any(|(_, known)| *known == number) {
            return;
        }
        let at = list.partition_point(|known| *known < last);
        list.insert(at, last);
        list.truncate(full);
    }

    fn is_full(&self) -> bool {
        self.texts.len() == self.limit && self.places.len() == self.limit
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.places.is_empty()
    }

    /// The best of both, with as many places as there should be.
    fn finish(self) -> Vec<(MatchKind, u32)> {
        let Self { limit, texts, places, .. } = self;
        let in_order = {
            let mut all: Vec<_> = texts.iter().chain(&places).copied().collect();
            all.sort_unstable();
            all.truncate(limit);
            all.iter().filter(|found| places.contains(found)).count()
        };
        let wanted = in_order.max(limit * PLACES_EIGHTHS / 8).min(places.len());
        let mut found: Vec<_> =
            texts.into_iter().take(limit - wanted).chain(places.into_iter().take(wanted)).collect();
        found.sort_unstable();
        found
    }
}

/// Entries whose key begins with what was typed.
fn beginnings(table: &Completions, typed: &Typed, best: &mut Best<'_>) {
    let key = |number: &u32| &*table.entries[*number as usize].key;
    let start = table.by_key.partition_point(|number| key(number) < typed.key.as_str());
    let length = table.by_key[start..].partition_point(|number| key(number).starts_with(&typed.key));
    let is_run = typed.units.last().is_some_and(|unit| unit.is_run);
    for number in &table.by_key[start..start + length] {
        let ends_word = || {
            let rest = &key(number)[typed.key.len()..];
            rest.is_empty() || rest.starts_with(' ')
        };
        if typed.is_open || is_run || ends_word() {
            best.add(MatchKind::Beginning, *number);
        }
    }
}

/// Entries that have all the words, some with typos.
fn with_words(table: &Completions, typed: &Typed, kind: MatchKind, best: &mut Best<'_>) {
    let mut all: Option<NumberSet> = None;
    for unit in &typed.units {
        let of_unit = entries_of(table, unit, kind.typos());
        match &mut all {
            None => all = Some(of_unit),
            Some(all) => all.keep(&of_unit),
        }
    }
    for number in all.iter().flat_map(NumberSet::iter) {
        let entry = &table.entries[number as usize];
        // Only the beginnings of long texts without blanks are in the table.
        let is_whole = |unit: &Unit| !unit.is_run || entry.key.contains(&unit.text);
        if typed.units.iter().all(is_whole) {
            best.add(kind, number);
            if best.is_full() {
                return;
            }
        }
    }
}

/// The entries that have the word: as typed, and up to so many typos away.
fn entries_of(table: &Completions, unit: &Unit, typos: u8) -> NumberSet {
    let mut numbers = NumberSet::new(table.entries.len());
    let text = if unit.is_run { cut(&unit.text, RUN_CHARS) } else { &unit.text };
    let start = table.words.partition_point(|word| &**word < text);
    for (word, text_of_word) in (start..).zip(&table.words[start..]) {
        if !text_of_word.starts_with(text) || (!unit.is_open && text_of_word.len() > text.len()) {
            break;
        }
        numbers.add_each(table.entries_of_word(word));
    }
    let typos = typos.min(unit.max_typos());
    if typos > 0 {
        for word in similar_words(table, unit, typos) {
            numbers.add_each(table.entries_of_word(word));
        }
    }
    numbers
}

/// Words that begin with the same letter and are up to so many typos away.
fn similar_words(table: &Completions, unit: &Unit, typos: u8) -> impl Iterator<Item = usize> {
    let mut distance = TypoDistance::new(&unit.text, typos);
    let first = cut(&unit.text, 1);
    let start = table.words.partition_point(|word| &**word < first);
    let length = table.words[start..].partition_point(|word| word.starts_with(first));
    let is_open = unit.is_open;
    (start..start + length).filter(move |word| distance.is_near(&table.words[*word], is_open))
}
