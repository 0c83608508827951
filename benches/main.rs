//! The benchmarks of bloghound: one program with a subcommand for each, so that the crate is linked only once.
//!
//! `cargo bench --bench bench -- --help` lists them; `cargo bench --bench bench -- queries` runs one. They measure the
//! site in `BLOGHOUND_BENCH_SITE`, by default the one in this repository. With `--test`, and when `cargo test` runs
//! them, they do as little as possible, only to check that they work; without a subcommand that checks all of them.

mod chart;
mod client;
mod freshness;
mod generated_blog;
mod growth;
mod http_latency;
mod indexing;
mod load;
mod overload;
mod peers;
mod process;
mod queries;
mod query_set;
mod scaling;
mod server;
mod site;
mod stages;
mod statistics;
mod vocabulary;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use serde::Serialize;

#[derive(Parser)]
#[command(name = "bench", about = "Benchmarks of bloghound")]
struct BenchCli {
    #[command(subcommand)]
    benchmark: Option<Benchmark>,
    /// Only check that the benchmark works
    #[arg(long, global = true)]
    test: bool,
    /// Set by `cargo bench`
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Time each stage from parsing to searching, in one process
    Stages(stages::StagesArgs),
    /// Time 1,000 queries of all classes, in one process
    Queries(queries::QueriesArgs),
    /// Compare indexing with the least work that a search index needs
    Indexing(indexing::IndexingArgs),
    /// Compare searches over HTTP with a constant response and with plain Tantivy
    HttpLatency(http_latency::HttpLatencyArgs),
    /// Latency and refusals at fixed arrival rates, up to twice the capacity
    Load(load::LoadArgs),
    /// Latency of honest clients while others send the most expensive searches
    Overload(overload::OverloadArgs),
    /// Time from saving posts until a search finds them
    Freshness(freshness::FreshnessArgs),
    /// Measure generated blogs of growing size
    Growth(growth::GrowthArgs),
    /// Growth of each step's time on hostile texts
    Scaling(scaling::ScalingArgs),
    /// Write a generated blog
    Generate(generated_blog::GenerateArgs),
    /// Compare bloghound with other search engines that are installed
    Peers(peers::PeersArgs),
}

/// How much a benchmark measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Just enough to check that the benchmark works.
    Trial,
    Full,
}

/// Options of the benchmarks that print a report.
#[derive(Debug, Default, Args)]
pub(crate) struct ReportArgs {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl ReportArgs {
    fn print(&self, report: &(impl Serialize + std::fmt::Display)) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(report)?);
        } else {
            print!("{report}");
        }
        Ok(())
    }
}

/// Options of the benchmarks that can draw a chart.
#[derive(Debug, Default, Args)]
pub(crate) struct ChartArgs {
    /// Draw a chart into this SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Benchmark {
    fn run(self, effort: Effort) -> anyhow::Result<()> {
        match self {
            Self::Stages(args) => stages::run(&args, effort),
            Self::Queries(args) => queries::run(&args, effort),
            Self::Indexing(args) => indexing::run(&args, effort),
            Self::HttpLatency(args) => http_latency::run(&args, effort),
            Self::Load(args) => load::run(&args, effort),
            Self::Overload(args) => overload::run(&args, effort),
            Self::Freshness(args) => freshness::run(&args, effort),
            Self::Growth(args) => growth::run(&args, effort),
            Self::Scaling(args) => scaling::run(&args, effort),
            Self::Generate(args) => generated_blog::run(&args),
            Self::Peers(args) => peers::run(&args, effort),
        }
    }
}

/// Checks that every benchmark works.
fn try_all() -> anyhow::Result<()> {
    let names = [
        "stages",
        "queries",
        "indexing",
        "http-latency",
        "load",
        "overload",
        "freshness",
        "growth",
        "scaling",
        "peers",
    ];
    for name in names {
        eprintln!("{name}");
        let benchmark = BenchCli::parse_from(["bench", name]).benchmark;
        benchmark.map_or(Ok(()), |benchmark| benchmark.run(Effort::Trial))?;
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let cli = BenchCli::parse();
    // `cargo bench` passes `--bench`, `cargo test` does not.
    let effort = if cli.bench && !cli.test { Effort::Full } else { Effort::Trial };
    match (cli.benchmark, effort) {
        (Some(benchmark), effort) => benchmark.run(effort),
        (None, Effort::Trial) => try_all(),
        (None, Effort::Full) => Ok(BenchCli::command().print_help()?),
    }
}
