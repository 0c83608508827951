//! Measurement of the servers: latency of single requests and throughput of several connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use tokio::runtime::Runtime;

use super::connection::{KeptConnection, get_request, time_all};
use super::queries::{CLASSES, ClassifiedQuery};
use super::{ClearCache, HttpWork};
use crate::process::own_peak_mb;
use crate::statistics::{Percentiles, median};

pub(super) const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Number of distinct queries to a server that responds from its cache; all their responses fit in it.
const CACHED_QUERIES: usize = 100;
/// Requests to a server that responds from its cache, per request to one that searches; they take less time.
const CACHED_REQUEST_FACTOR: usize = 4;

/// A server in this process.
pub(super) struct LocalServer {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    /// Path and parameters, up to the query at the end.
    pub(super) target: &'static str,
    pub(super) clear_cache: Option<ClearCache>,
    /// The server does not search: it has cached the response, or its response is constant.
    pub(super) is_cached: bool,
}

/// All measurements; figures are medians of the rounds.
#[derive(Serialize)]
pub(super) struct HttpLatencyReport {
    pub(super) posts: usize,
    pub(super) queries: usize,
    pub(super) rounds: usize,
    /// In the order of the requests.
    pub(super) servers: Vec<ServerMeasurements>,
    pub(super) memory: PeakMemory,
}

