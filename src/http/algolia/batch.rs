//! Batches of queries. Each query is a search of its own in the pool, so that its cost and the share of its client
//! count like those of other searches.

use futures_util::future::try_join_all;
use serde_json::{Map, Value};

use super::RecordIndex;
use super::error::AlgoliaError;
use super::filters::quoted;
use super::parameters::QueryParameters;
use super::request::AlgoliaQuery;
use super::response::{query_response, unprocessed_response};
use crate::config::limits;
use crate::http::peer::PeerNetwork;
use crate::http::pool::RequestCost;
use crate::http::query_logging::QueryRecorder;
use crate::http::state::AppState;
use crate::query::Cancellation;
use crate::query::records::RecordResponse;

/// The name of searches in the metrics.
const ENDPOINT: &str = "search";

/// The queries of a batch.
pub(super) struct QueryBatch {
    queries: Vec<AlgoliaQuery>,
    /// Whether queries after the first one with a full page are not searched.
    stops_if_enough: bool,
}

impl QueryBatch {
    /// Returns the queries in a body: `{"requests": […], "strategy": "none"}`.
    ///
    /// # Errors
    /// If a query is invalid or there are too many.
    pub(super) fn of(mut body: Map<String, Value>) -> Result<Self, AlgoliaError> {
        let requests = requests(&mut body)?;
        let stops_if_enough = match body.get("strategy").and_then(Value::as_str) {
            None | Some("none") => false,
            Some("stopIfEnoughMatches") => true,
            Some(other) => {
                let message =
                    format!("unknown strategy {}; expected none or stopIfEnoughMatches", quoted(other));
                return Err(AlgoliaError::invalid(message));
            }
        };
        let queries = requests.into_iter().map(query).collect::<Result<Vec<AlgoliaQuery>, _>>()?;
        let records: usize = queries.iter().map(|query| query.search.search.limit).sum();
        if records > limits::MAX_ALGOLIA_BATCH_RECORDS {
            let max = limits::MAX_ALGOLIA_BATCH_RECORDS;
            let message = format!("too many records; expected a sum of `hitsPerPage` of at most {max}");
            return Err(AlgoliaError::invalid(message));
        }
        Ok(Self { queries, stops_if_enough })
    }

    /// Searches for all queries and returns their responses in order.
    ///
    /// # Errors
    /// If a search is refused or fails.
    pub(super) async fn run(self, state: &AppState, peer: PeerNetwork) -> Result<Vec<Value>, AlgoliaError> {
        // Counts of facets belong to the query of the reader in the same batch.
        if !self.queries.iter().any(|query| query.is_counted) {
            return self.search(state, peer).await;
        }
        let responses = self.search(state, peer);
        state.metrics.observe(ENDPOINT, AlgoliaError::is_overload, responses).await
    }

    async fn search(&self, state: &AppState, peer: PeerNetwork) -> Result<Vec<Value>, AlgoliaError> {
        if !self.stops_if_enough {
            let searches = self.queries.iter().map(|query| async move {
                let found = search_records(state, peer, query).await?;
                Ok(query_response(query, &found))
            });
            return try_join_all(searches).await;
        }
        let mut responses = Vec::with_capacity(self.queries.len());
        let mut is_enough = false;
        for query in &self.queries {
            if is_enough {
                responses.push(unprocessed_response(query));
                continue;
            }
            let found = search_records(state, peer, query).await?;
            is_enough = query.hits_per_page > 0 && found.total >= query.hits_per_page;
            responses.push(query_response(query, &found));
        }
        Ok(responses)
    }
}

/// Takes the list of requests out of a body.
///
/// # Errors
/// If it is not a list of objects, or has too many.
pub(super) fn requests(body: &mut Map<String, Value>) -> Result<Vec<Map<String, Value>>, AlgoliaError> {
    let expected = || AlgoliaError::invalid("invalid `requests`; expected a list of objects");
    let Some(Value::Array(requests)) = body.remove("requests") else { return Err(expected()) };
    if requests.len() > limits::MAX_ALGOLIA_QUERIES {
        let max = limits::MAX_ALGOLIA_QUERIES;
        return Err(AlgoliaError::invalid(format!("too many requests; expected at most {max}")));
    }
    let objects = requests.into_iter().map(|request| match request {
        Value::Object(fields) => Ok(fields),
        _ => Err(expected()),
    });
    objects.collect()
}

