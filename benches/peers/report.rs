//! The tables and the plot.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::chart::{Bars, draw_bars, shown};
use crate::corpus::Corpus;
use crate::measure::{CONNECTIONS, Measured, Outcome};

/// What came of all engines.
#[derive(Serialize)]
pub(crate) struct Report {
    posts: usize,
    text_bytes: usize,
    /// bloghound first.
    peers: Vec<Line>,
}

/// What came of one engine.
#[derive(Serialize)]
struct Line {
    name: &'static str,
    #[serde(flatten)]
    outcome: Outcome,
}

/// What is compared: its name, and the number of an engine where it is known.
type Column = (&'static str, fn(&Measured) -> Option<f64>);

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
const COLUMNS: [Column; 10] = [
    ("index s", |peer| Some(peer.indexing.seconds)),
    ("index MB", |peer| Some(peer.index_bytes as f64 / f64::from(1 << 20))),
    ("peak MB", |peer| peer.indexing.peak_mb),
    ("serve MB", |peer| peer.serving_mb),
    ("p50 ms", |peer| Some(peer.latency.p50)),
    ("p99 ms", |peer| Some(peer.latency.p99)),
    ("q/s 1", |peer| rate(peer, CONNECTIONS[0])),
    ("q/s 16", |peer| rate(peer, CONNECTIONS[1])),
    ("q/s 64", |peer| rate(peer, CONNECTIONS[2])),
    ("save ms", |peer| Some(peer.save_ms)),
];

fn rate(peer: &Measured, connections: usize) -> Option<f64> {
    let found = peer.per_second.iter().find(|(at, _)| *at == connections);
    found.map(|(_, per_second)| *per_second)
}

impl Report {
    pub(crate) fn new(corpus: &Corpus, outcomes: Vec<(&'static str, Outcome)>) -> Self {
        let peers = outcomes.into_iter().map(|(name, outcome)| Line { name, outcome }).collect();
        Self { posts: corpus.entries.len(), text_bytes: corpus.text_bytes, peers }
    }

    fn measured(&self) -> impl Iterator<Item = (&'static str, &Measured)> {
        self.peers.iter().filter_map(|line| match &line.outcome {
            Outcome::Measured(measured) => Some((line.name, measured)),
            Outcome::NotInstalled(_) | Outcome::Failed(_) => None,
        })
    }

    /// Draws a group of bars for each column.
    pub(crate) fn draw(&self, path: &Path) -> anyhow::Result<()> {
        let group = |(title, number): &Column| {
            let bars = self.measured().filter_map(|(name, peer)| Some((name.to_owned(), number(peer)?)));
            Bars { title: (*title).to_owned(), bars: bars.collect() }
        };
        draw_bars(path, &COLUMNS.iter().map(group).collect::<Vec<_>>())
    }

    /// A line an engine, of what `cell` makes of its number in a column and of bloghound's.
    fn fmt_table(
        &self,
        f: &mut fmt::Formatter<'_>,
        cell: impl Fn(Option<f64>, Option<f64>) -> String,
    ) -> fmt::Result {
        write!(f, "{:<14}", "")?;
        for (name, _) in COLUMNS {
            write!(f, "{name:>10}")?;
        }
        writeln!(f)?;
        let Some((_, first)) = self.measured().next() else { return Ok(()) };
        for (name, peer) in self.measured() {
            write!(f, "{name:<14}")?;
            for (_, number) in COLUMNS {
                write!(f, "{:>10}", cell(number(peer), number(first)))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.text_bytes as f64 / f64::from(1 << 20);
        writeln!(f, "{} posts, {megabytes:.1} MB of text\n", self.posts)?;
        self.fmt_table(f, |number, _| number.map_or_else(|| "-".to_owned(), shown))?;
        writeln!(f, "\nin bloghound's")?;
        self.fmt_table(f, |number, first| {
            let ratio = number.zip(first).map(|(number, first)| number / first);
            ratio.map_or_else(|| "-".to_owned(), |ratio| format!("x{}", shown(ratio)))
        })?;
        writeln!(f, "\nwhat answers have; queries with a hit, of those asked")?;
        for (name, peer) in self.measured() {
            let version = peer.version.as_deref().unwrap_or_default();
            let found = format!("{}/{}", peer.answered, peer.asked);
            writeln!(f, "{name:<14}{version:<10}{found:>10}  {}", peer.answers)?;
        }
        for Line { name, outcome } in &self.peers {
            match outcome {
                Outcome::Measured(_) => {}
                Outcome::NotInstalled(install) => writeln!(f, "{name:<14}not installed: {install}")?,
                Outcome::Failed(message) => writeln!(f, "{name:<14}failed: {message}")?,
            }
        }
        writeln!(
            f,
            "\nMemory is the peak of indexing, and what serving has after all queries. Latency is from socket \
             to\nsocket on one connection, q/s at 1, 16 and 64; no query is asked twice. Indexing \
             starts\nfrom Markdown files for bloghound, from plain texts for the others. From saving a post to \
             finding it,\nbloghound notices the file by itself after its debounce and keeps it on disk; the \
             others are told,\nand the JavaScript libraries keep it in memory only."
        )
    }
}
