//! Accepting connections, and making room for them.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::activity::Activity;
use super::listener::Listener;
use super::socket::Socket;
use super::{OpenConnection, Server, connection, descriptors};
use crate::engine::HealthCheck;
use crate::http::peer::PeerNetwork;

/// Delay after the first failure to accept a connection; it doubles with each further one.
const FIRST_RETRY_DELAY: Duration = Duration::from_millis(10);
/// Maximum delay after a failure to accept a connection.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(1);
/// Time without such failures after which they are over. They often alternate with successes, because each connection
/// that is closed makes room for one.
const RECOVERED_AFTER: Duration = Duration::from_secs(10);
/// Time after which a connection that is to make room is looked for again.
const ROOM_INTERVAL: Duration = Duration::from_millis(10);
/// Maximum number of connections that are being closed for new ones: this part of the limit.
const CLOSING_PART: usize = 64;

/// Accepts connections, whatever happens.
pub(super) async fn accept_connections(listener: &mut Listener, server: &Arc<Server>) {
    let max_connections = descriptors::connection_limit(server.limits.max_connections);
    if max_connections < server.limits.max_connections {
        tracing::warn!(
            "at most {max_connections} connections instead of `max_connections` = {}, because of the limit on open \
             files; raise it with `ulimit -n` or LimitNOFILE=",
            server.limits.max_connections
        );
    }
    let mut failures = AcceptFailures { server, delay: Duration::ZERO, last_at: None };
    loop {
        match failures.next_result(listener).await {
            None => {}
            Some(Ok((socket, peer))) => {
                make_room(server, max_connections).await;
                start(server, socket, peer);
            }
            // The client has gone already.
            Some(Err(error)) if is_of_client(&error) => {}
            Some(Err(error)) => {
                failures.record(&error);
                // There may be too few descriptors.
                evict(server);
                tokio::time::sleep(failures.delay).await;
            }
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

/// Waits until one more connection can be open; closes others for it.
async fn make_room(server: &Arc<Server>, max_connections: usize) {
    loop {
        let registered = server.registry().len();
        let closing = server.open.load(Ordering::Relaxed).saturating_sub(registered);
        let has_room = registered < max_connections || evict(server);
        if has_room && closing <= max_connections / CLOSING_PART {
            return;
        }
        let _ = tokio::time::timeout(ROOM_INTERVAL, server.has_closed.notified()).await;
    }
}

/// Closes the connection that is needed least. Returns `false` if all are in use.
fn evict(server: &Arc<Server>) -> bool {
    let evicted = server.registry().evict();
    let is_evicted = evicted.is_some();
    server.close(evicted);
    is_evicted
}

fn start(server: &Arc<Server>, socket: Socket, peer: Option<SocketAddr>) {
    let activity = Arc::new(Activity::new(server.started));
    let network = peer.map_or_else(PeerNetwork::default, |peer| PeerNetwork::from(peer.ip()));
    let id = server.registry().insert(network, Arc::clone(&activity));
    let open = OpenConnection::new(id, Arc::clone(&activity), server);
    let task = connection::run(socket, peer, activity, Arc::clone(server));
    let task = tokio::spawn(async move {
        let _open = open;
        task.await;
    });
    let abort = task.abort_handle();
    if !server.registry().set_abort(id, &abort) {
        abort.abort();
    }
}

/// Failures to accept connections, reported while they happen.
struct AcceptFailures<'a> {
    server: &'a Server,
    /// Zero if the last connection was accepted.
    delay: Duration,
    /// Time of the last failure; `None` if they are over.
    last_at: Option<Instant>,
}

impl AcceptFailures<'_> {
    /// Waits for a connection. Returns `None` if there was none while a failure was to be followed by others.
    async fn next_result(
        &mut self,
        listener: &mut Listener,
    ) -> Option<io::Result<(Socket, Option<SocketAddr>)>> {
        let Some(last_at) = self.last_at else { return Some(self.unless_failed(listener.accept().await)) };
        let remaining = RECOVERED_AFTER.saturating_sub(last_at.elapsed());
        let result = tokio::time::timeout(remaining, listener.accept()).await.ok();
        if last_at.elapsed() >= RECOVERED_AFTER && !matches!(result, Some(Err(_))) {
            self.last_at = None;
            if let Some(engine) = &self.server.engine {
                engine.report_recovery(HealthCheck::Connections);
            }
        }
        result.map(|result| self.unless_failed(result))
    }

    fn unless_failed<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if result.is_ok() {
            self.delay = Duration::ZERO;
        }
        result
    }

    fn record(&mut self, error: &io::Error) {
        self.delay = (self.delay * 2).clamp(FIRST_RETRY_DELAY, MAX_RETRY_DELAY);
        self.server.metrics.count_accept_failure();
        let is_first = self.last_at.replace(Instant::now()).is_none();
        let message = format!(
            "cannot accept connections: {error}; idle ones are closed, and accepting is retried; if there are too few \
             descriptors, raise the limit on open files with `ulimit -n` or LimitNOFILE="
        );
        match &self.server.engine {
            Some(engine) => engine.report_problem(HealthCheck::Connections, message),
            None if is_first => tracing::error!("{message}"),
            None => {}
        }
    }
}
