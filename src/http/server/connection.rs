//! The task of one connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;

use axum::http::StatusCode;

use super::Server;
use super::activity::Activity;
use super::handler::RequestHandler;
use super::head::{self, ReceivedHead};
use super::http2;
use super::io::ConnectionIo;
use super::socket::Socket;
use crate::http::problem::ProblemDetails;

/// The first byte of a connection that starts with a TLS handshake.
const TLS_HANDSHAKE: u8 = 22;

/// Serves a connection until it ends: waits for the head of a request, then lets hyper serve requests, until
/// there are none for some time. HTTP/2 is served if the connection starts with it; later it would be the request of a
/// client that has found a way around the checks of a proxy.
pub(super) async fn run(
    socket: Socket,
    peer: Option<SocketAddr>,
    activity: Arc<Activity>,
    server: Arc<Server>,
) {
    let Some(mut socket) = accept_tls(socket, &server).await else { return };
    let mut received = Vec::new();
    let mut is_first = true;
    loop {
        match head::receive(&mut socket, &mut received, &activity, &server).await {
            ReceivedHead::Http2 if is_first => {
                let io = ConnectionIo::new(socket, received, Arc::clone(&activity));
                return http2::serve(server, io, peer, activity).await;
            }
            ReceivedHead::Complete | ReceivedHead::Http2 => is_first = false,
            ReceivedHead::TooLong(problem) => {
                // In a box, so that other connections do not have space for it.
                let _ = Box::pin(head::refuse(socket, &received, problem, &server)).await;
                return;
            }
            ReceivedHead::Closed => return,
        }
        let handler = RequestHandler { server: Arc::clone(&server), peer, activity: Arc::clone(&activity) };
        let io = ConnectionIo::new(socket, received, Arc::clone(&activity));
        match serve_requests(&server, io, handler, &activity).await {
            Some(parts) => (socket, received) = parts,
            None => return,
        }
    }
}

/// Negotiates TLS if the server has a certificate and the connection came over TCP. Returns `None` if that fails. The time
/// limit is that of a request's head, because no request has arrived.
async fn accept_tls(socket: Socket, server: &Server) -> Option<Socket> {
    let (stream, tls) = match (socket, &server.tls) {
        (Socket::Tcp(stream), Some(tls)) => (stream, tls),
        (socket, _) => return Some(socket),
    };
    let mut first = [0];
    if stream.peek(&mut first).await.ok()? == 0 {
        return None;
    }
    if first != [TLS_HANDSHAKE] {
        let detail = "this port speaks HTTPS; use a URL that starts with https://";
        let problem = ProblemDetails::new(StatusCode::BAD_REQUEST, detail);
        let _ = Box::pin(head::refuse(Socket::Tcp(stream), &[], problem, server)).await;
        return None;
    }
    let stream = tls.acceptor().accept(stream).await.ok()?;
    Some(Socket::Tls(Box::new(stream)))
}

/// Serves requests with hyper. Returns the socket and the bytes read from it when the connection is idle and is
/// to release hyper's buffers, or `None` when it has ended.
async fn serve_requests(
    server: &Server,
    io: ConnectionIo,
    handler: RequestHandler,
    activity: &Activity,
) -> Option<(Socket, Vec<u8>)> {
    let mut connection = Box::new(server.http1.serve_connection(io, handler));
    let mut is_registered = false;
    let has_ended = std::future::poll_fn(|context| {
        if !is_registered {
            activity.start_http(context.waker());
            is_registered = true;
        }
        match std::pin::Pin::new(&mut *connection).poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if activity.can_park() && (activity.is_park_requested() || server.is_crowded()) => {
                Poll::Ready(false)
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
    activity.end_http();
    if has_ended {
        return None;
    }
    let parts = connection.into_parts();
    let (socket, unread) = parts.io.into_parts();
    Some((socket, [&parts.read_buf, unread.as_slice()].concat()))
}
