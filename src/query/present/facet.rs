//! Facets: the number of hits by category, tag and year.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::response::FacetCount;
use crate::config::limits;
use crate::index::IndexError;
use crate::index::schema::columns;
use crate::query::context::Context;
use crate::query::request::FacetField;
use crate::query::retrieve::candidate::Candidate;

/// Counts the hits by value: categories and tags by descending count, years from the latest.
///
/// # Errors
/// When a column cannot be read.
pub(crate) fn count(
    context: &Context<'_>,
    candidates: &[Candidate],
    field: FacetField,
) -> Result<Vec<FacetCount>, IndexError> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (segment_ord, segment) in (0..).zip(context.snapshot.segments()) {
        let docs = candidates.iter().map(|candidate| candidate.address);
        let docs = docs.filter(|address| address.segment_ord == segment_ord).map(|address| address.doc_id);
        let mut add = |value: String, hits| *counts.entry(value).or_default() += hits;
        match field {
            FacetField::Year => {
                let dates = segment.fast_fields().i64(columns::DATE)?;
                docs.filter_map(|doc| year(dates.first(doc)?)).for_each(|year| add(format!("{year:04}"), 1));
            }
            FacetField::Category | FacetField::Tag => {
                let name = if field == FacetField::Tag { columns::TAG } else { columns::CATEGORY };
                let Some(column) = segment.fast_fields().str(name)? else { continue };
                let mut by_ord: BTreeMap<u64, usize> = BTreeMap::new();
                for ord in docs.flat_map(|doc| column.ords().values_for_doc(doc)) {
                    *by_ord.entry(ord).or_default() += 1;
                }
                for (ord, hits) in by_ord {
                    let mut value = String::new();
                    column.ord_to_str(ord, &mut value)?;
                    add(value, hits);
                }
            }
        }
    }
    let mut counts: Vec<_> = counts.into_iter().map(|(value, count)| FacetCount { value, count }).collect();
    match field {
        FacetField::Year => counts.reverse(),
        FacetField::Category | FacetField::Tag => counts.sort_by_key(|facet| std::cmp::Reverse(facet.count)),
    }
    counts.truncate(limits::MAX_FACET_VALUES);
    Ok(counts)
}

/// Returns the year of a date in seconds since 1970.
fn year(seconds: i64) -> Option<i16> {
    Some(TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?).year())
}
