//! The counts of facets over records, and the search in their values.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tantivy::DocAddress;

use super::request::{RecordFacet, RecordRequest};
use super::response::{FacetValue, NumberStatistics, RecordFacetCounts};
use crate::analysis::fold::fold;
use crate::config::limits;
use crate::index::{IndexError, OrdinalColumn};
use crate::query::conditions::{LEVEL_SEPARATOR, path_to_level};
use crate::query::context::Context;

/// Counts the records of each requested facet; posts come with their number of records.
///
/// # Errors
/// If a column cannot be read.
pub(super) fn count_facets(
    context: &Context<'_>,
    request: &RecordRequest,
    posts: &(impl Iterator<Item = (DocAddress, u64)> + Clone),
) -> Result<Vec<RecordFacetCounts>, IndexError> {
    let typed = request.value_prefix.as_deref().map(fold);
    let selection = Selection { max_values: request.max_values, typed: typed.as_deref() };
    let count = |facet: &RecordFacet| {
        context.cancellation.check()?;
        match facet {
            RecordFacet::Column(column) => count_column(context, *column, posts.clone(), selection),
            RecordFacet::CategoryLevel(level) => count_paths(context, *level, posts.clone(), selection),
            RecordFacet::Year => {
                Ok(count_dates(context, posts.clone(), |year, _| format!("{year:04}"), selection))
            }
            RecordFacet::Month => {
                let name = |year, month| format!("{year:04}{LEVEL_SEPARATOR}{year:04}-{month:02}");
                Ok(count_dates(context, posts.clone(), name, selection))
            }
            RecordFacet::Date => Ok(date_statistics(context, posts.clone())),
        }
    };
    request.facets.iter().map(count).collect()
}

/// Which values of a facet are returned.
#[derive(Clone, Copy)]
struct Selection<'a> {
    max_values: usize,
    /// The folded beginning of a word in the value.
    typed: Option<&'a str>,
}

impl Selection<'_> {
    /// Selects among values that are sorted by descending count.
    fn of(
        self,
        counts: impl ExactSizeIterator<Item = (Result<String, IndexError>, u64)>,
    ) -> Result<RecordFacetCounts, IndexError> {
        let read = if self.typed.is_some() { limits::MAX_SEARCHED_FACET_VALUES } else { self.max_values };
        let is_exhaustive = self.typed.is_none() || counts.len() <= read;
        let mut values = Vec::new();
        for (value, count) in counts.take(read) {
            if values.len() == self.max_values {
                break;
            }
            let value = value?;
            let range = self.typed.map(|typed| matching_range(&value, typed));
            if range != Some(None) {
                values.push(FacetValue { value, count, range: range.flatten() });
            }
        }
        Ok(RecordFacetCounts { values, statistics: None, is_exhaustive })
    }
}

/// Returns the range of a value that begins at a word and folds to the typed text.
fn matching_range(value: &str, typed: &str) -> Option<Range<usize>> {
    if typed.is_empty() {
        return Some(0..0);
    }
    let mut is_in_word = false;
    let mut starts = Vec::new();
    for (at, c) in value.char_indices().take(limits::MAX_QUOTED_BYTES) {
        if !is_in_word || !c.is_alphanumeric() {
            starts.push(at);
        }
        is_in_word = c.is_alphanumeric();
    }
    let start = starts.into_iter().find(|start| fold(&value[*start..]).starts_with(typed))?;
    let ends = value[start..].char_indices().map(|(at, c)| start + at + c.len_utf8());
    let end = ends.take(limits::MAX_QUOTED_BYTES).find(|end| fold(&value[start..*end]).starts_with(typed))?;
    Some(start..end)
}

/// Counts the values of a column by ordinal, and reads only those that are returned.
fn count_column(
    context: &Context<'_>,
    column: OrdinalColumn,
    posts: impl Iterator<Item = (DocAddress, u64)>,
    selection: Selection<'_>,
) -> Result<RecordFacetCounts, IndexError> {
    let ordinals = context.snapshot.ordinals(column)?;
    let mut counts = vec![0_u64; ordinals.num_values()];
    for (address, records) in posts {
        for ordinal in ordinals.of_post(address.segment_ord as usize, address.doc_id) {
            counts[ordinal as usize] += records;
        }
    }
    let mut counts: Vec<(u32, u64)> = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    // The order of the ordinals is that of the values.
    counts.sort_unstable_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
    selection.of(counts.into_iter().map(|(ordinal, count)| (ordinals.value(ordinal), count)))
}

