//! The HTTP service: the JSON API under `/api/v1/`, Algolia's protocol under `/1/` and the search page at `/`.
//!
//! The caller provides the listener and the shutdown signal. The server limits the number of connections, and each
//! step of a connection has a timeout. Searches are CPU work and run on a pool of threads; a search that would wait too
//! long for a thread is refused with status 503. Responses are cached per commit.

mod admin;
mod algolia;
mod base_path;
mod blog;
mod caching;
mod host_check;
pub(crate) mod keys;
mod metrics;
mod middleware;
mod openapi;
mod parameters;
mod peer;
mod pool;
mod post_links;
mod preview_rule;
mod problem;
mod query_logging;
mod refusal;
mod request_body;
mod request_metrics;
mod routes;
mod server;
mod state;

use std::net::IpAddr;
use std::sync::Arc;

use crate::config::Config;
use crate::engine::query_log::QueryLog;
use crate::engine::{Engine, SyncControl};
use blog::Blog;
use caching::CachePolicy;
use metrics::Metrics;
use middleware::{PublicRouters, PublicRules, WrappedRouters};
use pool::SearchPool;
use preview_rule::PreviewRule;
use request_body::BodyReader;
use state::AppState;

pub use admin::{AdminServer, AdminService};
pub use blog::BlogFacts;
pub use host_check::AllowedHosts;
pub use keys::{KeyRing, KeysError};
pub use problem::ProblemDetails;
#[cfg(unix)]
pub use server::PassedSocket;
pub use server::{
    HttpService, InvalidListenAddr, ListenAddr, Listener, Tls, TlsError, raise_descriptor_limit, serve,
};

/// A failure to set up the service.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// An allowed origin is not a valid header value.
    #[error("invalid `allow_origins` in bloghound.toml: {0}; list origins such as \"https://example.org\"")]
    Origin(axum::http::header::InvalidHeaderValue),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The operating system refused a thread.
    #[error("cannot start a thread: {0}")]
    Threads(std::io::Error),
}

/// The services: their routes, and the limits of the public one's connections.
pub struct Services {
    /// For everybody.
    pub public: HttpService,
    /// For the owner of the site: the full status and metrics.
    pub admin: AdminService,
    /// The log of queries, if it is on.
    pub(crate) query_log: Option<QueryLog>,
}

/// What the services depend on, besides the engine and the settings.
#[derive(Default)]
pub struct ServiceSetup<'a> {
    /// The address on which the public service listens; `None` if it is not one of IP.
    pub address: Option<IpAddr>,
    /// The hosts whose requests the public service answers; `None` answers all.
    pub hosts: Option<AllowedHosts>,
    /// What the settings say about the blog.
    pub blog: BlogFacts<'a>,
    /// The sync loop that admin calls ask for an update of the index; `None` if this process does not write it.
    pub sync: Option<SyncControl>,
}

/// Returns the service for everybody.
///
/// # Errors
/// If an allowed origin is not a valid header value, the certificate or the keys cannot be used, or a thread cannot be
/// started.
pub fn service(engine: Arc<Engine>, config: &Config) -> Result<HttpService, RouterError> {
    services(engine, config, ServiceSetup::default()).map(|services| services.public)
}

/// Returns the services.
///
/// # Errors
/// If an allowed origin is not a valid header value, the certificate or the keys cannot be used, or a thread cannot be
/// started.
pub fn services(
    engine: Arc<Engine>,
    config: &Config,
    ServiceSetup { address, hosts, blog, sync }: ServiceSetup<'_>,
) -> Result<Services, RouterError> {
    let keys = Arc::new(KeyRing::load(config)?);
    let pool = SearchPool::new(cores(), config.max_queue_wait).map_err(RouterError::Threads)?;
    let metrics = Arc::new(Metrics::new());
    let start_log = |settings| QueryLog::start(settings, Arc::clone(&engine), Arc::clone(&metrics.queries));
    let query_log = config.query_log.clone().map(start_log).transpose().map_err(RouterError::Threads)?;
    let state = AppState {
        engine: Arc::clone(&engine),
        pool: Arc::new(pool),
        sync,
        metrics: Arc::clone(&metrics),
        query_log: query_log.clone(),
        unready_after: config.unready_after,
        cache_policy: CachePolicy::new(config.cache_max_age),
        blog: Arc::new(Blog::new(&blog)),
        public_url: config.public_url.as_deref().map(Into::into),
        preview: PreviewRule::new(config, blog.base_urls, address),
        bodies: BodyReader::new(&config.connections),
        base_path: config.base_path.as_deref().map(Arc::from),
    };
    let refusals = refusal::refusals(state.base_path.clone());
    let admin = WrappedRouters { routes: routes::admin_table(state.clone()), refusals: refusals.clone() };
    let admin = middleware::wrap_admin(admin);
    let owner = routes::owner_table(state.clone());
    let routers = PublicRouters { owner, readers: routes::table(state), refusals };
    let rules = PublicRules { config, hosts, keys: &keys, metrics: &metrics };
    let public = middleware::wrap_public(routers, &rules);
    let WrappedRouters { routes, refusals } = public.map_err(RouterError::Origin)?;
    let router = base_path::serve_below(routes, config.base_path.as_deref());
    let tls = config.tls.as_ref().map(Tls::load).transpose()?;
    let limits = config.connections.clone();
    let public = HttpService {
        router,
        refusals,
        limits,
        metrics: metrics.connections.clone(),
        engine: Some(engine),
        idle_exit: None,
        tls,
        keys: Some(keys),
    };
    let admin = AdminService::new(admin.map_err(RouterError::Origin)?, &config.connections, &config.hosts);
    Ok(Services { public, admin, query_log })
}

/// Minimum number of threads of the runtime.
const MIN_RUNTIME_THREADS: usize = 2;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Returns the tokio runtime of the service.
///
/// # Errors
/// If the threads cannot be started.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores().max(MIN_RUNTIME_THREADS))
        .enable_all()
        .build()
}
