//! The values of a facet: a search within one facet, while a reader types the beginning of a value.

use std::time::Instant;

use super::context::Context;
use super::present::facet::{FacetValues, ValueSelection};
use super::present::response::FacetResponse;
use super::quoting::repeated_query;
use super::request::FacetRequest;
use super::search::count_facet;
use crate::index::{IndexError, filter_key};

/// Answers a request for the values of a facet. A filter on the facet's own field does not apply.
///
/// # Errors
/// When the index cannot be read; no query text causes an error.
pub(crate) fn facet_values(
    context: &Context<'_>,
    request: &FacetRequest,
) -> Result<FacetResponse, IndexError> {
    let started = Instant::now();
    let prefix = if request.prefix.trim().is_empty() { String::new() } else { filter_key(&request.prefix) };
    let selection = ValueSelection { prefix: &prefix, limit: request.limit };
    let (FacetValues { total, counts }, warnings) =
        count_facet(context, &request.search, request.field, selection)?;
    Ok(FacetResponse {
        field: request.field,
        prefix: repeated_query(&request.prefix),
        query: repeated_query(&request.search.query),
        total,
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: context.snapshot.generation().to_owned(),
        warnings,
        values: counts,
    })
}
