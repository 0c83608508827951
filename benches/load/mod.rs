//! The one client of all servers: connections that stay open and ask one question after the other.
//!
//! It runs on one thread, so that it takes the same from every server.

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
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::{JoinSet, LocalSet};

use crate::questions::Question;
pub(crate) use sonic::Channel;

/// Where questions go.
#[derive(Clone)]
pub(crate) enum Endpoint {
    /// To an HTTP server.
    Http {
        addr: SocketAddr,
        /// Path and parameters, up to the query at the end.
        target: String,
    },
    /// To Sonic, by its own protocol.
    Sonic { addr: SocketAddr },
}

/// Percentiles in milliseconds, by nearest rank.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Latency {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        Self { p50: at(50), p99: at(99), max: at(100) }
    }
}

enum Connection {
    Http { sender: SendRequest<Empty<Bytes>>, host: String, target: String },
    Sonic(Channel),
}

impl Connection {
    async fn open(endpoint: &Endpoint) -> anyhow::Result<Self> {
        match endpoint {
            Endpoint::Sonic { addr } => Ok(Self::Sonic(Channel::open(*addr, "search").await?)),
            Endpoint::Http { addr, target } => {
                let stream = TcpStream::connect(addr).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                // It ends with the sender; what fails there fails here too.
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

/// The client.
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

    /// One answer, on a connection of its own.
    pub(crate) fn ask(&self, endpoint: &Endpoint, query: &str) -> anyhow::Result<Bytes> {
        self.run(async { Connection::open(endpoint).await?.ask(query).await })
    }

    /// Asks until an answer has a hit; the time since `started` until then.
    pub(crate) fn wait_for_hit(
        &self,
        endpoint: &Endpoint,
        query: &str,
        started: Instant,
        patience: Duration,
    ) -> anyhow::Result<Duration> {
        self.run(async {
            let mut connection = Connection::open(endpoint).await?;
            loop {
                if has_hit(&connection.ask(query).await?) {
                    return Ok(started.elapsed());
                }
                anyhow::ensure!(started.elapsed() < patience, "{query} was not found in {patience:?}");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
    }

    /// The time of each query on one connection, from sending it to having read the answer, and how many
    /// had a hit. Queries that `patience` is too short for are left out.
    pub(crate) fn latencies(
        &self,
        endpoint: &Endpoint,
        queries: &[Question],
        patience: Duration,
    ) -> anyhow::Result<(Vec<Duration>, usize)> {
        self.run(async {
            let mut connection = Connection::open(endpoint).await?;
            let (mut times, mut answered) = (Vec::new(), 0);
            let begun = Instant::now();
            for query in queries {
                let started = Instant::now();
                let answer = connection.ask(&query.text).await;
                let body = answer.with_context(|| format!("asked for {:?}", query.text))?;
                times.push(started.elapsed());
                answered += usize::from(has_hit(&body));
                if begun.elapsed() > patience {
                    break;
                }
            }
            Ok((times, answered))
        })
    }

    /// Answers a second when so many connections always wait for one. No query is asked twice: it ends
    /// with the queries or with `patience`.
    pub(crate) fn throughput(
        &self,
        endpoint: &Endpoint,
        queries: &[Question],
        connections: usize,
        patience: Duration,
    ) -> anyhow::Result<f64> {
        let queries: Rc<[Question]> = queries.into();
        let next = Rc::new(Cell::new(0));
        self.run(async {
            let mut open = Vec::with_capacity(connections);
            for _ in 0..connections {
                open.push(Connection::open(endpoint).await?);
            }
            let started = Instant::now();
            let mut workers = JoinSet::new();
            for connection in open {
                let worker = work(connection, Rc::clone(&queries), Rc::clone(&next), started + patience);
                workers.spawn_local(worker);
            }
            let mut answers = 0.0;
            while let Some(done) = workers.join_next().await {
                answers += done??;
            }
            Ok(answers / started.elapsed().as_secs_f64())
        })
    }
}

/// Takes one query after the other; returns how many were answered.
async fn work(
    mut connection: Connection,
    queries: Rc<[Question]>,
    next: Rc<Cell<usize>>,
    end: Instant,
) -> anyhow::Result<f64> {
    let mut answers = 0.0;
    while Instant::now() < end
        && let Some(query) = queries.get(next.replace(next.get() + 1))
    {
        connection.ask(&query.text).await?;
        answers += 1.0;
    }
    Ok(answers)
}

/// Whether an answer has a hit: one of JSON a first of its `hits`, one of Sonic a name after its marker.
fn has_hit(body: &[u8]) -> bool {
    if let Some(hits) = body.strip_prefix(b"EVENT QUERY ") {
        return hits.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()).count() > 1;
    }
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    answer["hits"].as_array().is_some_and(|hits| !hits.is_empty())
}
