//! The HTTP service: the JSON API under `/api/v1/` and the search page at `/`.
//!
//! The caller provides the listener and the shutdown signal. The server limits the number of connections and the time
//! for everything that a client does. Searches are CPU work and run on a pool of threads; a search that would wait too
//! long for one is refused with status 503. Responses are cached per commit.

mod metrics;
mod middleware;
mod peer;
mod pool;
mod problem;
mod routes;
mod server;
mod state;

use std::sync::Arc;

use crate::config::Config;
use crate::engine::Engine;
use metrics::Metrics;
use pool::SearchPool;
use state::AppState;

pub use problem::ProblemDetails;
pub use server::{HttpService, raise_descriptor_limit, serve};

/// A failure to set up the service.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// An allowed origin is not a valid header value.
    #[error("invalid `allow_origins` in bloghound.toml: {0}; list origins such as \"https://example.org\"")]
    Origin(axum::http::header::InvalidHeaderValue),
    /// The operating system refused a thread.
    #[error("cannot start the search threads: {0}")]
    Threads(std::io::Error),
}

/// Returns the service: its routes and the limits of its connections.
///
/// # Errors
/// When an allowed origin is not a valid header value, or the search threads cannot be started.
pub fn service(engine: Arc<Engine>, config: &Config) -> Result<HttpService, RouterError> {
    let pool = SearchPool::new(cores(), config.max_queue_wait).map_err(RouterError::Threads)?;
    let (metrics, unready_after) = (Arc::new(Metrics::new()), config.unready_after);
    let connection_metrics = metrics.connections.clone();
    let state = AppState { engine, pool: Arc::new(pool), metrics, unready_after };
    let router =
        middleware::layer(routes::table(state), &config.allow_origins).map_err(RouterError::Origin)?;
    Ok(HttpService { router, limits: config.connections.clone(), metrics: connection_metrics })
}

/// Minimum number of threads of the runtime.
const MIN_RUNTIME_THREADS: usize = 2;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Returns the tokio runtime of the service.
///
/// # Errors
/// When the threads cannot be started.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores().max(MIN_RUNTIME_THREADS))
        .enable_all()
        .build()
}
