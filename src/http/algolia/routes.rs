//! The routes below `/1`.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::RecordIndex;
use super::batch::{QueryBatch, requests, run_one};
use super::body::read_object;
use super::error::AlgoliaError;
use super::filters::quoted;
use super::parameters::QueryParameters;
use super::recommendations::RecommendRequest;
use super::request::AlgoliaQuery;
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::metrics::endpoint;
use crate::http::peer::PeerNetwork;
use crate::http::pool::{PoolError, RequestCost};
use crate::http::state::AppState;
use crate::query::PostLookupError;
use crate::query::shortened;

/// The name of requests to several indexes.
const ALL_INDEXES: &str = "*";

/// Returns the routes, to be nested below `/1`.
pub(in crate::http) fn table() -> Router<AppState> {
    Router::new()
        .route("/indexes/{index}/queries", post(queries))
        .route("/indexes/{index}/query", post(query))
        .route("/indexes/{index}/facets/{facet}/query", post(facet_query))
        .route("/indexes/{index}/recommendations", post(recommendations))
        .route("/events", post(events))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

/// Responds to a batch of queries.
async fn queries(
    State(state): State<AppState>,
    peer: PeerNetwork,
    index: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<Value>, AlgoliaError> {
    check_all(index)?;
    let batch = QueryBatch::of(read(request).await?)?;
    Ok(Json(json!({"results": batch.run(&state, peer).await?})))
}

/// Responds to one query.
async fn query(
    State(state): State<AppState>,
    peer: PeerNetwork,
    index: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<Value>, AlgoliaError> {
    let index = named_index(&index.map_or_else(|_| String::new(), |Path(name)| name))?;
    let parameters = QueryParameters::of(read(request).await?)?;
    let query = AlgoliaQuery::of_records(index, &parameters)?;
    Ok(Json(run_one(&state, peer, query).await?))
}

/// Responds to a search in the values of a facet.
async fn facet_query(
    State(state): State<AppState>,
    peer: PeerNetwork,
    names: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Json<Value>, AlgoliaError> {
    let (index, facet) = names.map_or_else(|_| (String::new(), String::new()), |Path(names)| names);
    let index = named_index(&index)?;
    let parameters = QueryParameters::of(read(request).await?)?;
    let query = AlgoliaQuery::of_facet(index, &facet, &parameters)?;
    Ok(Json(run_one(&state, peer, query).await?))
}

/// Responds with the posts related to other posts.
async fn recommendations(
    State(state): State<AppState>,
    peer: PeerNetwork,
    index: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<Value>, AlgoliaError> {
    check_all(index)?;
    let mut body = read(request).await?;
    let requests: Result<Vec<_>, _> = requests(&mut body)?.into_iter().map(RecommendRequest::of).collect();
    let searches = requests?.into_iter().map(|request| recommend(&state, peer, request));
    let results = futures_util::future::try_join_all(searches).await?;
    Ok(Json(json!({"results": results})))
}

async fn recommend(
    state: &AppState,
    peer: PeerNetwork,
    request: RecommendRequest,
) -> Result<Value, AlgoliaError> {
    let (engine, started) = (state.engine.clone(), std::time::Instant::now());
    let api_request = ApiRequest::Related(request.related.clone());
    let endpoint = endpoint(&api_request);
    let cost = RequestCost::of(&api_request, engine.num_posts());
    let related = request.related.clone();
    let mut abandon_guard = state.metrics.abandon_guard(endpoint);
    let found = state.pool.run(peer, cost, move |_| engine.related(&related)).await;
    abandon_guard.disarm();
    if found.as_ref().is_err_and(|error| *error == PoolError::Refused) {
        state.metrics.count_refused(endpoint);
    }
    let response = match found? {
        Ok(found) => request.response(Some(&found)),
        Err(PostLookupError::UnknownId { .. }) => request.response(None),
        Err(PostLookupError::Index(error)) => return Err(error.into()),
    };
    state.metrics.count_computed(endpoint, started.elapsed());
    Ok(response)
}

/// Accepts events of readers, such as clicks, and drops them.
async fn events(request: Request) -> Result<Json<Value>, AlgoliaError> {
    read(request).await?;
    Ok(Json(json!({"status": 200, "message": "OK"})))
}

async fn read(request: Request) -> Result<Map<String, Value>, AlgoliaError> {
    let (parts, body) = request.into_parts();
    read_object(&parts.headers, body).await
}

/// Checks that a request to all indexes names no single one.
fn check_all(index: Result<Path<String>, PathRejection>) -> Result<(), AlgoliaError> {
    let name = index.map_or_else(|_| String::new(), |Path(name)| name);
    if name == ALL_INDEXES {
        return Ok(());
    }
    let message =
        format!("no route for the index {} alone; use /1/indexes/*/ and name it in the body", quoted(&name));
    Err(AlgoliaError::new(StatusCode::NOT_FOUND, message))
}

fn named_index(name: &str) -> Result<RecordIndex, AlgoliaError> {
    RecordIndex::of_name(name).ok_or_else(|| AlgoliaError::unknown_index(name))
}

async fn not_found(uri: Uri) -> AlgoliaError {
    let path = shortened(uri.path(), limits::MAX_QUOTED_BYTES);
    let message = format!("no route for {path} here; queries go to /1/indexes/*/queries");
    AlgoliaError::new(StatusCode::NOT_FOUND, message)
}

async fn method_not_allowed(method: Method) -> AlgoliaError {
    let method = shortened(method.as_str(), limits::MAX_QUOTED_BYTES);
    let message = format!("{method} is not allowed; use POST");
    AlgoliaError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}
