//! Accepting connections, and making room for them.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};

use super::activity::Activity;
use super::{OpenConnection, Server, connection, descriptors};
use crate::http::peer::PeerNetwork;

/// Delay after the first failure to accept a connection; it doubles with each further one.
const FIRST_RETRY_DELAY: Duration = Duration::from_millis(10);
/// Maximum delay after a failure to accept a connection.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(1);
/// Minimum time between reports of such failures.
const REPORT_INTERVAL: Duration = Duration::from_mins(1);
/// Time after which a connection that is to make room is looked for again.
const ROOM_INTERVAL: Duration = Duration::from_millis(10);
/// Maximum number of connections that are being closed for new ones: this part of the limit.
const CLOSING_PART: usize = 64;

/// Accepts connections, whatever happens.
pub(super) async fn accept_connections(listener: &TcpListener, server: &Arc<Server>) {
    let max_connections = descriptors::connection_limit(server.limits.max_connections);
    if max_connections < server.limits.max_connections {
        tracing::warn!(
            "at most {max_connections} connections instead of `max_connections` = {}, because of the limit on open \
             files; raise it with `ulimit -n` or LimitNOFILE=",
            server.limits.max_connections
        );
    }
    let mut failures = AcceptFailures::default();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                failures.end();
                make_room(server, max_connections).await;
                start(server, stream, peer);
            }
            // The client has gone already.
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                failures.record(&error);
                server.metrics.count_accept_failure();
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

fn start(server: &Arc<Server>, stream: TcpStream, peer: SocketAddr) {
    let activity = Arc::new(Activity::new(server.started));
    let id = server.registry().insert(PeerNetwork::from(peer.ip()), Arc::clone(&activity));
    let open = OpenConnection::new(id, server);
    let task = connection::run(stream, peer, activity, Arc::clone(server));
    let task = tokio::spawn(async move {
        let _open = open;
        task.await;
    });
    let abort = task.abort_handle();
    if !server.registry().set_abort(id, &abort) {
        abort.abort();
    }
}

/// Failures to accept connections, reported once in a while.
#[derive(Default)]
struct AcceptFailures {
    /// Zero if the last connection was accepted.
    delay: Duration,
    reported_at: Option<Instant>,
}

impl AcceptFailures {
    fn record(&mut self, error: &io::Error) {
        self.delay = (self.delay * 2).clamp(FIRST_RETRY_DELAY, MAX_RETRY_DELAY);
        if self.reported_at.is_none_or(|time| time.elapsed() >= REPORT_INTERVAL) {
            self.reported_at = Some(Instant::now());
            tracing::error!("cannot accept connections: {error}; closing idle ones and retrying");
        }
    }

    fn end(&mut self) {
        self.delay = Duration::ZERO;
    }
}