/// Peak resident memory of the process in MiB.
#[derive(Clone, Copy, Serialize)]
pub(super) struct PeakMemory {
    /// After bloghound has indexed the site and opened the index.
    pub(super) indexed_mb: Option<f64>,
    /// After all requests, with all servers and the client.
    pub(super) measured_mb: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct ServerMeasurements {
    pub(super) name: &'static str,
    /// Milliseconds.
    pub(super) latency: Percentiles,
    pub(super) latency_by_class: Vec<(&'static str, Percentiles)>,
    pub(super) to_hello: LatencyRatio,
    pub(super) to_tantivy: LatencyRatio,
    /// Number of queries with hits; `None` for a server whose response is not JSON.
    pub(super) with_hits: Option<usize>,
    pub(super) throughput: Vec<Throughput>,
}

/// Latency of a server divided by that of another.
#[derive(Serialize)]
pub(super) struct LatencyRatio {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

#[derive(Serialize)]
pub(super) struct Throughput {
    pub(super) connections: usize,
    pub(super) requests_per_second: f64,
    /// Divided by that of `hello` with as many connections.
    pub(super) to_hello: f64,
}

impl LatencyRatio {
    fn new(latency: Percentiles, base: Percentiles) -> Self {
        Self { p50: latency.p50 / base.p50, p99: latency.p99 / base.p99 }
    }
}

impl HttpLatencyReport {
    /// Measures the servers, of which the first is `hello` and the second `tantivy`.
    pub(super) fn measure(
        servers: &[LocalServer],
        queries: &[ClassifiedQuery],
        work: &HttpWork,
        posts: usize,
        indexed_mb: Option<f64>,
    ) -> anyhow::Result<Self> {
        // On this thread, which the servers do not use.
        let client = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let requests: Vec<Vec<Vec<u8>>> = servers.iter().map(|server| server.requests(queries)).collect();
        let timed = queries.len().min(work.timed_queries);
        client.block_on(time_each(servers, &requests, timed.min(work.warm_up_queries)))?;
        let mut rounds = Vec::with_capacity(work.rounds);
        for _ in 0..work.rounds {
            rounds.push(client.block_on(time_each(servers, &requests, timed))?);
        }
        let throughput = throughput(&client, servers, &requests, work.rounds)?;
        let latency_of = |server: usize, is_counted: &dyn Fn(&ClassifiedQuery) -> bool| {
            let of_round = |times: &Vec<Vec<Duration>>| {
                let counted = queries.iter().zip(&times[server]).filter(|(query, _)| is_counted(query));
                Percentiles::of(counted.map(|(_, time)| *time).collect())
            };
            Percentiles::median_of(&rounds.iter().map(of_round).collect::<Vec<_>>())
        };
        let latencies: Vec<Percentiles> = (0..servers.len()).map(|at| latency_of(at, &|_| true)).collect();
        let mut measured = Vec::with_capacity(servers.len());
        for (at, (server, throughput)) in servers.iter().zip(throughput).enumerate() {
            let by_class = CLASSES.map(|class| (class, latency_of(at, &|query| query.class == class)));
            measured.push(ServerMeasurements {
                name: server.name,
                latency: latencies[at],
                latency_by_class: by_class.into(),
                to_hello: LatencyRatio::new(latencies[at], latencies[0]),
                to_tantivy: LatencyRatio::new(latencies[at], latencies[1]),
                with_hits: client.block_on(count_with_hits(server, &requests[at][..timed]))?,
                throughput,
            });
        }
        let memory = PeakMemory { indexed_mb, measured_mb: own_peak_mb() };
        Ok(Self { posts, queries: timed, rounds: work.rounds, servers: measured, memory })
    }
}

/// Sends the first `count` queries, each to all servers in turn, and returns the times from sending a request to having
/// read its response, by server.
async fn time_each(
    servers: &[LocalServer],
    requests: &[Vec<Vec<u8>>],
    count: usize,
) -> anyhow::Result<Vec<Vec<Duration>>> {
    let mut connections = Vec::with_capacity(servers.len());
    for server in servers {
        server.clear_cache()?;
        connections.push(KeptConnection::open(server.address).await?);
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

async fn count_with_hits(server: &LocalServer, requests: &[Vec<u8>]) -> anyhow::Result<Option<usize>> {
    let mut connection = KeptConnection::open(server.address).await?;
    let mut with_hits = None;
    for request in requests {
        let body = connection.ask(request).await?;
        let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else { continue };
        let has_hits = body["hits"].as_array().is_some_and(|hits| !hits.is_empty());
        *with_hits.get_or_insert_default() += usize::from(has_hits);
    }
    Ok(with_hits)
}

/// Returns the throughput of each server by number of connections. Each round measures all servers, so that load on
/// the machine affects all alike.
fn throughput(
    client: &Runtime,
    servers: &[LocalServer],
    requests: &[Vec<Vec<u8>>],
    rounds: usize,
) -> anyhow::Result<Vec<Vec<Throughput>>> {
    let mut results: Vec<Vec<Throughput>> = servers.iter().map(|_| Vec::new()).collect();
    let series: Vec<Arc<Vec<Vec<u8>>>> = servers
        .iter()
        .zip(requests)
        .map(|(server, requests)| Arc::new(server.throughput_requests(requests)))
        .collect();
    for connections in CONNECTIONS {
        let mut rates: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); servers.len()];
        for _ in 0..rounds {
            for ((server, requests), rates) in servers.iter().zip(&series).zip(&mut rates) {
                server.clear_cache()?;
                if server.is_cached {
                    let distinct = Arc::new(requests.iter().take(CACHED_QUERIES).cloned().collect());
                    client.block_on(time_all(server.address, &distinct, 1))?;
                }
                let time = client.block_on(time_all(server.address, requests, connections))?;
                #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
                rates.push(requests.len() as f64 / time.as_secs_f64());
            }
        }
        let medians: Vec<f64> = rates.into_iter().map(median).collect();
        for (results, requests_per_second) in results.iter_mut().zip(&medians) {
            results.push(Throughput {
                connections,
                requests_per_second: *requests_per_second,
                to_hello: requests_per_second / medians[0],
            });
        }
    }
    Ok(results)
}

impl LocalServer {
    fn requests(&self, queries: &[ClassifiedQuery]) -> Vec<Vec<u8>> {
        let request = |query: &ClassifiedQuery| {
            get_request(&format!("{}{}", self.target, utf8_percent_encode(&query.text, NON_ALPHANUMERIC)))
        };
        queries.iter().map(request).collect()
    }

    fn clear_cache(&self) -> anyhow::Result<()> {
        self.clear_cache.as_ref().map_or(Ok(()), |clear_cache| clear_cache())
    }

    /// Returns all requests once for a server that searches, and repetitions of some for one that does not.
    fn throughput_requests(&self, requests: &[Vec<u8>]) -> Vec<Vec<u8>> {
        if self.is_cached {
            let count = requests.len() * CACHED_REQUEST_FACTOR;
            requests.iter().take(CACHED_QUERIES).cycle().take(count).cloned().collect()
        } else {
            requests.to_vec()
        }
    }
}
