//! Facets: the number of hits by category, tag, author, language, series and year.

use std::collections::BTreeMap;

use super::response::FacetCount;
use crate::config::limits;
use crate::index::{IndexError, OrdinalColumn, filter_key};
use crate::query::context::Context;
use crate::query::date_bound::Year;
use crate::query::request::FacetField;
use crate::query::retrieve::candidate::Candidate;

/// The values of a facet.
#[derive(Debug, Default)]
pub(crate) struct FacetValues {
    /// The number of all values.
    pub(crate) total: usize,
    /// The first values.
    pub(crate) counts: Vec<FacetCount>,
}

/// Which values of a facet are returned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueSelection<'a> {
    /// The key of the beginning of a word of the values; empty for all values.
    pub(crate) prefix: &'a str,
    /// Maximum number of values.
    pub(crate) limit: usize,
}

impl ValueSelection<'_> {
    /// As many values as a facet of a search has.
    pub(crate) const OF_SEARCH: Self = Self { prefix: "", limit: limits::MAX_FACET_VALUES };

    /// Returns whether a word of the value begins with the prefix. Its key consists of its words.
    fn accepts(&self, value: &str) -> bool {
        if self.prefix.is_empty() {
            return true;
        }
        let key = filter_key(value);
        let starts = key.match_indices(self.prefix).map(|(at, _)| &key[..at]);
        starts.into_iter().any(|before| before.is_empty() || before.ends_with('-'))
    }
}

/// Counts the hits by value: years from the latest, other values by descending count.
///
/// # Errors
/// If a column cannot be read.
pub(crate) fn count(
    context: &Context<'_>,
    candidates: &[Candidate],
    field: FacetField,
    selection: ValueSelection<'_>,
) -> Result<FacetValues, IndexError> {
    let column = match field {
        FacetField::Category => OrdinalColumn::Category,
        FacetField::Tag => OrdinalColumn::Tag,
        FacetField::Author => OrdinalColumn::Author,
        FacetField::Lang => OrdinalColumn::Lang,
        FacetField::Series => OrdinalColumn::Series,
        FacetField::Year => return Ok(count_years(context, candidates, selection)),
    };
    count_values(context, candidates, column, selection)
}

/// Counts by ordinal, and reads only the values that are returned or compared with a prefix.
fn count_values(
    context: &Context<'_>,
    candidates: &[Candidate],
    column: OrdinalColumn,
    selection: ValueSelection<'_>,
) -> Result<FacetValues, IndexError> {
    let ordinals = context.snapshot.ordinals(column)?;
    let mut counts = vec![0_u32; ordinals.num_values()];
    for Candidate { address, .. } in candidates {
        for ordinal in ordinals.of_post(address.segment_ord as usize, address.doc_id) {
            counts[ordinal as usize] += 1;
        }
    }
    let mut counts: Vec<(u32, u32)> = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    if !selection.prefix.is_empty() {
        context.cancellation.check()?;
        let mut accepted = Vec::new();
        for (ordinal, count) in counts {
            if selection.accepts(&ordinals.value(ordinal)?) {
                accepted.push((ordinal, count));
            }
        }
        counts = accepted;
    }
    let total = counts.len();
    // The order of the ordinals is that of the values.
    let by_count = |(a, a_count): &(u32, u32), (b, b_count): &(u32, u32)| b_count.cmp(a_count).then(a.cmp(b));
    if counts.len() > selection.limit {
        counts.select_nth_unstable_by(selection.limit, by_count);
        counts.truncate(selection.limit);
    }
    counts.sort_unstable_by(by_count);
    let facet = |(ordinal, count): (u32, u32)| {
        Ok(FacetCount { value: ordinals.value(ordinal)?, count: count as usize })
    };
    let counts: Result<Vec<FacetCount>, IndexError> = counts.into_iter().map(facet).collect();
    Ok(FacetValues { total, counts: counts? })
}

fn count_years(
    context: &Context<'_>,
    candidates: &[Candidate],
    selection: ValueSelection<'_>,
) -> FacetValues {
    let mut counts: BTreeMap<Year, usize> = BTreeMap::new();
    let segments = context.snapshot.open_segments();
    let dates = candidates.iter().filter_map(|Candidate { address, .. }| {
        segments[address.segment_ord as usize].written_date(address.doc_id)
    });
    for year in dates.filter_map(Year::of_unix_seconds) {
        *counts.entry(year).or_default() += 1;
    }
    let latest_first = counts.into_iter().rev();
    let counts = latest_first.map(|(year, count)| FacetCount { value: year.to_string(), count });
    let mut counts: Vec<FacetCount> = counts.filter(|count| selection.accepts(&count.value)).collect();
    let total = counts.len();
    counts.truncate(selection.limit);
    FacetValues { total, counts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_compared_with_each_word_of_a_value() {
        let accepts = |prefix: &str, value: &str| {
            ValueSelection { prefix: &filter_key(prefix), limit: 1 }.accepts(value)
        };
        for (prefix, value) in [
            ("kub", "Kubernetes"),
            ("cd", "CI/CD"),
            ("git op", "Using Git-Ops"),
            ("Été", "un ete"),
            ("c+", "C++"),
        ] {
            assert!(accepts(prefix, value), "{prefix} {value}");
        }
        for (prefix, value) in [("ube", "Kubernetes"), ("op git", "Git-Ops"), ("kub", "Cubes"), ("-", "a-b")]
        {
            assert!(!accepts(prefix, value), "{prefix} {value}");
        }
    }
}
