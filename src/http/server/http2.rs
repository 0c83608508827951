//! HTTP/2, for clients that start a connection with it: by prior knowledge, or after ALPN over TLS.
//!
//! hyper reads and writes it, within the limits of the settings. A request is in progress until the last byte of its
//! response is sent, however slowly the client reads: the buffers that hyper still has to send count, too. All
//! connections together have at most as many requests in progress as there can be connections of HTTP/1.1, which have
//! one each.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use bytes::{Buf, Bytes};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http2;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::Server;
use super::activity::Activity;
use super::io::ConnectionIo;
use crate::config::{ConnectionLimits, limits};
use crate::http::problem::ProblemDetails;
use crate::http::refusal::refused_request;

/// hyper's settings of HTTP/2 connections.
pub(super) type Http2Builder = http2::Builder<TokioExecutor>;

/// Size that HTTP/2 adds to that of a header field when it compares them with the limit, in bytes.
const FIELD_OVERHEAD_BYTES: usize = 32;
/// Maximum number of the fields of HTTP/2 itself: method, scheme, authority and path.
const PSEUDO_FIELDS: usize = 4;

/// When clients are pinged, so that the connections of those that have vanished are closed.
#[derive(Debug, Clone, Copy)]
struct PingTimes {
    /// Time without a frame of the client after which it is pinged.
    after: Duration,
    /// Time for the response.
    timeout: Duration,
}

impl PingTimes {
    const DEFAULT: Self = Self {
        after: Duration::from_secs(limits::HTTP2_PING_AFTER_S),
        timeout: Duration::from_secs(limits::HTTP2_PONG_TIMEOUT_S),
    };
}

/// Lets hyper ping clients.
fn ping(builder: &mut Http2Builder, PingTimes { after, timeout }: PingTimes) {
    builder.keep_alive_interval(after).keep_alive_timeout(timeout);
}

/// Returns hyper's settings for these limits.
pub(super) fn builder(limits: &ConnectionLimits) -> Http2Builder {
    let fields = limits::MAX_HEADER_FIELDS + PSEUDO_FIELDS;
    let list_bytes = limits.max_uri_bytes + limits.max_header_bytes + fields * FIELD_OVERHEAD_BYTES;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(u32::try_from(list_bytes).unwrap_or(u32::MAX))
        .initial_stream_window_size(limits::HTTP2_WINDOW_BYTES)
        .initial_connection_window_size(limits::HTTP2_WINDOW_BYTES)
        .max_send_buf_size(limits::HTTP2_SEND_BUFFER_BYTES)
        .max_pending_accept_reset_streams(limits::MAX_RESET_STREAMS)
        .max_local_error_reset_streams(limits::MAX_RESET_STREAMS)
        .timer(TokioTimer::new());
    ping(&mut builder, PingTimes::DEFAULT);
    builder
}

/// Serves the requests of a connection until it ends. When the server stops, it ends after the requests in progress.
pub(super) async fn serve(
    server: Arc<Server>,
    io: ConnectionIo,
    peer: Option<SocketAddr>,
    activity: Arc<Activity>,
) {
    let requests =
        Arc::new(ConnectionRequests { server: Arc::clone(&server), activity, in_progress: Mutex::default() });
    // Created before the check, so that no notification is missed.
    let stopping = server.stopping.notified();
    let connection = server.http2.serve_connection(io, StreamHandler { requests, peer });
    let mut connection = pin!(connection);
    if !server.is_stopping.load(Ordering::Relaxed) {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stopping => {}
        }
    }
    connection.as_mut().graceful_shutdown();
    // Errors are the client's.
    let _ = connection.await;
}

/// The requests of a connection that are in progress.
struct ConnectionRequests {
    server: Arc<Server>,
    activity: Arc<Activity>,
    in_progress: Mutex<InProgress>,
}

#[derive(Default)]
struct InProgress {
    /// Start and number of each request.
    started: BTreeSet<(u64, u64)>,
    next_number: u64,
}

impl ConnectionRequests {
    /// Begins a request.
    fn begin(self: &Arc<Self>) -> RequestInProgress {
        self.server.streams.fetch_add(1, Ordering::Relaxed);
        let mut in_progress = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (self.activity.now_us(), in_progress.next_number);
        in_progress.next_number += 1;
        in_progress.started.insert(key);
        self.record(&in_progress);
        RequestInProgress { requests: Arc::clone(self), key }
    }

    /// The connection has been busy since the start of its oldest request, so that the time limit of requests applies to
    /// that one.
    fn record(&self, in_progress: &InProgress) {
        self.activity.record_requests(in_progress.started.first().map(|(started_us, _)| *started_us));
    }
}

/// A request in progress; it ends when this is dropped.
struct RequestInProgress {
    requests: Arc<ConnectionRequests>,
    key: (u64, u64),
}

