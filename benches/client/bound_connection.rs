//! A kept HTTP connection from a given local address.

use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpSocket;

pub(crate) struct BoundConnection {
    sender: SendRequest<Empty<Bytes>>,
}

impl BoundConnection {
    pub(crate) async fn open(from: Ipv4Addr, to: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // The task ends with the sender, which reports the connection's errors too.
        tokio::task::spawn_local(connection);
        Ok(Self { sender })
    }

    /// Sends a request, reads the response, and returns whether it was refused with status 503.
    ///
    /// # Errors
    /// If the connection fails, or the status is neither 200 nor 503.
    pub(crate) async fn ask(&mut self, path: &str) -> anyhow::Result<bool> {
        let request = Request::get(path).header(header::HOST, "localhost").body(Empty::new())?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        let is_refused = status == StatusCode::SERVICE_UNAVAILABLE;
        anyhow::ensure!(is_refused || status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        Ok(is_refused)
    }
}

/// Returns a text as the value of a parameter.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
