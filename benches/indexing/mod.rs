//! Cost of indexing a site, compared with a baseline: the least work that a search index needs.
//!
//! The baseline reads the files, parses them with bloghound's parser, and gives title and text to Tantivy's default
//! tokenizer, with positions and without stored fields. Each build runs in a process of its own, which makes memory
//! comparable, and builds alternate, so that load on the machine affects both alike. Both read and parse on all cores
//! and write with one indexing thread.

mod baseline;
mod report;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::reindex::{Indexer, OpenMode};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::process::{disk_bytes, own_cpu_seconds, own_peak_mb};
use crate::site::site_root;
use crate::{Effort, ReportArgs};
use report::IndexingReport;

#[derive(Args)]
pub(crate) struct IndexingArgs {
    /// Builds of each index; the report has the medians
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Build one index in this process and print its cost as JSON; what the benchmark starts
    #[arg(long, hide = true, value_name = "INDEXER")]
    child: Option<IndexerKind>,
    #[command(flatten)]
    report: ReportArgs,
}

/// What builds the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum IndexerKind {
    Baseline,
    Bloghound,
}

impl IndexerKind {
    const ALL: [Self; 2] = [Self::Baseline, Self::Bloghound];

    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Bloghound => "bloghound",
        }
    }
}

/// The cost of one build.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct BuildCost {
    wall_s: f64,
    /// CPU time of all threads, with a resolution of 10 ms on Linux; 0 on other systems.
    cpu_s: f64,
    /// Peak resident memory in MiB.
    peak_mb: Option<f64>,
    index_bytes: u64,
    segments: usize,
    posts: usize,
}

pub(crate) fn run(args: &IndexingArgs, effort: Effort) -> anyhow::Result<()> {
    if let Some(kind) = args.child {
        println!("{}", serde_json::to_string(&build_here(kind)?)?);
        return Ok(());
    }
    let runs = if effort == Effort::Full { args.runs } else { 1 };
    let mut builds = IndexerKind::ALL.map(|kind| (kind, Vec::new()));
    for _ in 0..runs {
        for (kind, costs) in &mut builds {
            costs.push(build_in_child(*kind)?);
        }
    }
    let temp_dir = tempfile::tempdir()?;
    let (_, site) = load_site(temp_dir.path())?;
    args.report.print(&IndexingReport::new(&site, builds))
}

/// Loads the site to measure in place; only its index is elsewhere.
fn load_site(index_dir: &Path) -> anyhow::Result<(Config, Site)> {
    let index = Some(index_dir.to_owned());
    let config = Config::load(Overrides { site: site_root(), index, ..Overrides::default() })?;
    let site = Site::detect(&config)?;
    Ok((config, site))
}

fn build_in_child(kind: IndexerKind) -> anyhow::Result<BuildCost> {
    let mut child = Command::new(std::env::current_exe()?);
    let output = child.args(["indexing", "--child", kind.name()]).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "building the index of {} failed: {stderr}", kind.name());
    serde_json::from_slice(&output.stdout).context("the child process printed something else than its cost")
}

fn build_here(kind: IndexerKind) -> anyhow::Result<BuildCost> {
    let dir = tempfile::tempdir()?;
    let (started, cpu_before) = (Instant::now(), own_cpu_seconds());
    let (config, site) = load_site(dir.path())?;
    let posts = match kind {
        IndexerKind::Baseline => baseline::build(&config, &site),
        IndexerKind::Bloghound => build_bloghound(&config, &site),
    }?;
    Ok(BuildCost {
        wall_s: started.elapsed().as_secs_f64(),
        cpu_s: own_cpu_seconds() - cpu_before,
        peak_mb: own_peak_mb(),
        index_bytes: disk_bytes(dir.path()),
        segments: count_segments(dir.path()),
        posts,
    })
}

fn build_bloghound(config: &Config, site: &Site) -> anyhow::Result<usize> {
    let mut indexer = Indexer::open(config, site, OpenMode::Rebuild)?;
    let report = indexer.reconcile(&mut |_, _| {})?;
    indexer.close()?;
    Ok(report.posts + report.pages)
}

/// Counts the term dictionaries below a directory, of which each segment has one.
fn count_segments(dir: &Path) -> usize {
    let files = ignore::WalkBuilder::new(dir).standard_filters(false).build().flatten();
    files.filter(|file| file.path().extension().is_some_and(|extension| extension == "term")).count()
}
