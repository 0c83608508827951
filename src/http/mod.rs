//! The HTTP service: JSON under `/api/v1/`, the search page at `/`.
//!
//! The caller brings the listener and the signal to stop. Searching is work for the processor: it
//! runs on blocking threads, as many at a time as there are cores, and is refused with 503 when
//! too many wait.

mod middleware;
mod problem;
mod routes;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::config::{Config, limits};
use crate::engine::Engine;

pub use problem::Problem;

/// What the routes share.
#[derive(Clone)]
struct AppState {
    engine: Arc<Engine>,
    /// Searches that run.
    running: Arc<Semaphore>,
    /// Searches that run or wait.
    admitted: Arc<Semaphore>,
}

/// The only table of routes.
///
/// # Errors
/// When an allowed origin is no valid header value.
pub fn router(
    engine: Arc<Engine>,
    config: &Config,
) -> Result<Router, axum::http::header::InvalidHeaderValue> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let state = AppState {
        engine,
        running: Arc::new(Semaphore::new(cores)),
        admitted: Arc::new(Semaphore::new(cores + limits::MAX_QUEUED_SEARCHES)),
    };
    let api = Router::new()
        .route("/api/v1/search", get(routes::search::search))
        .route("/api/v1/suggest", get(routes::suggest::suggest))
        .route("/api/v1/related", get(routes::related::related))
        .route("/api/v1/status", get(routes::status::status))
        .route("/healthz", get(routes::health::health))
        .with_state(state);
    let page =
        Router::new().route("/", get(routes::page::index)).route("/assets/{name}", get(routes::page::asset));
    let router = api.merge(page).fallback(routes::fallback).method_not_allowed_fallback(routes::wrong_method);
    middleware::layer(router, &config.allow_origins)
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
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}
