//! Error responses as `application/problem+json` (RFC 9457), and the mapping of errors to them.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caching::NO_STORE;
use crate::config::limits;
use crate::engine::ResponseError;
use crate::index::IndexError;
use crate::query::{PostLookupError, RequestError, shortened};

/// The body of an error response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Always `about:blank`: the HTTP status is the type of the problem.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the HTTP status.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What failed, why, and what to do.
    #[schema(value_type = String)]
    pub detail: Box<str>,
    /// The parameter with the invalid value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<&'static str>,
    /// The values that the parameter accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub allowed: Option<Box<str>>,
    /// The id of the request, with which the log has the cause of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    request_id: Option<Box<str>>,
    /// While the index is being built: the part of the files that are indexed, from 0 to 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_percent: Option<u8>,
    /// Why the service failed, for the log.
    #[serde(skip)]
    cause: Option<Box<str>>,
}

/// A failure of the service, attached to its response until it is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestFailure {
    /// Why the service failed.
    pub(super) cause: Box<str>,
    problem: ProblemDetails,
}

impl RequestFailure {
    /// Returns the problem that the client sees, with the id of the request.
    pub(super) fn into_problem(self, request_id: &str) -> ProblemDetails {
        ProblemDetails { request_id: Some(request_id.into()), ..self.problem }
    }
}

impl ProblemDetails {
    /// Returns a problem with this status.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: shortened(&detail.into(), limits::MAX_DETAIL_BYTES).into(),
            parameter: None,
            allowed: None,
            request_id: None,
            cause: None,
            build_percent: None,
        }
    }

    /// Returns the problem of a failure of the service: status 500. The middleware logs the cause, which clients do not
    /// see.
    pub(super) fn failure(cause: impl Into<Box<str>>, detail: &str) -> Self {
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
        Self { cause: Some(cause.into()), ..problem }
    }

    /// Returns the problem of a request refused because the search queue is full: status 503.
    #[must_use]
    pub fn overload() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many concurrent searches; try again in 1 s")
    }

    /// Returns whether the request was refused because of overload.
    pub(super) fn is_overload(&self) -> bool {
        self.status == StatusCode::SERVICE_UNAVAILABLE.as_u16()
    }

    /// Returns the problem of a request that needs the index while it is being built: status 503.
    #[must_use]
    pub(super) fn not_built(percent: u8) -> Self {
        let detail = format!("the index is being built: {percent} % done; try again in 1 s");
        Self { build_percent: Some(percent), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
    }
}

impl From<RequestError> for ProblemDetails {
    fn from(error: RequestError) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, error.to_string());
        Self { parameter: Some(error.parameter), allowed: Some(error.allowed.into()), ..problem }
    }
}

impl From<IndexError> for ProblemDetails {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::NotBuilt { percent } => Self::not_built(percent),
            _ => Self::failure(error.to_string(), "cannot read the index; see the server log"),
        }
    }
}

impl From<PostLookupError> for ProblemDetails {
    fn from(error: PostLookupError) -> Self {
        match error {
            PostLookupError::Index(error) => error.into(),
            PostLookupError::UnknownId { .. } => Self::new(StatusCode::NOT_FOUND, error.to_string()),
        }
    }
}

impl From<ResponseError> for ProblemDetails {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Index(error) => error.into(),
            ResponseError::Lookup(error) => error.into(),
        }
    }
}

impl ProblemDetails {
    /// Returns the failure of the service if this is one, to attach it to the response.
    pub(super) fn take_failure(&mut self) -> Option<RequestFailure> {
        self.cause.take().map(|cause| RequestFailure { cause, problem: self.clone() })
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (failure, is_overload) = (self.take_failure(), self.is_overload());
        let mut response = (status, Json(self)).into_response();
        if let Some(failure) = failure {
            response.extensions_mut().insert(failure);
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // By default, caches may store some errors, such as 404 and 414.
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        if is_overload {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
