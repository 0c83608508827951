//! Warnings about words and phrases of a query that were dropped or searched only in part.

use crate::config::limits;
use crate::query::expand::expanded_query::{ExpandedQuery, Occur, QueryTerm};
use crate::query::language::tree_builder::too_many_words;
use crate::query::request::SearchRequest;

/// Adds the warnings about the expansion of a query to those of its parser.
pub(crate) fn expansion_warnings(query: &ExpandedQuery, mut warnings: Vec<String>) -> Vec<String> {
    if query.has_dropped_words && !warnings.contains(&too_many_words()) {
        warnings.push(too_many_words());
    }
    if query.has_dropped_stop_words {
        warnings.push(format!("only the first {} very common words were searched", limits::MAX_STOP_WORDS));
    }
    let truncated = query.truncated_prefixes.iter();
    warnings.extend(
        truncated.map(|text| format!("`{text}*` matches too many words: only the best were searched")),
    );
    warnings.extend(unmatched_words(query));
    warnings
}

/// Returns a warning for each required or expected term that matches no post.
fn unmatched_words(query: &ExpandedQuery) -> impl Iterator<Item = String> + '_ {
    let terms = query.terms.iter().filter(|term| term.is_required_or_expected());
    let nothing_matches = terms.clone().all(QueryTerm::matches_nothing);
    terms.filter(|term| term.matches_nothing()).map(move |term| {
        let is_dropped = term.occur != Occur::Must && !nothing_matches;
        let consequence = if is_dropped { " and was ignored" } else { "" };
        format!("\"{}\" matches no post{consequence}", term.label)
    })
}

/// Returns a warning for each phrase whose words may be anywhere in a post; `relaxed` has a bit per query
/// term.
pub(crate) fn relaxed_phrase_warnings(
    query: &ExpandedQuery,
    relaxed: u64,
) -> impl Iterator<Item = String> + '_ {
    let terms = query.terms.iter().enumerate().filter(move |(at, _)| relaxed & 1 << at != 0);
    terms.map(|(_, term)| {
        format!("\"{}\" is too common to search as a phrase: its words may be anywhere in a post", term.label)
    })
}

/// Returns a warning for each phrase that matched a hit without a comparison of positions; `uncompared` has a bit per
/// query term.
pub(crate) fn uncompared_phrase_warnings(
    query: &ExpandedQuery,
    uncompared: u64,
) -> impl Iterator<Item = String> + '_ {
    let terms = query.terms.iter().enumerate().filter(move |(at, _)| uncompared & 1 << at != 0);
    terms.map(|(_, term)| {
        format!(
            "the words of \"{}\" are too frequent in a post to search it for the phrase: they may be anywhere in that \
             post",
            term.label
        )
    })
}

/// Returns a warning if more hits were to be explained than [`limits::MAX_EXPLAINED`].
pub(crate) fn explanation_warning(request: &SearchRequest, hits: usize) -> Option<String> {
    let is_cut = request.explain && hits > limits::MAX_EXPLAINED;
    is_cut.then(|| format!("only the first {} hits of a page are explained", limits::MAX_EXPLAINED))
}
