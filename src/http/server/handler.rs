//! The service of one connection: checks the length of a request's head, calls the router, and follows the
//! response until hyper has taken all of it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::header::CONNECTION;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use axum::routing::future::RouteFuture;
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;
use tower::Service as _;

use super::Server;
use super::activity::Activity;
use crate::config::{ConnectionLimits, limits};
use crate::http::problem::ProblemDetails;
use crate::http::refusal::refused_request;

/// The service of one connection.
#[derive(Clone)]
pub(super) struct RequestHandler {
    pub(super) server: Arc<Server>,
    pub(super) peer: Option<SocketAddr>,
    pub(super) activity: Arc<Activity>,
}

impl Service<hyper::Request<Incoming>> for RequestHandler {
    type Response = Response<TrackedBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: hyper::Request<Incoming>) -> ResponseFuture {
        self.activity.begin_request();
        let response = self.server.route(request, self.peer);
        ResponseFuture { response, activity: Arc::clone(&self.activity), server: Arc::clone(&self.server) }
    }
}

impl Server {
    /// Passes a request to the router, or refuses it if its head is too long.
    pub(super) fn route(
        &self,
        request: hyper::Request<Incoming>,
        peer: Option<SocketAddr>,
    ) -> RouteFuture<Infallible> {
        self.record_request();
        if let Err(problem) = check_head(request.uri(), request.headers(), &self.limits) {
            return self.refuse(refused_request(request.into_parts().0, problem));
        }
        let mut request: Request = request.map(Body::new);
        if let Some(peer) = peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        self.router.clone().call(request)
    }

    /// Responds to a request that is refused.
    pub(super) fn refuse(&self, refused: Request) -> RouteFuture<Infallible> {
        self.refusals.clone().call(refused)
    }
}

/// Checks the length of the URI, and the number and the length of the header fields.
fn check_head(uri: &Uri, headers: &HeaderMap, limits: &ConnectionLimits) -> Result<(), ProblemDetails> {
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    if path + authority > limits.max_uri_bytes {
        return Err(uri_too_long(limits));
    }
    if headers.len() > limits::MAX_HEADER_FIELDS {
        return Err(too_many_header_fields());
    }
    // Each field has a colon, usually a blank, and a line break.
    let length =
        |(name, value): (&axum::http::HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    if headers.iter().map(length).sum::<usize>() > limits.max_header_bytes {
        return Err(headers_too_long(limits));
    }
    Ok(())
}

/// Returns the problem of a request whose URI is too long: status 414.
pub(super) fn uri_too_long(limits: &ConnectionLimits) -> ProblemDetails {
    let detail = format!(
        "the URI has more than {} bytes; send a shorter query with fewer filters",
        limits.max_uri_bytes
    );
    ProblemDetails::new(StatusCode::URI_TOO_LONG, detail)
}

/// Returns the problem of a request whose header fields are too long: status 431.
pub(super) fn headers_too_long(limits: &ConnectionLimits) -> ProblemDetails {
    let detail = format!("the header fields have more than {} bytes; send fewer", limits.max_header_bytes);
    ProblemDetails::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, detail)
}

/// Returns the problem of a request with too many header fields: status 431.
pub(super) fn too_many_header_fields() -> ProblemDetails {
    let detail = format!("the request has more than {} header fields", limits::MAX_HEADER_FIELDS);
    ProblemDetails::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, detail)
}

/// The response to a request.
pub(super) struct ResponseFuture {
    response: RouteFuture<Infallible>,
    activity: Arc<Activity>,
    server: Arc<Server>,
}

impl Future for ResponseFuture {
    type Output = Result<Response<TrackedBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut response = ready!(Pin::new(&mut self.response).poll(context))?;
        // While the server is stopping, each connection ends after its response.
        if self.server.is_stopping.load(Ordering::Relaxed) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let activity = Arc::clone(&self.activity);
        Poll::Ready(Ok(response.map(|body| TrackedBody { body, activity })))
    }
}

/// The body of a response; records when hyper has taken all of it.
pub(super) struct TrackedBody {
    body: Body,
    activity: Arc<Activity>,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.activity.record_response_taken();
    }
}
