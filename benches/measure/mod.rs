//! Asking servers over HTTP: how long each answer takes, and how many come in a second.

mod connection;
mod table;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{Asked, CLASSES, Effort, Forget, encode};
use connection::{Connection, ask_all, request};

/// Connections that ask at the same time.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Queries of which all answers are remembered at the same time.
const REMEMBERED: usize = 100;
/// Requests that are answered without a search, for each that is answered by one.
const AGAIN: usize = 4;

/// A server under way.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// All of the path but the query.
    pub(crate) path: &'static str,
    /// Makes it forget what it has answered.
    pub(crate) forget: Option<Forget>,
    /// It does not search: it has answered each query before, or all are the same to it.
    pub(crate) is_asked_again: bool,
}

/// The most memory that the process ever had, in megabytes; none where the system does not tell.
#[derive(Serialize)]
struct Memory {
    /// With the site indexed and opened by bloghound, before anything else.
    indexed_mb: Option<f64>,
    /// With all servers and the client, after all requests.
    measured_mb: Option<f64>,
}

/// What was measured; each figure is the median of the rounds.
#[derive(Serialize)]
pub(crate) struct Report {
    posts: usize,
    queries: usize,
    rounds: usize,
    /// In the order in which they were asked.
    servers: Vec<Measured>,
    memory: Memory,
}

/// What one server took.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    latency: Latency,
    latency_by_class: Vec<(&'static str, Latency)>,
    /// Percentiles in those of the first server.
    to_hello: Ratio,
    /// Percentiles in those of the second server.
    to_tantivy: Ratio,
    /// Queries that had a hit; none for a server that does not search.
    answered: Option<usize>,
    throughput: Vec<Rate>,
}

/// Percentiles in milliseconds.
#[derive(Clone, Copy, Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

#[derive(Serialize)]
struct Ratio {
    p50: f64,
    p99: f64,
}

/// How much is answered when several connections always wait for an answer.
#[derive(Serialize)]
struct Rate {
    connections: usize,
    requests_per_second: f64,
    /// In that of the first server, with as many connections.
    to_hello: f64,
}

impl Latency {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Self { p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }

    /// The medians of what the rounds measured.
    fn median(rounds: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| median(rounds.iter().map(part).collect());
        Self {
            p50: of(|one| one.p50),
            p90: of(|one| one.p90),
            p99: of(|one| one.p99),
            max: of(|one| one.max),
        }
    }

