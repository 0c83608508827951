//! The measurement of one engine, with the same client and the same queries for all.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::corpus::Corpus;
use super::engines::{PeerEngine, RunningPeer};
use crate::client::{Client, Responses};
use crate::process::ProcessCost;
use crate::query_set::{QuerySet, unique_word};
use crate::statistics::{Percentiles, median, milliseconds};

pub(super) const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Timeout of a server's first response.
pub(super) const STARTUP_TIMEOUT: Duration = Duration::from_mins(1);
/// Timeout of finding a saved post.
const SAVE_TIMEOUT: Duration = Duration::from_mins(5);
/// Time after which no further post is saved.
const SAVES_TIME_LIMIT: Duration = Duration::from_mins(1);

/// Amount of work of the measurement, in queries unless stated otherwise.
pub(super) struct PeerWork {
    warm_up: usize,
    latency: usize,
    /// For each number of connections.
    throughput: usize,
    latency_time_limit: Duration,
    throughput_time_limit: Duration,
    /// Saved posts.
    saves: usize,
}

/// The queries of the measurement. No engine gets a query twice.
pub(super) struct PeerWorkload {
    warm_up: Vec<String>,
    latency: Vec<String>,
    throughput: [Vec<String>; CONNECTIONS.len()],
    latency_time_limit: Duration,
    throughput_time_limit: Duration,
    saves: usize,
}

impl PeerWork {
    pub(super) const FULL: Self = Self {
        warm_up: 200,
        latency: 1_000,
        throughput: 30_000,
        latency_time_limit: Duration::from_mins(1),
        throughput_time_limit: Duration::from_secs(5),
        saves: 5,
    };
    pub(super) const TRIAL: Self = Self {
        warm_up: 5,
        latency: 20,
        throughput: 100,
        latency_time_limit: Duration::from_secs(1),
        throughput_time_limit: Duration::from_millis(100),
        saves: 1,
    };

    pub(super) fn workload(&self, queries: &QuerySet) -> PeerWorkload {
        let latency = queries.mixed(self.latency);
        let timed: BTreeSet<&String> = latency.iter().collect();
        let total = self.latency + self.warm_up + self.throughput * CONNECTIONS.len();
        let mut others = queries.mixed(total);
        others.retain(|query| !timed.contains(query));
        let rest = others.split_off(self.warm_up.min(others.len()));
        // In turn, so that all numbers of connections get the same classes.
        let deal = |at: usize| rest.iter().skip(at).step_by(CONNECTIONS.len()).cloned().collect();
        PeerWorkload {
            warm_up: others,
            throughput: std::array::from_fn(deal),
            latency_time_limit: self.latency_time_limit,
            throughput_time_limit: self.throughput_time_limit,
            saves: self.saves,
            latency,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PeerOutcome {
    Measured(PeerMeasurements),
    /// How to install the engine.
    NotInstalled(&'static str),
    /// The error.
    Failed(String),
}

#[derive(Serialize)]
pub(super) struct PeerMeasurements {
    pub(super) version: Option<String>,
    pub(super) indexing: ProcessCost,
    pub(super) index_bytes: u64,
    /// Resident memory after all queries in MiB.
    pub(super) serving_mb: Option<f64>,
    /// Milliseconds on one connection, each query once.
    pub(super) latency: Percentiles,
    /// Number of timed queries.
    pub(super) timed_queries: usize,
    /// Number of timed queries with hits.
    pub(super) with_hits: usize,
    pub(super) throughput: Vec<PeerThroughput>,
    /// Milliseconds from saving a post until a search finds it: median of several saves.
    pub(super) save_ms: f64,
}

#[derive(Serialize)]
pub(super) struct PeerThroughput {
    pub(super) connections: usize,
    pub(super) queries_per_second: f64,
}

impl PeerOutcome {
    /// Measures an engine if it is installed.
    ///
    /// # Errors
    /// If bloghound fails, without which there is nothing to compare. Failures of other engines are outcomes.
    pub(super) fn measure(
        engine: &PeerEngine,
        corpus: &Corpus,
        workload: &PeerWorkload,
    ) -> anyhow::Result<Self> {
        if let Some(install) = engine.missing() {
            return Ok(Self::NotInstalled(install));
        }
        match PeerMeasurements::measure(engine, corpus, workload) {
            Ok(measurements) => Ok(Self::Measured(measurements)),
            Err(error) if engine.is_bloghound() => Err(error),
            Err(error) => Ok(Self::Failed(format!("{error:#}"))),
        }
    }
}

impl PeerMeasurements {
    fn measure(engine: &PeerEngine, corpus: &Corpus, workload: &PeerWorkload) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let peer = engine.start(corpus, dir.path())?;
        let client = Client::new()?;
        let endpoint = &peer.endpoint;
        client.ask_in_turn(endpoint, &workload.warm_up, workload.latency_time_limit)?;
        let Responses { times, with_hits } =
            client.ask_in_turn(endpoint, &workload.latency, workload.latency_time_limit)?;
        let mut throughput = Vec::with_capacity(CONNECTIONS.len());
        for (connections, queries) in CONNECTIONS.into_iter().zip(&workload.throughput) {
            let queries_per_second =
                client.throughput(endpoint, queries, connections, workload.throughput_time_limit)?;
            throughput.push(PeerThroughput { connections, queries_per_second });
        }
        Ok(Self {
            version: engine.version(),
            indexing: peer.indexing,
            index_bytes: peer.index_bytes,
            serving_mb: peer.server.resident_mb(),
            timed_queries: times.len(),
            latency: Percentiles::of(times),
            with_hits,
            throughput,
            save_ms: median_save_ms(&client, &peer, workload.saves)?,
        })
    }

    pub(super) fn queries_per_second(&self, connections: usize) -> Option<f64> {
        let throughput = self.throughput.iter().find(|throughput| throughput.connections == connections)?;
        Some(throughput.queries_per_second)
    }
}

fn median_save_ms(client: &Client, peer: &RunningPeer, saves: usize) -> anyhow::Result<f64> {
    let mut times = Vec::with_capacity(saves);
    let started_all = Instant::now();
    for number in 0..saves {
        let word = unique_word(number as u64);
        let started = Instant::now();
        (peer.save)(&word)?;
        times.push(client.wait_for_hit(&peer.endpoint, &word, started, SAVE_TIMEOUT)?);
        if started_all.elapsed() > SAVES_TIME_LIMIT {
            break;
        }
    }
    Ok(median(times.into_iter().map(milliseconds)))
}
