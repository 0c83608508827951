//! The HTTP service: the JSON API under `/api/v1/` and the search page at `/`.
//!
//! The caller provides the listener and the shutdown signal. Searches are CPU work and run on a pool with one
//! thread per core; if too many are queued, a request is refused with status 503. Responses are cached per
//! commit.

mod metrics;
mod middleware;
mod pool;
mod problem;
mod routes;
mod state;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::config::{Config, limits};
use crate::engine::Engine;
use metrics::Metrics;
use pool::SearchPool;
use state::AppState;

pub use problem::ProblemDetails;

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

/// Returns the router of the service.
///
/// # Errors
/// When an allowed origin is not a valid header value, or the search threads cannot be started.
pub fn router(engine: Arc<Engine>, config: &Config) -> Result<Router, RouterError> {
    let pool = SearchPool::new(cores(), limits::MAX_QUEUED_SEARCHES).map_err(RouterError::Threads)?;
    let unready_after = config.unready_after;
    let state = AppState { engine, pool: Arc::new(pool), metrics: Arc::new(Metrics::new()), unready_after };
    middleware::layer(routes::table(state), &config.allow_origins).map_err(RouterError::Origin)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Returns the tokio runtime of the service. It has one thread more than there are cores, because one of them
/// may run a search itself.
///
/// # Errors
/// When the threads cannot be started.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores() + 1).enable_all().build()
}

/// Serves requests until `shutdown` completes, then finishes the requests in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // A response is a single write, so waiting for more data (Nagle's algorithm) would only delay it.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}
