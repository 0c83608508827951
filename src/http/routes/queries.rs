//! The summary of the query log for the owner: `GET /api/v1/admin/queries`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::respond::parameters;
use crate::config::limits;
use crate::engine::query_log::{QuerySelection, QuerySummary, parse_since};
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::shortened;

/// The path on the admin listener.
pub(super) const PATH: &str = "/api/v1/admin/queries";
/// Number of queries, unless the request sets `limit`.
const DEFAULT_LIMIT: usize = 100;

/// Parameters of the summary.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SummaryParameters {
    without_results: bool,
    since: Option<String>,
    limit: Option<usize>,
}

/// Responds with the most frequent queries. The log is read on a thread of its own.
pub(super) async fn summary(
    State(state): State<AppState>,
    query: Result<Query<SummaryParameters>, QueryRejection>,
) -> Result<Json<QuerySummary>, ProblemDetails> {
    let SummaryParameters { without_results, since, limit } = parameters(query)?;
    let Some(log) = &state.query_log else {
        let detail = "queries are not logged; set `query_log` in the table [http] of bloghound.toml";
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    let invalid = |expected| {
        let since = shortened(since.as_deref().unwrap_or_default(), limits::MAX_QUOTED_BYTES);
        let detail = format!("invalid value \"{since}\" for `since`; {expected}");
        ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
    };
    let selection = QuerySelection {
        since: since.as_deref().map(parse_since).transpose().map_err(invalid)?,
        without_results,
        limit: limit.unwrap_or(DEFAULT_LIMIT).min(limits::MAX_LISTED_QUERIES),
    };
    let path = log.path().to_owned();
    let read = tokio::task::spawn_blocking(move || QuerySummary::read(&path, &selection)).await;
    let summary = read.map_err(|error| std::io::Error::other(error).into()).and_then(|read| read);
    summary.map(Json).map_err(|error| {
        let cause = format!("cannot read the query log: {error}");
        ProblemDetails::failure(cause, "the query log cannot be read; see the server log")
    })
}
