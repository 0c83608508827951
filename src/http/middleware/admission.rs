//! Admission of requests: the host that they name, the address of their client, the rate of its requests, and their key.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::HeaderMap;
use axum::response::Response;
use tower::{Layer, Service};

use super::access::{AccessRule, HasKey, make_private};
use super::forwarded::client_address;
use super::rate_limit::{RateLimit, RemainingQuota};
use crate::config::TrustedProxies;
use crate::http::host_check::AllowedHosts;
use crate::http::peer::PeerNetwork;
use crate::http::refusal::ErrorFormat;

/// Routes without a limit on the rate: monitoring must not fail because of it.
const UNLIMITED_ROUTES: [&str; 2] = ["/healthz", "/readyz"];

/// Which requests are answered.
#[derive(Default)]
pub(super) struct AdmissionRules {
    /// The hosts that requests may name; `None` allows all.
    pub(super) hosts: Option<AllowedHosts>,
    pub(super) proxies: TrustedProxies,
    pub(super) rate_limit: Option<Arc<RateLimit>>,
    /// The key that requests need; `None` if they need none.
    pub(super) access: Option<AccessRule>,
}

impl AdmissionRules {
    /// Checks a request, and records its client if a proxy forwards it. Returns what the response needs.
    ///
    /// # Errors
    /// Returns the response to a request that is not admitted.
    fn admit(&self, request: &mut Request) -> Result<Admitted, Box<Response>> {
        let format = ErrorFormat::of_path(request.uri().path());
        if let Some(hosts) = &self.hosts {
            let checked = hosts.check(request.version(), request.uri(), request.headers());
            checked.map_err(|problem| Box::new(format.respond(problem)))?;
        }
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip());
        let client = client_address(&self.proxies, peer, request.headers());
        if client != peer {
            request.extensions_mut().insert(client.map_or_else(PeerNetwork::default, PeerNetwork::from));
        }
        let quota = match self.rate_limit.as_ref().filter(|_| self.is_limited(peer, request)) {
            None => None,
            Some(rate_limit) => {
                let client = client.map_or_else(PeerNetwork::default, PeerNetwork::from);
                let counted = rate_limit.count(client);
                Some(counted.map_err(|exceeded| Box::new(rate_limit.refuse(exceeded, format)))?)
            }
        };
        // Requests without a valid key count, too.
        let HasKey(is_private) = match &self.access {
            None => HasKey(false),
            Some(access) => access.check(request)?,
        };
        Ok(Admitted { quota, is_private })
    }

    fn complete(&self, Admitted { quota, is_private }: Admitted, headers: &mut HeaderMap) {
        if let (Some(quota), Some(rate_limit)) = (quota, &self.rate_limit) {
            rate_limit.add_headers(quota, headers);
        }
        if is_private {
            make_private(headers);
        }
    }

    /// Returns whether a request counts. Those of this machine do not, unless it is a trusted proxy, because all clients
    /// of a web server share its address.
    fn is_limited(&self, peer: Option<IpAddr>, request: &Request) -> bool {
        let is_local = peer.is_none_or(|peer| peer.to_canonical().is_loopback());
        let route = request.extensions().get::<MatchedPath>();
        let is_unlimited = route.is_some_and(|route| UNLIMITED_ROUTES.contains(&route.as_str()));
        !is_unlimited && (!is_local || self.proxies.contains(peer))
    }
}

/// What the response to an admitted request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Admitted {
    /// What remains of the quota of the client, if it has one.
    quota: Option<RemainingQuota>,
    /// Whether the request has a key, so that the response is not for others.
    is_private: bool,
}

impl Admitted {
    /// A request whose response stays as it is.
    const PLAIN: Self = Self { quota: None, is_private: false };
}

/// Refuses requests by rules.
#[derive(Clone)]
pub(super) struct AdmissionLayer(pub(super) Arc<AdmissionRules>);

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admission<S>;

    fn layer(&self, inner: S) -> Admission<S> {
        Admission { rules: Arc::clone(&self.0), inner }
    }
}

#[derive(Clone)]
pub(super) struct Admission<S> {
    rules: Arc<AdmissionRules>,
    inner: S,
}

impl<S> Service<Request> for Admission<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.rules.admit(&mut request) {
            Ok(Admitted::PLAIN) => Box::pin(self.inner.call(request)),
            Ok(admitted) => {
                let (response, rules) = (self.inner.call(request), Arc::clone(&self.rules));
                Box::pin(async move {
                    let mut response = response.await?;
                    rules.complete(admitted, response.headers_mut());
                    Ok(response)
                })
            }
            Err(refusal) => Box::pin(ready(Ok(*refusal))),
        }
    }
}
