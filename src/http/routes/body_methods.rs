//! Routes that take their parameters in the body, too: `POST`, and `QUERY` (RFC 10008), which is safe and repeatable as
//! `GET` is. axum knows no filter for `QUERY`, so that these routes accept any method and check it themselves.

use axum::extract::{FromRequestParts as _, Request};
use axum::http::header::ALLOW;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::method_not_allowed;
use super::respond::{respond, respond_if_modified};
use crate::engine::ApiRequest;
use crate::http::caching::CacheConditions;
use crate::http::parameters::{BodyParameters, Parameter, body_parameters};
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::RequestError;

/// The media types of the bodies of `QUERY` (RFC 10008, section 3).
const ACCEPT_QUERY: HeaderName = HeaderName::from_static("accept-query");
/// The methods of a route that takes its parameters in the body, too.
const METHODS: &str = "GET, HEAD, POST, QUERY";

/// Responds to a request with its parameters in the body, or refuses its method.
pub(super) async fn answer_body<T: DeserializeOwned>(
    state: &AppState,
    peer: PeerNetwork,
    request: Request,
    parameters: &[Parameter],
    validate: fn(T) -> Result<ApiRequest, RequestError>,
) -> Response {
    let answered = async {
        if request.method() != Method::POST && request.method().as_str() != "QUERY" {
            return Err(method_not_allowed(request.method(), request.uri(), METHODS));
        }
        let is_query = request.method() != Method::POST;
        let (mut parts, body) = request.into_parts();
        let Ok(conditions) = CacheConditions::from_request_parts(&mut parts, &()).await;
        let request = Request::from_parts(parts, body);
        let read = body_parameters(request, parameters, &state.bodies).await?;
        // The memory is reserved until the response is computed.
        let BodyParameters { parameters, reservation: _reservation } = read;
        let request = validate(parameters).map_err(ProblemDetails::from)?;
        // Responses to `POST` are not cached.
        if is_query {
            respond_if_modified(state, peer, &conditions, request).await
        } else {
            respond(state, peer, request).await
        }
    };
    let mut response = with_accept_query(answered.await.into_response());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(METHODS));
    response
}

/// Adds the header that says that `QUERY` is supported.
pub(super) fn with_accept_query(mut response: Response) -> Response {
    response.headers_mut().insert(ACCEPT_QUERY, HeaderValue::from_static("application/json"));
    response
}
