//! The HTTP service: JSON under `/api/v1/`, the search page at `/`.
//!
//! The caller brings the listener and the signal to stop. Searching is work for the processor: it
//! has threads of its own, as many as there are cores, and is refused with 503 when too many wait.
//! An answer that was given before is given again at once, as long as the index is the same.

mod metrics;
mod middleware;
mod pool;
mod problem;
mod routes;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::config::{Config, limits};
use crate::engine::Engine;
use metrics::Metrics;
use pool::Pool;

pub use problem::Problem;

/// What the routes share.
#[derive(Clone)]
struct AppState {
    engine: Arc<Engine>,
    pool: Arc<Pool>,
    metrics: Arc<Metrics>,
}

/// Why there is no service.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// An origin that no browser can send.
    #[error("an origin in `allow_origins` of bloghound.toml cannot be sent in a header: {0}")]
    Origin(axum::http::header::InvalidHeaderValue),
    /// The system gives no more threads.
    #[error("the threads for searches cannot be started: {0}")]
    Threads(std::io::Error),
}

/// The only table of routes.
///
/// # Errors
/// When an allowed origin is no valid header value, or the threads for searches cannot be started.
pub fn router(engine: Arc<Engine>, config: &Config) -> Result<Router, RouterError> {
    let pool = Pool::new(cores(), limits::MAX_QUEUED_SEARCHES).map_err(RouterError::Threads)?;
    let state = AppState { engine, pool: Arc::new(pool), metrics: Arc::new(Metrics::new()) };
    let api = Router::new()
        .route("/api/v1/search", get(routes::search::search))
        .route("/api/v1/suggest", get(routes::suggest::suggest))
        .route("/api/v1/related", get(routes::related::related))
        .route("/api/v1/status", get(routes::status::status))
        .route("/metrics", get(routes::metrics::metrics))
        .route("/healthz", get(routes::health::health))
        .with_state(state);
    let page =
        Router::new().route("/", get(routes::page::index)).route("/assets/{name}", get(routes::page::asset));
    let router = api.merge(page).fallback(routes::fallback).method_not_allowed_fallback(routes::wrong_method);
    middleware::layer(router, &config.allow_origins).map_err(RouterError::Origin)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The runtime to serve on. One of its threads may be searching, see `pool.rs`; as many as there are cores are
/// left to read requests and to write answers.
///
/// # Errors
/// When its threads cannot be started.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores() + 1).enable_all().build()
}

/// Serves until `shutdown` completes; requests under way are answered first.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // An answer is one write: nothing would follow that is worth waiting for.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}
