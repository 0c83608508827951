//! Admin calls: `POST /api/v1/admin/reindex` and `GET /api/v1/admin/status`.
//!
//! They are on the admin listener, and on the public one for keys of the scope `admin`. Each needs a header field that no
//! page of another origin can send: CORS does not allow it, and a form cannot have it.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use serde::Deserialize;

use super::respond::parameters;
use crate::engine::{ReindexAction, ReindexTicket, Status};
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::RequestError;

/// The header field that every admin call has, with the value 1.
pub(in crate::http) const ADMIN_HEADER: HeaderName = HeaderName::from_static("x-bloghound-admin");

/// Proof that a request does not come from a page of another origin.
pub(super) struct AdminHeader;

impl<S: Sync> FromRequestParts<S> for AdminHeader {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemDetails> {
        if parts.headers.get(ADMIN_HEADER).is_some_and(|value| value == "1") {
            return Ok(Self);
        }
        let detail = "admin calls need the header field `X-Bloghound-Admin: 1`";
        Err(ProblemDetails::new(StatusCode::FORBIDDEN, detail))
    }
}

/// Parameters of `/api/v1/admin/reindex`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReindexParameters {
    rebuild: Option<String>,
}

impl ReindexParameters {
    fn action(self) -> Result<ReindexAction, RequestError> {
        match self.rebuild.as_deref() {
            None | Some("" | "0" | "false") => Ok(ReindexAction::Compare),
            Some("1" | "true") => Ok(ReindexAction::Rebuild),
            Some(_) => Err(RequestError {
                parameter: "rebuild",
                value: self.rebuild.unwrap_or_default(),
                allowed: "1, true, 0 or false".to_owned(),
            }),
        }
    }
}

/// Asks for all content to be compared with the index, or for a new generation of the index.
pub(super) async fn reindex(
    State(state): State<AppState>,
    _: AdminHeader,
    query: Result<Query<ReindexParameters>, QueryRejection>,
) -> Result<(StatusCode, Json<ReindexTicket>), ProblemDetails> {
    let action = parameters(query)?.action()?;
    let Some(sync) = &state.sync else {
        let detail = "this server does not write the index: it serves a bundle or runs with --read-only; update the index \
                      where it is written";
        return Err(ProblemDetails::new(StatusCode::CONFLICT, detail));
    };
    Ok((StatusCode::ACCEPTED, Json(sync.request_reindex(action))))
}

/// Responds with the full status.
pub(super) async fn status(State(state): State<AppState>, _: AdminHeader) -> Json<Status> {
    Json(state.engine.status())
}
