//! The HTTP server: accepts connections within limits, closes those that take too long, and stops within a
//! stated time. Parsing and writing HTTP is hyper's.
//!
//! Each connection has a task. It reads the head of its first request by itself and then lets hyper serve
//! requests; a connection that is idle for [`PARK_AFTER`] gives hyper's buffers back. The [`Registry`] knows what
//! each connection is doing, without a timer or a lock per request: a sweep closes those that exceed a time limit,
//! and if there are too many, the oldest idle one of the client with the most makes room for a new one. Clients
//! behind a proxy share an address, so that none is refused because of its address alone.

mod accept;
mod activity;
mod connection;
mod descriptors;
mod handler;
mod head;
mod head_memory;
mod http2;
mod io;
mod listener;
mod registry;
mod socket;
mod tls;
#[cfg(unix)]
mod unix_socket;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use hyper::server::conn::http1;
use tokio::sync::Notify;

use super::keys::KeyRing;
use super::metrics::{ClosingReason, ConnectionMetrics};
use super::refusal::refusals;
use crate::config::ConnectionLimits;
use crate::engine::Engine;
use activity::{Activity, Phase};
use head_memory::HeadMemory;
use http2::Http2Builder;
use registry::{ConnectionId, Registry, RemovedConnection};

pub(super) use descriptors::owner_connection_limit;
pub use descriptors::raise_descriptor_limit;
#[cfg(unix)]
pub use listener::PassedSocket;
pub use listener::{InvalidListenAddr, ListenAddr, Listener};
pub use tls::{Tls, TlsError};
#[cfg(unix)]
pub(super) use unix_socket::SocketFile;

/// Interval at which connections are checked for time limits.
const SWEEP_INTERVAL: Duration = Duration::from_millis(250);
/// Time without a request after which a connection gives hyper's buffers back.
const PARK_AFTER: Duration = Duration::from_secs(1);
/// Number of connections from which idle ones give hyper's buffers back at once: new buffers for each request take
/// about a microsecond, and thousands of idle connections take 3 KB each instead of 12.
const CROWD: usize = 256;
/// Interval at which idle connections are closed while stopping, in case no connection ends by itself.
const STOPPING_INTERVAL: Duration = Duration::from_millis(20);
/// Time for which a stopping server still reads requests on open connections: clients send the next request on a
/// connection without knowing that it is about to be closed.
const FAREWELL: Duration = Duration::from_secs(1);
/// When incomplete heads take too much memory, this part of the limit is freed at once.
const SPARE_HEADS_PART: usize = 8;
/// Size of hyper's buffers beyond the longest head, in bytes.
const SPARE_BUFFER_BYTES: usize = 8 << 10;

/// A router with the limits of its connections.
pub struct HttpService {
    pub(super) router: Router,
    /// See [`refusals`].
    pub(super) refusals: Router,
    pub(super) limits: ConnectionLimits,
    pub(super) metrics: ConnectionMetrics,
    /// Where failures to accept connections are reported, besides the log.
    pub(super) engine: Option<Arc<Engine>>,
    /// Time without a request after which the service ends; `None` serves on.
    pub idle_exit: Option<Duration>,
    /// The TLS of connections over TCP; `None` serves plain HTTP.
    pub tls: Option<Tls>,
    /// The keys that requests may have, whose file is followed.
    pub keys: Option<Arc<KeyRing>>,
}

impl From<Router> for HttpService {
    /// Returns a service with the default limits.
    fn from(router: Router) -> Self {
        let (limits, metrics) = (ConnectionLimits::default(), ConnectionMetrics::default());
        let refusals = refusals(None);
        Self { router, refusals, limits, metrics, engine: None, idle_exit: None, tls: None, keys: None }
    }
}

/// State that the server shares with the tasks of its connections.
struct Server {
    router: Router,
    refusals: Router,
    limits: Arc<ConnectionLimits>,
    metrics: ConnectionMetrics,
    engine: Option<Arc<Engine>>,
    http1: http1::Builder,
    http2: Http2Builder,
    /// Number of HTTP/2 requests in progress.
    streams: AtomicUsize,
    registry: Mutex<Registry>,
    partial_heads: HeadMemory,
    /// Number of sockets that are open; those of connections that are being closed are in no registry.
    open: AtomicUsize,
    is_stopping: AtomicBool,
    /// Notified when the server begins to stop.
    stopping: Notify,
    has_closed: Notify,
    started: Instant,
    tls: Option<Tls>,
    keys: Option<Arc<KeyRing>>,
    idle_exit: Option<Duration>,
    /// Time of the last request, in microseconds since the start; followed only for `idle_exit`.
    last_request_us: AtomicU64,
}

/// Serves requests until `shutdown` completes, or until none has come for [`HttpService::idle_exit`]. Then no further
/// connections are accepted, clients have a moment to send requests on the open ones, and the requests in progress have
/// [`ConnectionLimits::shutdown`] to finish.
pub async fn serve(listener: impl Into<Listener>, service: HttpService, shutdown: impl Future<Output = ()>) {
    let (mut listener, server) = (listener.into(), Arc::new(Server::new(service)));
    tokio::select! {
        () = accept::accept_connections(&mut listener, &server) => {}
        () = server.sweep() => {}
        () = server.idle() => {}
        () = server.follow_certificate() => {}
        () = server.follow_keys() => {}
        () = shutdown => {}
    }
    drop(listener);
    server.stop().await;
    if let Some(Err(error)) = server.keys.as_ref().map(|keys| keys.write_last_uses()) {
        tracing::warn!("cannot record when keys were used: {error}");
    }
}

