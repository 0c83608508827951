//! The routes below `/1`.

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{QueryBatch, requests, run_one};
use super::body::AlgoliaBody;
use super::error::AlgoliaError;
use super::filters::quoted;
use super::parameters::QueryParameters;
use super::recommendations::RecommendRequest;
use super::request::AlgoliaQuery;
use super::{ROOT, RecordIndex};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::metrics::endpoint;
use crate::http::peer::PeerNetwork;
use crate::http::pool::RequestCost;
use crate::http::state::AppState;
use crate::query::related::RelatedResponse;
use crate::query::{Cancellation, PostLookupError, shortened};

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

/// The names in the path of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PathNames {
    index: String,
    facet: String,
}

impl PathNames {
    /// Returns the names; those that are not UTF-8 are empty, and no index has an empty name.
    async fn of(parts: &mut Parts, state: &AppState) -> Self {
        Path::from_request_parts(parts, state).await.map_or_else(|_| Self::default(), |Path(names)| names)
    }
}

/// A path that names an index, and maybe a facet.
struct OneIndex {
    index: RecordIndex,
    facet: String,
}

impl FromRequestParts<AppState> for OneIndex {
    type Rejection = AlgoliaError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AlgoliaError> {
        let PathNames { index, facet } = PathNames::of(parts, state).await;
        let known = RecordIndex::of_name(&index);
        Ok(Self { index: known.ok_or_else(|| AlgoliaError::unknown_index(&index))?, facet })
    }
}

/// A path for requests to all indexes, which their bodies name.
struct AllIndexes;

impl FromRequestParts<AppState> for AllIndexes {
    type Rejection = AlgoliaError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AlgoliaError> {
        let PathNames { index, .. } = PathNames::of(parts, state).await;
        if index == ALL_INDEXES {
            return Ok(Self);
        }
        let index = quoted(&index);
        let message =
            format!("no route for the index {index} alone; use /1/indexes/*/ and name it in the body");
        Err(AlgoliaError::new(StatusCode::NOT_FOUND, message))
    }
}

/// Responds to a batch of queries.
async fn queries(
    _: AllIndexes,
    State(state): State<AppState>,
    peer: PeerNetwork,
    AlgoliaBody { fields, reservation: _reservation }: AlgoliaBody,
) -> Result<Json<Value>, AlgoliaError> {
    let batch = QueryBatch::of(fields)?;
    Ok(Json(json!({"results": batch.run(&state, peer).await?})))
}

/// Responds to one query.
async fn query(
    OneIndex { index, .. }: OneIndex,
    State(state): State<AppState>,
    peer: PeerNetwork,
    AlgoliaBody { fields, reservation: _reservation }: AlgoliaBody,
) -> Result<Json<Value>, AlgoliaError> {
    let query = AlgoliaQuery::of_records(index, &QueryParameters::of(fields)?)?;
    Ok(Json(run_one(&state, peer, query).await?))
}

/// Responds to a search in the values of a facet.
async fn facet_query(
    OneIndex { index, facet }: OneIndex,
    State(state): State<AppState>,
    peer: PeerNetwork,
    AlgoliaBody { fields, reservation: _reservation }: AlgoliaBody,
) -> Result<Json<Value>, AlgoliaError> {
    let query = AlgoliaQuery::of_facet(index, &facet, &QueryParameters::of(fields)?)?;
    Ok(Json(run_one(&state, peer, query).await?))
}

/// Responds with the posts related to other posts.
async fn recommendations(
    _: AllIndexes,
    State(state): State<AppState>,
    peer: PeerNetwork,
    AlgoliaBody { mut fields, reservation: _reservation }: AlgoliaBody,
) -> Result<Json<Value>, AlgoliaError> {
    let requests: Result<Vec<_>, _> = requests(&mut fields)?.into_iter().map(RecommendRequest::of).collect();
    let searches = requests?.into_iter().map(|request| recommend(&state, peer, request));
    let results = futures_util::future::try_join_all(searches).await?;
    Ok(Json(json!({"results": results})))
}

async fn recommend(
    state: &AppState,
    peer: PeerNetwork,
    request: RecommendRequest,
) -> Result<Value, AlgoliaError> {
    let (engine, related) = (state.engine.clone(), request.related.clone());
    let api_request = ApiRequest::Related(related.clone());
    let cost = RequestCost::of(&api_request, engine.num_posts());
    let search = move |_: &Cancellation| match engine.related(&related) {
        Ok(found) => Ok(Some(found)),
        Err(PostLookupError::UnknownId { .. }) => Ok(None),
        Err(PostLookupError::Index(error)) => Err(error),
    };
    let found = async { Ok(state.pool.run(peer, cost, search).await??) };
    let found: Option<RelatedResponse> =
        state.metrics.observe(endpoint(&api_request), AlgoliaError::is_overload, found).await?;
    Ok(request.response(found.as_ref()))
}

/// Accepts events of readers, such as clicks, and drops them.
async fn events(_: AlgoliaBody) -> Json<Value> {
    Json(json!({"status": 200, "message": "OK"}))
}

async fn not_found(uri: Uri) -> AlgoliaError {
    let path = shortened(uri.path(), limits::MAX_QUOTED_BYTES);
    let message = format!("no route for {ROOT}{path}; queries go to /1/indexes/*/queries");
    AlgoliaError::new(StatusCode::NOT_FOUND, message)
}

async fn method_not_allowed(method: Method) -> AlgoliaError {
    let method = shortened(method.as_str(), limits::MAX_QUOTED_BYTES);
    let message = format!("{method} is not allowed; use POST");
    AlgoliaError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}
