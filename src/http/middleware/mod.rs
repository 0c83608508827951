//! Middleware for every request: ids, header fields, CORS, admission, compression, metrics, and panics turned into
//! status 500.
//!
//! Everything is one layer, because axum boxes every route and its future once per layer: six layers took
//! twice the time of routing and the HTTP protocol together (`cargo bench --bench http_latency`). Inside the layer, the
//! order from the outside is:
//!
//! 1. [`exchange`] completes every response, those of the others included;
//! 2. [`cors`] answers preflight requests, and lets scripts read the other responses, refusals included;
//! 3. [`compression`];
//! 4. a panic becomes status 500;
//! 5. [`admission`] refuses requests for other hosts, those of clients that send too many, and those without the key that
//!    they need ([`access`]).

mod access;
mod admission;
mod compression;
mod cors;
mod exchange;
mod forwarded;
mod rate_limit;
mod request_id;
pub(super) mod security_headers;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::InvalidHeaderValue;
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

use self::access::AccessRule;
use self::admission::{AdmissionLayer, AdmissionRules};
use self::exchange::{ExchangeLayer, ExchangeRules};
use self::rate_limit::RateLimit;
use self::request_id::RequestIds;
use super::host_check::AllowedHosts;
use super::keys::{KeyRing, KeyScope};
use super::metrics::Metrics;
use super::problem::ProblemDetails;
use super::request_metrics::RequestMetrics;
use crate::config::Config;

/// Routers in the middleware.
#[derive(Clone)]
pub(super) struct WrappedRouters {
    /// The routes.
    pub(super) routes: Router,
    /// See [`refusals`](super::refusal::refusals). There is no admission: what is refused for one reason needs no other.
    pub(super) refusals: Router,
}

/// What the middleware of the public service needs.
pub(super) struct PublicRules<'a> {
    pub(super) config: &'a Config,
    /// The hosts whose requests are answered; `None` answers all.
    pub(super) hosts: Option<AllowedHosts>,
    pub(super) keys: &'a Arc<KeyRing>,
    pub(super) metrics: &'a Metrics,
}

/// The routers of the public service.
pub(super) struct PublicRouters {
    /// For everybody; with a key if the blog is private.
    pub(super) readers: Router,
    /// For keys of the scope `admin`. Pages of other origins cannot use it.
    pub(super) owner: Router,
    pub(super) refusals: Router,
}

/// Wraps the routers of the public service in the middleware.
///
/// # Errors
/// If an allowed origin is not a valid header value.
pub(super) fn wrap_public(
    routers: PublicRouters,
    rules: &PublicRules<'_>,
) -> Result<WrappedRouters, InvalidHeaderValue> {
    let PublicRules { config, hosts, keys, metrics } = rules;
    let rate_limit = config.rate_limit.map(RateLimit::new).map(Arc::new);
    let admission = |scope: Option<KeyScope>| AdmissionRules {
        hosts: hosts.clone(),
        proxies: config.trusted_proxies.clone(),
        rate_limit: rate_limit.clone(),
        access: scope.map(|scope| AccessRule {
            keys: Arc::clone(keys),
            scope,
            denied: metrics.denied.clone(),
        }),
    };
    let requests = || Some(metrics.requests.clone());
    let for_readers = admission(config.private.then_some(KeyScope::Search));
    let readers = WrappedRouters { routes: routers.readers, refusals: routers.refusals };
    let readers = wrap(readers, &config.allow_origins, for_readers, requests())?;
    let owner = WrappedRouters { routes: routers.owner, refusals: Router::new() };
    let owner = wrap(owner, &[], admission(Some(KeyScope::Admin)), requests())?;
    Ok(WrappedRouters { routes: readers.routes.merge(owner.routes), refusals: readers.refusals })
}

/// Wraps the routers of the admin service in the middleware. Pages of other origins cannot read it.
///
/// # Errors
/// None, because there are no origins.
pub(super) fn wrap_admin(routers: WrappedRouters) -> Result<WrappedRouters, InvalidHeaderValue> {
    wrap(routers, &[], AdmissionRules::default(), None)
}

/// Lets the router answer only requests for these hosts.
pub(super) fn check_hosts(router: Router, hosts: Option<AllowedHosts>) -> Router {
    match hosts {
        Some(_) => {
            router.layer(AdmissionLayer(Arc::new(AdmissionRules { hosts, ..AdmissionRules::default() })))
        }
        None => router,
    }
}

fn wrap(
    WrappedRouters { routes, refusals }: WrappedRouters,
    allow_origins: &[String],
    admission: AdmissionRules,
    metrics: Option<RequestMetrics>,
) -> Result<WrappedRouters, InvalidHeaderValue> {
    let resource_policy = security_headers::resource_policy(allow_origins);
    let exchange = ExchangeRules { ids: RequestIds::default(), resource_policy, metrics };
    let of_all =
        ServiceBuilder::new().layer(ExchangeLayer(Arc::new(exchange))).layer(cors::layer(allow_origins)?);
    let of_routes = of_all
        .clone()
        .layer(compression::layer())
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| after_panic()))
        .layer(AdmissionLayer(Arc::new(admission)));
    let routes = routes.layer(of_routes);
    // Without the layer, tracing costs nothing when it is off.
    let is_traced = tracing::enabled!(target: "tower_http", tracing::Level::DEBUG);
    let routes = if is_traced {
        routes.layer(TraceLayer::new_for_http().make_span_with(request_span))
    } else {
        routes
    };
    Ok(WrappedRouters { routes, refusals: refusals.layer(of_all) })
}

/// Returns the span of a request for debugging. It has no query: readers typed it, and it may have a key.
fn request_span(request: &Request) -> tracing::Span {
    let route = request.extensions().get().map_or("other", MatchedPath::as_str);
    tracing::debug_span!("request", method = %request.method(), route, version = ?request.version())
}

fn after_panic() -> Response {
    ProblemDetails::failure("panic; this is a bug in bloghound", "the request failed; see the server log")
        .into_response()
}
