//! An HTTP connection with as little overhead as possible, since client and servers share the cores.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const MAX_HEADERS: usize = 32;

/// Initial size of the buffer for a response, in bytes.
const INITIAL_BUFFER_BYTES: usize = 64 << 10;

/// A connection that is kept alive, as browsers do.
pub(super) struct KeptConnection {
    stream: TcpStream,
    /// Starts with head and body of the last response.
    buffer: Vec<u8>,
}

impl KeptConnection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; INITIAL_BUFFER_BYTES] })
    }

    /// Sends a request made by [`get_request`] and returns the body of the response.
    ///
    /// # Errors
    /// If the connection fails, or the status is not 200.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.send(request).await?;
        let mut filled = 0;
        loop {
            filled += self.receive(filled).await?;
            if let Some(ResponseLengths { head, body }) = response_lengths(&self.buffer[..filled])?
                && filled >= head + body
            {
                anyhow::ensure!(filled == head + body, "the server sent more than one response");
                return Ok(&self.buffer[head..filled]);
            }
        }
    }

    async fn send(&self, mut request: &[u8]) -> anyhow::Result<()> {
        while !request.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(request) {
                Ok(written) => request = &request[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads available bytes into the buffer after its first `filled` ones, and returns their number.
    async fn receive(&mut self, filled: usize) -> anyhow::Result<usize> {
        if filled == self.buffer.len() {
            self.buffer.resize(filled * 2, 0);
        }
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.buffer[filled..]) {
                Ok(0) => anyhow::bail!("the server closed the connection"),
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Returns the bytes of a GET request.
pub(super) fn get_request(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// Lengths of the parts of a response, in bytes.
struct ResponseLengths {
    head: usize,
    body: usize,
}

/// Returns the lengths of a response, or `None` if its head is not complete.
fn response_lengths(response: &[u8]) -> anyhow::Result<Option<ResponseLengths>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = parsed.parse(response)? else { return Ok(None) };
    anyhow::ensure!(parsed.code == Some(200), "the server responded with status {:?}", parsed.code);
    let length = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.context("the response has no Content-Length")?;
    Ok(Some(ResponseLengths { head, body: std::str::from_utf8(length.value)?.parse()? }))
}

/// Sends all requests over several connections, each of which sends the next one when it has its response. Returns the
/// time until the last response.
pub(super) async fn time_all(
    address: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
) -> anyhow::Result<Duration> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(KeptConnection::open(address).await?);
    }
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for (at, mut connection) in open.into_iter().enumerate() {
        let requests = Arc::clone(requests);
        tasks.spawn(async move {
            for request in requests.iter().skip(at).step_by(connections) {
                connection.ask(request).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(started.elapsed())
}
