//! Did you mean: the query as it was probably meant.

use std::ops::Range;

use super::response::{CorrectedPart, Correction};
use crate::config::TypoLimits;
use crate::index::IndexError;
use crate::query::expand::expanded_query::{Need, ResolvedQuery, Slot};
use crate::query::expand::expander::Expander;

/// What is tried where nothing is found otherwise: more typos in shorter words.
const GENEROUS: TypoLimits = TypoLimits { one_from: 3, two_from: 5, max: 2 };

/// The correction of a query: what was searched instead of words that occur nowhere; or, where
/// nothing was found, what could be.
///
/// # Errors
/// When the dictionary cannot be read.
pub(crate) fn correct(
    typed: &str,
    query: &ResolvedQuery,
    expander: &Expander<'_>,
    total: usize,
) -> Result<Option<Correction>, IndexError> {
    let is_word = |slot: &&Slot| slot.need != Need::Never && !slot.range.is_empty();
    let words = || query.slots.iter().filter(is_word);
    let applied: Vec<(Range<usize>, String)> =
        words().filter_map(|slot| Some((slot.range.clone(), slot.correction.clone()?))).collect();
    if !applied.is_empty() {
        return Ok(Some(write(typed, applied, true)));
    }
    let asked_as_typed = expander.typos.max == 0;
    if total > 0 && !asked_as_typed {
        return Ok(None);
    }
    let mut proposed = Vec::new();
    for slot in words().filter(|slot| slot.is_hopeless()) {
        let Some(typed) = typed.get(slot.range.clone()) else { continue };
        for surface in expander.analyzer.analyze(typed).surfaces.iter().take(1) {
            let best = expander.add_similar(surface, false, GENEROUS, &mut Vec::new())?;
            proposed.extend(best.map(|word| (slot.range.clone(), word)));
        }
    }
    Ok((!proposed.is_empty()).then(|| write(typed, proposed, false)))
}

/// Puts the words in their places.
fn write(typed: &str, mut words: Vec<(Range<usize>, String)>, applied: bool) -> Correction {
    words.sort_by_key(|(range, _)| range.start);
    let mut parts = Vec::new();
    let mut at = 0;
    for (range, word) in words {
        let Some(before) = typed.get(at..range.start) else { continue };
        if !before.is_empty() {
            parts.push(CorrectedPart { text: before.to_owned(), is_corrected: false });
        }
        parts.push(CorrectedPart { text: word, is_corrected: true });
        at = range.end;
    }
    if let Some(after) = typed.get(at..).filter(|after| !after.is_empty()) {
        parts.push(CorrectedPart { text: after.to_owned(), is_corrected: false });
    }
    let query = parts.iter().map(|part| part.text.as_str()).collect();
    Correction { query, applied, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrected_words_stand_where_the_others_stood() {
        let words = vec![(11..14, "lake".to_owned()), (0..9, "crossplane".to_owned())];
        let correction = write("crossplne  lke \"x\"", words, true);
        assert_eq!(correction.query, "crossplane  lake \"x\"");
        let shown: Vec<_> =
            correction.parts.iter().map(|part| (part.text.as_str(), part.is_corrected)).collect();
        assert_eq!(shown, [("crossplane", true), ("  ", false), ("lake", true), (" \"x\"", false)]);
    }
}
