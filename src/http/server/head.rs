//! Reading the head of a request without hyper, which takes about 20 KB of buffers for each connection.
//!
//! A connection that waits for its first request, for a further request for some time, or for the rest of a
//! head takes only the bytes that have arrived. A head that is too long is refused here.

use std::io;
use std::pin::Pin;
use std::task::ready;

use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

use super::Server;
use super::activity::Activity;
use super::handler::{headers_too_long, too_many_header_fields, uri_too_long};
use super::socket::Socket;
use crate::config::{ConnectionLimits, limits};
use crate::http::problem::ProblemDetails;
use crate::http::refusal::partial_request;

/// Size of a read, in bytes; most heads take one.
const READ_BYTES: usize = 4_096;
/// Length of the longest method and of the blank after it, in bytes.
const MAX_METHOD_BYTES: usize = 32;

/// The bytes with which a client starts HTTP/2.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What has been received.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReceivedHead {
    /// A complete head, or one that hyper will refuse as invalid.
    Complete,
    /// The start of HTTP/2.
    Http2,
    /// A head that is too long.
    TooLong(ProblemDetails),
    /// The client has closed the connection.
    Closed,
}

/// Reads until `received` has a complete head.
pub(super) async fn receive(
    socket: &mut Socket,
    received: &mut Vec<u8>,
    activity: &Activity,
    server: &Server,
) -> ReceivedHead {
    loop {
        if !received.is_empty() {
            activity.record_head();
            let head = parse(received, &server.limits);
            let is_partial = head.is_none();
            if is_partial || activity.head_bytes() > 0 {
                server.record_head_bytes(activity, if is_partial { received.capacity() } else { 0 });
            }
            if let Some(head) = head {
                return head;
            }
        }
        if !matches!(read(socket, received).await, Ok(1..)) {
            return ReceivedHead::Closed;
        }
    }
}

/// Returns what the bytes are, or `None` if they are part of a head.
fn parse(received: &[u8], limits: &ConnectionLimits) -> Option<ReceivedHead> {
    if received.starts_with(HTTP2_PREFACE) {
        return Some(ReceivedHead::Http2);
    }
    if HTTP2_PREFACE.starts_with(received) {
        return None;
    }
    let mut fields = [httparse::EMPTY_HEADER; limits::MAX_HEADER_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let problem = match request.parse(received) {
        Ok(httparse::Status::Partial) => {
            let uri_bytes = request.path.map_or(received.len().saturating_sub(MAX_METHOD_BYTES), str::len);
            if uri_bytes > limits.max_uri_bytes {
                uri_too_long(limits)
            } else if received.len() > limits.max_uri_bytes + limits.max_header_bytes {
                headers_too_long(limits)
            } else {
                return None;
            }
        }
        Err(httparse::Error::TooManyHeaders) => too_many_header_fields(),
        Ok(httparse::Status::Complete(_)) | Err(_) => return Some(ReceivedHead::Complete),
    };
    Some(ReceivedHead::TooLong(problem))
}

/// Appends to `received` what has arrived. Returns its length, which is 0 at the end.
async fn read(socket: &mut Socket, received: &mut Vec<u8>) -> io::Result<usize> {
    std::future::poll_fn(|context| {
        // Not kept while waiting, so that a waiting connection does not have it.
        let mut space = [0; READ_BYTES];
        let mut buffer = ReadBuf::new(&mut space);
        ready!(Pin::new(&mut *socket).poll_read(context, &mut buffer))?;
        received.extend_from_slice(buffer.filled());
        Ok(buffer.filled().len()).into()
    })
    .await
}

/// Responds to the request that begins with `received` with a problem, and ends the connection. What the client still
/// sends is read and dropped for some time: otherwise the system would reset the connection, and the client might not
/// get the response.
pub(super) async fn refuse(
    mut socket: Socket,
    received: &[u8],
    problem: ProblemDetails,
    server: &Server,
) -> io::Result<()> {
    let Ok(response) = server.refuse(partial_request(received, problem)).await;
    socket.write_all(&written(response).await).await?;
    socket.shutdown().await?;
    let (mut discarded, mut total) = (Vec::new(), 0);
    while total < limits::MAX_DISCARDED_BYTES {
        match read(&mut socket, &mut discarded).await? {
            0 => break,
            length => total += length,
        }
        discarded.clear();
    }
    Ok(())
}

/// Returns a response as the last one of an HTTP/1.1 connection.
async fn written(response: Response) -> Vec<u8> {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, limits::MAX_REFUSAL_BYTES).await.unwrap_or_default();
    let reason = parts.status.canonical_reason().unwrap_or("Error");
    let mut written = format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_u16()).into_bytes();
    for (name, value) in parts.headers.iter().filter(|(name, _)| **name != CONTENT_LENGTH) {
        written.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    written.extend(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).bytes());
    written.extend(body);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_complete_invalid_partial_and_too_long_heads_apart() {
        let limits =
            ConnectionLimits { max_uri_bytes: 100, max_header_bytes: 200, ..ConnectionLimits::default() };
        let status = |head: &str| match parse(head.as_bytes(), &limits) {
            None => 0,
            Some(ReceivedHead::TooLong(problem)) => problem.status,
            Some(ReceivedHead::Http2) => 2,
            Some(_) => 200,
        };
        let long = |length: usize| "a".repeat(length);
        for (head, expected) in [
            ("\r\n".to_owned(), 0),
            ("GET".to_owned(), 0),
            (format!("GET /{}", long(80)), 0),
            (format!("GET /{}", long(140)), 414),
            (format!("GET /{} HTTP/1.1\r\nho", long(100)), 414),
            (format!("GET / HTTP/1.1\r\na: {}", long(150)), 0),
            (format!("GET / HTTP/1.1\r\na: {}", long(300)), 431),
            (format!("GET / HTTP/1.1\r\n{}", "a:b\r\n".repeat(101)), 431),
            ("GET / HTTP/1.1\r\n\r\n".to_owned(), 200),
            ("\u{16}\u{3}\u{1}".to_owned(), 200),
            ("G\0T /".to_owned(), 200),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r".to_owned(), 0),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0".to_owned(), 2),
            ("PRI * HTTP/2.0\r\n\r\nXM\r\n\r\n".to_owned(), 200),
        ] {
            assert_eq!(status(&head), expected, "{head:?}");
        }
    }
}
