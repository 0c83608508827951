//! The client of all servers. Its connections are kept alive and send one query at a time.
//!
//! It runs on one thread, so that it takes the same share of the CPU from every server.

mod bound_connection;
mod sonic;

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::{JoinSet, LocalSet};

pub(crate) use bound_connection::{BoundConnection, encoded};
pub(crate) use sonic::SonicChannel;

/// Pause between two attempts to find a saved post.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// Where queries are sent.
#[derive(Clone)]
pub(crate) enum Endpoint {
    Http {
        addr: SocketAddr,
        /// Path and parameters, up to the query at the end.
        target: String,
    },
    /// A Sonic server, which has a protocol of its own.
    Sonic { addr: SocketAddr },
}

/// The responses to a list of queries that were sent one after the other.
pub(crate) struct Responses {
    /// Times from sending a query to having read its response.
    pub(crate) times: Vec<Duration>,
    /// Number of queries with at least one hit.
    pub(crate) with_hits: usize,
}

enum Connection {
    Http { sender: SendRequest<Empty<Bytes>>, host: String, target: String },
    Sonic(SonicChannel),
}

impl Connection {
    async fn open(endpoint: &Endpoint) -> anyhow::Result<Self> {
        match endpoint {
            Endpoint::Sonic { addr } => Ok(Self::Sonic(SonicChannel::open(*addr, "search").await?)),
            Endpoint::Http { addr, target } => {
                let stream = TcpStream::connect(addr).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                // The task ends with the sender, which reports the connection's errors too.
                tokio::task::spawn_local(connection);
                Ok(Self::Http { sender, host: addr.to_string(), target: target.clone() })
            }
        }
    }

    async fn ask(&mut self, query: &str) -> anyhow::Result<Bytes> {
        match self {
            Self::Sonic(channel) => Ok(channel.query(query).await?.into()),
            Self::Http { sender, host, target } => {
                let uri = format!("{target}{}", utf8_percent_encode(query, NON_ALPHANUMERIC));
                let request = Request::get(uri).header(header::HOST, host.as_str()).body(Empty::new())?;
                sender.ready().await?;
                let response = sender.send_request(request).await?;
                let status = response.status();
                let body = response.into_body().collect().await?.to_bytes();
                anyhow::ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
                Ok(body)
            }
        }
    }
}

/// A client on one thread.
pub(crate) struct Client {
    runtime: Runtime,
}

impl Client {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self { runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()? })
    }

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        LocalSet::new().block_on(&self.runtime, work)
    }

    /// Sends one query on a new connection and returns the response.
    pub(crate) fn ask(&self, endpoint: &Endpoint, query: &str) -> anyhow::Result<Bytes> {
        self.run(async { Connection::open(endpoint).await?.ask(query).await })
    }

    /// Repeats a query until it has a hit, and returns the time from `started` until then.
    ///
    /// # Errors
    /// If there is no hit within `timeout`.
    pub(crate) fn wait_for_hit(
        &self,
        endpoint: &Endpoint,
        query: &str,
        started: Instant,
        timeout: Duration,
    ) -> anyhow::Result<Duration> {
        self.run(async {
            let mut connection = Connection::open(endpoint).await?;
            loop {
                if has_hit(&connection.ask(query).await?) {
                    return Ok(started.elapsed());
                }
                anyhow::ensure!(started.elapsed() < timeout, "no hit for {query:?} within {timeout:?}");
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
    }

    /// Sends the queries one after the other on one connection. After `time_limit` the remaining ones are skipped.
    pub(crate) fn ask_in_turn(
        &self,
        endpoint: &Endpoint,
        queries: &[String],
        time_limit: Duration,
    ) -> anyhow::Result<Responses> {
        self.run(async {
            let mut connection = Connection::open(endpoint).await?;
            let mut responses = Responses { times: Vec::with_capacity(queries.len()), with_hits: 0 };
            let started_all = Instant::now();
            for query in queries {
                let started = Instant::now();
                let body = connection.ask(query).await.with_context(|| format!("search for {query:?}"))?;
                responses.times.push(started.elapsed());
                responses.with_hits += usize::from(has_hit(&body));
                if started_all.elapsed() > time_limit {
                    break;
                }
            }
            Ok(responses)
        })
    }

    /// Returns the responses per second while each of `connections` connections always waits for one. Each query is
    /// sent once; the measurement ends with the last query or after `time_limit`.
    pub(crate) fn throughput(
        &self,
        endpoint: &Endpoint,
        queries: &[String],
        connections: usize,
        time_limit: Duration,
    ) -> anyhow::Result<f64> {
        let queries: Rc<[String]> = queries.into();
        let next = Rc::new(Cell::new(0));
        self.run(async {
            let mut open = Vec::with_capacity(connections);
            for _ in 0..connections {
                open.push(Connection::open(endpoint).await?);
            }
            let started = Instant::now();
            let mut workers = JoinSet::new();
            for connection in open {
                let deadline = started + time_limit;
                workers.spawn_local(ask_next(connection, Rc::clone(&queries), Rc::clone(&next), deadline));
            }
            let mut responses = 0.0;
            while let Some(worker) = workers.join_next().await {
                responses += worker??;
            }
            Ok(responses / started.elapsed().as_secs_f64())
        })
    }
}

/// Sends the next query again and again until the deadline, and returns the number of responses.
async fn ask_next(
    mut connection: Connection,
    queries: Rc<[String]>,
    next: Rc<Cell<usize>>,
    deadline: Instant,
) -> anyhow::Result<f64> {
    let mut responses = 0.0;
    while Instant::now() < deadline
        && let Some(query) = queries.get(next.replace(next.get() + 1))
    {
        connection.ask(query).await?;
        responses += 1.0;
    }
    Ok(responses)
}

/// Returns whether a response has a hit: JSON in its array `hits`, Sonic's in the ids after the marker of the query.
fn has_hit(body: &[u8]) -> bool {
    if let Some(hits) = body.strip_prefix(b"EVENT QUERY ") {
        return hits.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()).count() > 1;
    }
    let response: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    response["hits"].as_array().is_some_and(|hits| !hits.is_empty())
}
