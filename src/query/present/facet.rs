//! Facets: the number of hits by category, tag and year.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::response::FacetCount;
use crate::config::limits;
use crate::index::{IndexError, OrdinalColumn};
use crate::query::context::Context;
use crate::query::request::FacetField;
use crate::query::retrieve::candidate::Candidate;

/// Counts the hits by value: categories and tags by descending count, years from the latest.
///
/// # Errors
/// If a column cannot be read.
pub(crate) fn count(
    context: &Context<'_>,
    candidates: &[Candidate],
    field: FacetField,
) -> Result<Vec<FacetCount>, IndexError> {
    match field {
        FacetField::Category => count_values(context, candidates, OrdinalColumn::Category),
        FacetField::Tag => count_values(context, candidates, OrdinalColumn::Tag),
        FacetField::Year => Ok(count_years(context, candidates)),
    }
}

/// Counts by ordinal, and reads only the values that are returned.
fn count_values(
    context: &Context<'_>,
    candidates: &[Candidate],
    column: OrdinalColumn,
) -> Result<Vec<FacetCount>, IndexError> {
    let ordinals = context.snapshot.ordinals(column)?;
    let mut counts = vec![0_u32; ordinals.num_values()];
    for Candidate { address, .. } in candidates {
        for ordinal in ordinals.of_post(address.segment_ord as usize, address.doc_id) {
            counts[ordinal as usize] += 1;
        }
    }
    let mut counts: Vec<(u32, u32)> = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    // The order of the ordinals is that of the values.
    let by_count = |(a, a_count): &(u32, u32), (b, b_count): &(u32, u32)| b_count.cmp(a_count).then(a.cmp(b));
    if counts.len() > limits::MAX_FACET_VALUES {
        counts.select_nth_unstable_by(limits::MAX_FACET_VALUES, by_count);
        counts.truncate(limits::MAX_FACET_VALUES);
    }
    counts.sort_unstable_by(by_count);
    let facet = |(ordinal, count): (u32, u32)| {
        Ok(FacetCount { value: ordinals.value(ordinal)?, count: count as usize })
    };
    counts.into_iter().map(facet).collect()
}

fn count_years(context: &Context<'_>, candidates: &[Candidate]) -> Vec<FacetCount> {
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    let segments = context.snapshot.open_segments();
    let dates = candidates.iter().filter_map(|Candidate { address, .. }| {
        segments[address.segment_ord as usize].dates.first(address.doc_id)
    });
    for year in dates.filter_map(year) {
        *counts.entry(year).or_default() += 1;
    }
    let mut counts: Vec<FacetCount> =
        counts.into_iter().map(|(year, count)| FacetCount { value: format!("{year:04}"), count }).collect();
    counts.sort_by(|a, b| b.value.cmp(&a.value));
    counts.truncate(limits::MAX_FACET_VALUES);
    counts
}

/// Returns the year of a date in seconds since 1970.
fn year(seconds: i64) -> Option<i16> {
    Some(TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?).year())
}
