//! A client as lean as can be: what it costs would be counted for the servers, which share its processor.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const MAX_HEADERS: usize = 32;

/// Room for an answer at first, in bytes.
const USUAL_ANSWER_BYTES: usize = 64 << 10;

/// A connection that is kept, as browsers do.
pub(crate) struct Connection {
    stream: TcpStream,
    /// Begins with the answer that came last, head and body.
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; USUAL_ANSWER_BYTES] })
    }

    /// Sends a request, as [`request`] makes it, and reads all of the answer; its body.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.send(request).await?;
        let mut filled = 0;
        loop {
            filled += self.receive(filled).await?;
            if let Some((head, body)) = lengths(&self.buffer[..filled])?
                && filled >= head + body
            {
                anyhow::ensure!(filled == head + body, "more came than was asked for");
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

    /// Reads what is there behind what is filled already; how much that is.
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

/// The bytes of a request.
pub(crate) fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// How long head and body of an answer are, once all of its head is there.
fn lengths(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(answer)? else { return Ok(None) };
    anyhow::ensure!(response.code == Some(200), "an answer has status {:?}", response.code);
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.context("an answer does not tell its length")?;
    Ok(Some((head, std::str::from_utf8(length.value)?.parse()?)))
}

/// The time until all requests were answered, each connection asking for the next when it has its answer.
pub(crate) async fn ask_all(
    address: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
) -> anyhow::Result<Duration> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let mut asking = JoinSet::new();
    let started = Instant::now();
    for (at, mut connection) in open.into_iter().enumerate() {
        let requests = Arc::clone(requests);
        asking.spawn(async move {
            for request in requests.iter().skip(at).step_by(connections) {
                connection.ask(request).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(asked) = asking.join_next().await {
        asked??;
    }
    Ok(started.elapsed())
}
