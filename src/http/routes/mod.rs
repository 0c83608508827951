//! One file a route: parameters, response and handler together.

pub(super) mod health;
pub(super) mod page;
pub(super) mod search;
pub(super) mod status;

use axum::http::{Method, StatusCode, Uri};

use super::Problem;

/// Answers what no route answers.
pub(super) async fn fallback(uri: Uri) -> Problem {
    let detail = format!("there is nothing at {}; searches go to /api/v1/search?q=", uri.path());
    Problem::new(StatusCode::NOT_FOUND, detail)
}

/// Answers a method that a route does not know.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} answers GET, not {method}", uri.path()))
}
