//! What every request and response have in common: an id, header fields for browsers and caches, a log line if it fails,
//! and its time in the metrics.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG};
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use bytes::Bytes;
use tower::{Layer, Service};

use super::request_id::{REQUEST_ID, RequestIds};
use super::security_headers;
use crate::config::limits;
use crate::http::caching::NO_STORE;
use crate::http::problem::RequestFailure;
use crate::http::refusal::ErrorFormat;
use crate::http::request_metrics::RequestMetrics;
use crate::query::shortened;

/// What is done with every exchange of a service.
pub(super) struct ExchangeRules {
    pub(super) ids: RequestIds,
    /// See [`security_headers::resource_policy`].
    pub(super) resource_policy: HeaderValue,
    /// `None` if the requests are not counted.
    pub(super) metrics: Option<RequestMetrics>,
}

/// A request in progress.
struct RunningRequest {
    id: HeaderValue,
    method: Method,
    /// The pattern of its path; `None` if there is no route for it.
    route: Option<MatchedPath>,
    error_format: ErrorFormat,
    started: Instant,
}

impl RunningRequest {
    fn route(&self) -> &str {
        self.route.as_ref().map_or("other", MatchedPath::as_str)
    }
}

impl ExchangeRules {
    fn begin(&self, request: &Request) -> RunningRequest {
        RunningRequest {
            id: self.ids.of(request.headers()),
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
            error_format: ErrorFormat::of_path(request.uri().path()),
            started: Instant::now(),
        }
    }

    fn finish(&self, request: &RunningRequest, response: &mut Response) {
        if let Some(failure) = response.extensions_mut().remove::<RequestFailure>() {
            report(request, failure, response);
        }
        let status = response.status();
        let headers = response.headers_mut();
        security_headers::add(headers, &self.resource_policy);
        if status.is_client_error() || status.is_server_error() {
            headers.remove(ETAG);
            headers.insert(CACHE_CONTROL, NO_STORE);
        } else {
            headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
        }
        headers.insert(REQUEST_ID, request.id.clone());
        if let Some(metrics) = &self.metrics {
            metrics.record(request.route(), status, request.started.elapsed());
        }
    }
}

/// Logs why a request failed, and tells the client the id with which the line can be found. The path and the query are
/// not logged: readers typed them.
fn report(request: &RunningRequest, failure: RequestFailure, response: &mut Response) {
    // Ids are plain.
    let id = request.id.to_str().unwrap_or_default();
    let method = shortened(request.method.as_str(), limits::MAX_QUOTED_BYTES);
    tracing::error!("request failed: {method} {}: {} (request {id})", request.route(), failure.cause);
    if !response.headers().contains_key(CONTENT_ENCODING) {
        request.error_format.add_request_id(failure, id, response);
    }
}

/// Applies rules to exchanges.
#[derive(Clone)]
pub(super) struct ExchangeLayer(pub(super) Arc<ExchangeRules>);

impl<S> Layer<S> for ExchangeLayer {
    type Service = Exchange<S>;

    fn layer(&self, inner: S) -> Exchange<S> {
        Exchange { rules: Arc::clone(&self.0), inner }
    }
}

#[derive(Clone)]
pub(super) struct Exchange<S> {
    rules: Arc<ExchangeRules>,
    inner: S,
}

impl<S, B> Service<Request> for Exchange<S>
where
    S: Service<Request, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (running, rules) = (self.rules.begin(&request), Arc::clone(&self.rules));
        let response = self.inner.call(request);
        Box::pin(async move {
            let mut response = response.await?.map(Body::new);
            rules.finish(&running, &mut response);
            Ok(response)
        })
    }
}
