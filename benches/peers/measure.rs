//! What one engine takes, by the same client and the same queries for all.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::corpus::Corpus;
use crate::load::{Client, Latency};
use crate::peer::{Peer, Serving};
use crate::process::Cost;
use crate::questions::{Question, Questions, unheard_of};

/// How many connections ask at once.
pub(crate) const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// What is waited for a saved post.
const SAVE_PATIENCE: Duration = Duration::from_mins(5);

/// No more posts are saved after that.
const SAVES_PATIENCE: Duration = Duration::from_mins(1);

/// How much is measured.
pub(crate) struct Effort {
    warm_up: usize,
    latency: usize,
    throughput: usize,
    latency_patience: Duration,
    throughput_patience: Duration,
    saves: usize,
}

/// Queries, each for one purpose: no engine is asked twice for the same.
pub(crate) struct Load {
    warm_up: Vec<Question>,
    latency: Vec<Question>,
    throughput: [Vec<Question>; CONNECTIONS.len()],
    latency_patience: Duration,
    throughput_patience: Duration,
    saves: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        warm_up: 200,
        latency: 1_000,
        throughput: 30_000,
        latency_patience: Duration::from_mins(1),
        throughput_patience: Duration::from_secs(5),
        saves: 5,
    };
    pub(crate) const TRIAL: Self = Self {
        warm_up: 5,
        latency: 20,
        throughput: 100,
        latency_patience: Duration::from_secs(1),
        throughput_patience: Duration::from_millis(100),
        saves: 1,
    };

    pub(crate) fn load(&self, questions: &Questions) -> Load {
        let latency = questions.mixed(self.latency);
        let asked: std::collections::BTreeSet<&str> =
            latency.iter().map(|query| query.text.as_str()).collect();
        let many = self.latency + self.warm_up + self.throughput * CONNECTIONS.len();
        let mut others = questions.mixed(many);
        others.retain(|query| !asked.contains(query.text.as_str()));
        let rest = others.split_off(self.warm_up.min(others.len()));
        // Dealt out, so that all have the same classes.
        let deal = |at: usize| rest.iter().skip(at).step_by(CONNECTIONS.len()).cloned().collect();
        Load {
            warm_up: others,
            throughput: std::array::from_fn(deal),
            latency_patience: self.latency_patience,
            throughput_patience: self.throughput_patience,
            saves: self.saves,
            latency,
        }
    }
}

/// What came of an engine.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Measured(Measured),
    /// How to install it.
    NotInstalled(&'static str),
    /// What went wrong.
    Failed(String),
}

/// What an engine takes.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) version: Option<String>,
    /// What its answers have.
    pub(crate) answers: &'static str,
    pub(crate) indexing: Cost,
    pub(crate) index_bytes: u64,
    /// Resident memory after all queries, in megabytes.
    pub(crate) serving_mb: Option<f64>,
    /// On one connection, in milliseconds.
    pub(crate) latency: Latency,
    /// Queries that were timed.
    pub(crate) asked: usize,
    /// Those of them that had a hit.
    pub(crate) answered: usize,
    /// Answers a second, at so many connections.
    pub(crate) per_second: Vec<(usize, f64)>,
    /// Milliseconds from saving a post to finding it: median of several saves.
    pub(crate) save_ms: f64,
}

impl Outcome {
    /// Measures an engine that is installed.
    ///
    /// # Errors
    /// When bloghound fails; without it there is nothing to compare.
    pub(crate) fn of(peer: &Peer, corpus: &Corpus, load: &Load) -> anyhow::Result<Self> {
        if let Some(install) = peer.missing() {
            return Ok(Self::NotInstalled(install));
        }
        match Measured::of(peer, corpus, load) {
            Ok(measured) => Ok(Self::Measured(measured)),
            Err(error) if peer.is_bloghound() => Err(error),
            Err(error) => Ok(Self::Failed(format!("{error:#}"))),
        }
    }
}

impl Measured {
    fn of(peer: &Peer, corpus: &Corpus, load: &Load) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let serving = peer.serve(corpus, dir.path())?;
        let client = Client::new()?;
        let endpoint = &serving.endpoint;
        client.latencies(endpoint, &load.warm_up, load.latency_patience)?;
        let (times, answered) = client.latencies(endpoint, &load.latency, load.latency_patience)?;
        let asked = times.len();
        let mut per_second = Vec::with_capacity(CONNECTIONS.len());
        for (connections, queries) in CONNECTIONS.into_iter().zip(&load.throughput) {
            let answers = client.throughput(endpoint, queries, connections, load.throughput_patience)?;
            per_second.push((connections, answers));
        }
        Ok(Self {
            version: peer.version(),
            answers: peer.answers,
            indexing: serving.indexing,
            index_bytes: serving.index_bytes,
            serving_mb: serving.server.resident_mb(),
            latency: Latency::new(times),
            asked,
            answered,
            per_second,
            save_ms: save(&client, &serving, load.saves)?,
        })
    }
}

/// The median time from saving a post to finding it.
fn save(client: &Client, serving: &Serving, saves: usize) -> anyhow::Result<f64> {
    let mut times = Vec::with_capacity(saves);
    let begun = Instant::now();
    for number in 0..saves {
        let word = unheard_of(number);
        let started = Instant::now();
        (serving.save)(&word)?;
        times.push(client.wait_for_hit(&serving.endpoint, &word, started, SAVE_PATIENCE)?);
        if begun.elapsed() > SAVES_PATIENCE {
            break;
        }
    }
    Ok(Latency::new(times).p50)
}
