//! `GET /api/v1/related`: the posts closest to one.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::{parameters, run};
use crate::http::{AppState, Problem};
use crate::query::related::{RelatedError, RelatedRequest, RelatedResponse};

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
) -> Result<Json<RelatedResponse>, Problem> {
    let Parameters { id, limit } = parameters(query)?;
    let request = RelatedRequest::validate(id, limit.as_deref())?;
    Ok(Json(run(&state, move |engine| engine.related(&request)).await?))
}

impl From<RelatedError> for Problem {
    fn from(error: RelatedError) -> Self {
        match error {
            RelatedError::Index(error) => error.into(),
            RelatedError::UnknownId { .. } => Self::new(StatusCode::NOT_FOUND, error.to_string()),
        }
    }
}