impl Server {
    fn new(service: HttpService) -> Self {
        let HttpService { router, refusals, limits, metrics, engine, idle_exit, tls, keys } = service;
        let mut http1 = http1::Builder::new();
        http1.max_buf_size(limits.max_uri_bytes + limits.max_header_bytes + SPARE_BUFFER_BYTES);
        Self {
            // Otherwise each request would do this.
            router: router.with_state(()),
            refusals: refusals.with_state(()),
            http2: http2::builder(&limits),
            streams: AtomicUsize::default(),
            limits: Arc::new(limits),
            metrics,
            engine,
            http1,
            registry: Mutex::default(),
            partial_heads: HeadMemory::default(),
            open: AtomicUsize::default(),
            is_stopping: AtomicBool::new(false),
            stopping: Notify::new(),
            has_closed: Notify::new(),
            started: Instant::now(),
            tls,
            keys,
            idle_exit,
            last_request_us: AtomicU64::default(),
        }
    }

    /// Returns the time since the start, in microseconds.
    fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn record_request(&self) {
        if self.idle_exit.is_some() {
            self.last_request_us.store(self.now_us(), Ordering::Relaxed);
        }
    }

    /// Loads the certificate again whenever its files change.
    async fn follow_certificate(&self) {
        match &self.tls {
            Some(tls) => tls.follow_files(self.engine.as_deref()).await,
            None => std::future::pending().await,
        }
    }

    /// Loads the keys again whenever their file changes.
    async fn follow_keys(&self) {
        match &self.keys {
            Some(keys) => keys.follow_file(self.engine.as_deref()).await,
            None => std::future::pending().await,
        }
    }

    /// Completes when there was no request for [`HttpService::idle_exit`], and none is in progress. The first build of the
    /// index is waited for: it would be started again by the next request.
    async fn idle(&self) {
        let Some(idle_exit) = self.idle_exit else { return std::future::pending().await };
        let mut interval = tokio::time::interval(SWEEP_INTERVAL);
        loop {
            interval.tick().await;
            let idle_us = self.now_us().saturating_sub(self.last_request_us.load(Ordering::Relaxed));
            let is_idle = Duration::from_micros(idle_us) >= idle_exit;
            let is_built = self.engine.as_ref().is_none_or(|engine| engine.has_index());
            if is_idle && is_built && !self.registry().has_requests() {
                tracing::info!("stopping: no request for {} s", idle_exit.as_secs());
                return;
            }
        }
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_crowded(&self) -> bool {
        self.open.load(Ordering::Relaxed) >= CROWD
    }

    /// Closes connections that have exceeded a time limit, again and again.
    async fn sweep(&self) {
        let mut interval = tokio::time::interval(SWEEP_INTERVAL);
        loop {
            interval.tick().await;
            let timed_out = self.registry().take_timed_out(&self.limits, PARK_AFTER);
            self.close(timed_out);
        }
    }

    /// Records the memory that a connection takes for the part of a head that has arrived. If all connections together
    /// take too much, those with the oldest heads are closed.
    fn record_head_bytes(&self, activity: &Activity, bytes: usize) {
        let max = self.limits.max_partial_heads_bytes;
        if self.partial_heads.record(activity, bytes) > max {
            let closed = self.registry().take_oldest_heads(&self.partial_heads, max - max / SPARE_HEADS_PART);
            self.close(closed);
        }
    }

    /// Ends the tasks of connections that are no longer registered.
    fn close(&self, removed: impl IntoIterator<Item = RemovedConnection>) {
        for RemovedConnection { reason, abort } in removed {
            self.metrics.count_closed(reason);
            if let Some(abort) = abort {
                abort.abort();
            }
        }
    }

    /// Answers the requests in progress, and those that arrive within [`FAREWELL`], each as the last one of its connection.
    /// Then closes idle connections, and after [`ConnectionLimits::shutdown`] all others.
    async fn stop(&self) {
        let stopped_at = Instant::now();
        let farewell = FAREWELL.min(self.limits.shutdown / 2);
        self.is_stopping.store(true, Ordering::Relaxed);
        self.stopping.notify_waiters();
        while self.open.load(Ordering::Relaxed) > 0 {
            let elapsed = stopped_at.elapsed();
            let (is_late, keeps_idle) = (elapsed >= self.limits.shutdown, elapsed < farewell);
            let taken = self.registry().take_matching(|activity| {
                let is_closed = is_late || !keeps_idle && activity.phase().phase != Phase::Busy;
                is_closed.then_some(ClosingReason::Shutdown)
            });
            if is_late {
                tracing::warn!(
                    "{} requests did not finish in time: their connections are closed",
                    taken.len()
                );
            }
            self.close(taken);
            if is_late {
                return;
            }
            let _ = tokio::time::timeout(STOPPING_INTERVAL, self.has_closed.notified()).await;
        }
    }
}

/// A connection of a server; dropped when its task ends.
struct OpenConnection {
    id: ConnectionId,
    activity: Arc<Activity>,
    server: Arc<Server>,
}

impl OpenConnection {
    fn new(id: ConnectionId, activity: Arc<Activity>, server: &Arc<Server>) -> Self {
        server.open.fetch_add(1, Ordering::Relaxed);
        server.metrics.count_opened();
        Self { id, activity, server: Arc::clone(server) }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.server.partial_heads.record(&self.activity, 0);
        if self.server.registry().remove(self.id) {
            self.server.metrics.count_closed(ClosingReason::Client);
        }
        self.server.metrics.count_ended();
        self.server.open.fetch_sub(1, Ordering::Relaxed);
        self.server.has_closed.notify_one();
    }
}
