//! One file a route: parameters, response and handler together.

pub(super) mod health;
pub(super) mod page;
pub(super) mod related;
pub(super) mod search;
pub(super) mod status;
pub(super) mod suggest;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{Method, StatusCode, Uri};

use super::{AppState, Problem};
use crate::engine::Engine;

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

/// Asks the engine on a blocking thread, when the request's turn comes.
async fn run<T, E>(
    state: &AppState,
    ask: impl FnOnce(&Engine) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Into<Problem> + Send + 'static,
{
    let _admitted = state.admitted.try_acquire().map_err(|_| Problem::overload())?;
    let _running = state.running.acquire().await.map_err(|_| Problem::overload())?;
    let engine = state.engine.clone();
    let answered = tokio::task::spawn_blocking(move || ask(&engine)).await;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the search failed; the log says more");
    answered.map_err(failed)?.map_err(Into::into)
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
