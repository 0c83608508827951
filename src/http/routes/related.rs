//! `GET /api/v1/related`: the posts closest to one.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{answer, parameters};
use crate::engine::{AnswerError, Question};
use crate::http::{AppState, Problem};
use crate::query::related::{RelatedError, RelatedRequest};

/// The parameters of a URL.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Parameters {
    id: String,
    limit: Option<String>,
}

/// Answers the related posts.
pub(in crate::http) async fn related(
    State(state): State<AppState>,
    query: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Problem> {
    let Parameters { id, limit } = parameters(query)?;
    let request = RelatedRequest::validate(id, limit.as_deref())?;
    answer(&state, Question::Related(request)).await
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Index(error) => error.into(),
            AnswerError::Related(error) => error.into(),
        }
    }
}

impl From<RelatedError> for Problem {
    fn from(error: RelatedError) -> Self {
        match error {
            RelatedError::Index(error) => error.into(),
            RelatedError::UnknownId { .. } => Self::new(StatusCode::NOT_FOUND, error.to_string()),
        }
    }
}
