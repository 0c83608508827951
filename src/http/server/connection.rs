//! The task of one connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;

use tokio::net::TcpStream;

use super::Server;
use super::activity::Activity;
use super::handler::RequestHandler;
use super::head::{self, ReceivedHead};
use super::io::ConnectionIo;

/// Serves a connection until it ends: waits for the head of a request, then lets hyper serve requests, until
/// there are none for some time.
pub(super) async fn run(
    mut stream: TcpStream,
    peer: SocketAddr,
    activity: Arc<Activity>,
    server: Arc<Server>,
) {
    // A response is a single write, so waiting for more data (Nagle's algorithm) would only delay it.
    let _ = stream.set_nodelay(true);
    let mut received = Vec::new();
    loop {
        match head::receive(&mut stream, &mut received, &activity, &server).await {
            ReceivedHead::Complete => {}
            ReceivedHead::TooLong(problem) => {
                let _ = head::refuse(stream, problem).await;
                return;
            }
            ReceivedHead::Closed => return,
        }
        let handler = RequestHandler {
            router: server.router.clone(),
            limits: Arc::clone(&server.limits),
            peer,
            activity: Arc::clone(&activity),
            is_stopping: Arc::clone(&server.is_stopping),
        };
        let io = ConnectionIo::new(stream, received, Arc::clone(&activity));
        match serve_requests(&server, io, handler, &activity).await {
            Some(parts) => (stream, received) = parts,
            None => return,
        }
    }
}

/// Serves requests with hyper. Returns the socket and the bytes read from it when the connection is idle and is
/// to release hyper's buffers, or `None` when it has ended.
async fn serve_requests(
    server: &Server,
    io: ConnectionIo,
    handler: RequestHandler,
    activity: &Activity,
) -> Option<(TcpStream, Vec<u8>)> {
    let mut connection = Box::new(server.http.serve_connection(io, handler));
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
    let (stream, unread) = parts.io.into_parts();
    Some((stream, [&parts.read_buf, unread.as_slice()].concat()))
}
