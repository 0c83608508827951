//! Responses to queries.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use super::posts::post_record;
use super::request::AlgoliaQuery;
use super::sections::section_record;
use crate::config::limits;
use crate::query::quoting::repeated_query;
use crate::query::records::{NumberStatistics, RecordFacetCounts, RecordHits, RecordResponse};

/// Microseconds per millisecond.
const US_PER_MS: u64 = 1_000;

/// Returns the response to a query.
pub(super) fn query_response(query: &AlgoliaQuery, found: &RecordResponse) -> Value {
    if query.is_facet_search {
        return facet_response(query, found);
    }
    let hits: Vec<Value> = match &found.hits {
        RecordHits::Posts(hits) => hits.iter().map(|hit| post_record(query, hit)).collect(),
        RecordHits::Sections(hits) => hits.iter().map(|hit| section_record(query, hit)).collect(),
    };
    let is_exhaustive = found.is_exhaustive;
    let mut response = json!({
        "hits": hits,
        "nbHits": found.total,
        "page": query.page,
        "nbPages": num_pages(found.total, query.hits_per_page),
        "hitsPerPage": query.hits_per_page,
        "exhaustive": {"nbHits": is_exhaustive, "typo": true, "facetsCount": is_exhaustive},
        "exhaustiveNbHits": is_exhaustive,
        "exhaustiveTypo": true,
        "exhaustiveFacetsCount": is_exhaustive,
        "query": repeated_query(&query.search.search.query),
        "params": query.sent,
        "index": query.index.name(),
        "processingTimeMS": milliseconds(found.took_us),
    });
    if let Value::Object(fields) = &mut response {
        add_facets(query, found, fields);
        if query.has_query_id {
            fields.insert("queryID".to_owned(), new_query_id().into());
        }
    }
    response
}

/// Returns the response to a query that was not searched, because earlier ones had enough results.
pub(super) fn unprocessed_response(query: &AlgoliaQuery) -> Value {
    let hits = RecordHits::Posts(Vec::new());
    let found = RecordResponse { total: 0, is_exhaustive: false, took_us: 0, hits, facets: Vec::new() };
    let mut response = query_response(query, &found);
    response["processed"] = false.into();
    response
}

/// Returns the number of pages that can be reached.
fn num_pages(total: usize, limit: usize) -> usize {
    if limit == 0 { 0 } else { total.min(limits::MAX_ALGOLIA_RECORDS).div_ceil(limit) }
}

fn milliseconds(us: u64) -> u64 {
    us.div_ceil(US_PER_MS).max(1)
}

fn add_facets(query: &AlgoliaQuery, found: &RecordResponse, fields: &mut Map<String, Value>) {
    let mut counts = Map::new();
    let mut statistics = Map::new();
    for (name, facet) in query.facet_names.iter().zip(&found.facets) {
        let values = facet.values.iter().map(|value| (value.value.clone(), value.count.into()));
        counts.insert((*name).to_owned(), Value::Object(values.collect()));
        if let Some(found) = facet.statistics.filter(|_| has_numbers(name)) {
            statistics.insert((*name).to_owned(), statistics_of(found));
        }
    }
    if !counts.is_empty() {
        fields.insert("facets".to_owned(), counts.into());
    }
    if !statistics.is_empty() {
        fields.insert("facets_stats".to_owned(), statistics.into());
    }
}

/// Returns whether the values of a facet are numbers.
fn has_numbers(facet: &str) -> bool {
    matches!(facet, "year" | "date_timestamp")
}

fn statistics_of(found: NumberStatistics) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a mean of dates")]
    let mean = found.sum as f64 / found.count.max(1) as f64;
    let sum = i64::try_from(found.sum).unwrap_or(i64::MAX);
    json!({"min": found.min, "max": found.max, "avg": mean, "sum": sum})
}

fn facet_response(query: &AlgoliaQuery, found: &RecordResponse) -> Value {
    let empty = RecordFacetCounts::default();
    let facet = found.facets.first().unwrap_or(&empty);
    let hits = facet.values.iter().map(|value| {
        let range = value.range.clone().filter(|range| !range.is_empty());
        let highlighted = query.marks.mark(&value.value, range.as_slice());
        json!({"value": value.value, "highlighted": highlighted, "count": value.count})
    });
    json!({
        "facetHits": hits.collect::<Vec<_>>(),
        "exhaustiveFacetsCount": found.is_exhaustive && facet.is_exhaustive,
        "processingTimeMS": milliseconds(found.took_us),
    })
}

/// Returns an id that no other response has.
fn new_query_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    // Each `RandomState` has random keys.
    let [high, low] = [0, 1].map(|part| RandomState::new().hash_one((number, part)));
    format!("{high:016x}{low:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_where_they_can_be_reached() {
        let cases =
            [(0, 20, 0), (1, 20, 1), (20, 20, 1), (21, 20, 2), (5_000, 20, 50), (999, 7, 143), (5, 0, 0)];
        for (total, limit, pages) in cases {
            assert_eq!(num_pages(total, limit), pages, "{total} {limit}");
        }
    }

    #[test]
    fn ids_differ() {
        let ids: std::collections::BTreeSet<String> = (0..100).map(|_| new_query_id()).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|id| id.len() == 32));
    }

    #[test]
    fn a_time_is_at_least_a_millisecond() {
        assert_eq!([0, 1, 1_000, 1_001].map(milliseconds), [1, 1, 1, 2]);
    }
}
