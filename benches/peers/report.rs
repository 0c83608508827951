//! The tables and the chart.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::corpus::Corpus;
use super::engines::{EngineKind, PeerEngine};
use super::measure::{CONNECTIONS, PeerMeasurements, PeerOutcome};
use crate::chart::{BarChart, draw_bar_charts};
use crate::statistics::{mebibytes, three_digits};

#[derive(Serialize)]
pub(super) struct PeersReport {
    posts: usize,
    text_bytes: u64,
    /// bloghound first.
    peers: Vec<PeerResult>,
}

#[derive(Serialize)]
struct PeerResult {
    name: &'static str,
    kind: EngineKind,
    responses: &'static str,
    #[serde(flatten)]
    outcome: PeerOutcome,
}

/// A column of the table.
struct PeerColumn {
    title: &'static str,
    /// Returns the value of an engine, if it is known.
    value: fn(&PeerMeasurements) -> Option<f64>,
}

const COLUMNS: [PeerColumn; 10] = [
    PeerColumn { title: "index s", value: |peer| Some(peer.indexing.seconds) },
    PeerColumn { title: "index MiB", value: |peer| Some(mebibytes(peer.index_bytes)) },
    PeerColumn { title: "peak MiB", value: |peer| peer.indexing.peak_mb },
    PeerColumn { title: "serve MiB", value: |peer| peer.serving_mb },
    PeerColumn { title: "p50 ms", value: |peer| Some(peer.latency.p50) },
    PeerColumn { title: "p99 ms", value: |peer| Some(peer.latency.p99) },
    PeerColumn { title: "q/s 1", value: |peer| peer.queries_per_second(CONNECTIONS[0]) },
    PeerColumn { title: "q/s 16", value: |peer| peer.queries_per_second(CONNECTIONS[1]) },
    PeerColumn { title: "q/s 64", value: |peer| peer.queries_per_second(CONNECTIONS[2]) },
    PeerColumn { title: "save ms", value: |peer| Some(peer.save_ms) },
];

impl PeersReport {
    pub(super) fn new(corpus: &Corpus, outcomes: Vec<(PeerEngine, PeerOutcome)>) -> Self {
        let peers = outcomes.into_iter().map(|(engine, outcome)| PeerResult {
            name: engine.name,
            kind: engine.kind(),
            responses: engine.responses,
            outcome,
        });
        Self { posts: corpus.posts.len(), text_bytes: corpus.text_bytes, peers: peers.collect() }
    }

    fn measured(&self) -> impl Iterator<Item = (&PeerResult, &PeerMeasurements)> {
        self.peers.iter().filter_map(|peer| match &peer.outcome {
            PeerOutcome::Measured(measurements) => Some((peer, measurements)),
            PeerOutcome::NotInstalled(_) | PeerOutcome::Failed(_) => None,
        })
    }

    /// Draws a bar chart for each column.
    pub(super) fn draw(&self, path: &Path) -> anyhow::Result<()> {
        let chart = |column: &PeerColumn| {
            let bars = self.measured().filter_map(|(peer, measurements)| {
                let name = format!("{} ({})", peer.name, peer.kind.label());
                Some((name, (column.value)(measurements)?))
            });
            BarChart { title: column.title.to_owned(), bars: bars.collect() }
        };
        draw_bar_charts(path, &COLUMNS.iter().map(chart).collect::<Vec<_>>())
    }

    /// Writes a table with a row per engine; `cell` gets the engine's value and bloghound's.
    fn fmt_table(
        &self,
        f: &mut fmt::Formatter<'_>,
        cell: impl Fn(Option<f64>, Option<f64>) -> String,
    ) -> fmt::Result {
        write!(f, "{:<24}", "")?;
        for column in &COLUMNS {
            write!(f, "{:>10}", column.title)?;
        }
        writeln!(f)?;
        let Some((_, bloghound)) = self.measured().next() else { return Ok(()) };
        for (peer, measurements) in self.measured() {
            write!(f, "{:<14}{:<10}", peer.name, peer.kind.label())?;
            for PeerColumn { value, .. } in &COLUMNS {
                write!(f, "{:>10}", cell(value(measurements), value(bloghound)))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for PeersReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} posts, {:.1} MiB of text; one run\n", self.posts, mebibytes(self.text_bytes))?;
        self.fmt_table(f, |value, _| value.map_or_else(|| "-".to_owned(), three_digits))?;
        writeln!(f, "\nrelative to bloghound")?;
        self.fmt_table(f, |value, bloghound| {
            let ratio = value.zip(bloghound).map(|(value, bloghound)| value / bloghound);
            ratio.map_or_else(|| "-".to_owned(), |ratio| format!("x{}", three_digits(ratio)))
        })?;
        writeln!(f, "\nversion, queries with hits / timed queries, content of the responses and features")?;
        for (peer, measurements) in self.measured() {
            let version = measurements.version.as_deref().unwrap_or_default();
            let with_hits = format!("{}/{}", measurements.with_hits, measurements.timed_queries);
            writeln!(f, "{:<14}{version:<10}{with_hits:>10}  {}", peer.name, peer.responses)?;
        }
        for PeerResult { name, outcome, .. } in &self.peers {
            match outcome {
                PeerOutcome::Measured(_) => {}
                PeerOutcome::NotInstalled(install) => writeln!(f, "{name:<14}not installed: {install}")?,
                PeerOutcome::Failed(error) => writeln!(f, "{name:<14}failed: {error}")?,
            }
        }
        f.write_str(NOTES)
    }
}

const NOTES: &str = "
server: the engine runs as a server, as it is used. library: the engine runs in readers' browsers, which download the
library and its index; here it runs in Node.js behind a minimal HTTP server, so that its figures are not what readers
wait for.
peak: peak memory of indexing. serve: memory after all queries. p50, p99: latency on one connection, measured at the
client. q/s: queries per second with 1, 16 and 64 connections. No query is sent twice.
Indexing starts from Markdown files for bloghound and from plain text for the others.
save: median time from saving a post until a search finds it. bloghound notices the changed file after its debounce and
writes it to disk; the others receive the post over HTTP, and the libraries keep it in memory only.
";
