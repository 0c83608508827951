//! Spelling corrections ("did you mean").

use std::ops::Range;

use super::response::{CorrectedPart, Correction};

use crate::index::IndexError;
use crate::query::expand::edit_distance::MatchMode;
use crate::query::expand::expanded_query::{ExpandedQuery, QueryTerm};
use crate::query::expand::expander::Expander;
use crate::query::weights;

/// A word to replace in the query.
struct Replacement {
    /// The byte range of the typed word.
    range: Range<usize>,
    word: String,
}

/// Returns the correction of a query: the words that were searched instead of words that match no post or, if
/// the query has no hits, a proposal with more typos.
///
/// # Errors
/// If the dictionary cannot be read.
pub(crate) fn correct(
    typed: &str,
    query: &ExpandedQuery,
    expander: &Expander<'_>,
    total: usize,
) -> Result<Option<Correction>, IndexError> {
    let is_word = |term: &&QueryTerm| term.scoring && !term.range.is_empty();
    let words = || query.terms.iter().filter(is_word);
    let applied = words()
        .filter_map(|term| Some(Replacement { range: term.range.clone(), word: term.correction.clone()? }));
    let applied: Vec<Replacement> = applied.collect();
    if !applied.is_empty() {
        return Ok(Some(Correction { applied: true, ..corrected(typed, applied) }));
    }
    let is_literal = expander.typos.max == 0;
    if total > 0 && !is_literal {
        return Ok(None);
    }
    let mut proposed = Vec::new();
    for term in words().filter(|term| term.matches_nothing()) {
        let Some(typed) = typed.get(term.range.clone()) else { continue };
        for folded in expander.analyzer.analyze(typed).folded_words.iter().take(1) {
            let limits = weights::CORRECTION_TYPOS;
            let best = expander.add_fuzzy_matches(folded, MatchMode::Whole, limits, &mut Vec::new())?;
            proposed.extend(best.map(|word| Replacement { range: term.range.clone(), word }));
        }
    }
    Ok((!proposed.is_empty()).then(|| corrected(typed, proposed)))
}

/// Replaces words of the query; the correction is not marked as applied.
fn corrected(typed: &str, mut replacements: Vec<Replacement>) -> Correction {
    replacements.sort_by_key(|replacement| replacement.range.start);
    let mut parts = Vec::new();
    let mut at = 0;
    for Replacement { range, word } in replacements {
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
    Correction { query, applied: false, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_words_at_their_positions() {
        let replacement = |range, word: &str| Replacement { range, word: word.to_owned() };
        let replacements = vec![replacement(11..14, "lake"), replacement(0..9, "crossplane")];
        let correction = corrected("crossplne  lke \"x\"", replacements);
        assert_eq!(correction.query, "crossplane  lake \"x\"");
        let parts: Vec<_> =
            correction.parts.iter().map(|part| (part.text.as_str(), part.is_corrected)).collect();
        assert_eq!(parts, [("crossplane", true), ("  ", false), ("lake", true), (" \"x\"", false)]);
    }
}
