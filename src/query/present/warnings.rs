//! Warnings: what of a query was left out.

use crate::query::expand::expanded_query::{Need, ResolvedQuery, Slot};

/// Tells the reader of words that occur nowhere.
pub(crate) fn hopeless_slots(query: &ResolvedQuery) -> impl Iterator<Item = String> + '_ {
    let is_hopeless = |slot: &&Slot| slot.is_hopeless() && matches!(slot.need, Need::Must | Need::Should);
    let wanted = query.slots.iter().filter(|slot| matches!(slot.need, Need::Must | Need::Should));
    let all_are = wanted.clone().all(Slot::is_hopeless);
    wanted.filter(is_hopeless).map(move |slot| {
        let hint = if slot.need == Need::Must || all_are { "" } else { "; it was left out" };
        format!("\"{}\" occurs in no post{hint}", slot.label)
    })
}

/// Tells the reader of phrases that are not looked for word by word.
pub(crate) fn loose_phrases(query: &ResolvedQuery, loose: u64) -> impl Iterator<Item = String> + '_ {
    let slots = query.slots.iter().enumerate().filter(move |(at, _)| loose & 1 << at != 0);
    slots.map(|(_, slot)| {
        format!("\"{}\" is too common to be looked for as a phrase; its words may stand anywhere", slot.label)
    })
}
