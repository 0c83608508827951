//! Comparison with other search engines: the same posts, the same queries and the same client, in one run.
//!
//! It measures the engines that are installed and downloads nothing. JavaScript libraries are expected in
//! `benches/peers/node_modules` (run `npm ci` there) or in `--node-modules`, the servers on the `PATH` or where
//! `--sonic`, `--meilisearch` and `--typesense` point. The report says how to install missing ones.
//!
//! Libraries for browsers run in Node.js behind `driver.mjs`, a minimal HTTP server, so that all engines are measured
//! through a socket; the report marks them as libraries, since readers would run them in the browser instead. Each
//! engine returns titles, URLs and, if it can, snippets, with typo tolerance and prefix search enabled if it has them.
//! The report lists what the responses contain, since a title alone is less work than a highlighted snippet.

mod api;
mod bloghound;
mod corpus;
mod engines;
mod measure;
mod meilisearch;
mod node;
mod report;
mod sonic;
mod typesense;

use std::path::PathBuf;

use clap::Args;

use crate::{ChartArgs, Effort, ReportArgs};
use corpus::Corpus;
use engines::PeerEngine;
use measure::{PeerOutcome, PeerWork};
use report::PeersReport;

#[derive(Args)]
pub(crate) struct PeersArgs {
    /// Directory of the JavaScript packages
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/node_modules"))]
    node_modules: PathBuf,
    /// Program of Sonic
    #[arg(long, value_name = "FILE", default_value = "sonic")]
    sonic: PathBuf,
    /// Program of Meilisearch
    #[arg(long, value_name = "FILE", default_value = "meilisearch")]
    meilisearch: PathBuf,
    /// Program of Typesense
    #[arg(long, value_name = "FILE", default_value = "typesense-server")]
    typesense: PathBuf,
    /// Measure only these engines, and bloghound
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    chart: ChartArgs,
}

pub(crate) fn run(args: &PeersArgs, effort: Effort) -> anyhow::Result<()> {
    let work = if effort == Effort::Full { PeerWork::FULL } else { PeerWork::TRIAL };
    let corpus = Corpus::open()?;
    let workload = work.workload(&corpus.queries);
    let is_selected = |engine: &PeerEngine| match effort {
        // A trial has no other engines, so that it needs no installation.
        Effort::Trial => engine.is_bloghound(),
        Effort::Full => {
            engine.is_bloghound() || args.only.is_empty() || args.only.iter().any(|name| name == engine.name)
        }
    };
    let mut outcomes = Vec::new();
    for engine in PeerEngine::all(args).into_iter().filter(is_selected) {
        eprintln!("measuring {}", engine.name);
        let outcome = PeerOutcome::measure(&engine, &corpus, &workload)?;
        outcomes.push((engine, outcome));
    }
    let report = PeersReport::new(&corpus, outcomes);
    if let Some(path) = &args.chart.svg {
        report.draw(path)?;
    }
    args.report.print(&report)
}
