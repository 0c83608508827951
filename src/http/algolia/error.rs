//! Errors as this protocol's clients expect them: `{"message", "status"}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::config::limits;
use crate::http::pool::PoolError;
use crate::http::problem::{ProblemDetails, RequestFailure};
use crate::index::IndexError;
use crate::query::shortened;

/// The body of an error response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::http) struct AlgoliaError {
    /// What failed, why, and what to do.
    pub(super) message: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// The failure of the service, for the log.
    #[serde(skip)]
    failure: Option<Box<RequestFailure>>,
}

impl AlgoliaError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = shortened(&message.into(), limits::MAX_DETAIL_BYTES).into_owned();
        Self { message, status: status.as_u16(), failure: None }
    }

    /// Returns the error of a request that is invalid: status 400.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Returns the error of a request for an unknown index: status 404.
    pub(super) fn unknown_index(name: &str) -> Self {
        let name = shortened(name, limits::MAX_QUOTED_BYTES);
        let message =
            format!("Index {name} does not exist; expected posts, posts_newest, posts_oldest or sections");
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// Returns the error of a request that is refused because of overload: status 429, because the clients would stop
    /// using the host after a status from 500.
    pub(super) fn overload() -> Self {
        let message = "too many concurrent searches; try again in 1 s";
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    /// Returns the error of a failure with the id of its request, with which the log has the cause.
    pub(in crate::http) fn with_request_id(problem: &ProblemDetails, request_id: &str) -> Self {
        Self {
            message: format!("{} (request {request_id})", problem.detail),
            status: problem.status,
            failure: None,
        }
    }

    /// Returns the error of a request without a valid key, as Algolia does.
    pub(in crate::http) fn invalid_key() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Invalid Application-ID or API key")
    }

    /// Returns whether the request was refused because of overload.
    pub(super) fn is_overload(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS.as_u16()
    }
}

impl From<PoolError> for AlgoliaError {
    fn from(error: PoolError) -> Self {
        ProblemDetails::from(error).into()
    }
}

impl From<IndexError> for AlgoliaError {
    fn from(error: IndexError) -> Self {
        ProblemDetails::from(error).into()
    }
}

impl From<ProblemDetails> for AlgoliaError {
    fn from(mut problem: ProblemDetails) -> Self {
        let failure = problem.take_failure().map(Box::new);
        if problem.is_overload() {
            return Self { message: problem.detail.into(), ..Self::overload() };
        }
        Self { message: problem.detail.into(), status: problem.status, failure }
    }
}

impl IntoResponse for AlgoliaError {
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let failure = self.failure.take();
        let mut response = (status, Json(self)).into_response();
        if let Some(failure) = failure {
            response.extensions_mut().insert(*failure);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
