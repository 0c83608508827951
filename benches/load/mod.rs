//! Latency and refusals of searches that arrive at fixed rates, whether or not earlier ones have been answered.
//!
//! A client that waits for each response before it sends the next request slows down with the server and hides its
//! queue. Here arrivals follow a schedule (an open loop): each search is sent at its time over an idle connection, or
//! over a new one if none is idle, and its latency counts from its scheduled time. First the capacity is measured with
//! a closed loop; the rates are multiples of it. Each connection has a loopback address of its own, so that the
//! searches come from many readers. No response is cached. Client and server share the cores; the report has the share
//! of both.

mod arrivals;
mod report;

use std::time::{Duration, Instant};

use clap::Args;

use crate::client::{Client, Endpoint};
use crate::query_set::QuerySet;
use crate::server::BloghoundServer;
use crate::site::BenchSite;
use crate::statistics::{Percentiles, median};
use crate::vocabulary::TitleVocabulary;
use crate::{Effort, ReportArgs, process};
use arrivals::{Arrivals, Outcomes};
use report::{LoadReport, LoadRow};

#[derive(Args)]
pub(crate) struct LoadArgs {
    /// Arrival rates as multiples of the capacity
    #[arg(long, value_delimiter = ',', default_value = "0.25,0.5,0.75,1,2")]
    rates: Vec<f64>,
    /// Capacity in searches per second; measured if it is not given
    #[arg(long)]
    capacity: Option<f64>,
    /// Duration of each measurement in seconds
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    #[command(flatten)]
    report: ReportArgs,
}

/// Connections of the closed loop, enough to keep all threads of the server busy.
const CLOSED_CONNECTIONS: usize = 16;
/// Runs of the closed loop, of which the median is the capacity.
const CAPACITY_RUNS: usize = 3;
const QUERIES: usize = 2_000;
const START_TIMEOUT: Duration = Duration::from_mins(5);

pub(crate) fn run(args: &LoadArgs, effort: Effort) -> anyhow::Result<()> {
    let (rates, seconds, runs) = match effort {
        Effort::Full => (args.rates.as_slice(), args.seconds, CAPACITY_RUNS),
        Effort::Trial => (&[0.5][..], 0.2, 1),
    };
    let bench_site = BenchSite::open()?;
    let vocabulary = TitleVocabulary::new(&bench_site.posts()?);
    let client = Client::new()?;
    let server = BloghoundServer::start(&bench_site.config, &bench_site.site, &client, START_TIMEOUT)?;
    let Endpoint::Http { addr, .. } = server.endpoint else { anyhow::bail!("the server is no HTTP server") };
    let arrivals = Arrivals::new(addr, QuerySet::new(&vocabulary).mixed(QUERIES));
    let duration = Duration::from_secs_f64(seconds);
    let capacity = if let Some(capacity) = args.capacity {
        capacity
    } else {
        let measured = (0..runs).map(|_| arrivals.closed_loop(CLOSED_CONNECTIONS, duration));
        median(measured.collect::<anyhow::Result<Vec<f64>>>()?)
    };
    let mut rows = Vec::new();
    for rate in rates {
        let before = (process::own_cpu_seconds(), server.process.cpu_seconds());
        let started = Instant::now();
        let outcomes = arrivals.open_loop(capacity * rate, duration)?;
        let elapsed = started.elapsed().as_secs_f64();
        rows.push(LoadRow {
            client_cores: (process::own_cpu_seconds() - before.0) / elapsed,
            server_cores: (server.process.cpu_seconds() - before.1) / elapsed,
            ..row(*rate, outcomes, seconds)
        });
    }
    args.report.print(&LoadReport { capacity, seconds, rows })
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests")]
fn row(rate: f64, outcomes: Outcomes, seconds: f64) -> LoadRow {
    LoadRow {
        rate,
        sent_per_s: (outcomes.answered.len() + outcomes.refused.len()) as f64 / seconds,
        answered_per_s: outcomes.answered.len() as f64 / seconds,
        refused_per_s: outcomes.refused.len() as f64 / seconds,
        answered: Percentiles::of(outcomes.answered),
        refused: Percentiles::of(outcomes.refused),
        connections: outcomes.connections,
        client_cores: 0.0,
        server_cores: 0.0,
    }
}