    fn to(self, other: Self) -> Ratio {
        Ratio { p50: self.p50 / other.p50, p99: self.p99 / other.p99 }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

impl Report {
    /// Asks the servers, of which the first is `hello` and the second `tantivy`.
    pub(crate) fn measure(
        servers: &[Server],
        queries: &[Asked],
        effort: &Effort,
        posts: usize,
        indexed_mb: Option<f64>,
    ) -> anyhow::Result<Self> {
        // A thread of its own, so that the servers are asked as from outside.
        let client = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let requests: Vec<Vec<Vec<u8>>> = servers.iter().map(|server| requests(server, queries)).collect();
        let timed = queries.len().min(effort.queries);
        let mut rounds = Vec::with_capacity(effort.rounds);
        client.block_on(time_each(servers, &requests, timed.min(effort.warm_up)))?;
        for _ in 0..effort.rounds {
            rounds.push(client.block_on(time_each(servers, &requests, timed))?);
        }
        let rates = throughput(&client, servers, &requests, effort.rounds)?;
        let mut measured: Vec<Measured> = Vec::with_capacity(servers.len());
        for (at, (server, throughput)) in servers.iter().zip(rates).enumerate() {
            let latency_of = |is_meant: &dyn Fn(&Asked) -> bool| {
                let of_round = |times: &Vec<Vec<Duration>>| {
                    let timed = queries.iter().zip(&times[at]).filter(|(query, _)| is_meant(query));
                    Latency::new(timed.map(|(_, time)| *time).collect())
                };
                Latency::median(&rounds.iter().map(of_round).collect::<Vec<_>>())
            };
            let latency = latency_of(&|_| true);
            let by_class = CLASSES.into_iter().enumerate();
            let hello = measured.first().map_or(latency, |hello| hello.latency);
            let tantivy = measured.get(1).map_or(latency, |tantivy| tantivy.latency);
            measured.push(Measured {
                name: server.name,
                latency,
                latency_by_class: by_class
                    .map(|(class, name)| (name, latency_of(&|query| query.class == class)))
                    .collect(),
                to_hello: latency.to(hello),
                to_tantivy: latency.to(tantivy),
                answered: client.block_on(count_answered(server, &requests[at][..timed]))?,
                throughput,
            });
        }
        // Only `hello` comes before `tantivy`.
        measured[0].to_tantivy = measured[0].latency.to(measured[1].latency);
        let memory = Memory { indexed_mb, measured_mb: peak_resident_mb() };
        Ok(Self { posts, queries: timed, rounds: effort.rounds, servers: measured, memory })
    }
}

fn requests(server: &Server, queries: &[Asked]) -> Vec<Vec<u8>> {
    queries.iter().map(|query| request(&format!("{}?q={}", server.path, encode(&query.text)))).collect()
}

/// The times of the first `count` queries to each server, from sending one to having read the answer.
async fn time_each(
    servers: &[Server],
    requests: &[Vec<Vec<u8>>],
    count: usize,
) -> anyhow::Result<Vec<Vec<Duration>>> {
    let mut connections = Vec::with_capacity(servers.len());
    for server in servers {
        server.forget()?;
        connections.push(Connection::open(server.address).await?);
    }
    let mut times = vec![Vec::with_capacity(count); servers.len()];
    for at in 0..count {
        for ((requests, connection), times) in requests.iter().zip(&mut connections).zip(&mut times) {
            let started = Instant::now();
            connection.ask(&requests[at]).await?;
            times.push(started.elapsed());
        }
    }
    Ok(times)
}

async fn count_answered(server: &Server, requests: &[Vec<u8>]) -> anyhow::Result<Option<usize>> {
    let mut connection = Connection::open(server.address).await?;
    let mut answered = None;
    for request in requests {
        let body = connection.ask(request).await?;
        let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else { continue };
        let has_hits = body["hits"].as_array().is_some_and(|hits| !hits.is_empty());
        *answered.get_or_insert_default() += usize::from(has_hits);
    }
    Ok(answered)
}

/// For each server, how many requests it answers in a second, by connections. All servers are asked in each
/// round, so that whatever slows the machine slows them alike.
fn throughput(
    client: &Runtime,
    servers: &[Server],
    requests: &[Vec<Vec<u8>>],
    rounds: usize,
) -> anyhow::Result<Vec<Vec<Rate>>> {
    let mut rates: Vec<Vec<Rate>> = servers.iter().map(|_| Vec::new()).collect();
    let asked: Vec<Arc<Vec<Vec<u8>>>> =
        servers.iter().zip(requests).map(|(server, requests)| Arc::new(server.series(requests))).collect();
    for connections in CONNECTIONS {
        let mut measured: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); servers.len()];
        for _ in 0..rounds {
            for ((server, requests), measured) in servers.iter().zip(&asked).zip(&mut measured) {
                server.forget()?;
                if server.is_asked_again {
                    let first = Arc::new(requests.iter().take(REMEMBERED).cloned().collect());
                    client.block_on(ask_all(server.address, &first, 1))?;
                }
                let took = client.block_on(ask_all(server.address, requests, connections))?;
                #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
                measured.push(requests.len() as f64 / took.as_secs_f64());
            }
        }
        let medians: Vec<f64> = measured.into_iter().map(median).collect();
        for (rates, requests_per_second) in rates.iter_mut().zip(&medians) {
            rates.push(Rate {
                connections,
                requests_per_second: *requests_per_second,
                to_hello: requests_per_second / medians[0],
            });
        }
    }
    Ok(rates)
}

impl Server {
    fn forget(&self) -> anyhow::Result<()> {
        self.forget.as_ref().map_or(Ok(()), |forget| forget())
    }

    /// All requests once, or a few of them again and again, more of them as that takes less time.
    fn series(&self, requests: &[Vec<u8>]) -> Vec<Vec<u8>> {
        if self.is_asked_again {
            requests.iter().take(REMEMBERED).cycle().take(requests.len() * AGAIN).cloned().collect()
        } else {
            requests.to_vec()
        }
    }
}

/// The peak of the process's resident memory so far, in megabytes, where the system tells.
pub(crate) fn peak_resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
