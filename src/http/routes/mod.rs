//! One file a route: parameters, response and handler together.

pub(super) mod health;
pub(super) mod metrics;
pub(super) mod page;
pub(super) mod related;
pub(super) mod search;
pub(super) mod status;
pub(super) mod suggest;

use std::time::Instant;

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;

use super::metrics::kind;
use super::{AppState, Problem};
use crate::engine::Question;

/// The parameters of a request, or what is wrong with them.
fn parameters<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(parameters)| parameters).map_err(|rejection| {
        let detail = format!(
            "the parameters cannot be read: {}; give each once, percent-encoded",
            rejection.body_text()
        );
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })
}

/// Answers a question: at once where the answer is known, else when its turn to search comes.
async fn answer(state: &AppState, question: Question) -> Result<Response, Problem> {
    let kind = kind(&question);
    let json = if let Some(known) = state.engine.recall(&question) {
        state.metrics.recalled(kind);
        known
    } else {
        let (engine, started) = (state.engine.clone(), Instant::now());
        let json = state.pool.run(move || engine.answer(question)).await??;
        state.metrics.answered(kind, started.elapsed());
        json
    };
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Answers what no route answers.
pub(super) async fn fallback(uri: Uri) -> Problem {
    let detail = format!("there is nothing at {}; searches go to /api/v1/search?q=", uri.path());
    Problem::new(StatusCode::NOT_FOUND, detail)
}

/// Answers a method that a route does not know.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} answers GET, not {method}", uri.path()))
}
