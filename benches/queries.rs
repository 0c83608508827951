//! Latency of 1,000 queries in one process: words, pairs, words as they are typed, typos and phrases.

use std::fmt;
use std::time::{Duration, Instant};

use bloghound::engine::Engine;
use bloghound::query::SearchRequest;
use bloghound::reindex::{Indexer, OpenMode};
use clap::Args;
use serde::Serialize;

use crate::site::BenchSite;
use crate::statistics::{Percentiles, median, milliseconds};
use crate::vocabulary::{TitleVocabulary, distinct, evenly_spaced, prefix};
use crate::{Effort, ReportArgs};

const QUERIES_PER_CLASS: usize = 200;
const QUERIES_PER_CLASS_IN_TRIAL: usize = 5;
/// Longest prefix of a word that is being typed, in characters.
const MAX_TYPED_CHARS: usize = 6;
const SLOWEST_QUERIES_SHOWN: usize = 5;

#[derive(Args)]
pub(crate) struct QueriesArgs {
    /// Runs over all queries; the report has the medians of the runs
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Serialize)]
struct QueriesReport {
    queries: usize,
    runs: usize,
    /// Percentiles of each run, then the median over the runs.
    latency_ms: Percentiles,
    slowest: Vec<SlowQuery>,
}

#[derive(Serialize)]
struct SlowQuery {
    query: String,
    /// Median over the runs.
    ms: f64,
}

pub(crate) fn run(args: &QueriesArgs, effort: Effort) -> anyhow::Result<()> {
    let bench_site = BenchSite::open()?;
    let (runs, per_class) = match effort {
        Effort::Full => (args.runs, QUERIES_PER_CLASS),
        Effort::Trial => (2, QUERIES_PER_CLASS_IN_TRIAL),
    };
    let queries = queries(&TitleVocabulary::new(&bench_site.posts()?), per_class);
    let mut indexer = Indexer::open(&bench_site.config, &bench_site.site, OpenMode::Rebuild)?;
    indexer.reconcile(&mut |_, _| {})?;
    indexer.close()?;
    let engine = Engine::open(&bench_site.config)?;
    engine.warm_up()?;
    let runs: anyhow::Result<Vec<Vec<Duration>>> = (0..runs).map(|_| time_each(&engine, &queries)).collect();
    args.report.print(&QueriesReport::new(&queries, &runs?))
}

fn queries(vocabulary: &TitleVocabulary, per_class: usize) -> Vec<String> {
    let typed = vocabulary.long_words().flat_map(|word| (1..=MAX_TYPED_CHARS).map(|n| prefix(word, n)));
    let classes = [
        vocabulary.words.clone(),
        vocabulary.ngrams(2),
        distinct(typed),
        vocabulary.typos(),
        vocabulary.phrases(3),
    ];
    classes.iter().flat_map(|queries| evenly_spaced(queries, per_class)).collect()
}

/// Returns the time of each query in one run. [`Engine::search`] does not use the response cache.
fn time_each(engine: &Engine, queries: &[String]) -> anyhow::Result<Vec<Duration>> {
    let time = |query: &String| {
        let request = SearchRequest { query: query.clone(), ..SearchRequest::default() };
        let started = Instant::now();
        engine.search(&request)?;
        Ok(started.elapsed())
    };
    queries.iter().map(time).collect()
}

impl QueriesReport {
    fn new(queries: &[String], runs: &[Vec<Duration>]) -> Self {
        let percentiles: Vec<Percentiles> = runs.iter().cloned().map(Percentiles::of).collect();
        let mut slowest: Vec<SlowQuery> = queries
            .iter()
            .enumerate()
            .map(|(at, query)| SlowQuery {
                query: query.clone(),
                ms: median(runs.iter().map(|run| milliseconds(run[at]))),
            })
            .collect();
        slowest.sort_by(|a, b| b.ms.total_cmp(&a.ms));
        slowest.truncate(SLOWEST_QUERIES_SHOWN);
        let latency_ms = Percentiles::median_of(&percentiles);
        Self { queries: queries.len(), runs: runs.len(), latency_ms, slowest }
    }
}

impl fmt::Display for QueriesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Percentiles { p50, p90, p99, max } = self.latency_ms;
        writeln!(
            f,
            "{} queries; latency in ms, percentiles as medians over runs; runs: {}\n",
            self.queries, self.runs
        )?;
        writeln!(f, "p50 {p50:.3}, p90 {p90:.3}, p99 {p99:.3}, max {max:.3}\n\nslowest queries")?;
        for SlowQuery { query, ms } in &self.slowest {
            writeln!(f, "{ms:>8.3}  {query}")?;
        }
        Ok(())
    }
}