/// Counts the paths of categories down to a level.
fn count_paths(
    context: &Context<'_>,
    level: usize,
    posts: impl Iterator<Item = (DocAddress, u64)>,
    selection: Selection<'_>,
) -> Result<RecordFacetCounts, IndexError> {
    let ordinals = context.snapshot.ordinals(OrdinalColumn::Category)?;
    let mut paths: Vec<String> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut path_of = Vec::with_capacity(ordinals.num_values());
    for ordinal in 0..u32::try_from(ordinals.num_values()).unwrap_or(u32::MAX) {
        let name = ordinals.value(ordinal)?;
        path_of.push(path_to_level(&name, level).map(|path| {
            *numbers.entry(path.to_owned()).or_insert_with(|| {
                paths.push(path.to_owned());
                paths.len() - 1
            })
        }));
    }
    let mut counts = vec![0_u64; paths.len()];
    let mut of_post = Vec::new();
    for (address, records) in posts {
        of_post.clear();
        let of_categories = ordinals.of_post(address.segment_ord as usize, address.doc_id);
        of_post.extend(of_categories.filter_map(|ordinal| path_of[ordinal as usize]));
        of_post.sort_unstable();
        of_post.dedup();
        for path in &of_post {
            counts[*path] += records;
        }
    }
    let mut counts: Vec<(String, u64)> =
        paths.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect();
    counts.sort_unstable_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
    selection.of(counts.into_iter().map(|(path, count)| (Ok(path), count)))
}

/// Returns the year and month of a date in seconds since 1970.
fn year_and_month(seconds: i64) -> Option<(i16, i8)> {
    let date = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    Some((date.year(), date.month()))
}

/// Counts names of dates, and computes statistics of the years.
fn count_dates(
    context: &Context<'_>,
    posts: impl Iterator<Item = (DocAddress, u64)>,
    name: impl Fn(i16, i8) -> String,
    selection: Selection<'_>,
) -> RecordFacetCounts {
    let mut months: BTreeMap<(i16, i8), u64> = BTreeMap::new();
    let segments = context.snapshot.open_segments();
    for (address, records) in posts {
        let date = segments[address.segment_ord as usize].written_date(address.doc_id);
        if let Some(month) = date.and_then(year_and_month) {
            *months.entry(month).or_default() += records;
        }
    }
    let statistics = statistics(months.iter().map(|((year, _), records)| (i64::from(*year), *records)));
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for ((year, month), records) in months {
        *counts.entry(name(year, month)).or_default() += records;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(b.cmp(a)));
    let selected = selection.of(counts.into_iter().map(|(name, count)| (Ok(name), count)));
    RecordFacetCounts { statistics, ..selected.unwrap_or_default() }
}

fn date_statistics(
    context: &Context<'_>,
    posts: impl Iterator<Item = (DocAddress, u64)>,
) -> RecordFacetCounts {
    let segments = context.snapshot.open_segments();
    let dates = posts.filter_map(|(address, records)| {
        Some((segments[address.segment_ord as usize].dates.first(address.doc_id)?, records))
    });
    RecordFacetCounts { values: Vec::new(), statistics: statistics(dates), is_exhaustive: true }
}

/// Returns the statistics of numbers with their frequencies; `None` if there are none.
fn statistics(numbers: impl Iterator<Item = (i64, u64)>) -> Option<NumberStatistics> {
    numbers.fold(None, |known: Option<NumberStatistics>, (number, count)| {
        let known = known.unwrap_or(NumberStatistics { min: number, max: number, sum: 0, count: 0 });
        Some(NumberStatistics {
            min: known.min.min(number),
            max: known.max.max(number),
            sum: known.sum + i128::from(number) * i128::from(count),
            count: known.count + count,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_text_matches_the_beginning_of_a_word() {
        let range = |value: &str, typed: &str| matching_range(value, &fold(typed));
        assert_eq!(range("Web Assembly", "ass"), Some(4..7));
        assert_eq!(range("CI/CD", "cd"), Some(3..5));
        assert_eq!(range("Génie logiciel", "GEN"), Some(0..4));
        assert_eq!(range("C++", "c+"), Some(0..2));
        assert_eq!(range("café", "café"), Some(0..5));
        assert_eq!(range("Rust", ""), Some(0..0));
        assert_eq!((range("Assembly", "embl"), range("", "x")), (None, None));
    }

    #[test]
    fn statistics_weigh_numbers_by_their_frequency() {
        let found = statistics([(2_020, 3), (2_024, 1)].into_iter()).unwrap();
        assert_eq!((found.min, found.max, found.sum, found.count), (2_020, 2_024, 8_084, 4));
        assert_eq!(statistics(std::iter::empty()), None);
    }
}