/// Returns a query of a batch, which names its index.
fn query(mut fields: Map<String, Value>) -> Result<AlgoliaQuery, AlgoliaError> {
    let Some(Value::String(name)) = fields.remove("indexName") else {
        return Err(AlgoliaError::invalid(
            "no `indexName`; expected posts, posts_newest, posts_oldest or sections",
        ));
    };
    let index = RecordIndex::of_name(&name).ok_or_else(|| AlgoliaError::unknown_index(&name))?;
    let kind = fields.remove("type");
    match kind.as_ref().and_then(Value::as_str) {
        None | Some("default") => AlgoliaQuery::of_records(index, &QueryParameters::of(fields)?),
        Some("facet") => {
            let facet = fields.remove("facet");
            let facet = facet.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
            AlgoliaQuery::of_facet(index, &facet, &QueryParameters::of(fields)?)
        }
        Some(other) => {
            let message = format!("unknown type {}; expected default or facet", quoted(other));
            Err(AlgoliaError::invalid(message))
        }
    }
}

/// Searches on the pool. An invalid query of a batch ends the others.
async fn search_records(
    state: &AppState,
    peer: PeerNetwork,
    query: &AlgoliaQuery,
) -> Result<RecordResponse, AlgoliaError> {
    let (engine, request) = (state.engine.clone(), query.search.clone());
    let is_logged = query.is_counted && !query.is_facet_search && query.page == 0;
    let recorder = if is_logged { QueryRecorder::of_records(state, peer, &request) } else { None };
    let cost = RequestCost::of_records(&request, engine.num_posts());
    let search = move |cancellation: &Cancellation| engine.records(&request, cancellation);
    let found = state.pool.run(peer, cost, search).await??;
    if let Some(recorder) = recorder {
        recorder.record(found.total as u64, found.took_us);
    }
    Ok(found)
}

/// Returns the response to one query.
///
/// # Errors
/// If the search is refused or fails.
pub(super) async fn run_one(
    state: &AppState,
    peer: PeerNetwork,
    query: AlgoliaQuery,
) -> Result<Value, AlgoliaError> {
    let batch = QueryBatch { queries: vec![query], stops_if_enough: false };
    let responses = batch.run(state, peer).await?;
    Ok(responses.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch(body: Value) -> Result<usize, String> {
        let Value::Object(body) = body else { panic!() };
        QueryBatch::of(body).map(|batch| batch.queries.len()).map_err(|error| error.message)
    }

    #[test]
    fn batches_are_bounded_lists_of_queries() {
        let queries = |count| json!({"requests": vec![json!({"indexName": "posts"}); count]});
        assert_eq!(batch(queries(limits::MAX_ALGOLIA_QUERIES)), Ok(limits::MAX_ALGOLIA_QUERIES));
        assert!(batch(queries(limits::MAX_ALGOLIA_QUERIES + 1)).unwrap_err().contains("too many requests"));
        let long = json!({"indexName": "posts", "hitsPerPage": 100});
        assert_eq!(batch(json!({"requests": vec![&long; 10]})), Ok(10));
        assert!(batch(json!({"requests": vec![&long; 11]})).unwrap_err().contains("too many records"));
        assert_eq!(batch(queries(0)), Ok(0));
    }

    #[test]
    fn invalid_queries_are_errors_with_a_reason() {
        for (body, expected) in [
            (json!({}), "a list of objects"),
            (json!({"requests": {}}), "a list of objects"),
            (json!({"requests": ["posts"]}), "a list of objects"),
            (json!({"requests": [{}]}), "no `indexName`"),
            (json!({"requests": [{"indexName": "x"}]}), "Index x does not exist"),
            (json!({"requests": [{"indexName": "posts", "type": "x"}]}), "default or facet"),
            (json!({"requests": [{"indexName": "posts", "type": "facet"}]}), "unknown attribute"),
            (json!({"requests": [], "strategy": "x"}), "none or stopIfEnoughMatches"),
        ] {
            assert!(batch(body.clone()).unwrap_err().contains(expected), "{body}");
        }
    }
}