impl RequestInProgress {
    /// Fails if there are too many requests, of all connections together.
    fn check_number(&self) -> Result<(), ProblemDetails> {
        let server = &self.requests.server;
        if server.streams.load(Ordering::Relaxed) <= server.limits.max_connections {
            return Ok(());
        }
        let detail = "too many concurrent requests; try again in 1 s";
        Err(ProblemDetails::new(StatusCode::SERVICE_UNAVAILABLE, detail))
    }
}

impl Drop for RequestInProgress {
    fn drop(&mut self) {
        let requests = &self.requests;
        let mut in_progress = requests.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        in_progress.started.remove(&self.key);
        requests.record(&in_progress);
        requests.server.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The service of one connection.
struct StreamHandler {
    requests: Arc<ConnectionRequests>,
    peer: Option<SocketAddr>,
}

impl Service<hyper::Request<Incoming>> for StreamHandler {
    type Response = Response<StreamBody>;
    type Error = Infallible;
    type Future = StreamResponse;

    fn call(&self, request: hyper::Request<Incoming>) -> StreamResponse {
        let in_progress = self.requests.begin();
        let response = match in_progress.check_number() {
            Ok(()) => self.requests.server.route(request, self.peer),
            Err(problem) => self.requests.server.refuse(refused_request(request.into_parts().0, problem)),
        };
        StreamResponse { response, in_progress: Some(Arc::new(in_progress)) }
    }
}

/// The response to a request.
struct StreamResponse {
    response: RouteFuture<Infallible>,
    /// `None` once it is part of the body.
    in_progress: Option<Arc<RequestInProgress>>,
}

impl Future for StreamResponse {
    type Output = Result<Response<StreamBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.response).poll(context))?;
        let in_progress = self.in_progress.take();
        Poll::Ready(Ok(response.map(|body| StreamBody { body, in_progress })))
    }
}

/// The body of a response.
struct StreamBody {
    body: Body,
    in_progress: Option<Arc<RequestInProgress>>,
}

impl HttpBody for StreamBody {
    type Data = StreamData;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<StreamData>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let in_progress = &self.in_progress;
        let data = |bytes| StreamData { bytes, _in_progress: in_progress.clone() };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Bytes of a response, dropped once they are sent.
struct StreamData {
    bytes: Bytes,
    _in_progress: Option<Arc<RequestInProgress>>,
}

impl Buf for StreamData {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
    }
}

#[cfg(test)]
mod tests {
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::{Instant, timeout};

    use super::*;

    const PING: u8 = 6;
    const ACK: u8 = 1;

    /// The head and the payload of the next frame; `None` at the end of the connection.
    async fn next_frame(client: &mut DuplexStream) -> Option<([u8; 9], Vec<u8>)> {
        let mut head = [0; 9];
        client.read_exact(&mut head).await.ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        client.read_exact(&mut payload).await.ok()?;
        Some((head, payload))
    }

    const TIMES: PingTimes =
        PingTimes { after: Duration::from_millis(200), timeout: Duration::from_millis(300) };

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    /// Connects a client that sends no request. Returns how many pings it got within some time, and the time until the
    /// connection ended, if it did.
    async fn idle_client(answers_pings: bool, within: Duration) -> (usize, Option<Duration>) {
        let (mut client, server) = tokio::io::duplex(64 << 10);
        let service = hyper::service::service_fn(async |_| Ok::<_, Infallible>(Response::new(Body::empty())));
        let mut builder = builder(&ConnectionLimits::default());
        ping(&mut builder, TIMES);
        tokio::spawn(builder.serve_connection(TokioIo::new(server), service));
        client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
        let (started, mut pings) = (Instant::now(), 0);
        let served = timeout(within, async {
            while let Some((mut head, payload)) = next_frame(&mut client).await {
                if head[3] == PING && head[4] & ACK == 0 {
                    pings += 1;
                    if answers_pings {
                        head[4] |= ACK;
                        client.write_all(&[&head[..], &payload].concat()).await.unwrap();
                    }
                }
            }
        });
        let has_ended = served.await.is_ok();
        (pings, has_ended.then(|| started.elapsed()))
    }

    #[test]
    fn a_client_that_has_vanished_is_pinged_once_and_its_connection_closed() {
        let (pings, ended_after) = block_on(idle_client(false, Duration::from_mins(1)));
        let ended_after = ended_after.unwrap();
        assert!(ended_after >= TIMES.after + TIMES.timeout, "{ended_after:?}");
        assert_eq!(pings, 1);
    }

    #[test]
    fn a_client_that_answers_pings_stays_connected() {
        let (pings, ended_after) = block_on(idle_client(true, Duration::from_secs(2)));
        assert!(ended_after.is_none() && pings > 1, "{pings} pings, {ended_after:?}");
    }
}
