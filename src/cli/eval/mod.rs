//! `bloghound eval`: measures relevance by judged queries, compares, and tunes.

mod changes;
mod interrupt;
mod report;
mod site;
mod tables;
mod tune;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, Place, output};
use crate::evaluation::{
    Comparison, Dimension, Half, Judgement, Run, answer, judge, mean_of, read_runs, read_weights,
};
use crate::query::Weights;
use report::Report;
use site::JudgedSite;

/// Differences of means below which they are the same.
const EPSILON: f64 = 1e-9;

/// Options of `bloghound eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Options {
    /// Judged queries: TOML of `[[queries]]` with `query` and `expect`, or JSON Lines of
    /// `{"qid", "query", "relevant": {"id": grade}}` with `kind` and `lang` as you like
    #[arg(value_name = "QUERIES", required = true)]
    queries: Vec<PathBuf>,
    /// Report by these; by kind unless said otherwise, and by language too where there are several
    #[arg(long, value_enum, value_delimiter = ',', value_name = "kind|lang|kind,lang")]
    by: Vec<By>,
    /// Print everything as one JSON object
    #[arg(long)]
    json: bool,
    /// Report each query too
    #[arg(long)]
    per_query: bool,
    /// Write the hits of each query, `{"qid", "hits": [id, …]}` a line: a baseline for later
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
    /// Judge only the queries of one half: those whose qid ends in an even or an odd digit
    #[arg(long, value_name = "even|odd", value_parser = parse_half)]
    half: Option<Half>,
    /// Rank by the weights in this TOML file
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Compare with an earlier run: what got better and what got worse, query by query
    #[arg(long, value_name = "RUN", help_heading = "Comparing")]
    baseline: Option<PathBuf>,
    /// Show at most so many queries that got better, and so many that got worse
    #[arg(long, value_name = "N", default_value_t = 20, requires = "baseline", help_heading = "Comparing")]
    top: usize,
    /// Exit with 1 when the mean nDCG@10 of all queries is below this
    #[arg(long, value_name = "X", value_parser = parse_share, help_heading = "In CI")]
    min_ndcg: Option<f64>,
    /// Exit with 1 when the mean nDCG@10 fell by more than this since the baseline
    #[arg(long, value_name = "X", value_parser = parse_share, requires = "baseline", help_heading = "In CI")]
    max_regression: Option<f64>,
    /// Exit with 1 when an expected path is not in the index; otherwise that is a warning
    #[arg(long, help_heading = "In CI")]
    strict: bool,
    #[command(flatten)]
    tuning: tune::TuneOptions,
}

const EXAMPLES: &str = "\
Examples:
  bloghound eval searches.toml                                  how good is the search?
  bloghound eval searches.toml --run-file before.jsonl          remember it
  bloghound eval searches.toml --baseline before.jsonl          what has changed since?
  bloghound eval searches.toml --strict --min-ndcg 0.9          fail in CI
  bloghound eval searches.toml --tune --write weights.toml      search for better weights

A file of judged queries:
  [[queries]]
  query = \"cache static files\"
  expect = [\"hosting/cache-headers\", \"hosting/nginx\"]     # equally good; or { \"path\" = 2, … }
  kind = \"words\"                                           # kind, lang and qid may be left out

The content is indexed in a temporary directory, unless --index names one.
Exit codes: 0 done, 1 a problem was found (a limit, --strict, a mistake in a file), 2 wrong usage.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The kind of query
    Kind,
    /// The language of the query
    Lang,
}

fn parse_half(text: &str) -> Result<Half, String> {
    match text {
        "even" => Ok(Half::Even),
        "odd" => Ok(Half::Odd),
        _ => Err("allowed are even and odd".to_owned()),
    }
}

fn parse_share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "allowed are numbers from 0 to 1".to_owned())
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let weights = options.weights.as_deref().map_or_else(|| Ok(Weights::default()), read_weights)?;
    let baseline = options.baseline.as_deref().map(read_runs).transpose()?;
    let site = JudgedSite::open(place, &options.queries)?;
    site.print_problems()?;
    let outcome = if options.tuning.is_wanted() {
        tune::run(&options.tuning, &site, &weights, options.json)?
    } else {
        evaluate(options, &site, &weights, baseline)?
    };
    let is_rotten = options.strict && !site.problems.is_empty();
    if is_rotten {
        complain(&format!(
            "{} in the judged queries (--strict)",
            output::plural(site.problems.len(), "problem")
        ));
    }
    Ok(if is_rotten { Outcome::Problem } else { outcome })
}

fn evaluate(
    options: &Options,
    site: &JudgedSite,
    weights: &Weights,
    baseline: Option<Vec<Run>>,
) -> anyhow::Result<Outcome> {
    let mut queries = site.queries.clone();
    queries.retain(|query| options.half.is_none_or(|half| half.contains(query)));
    anyhow::ensure!(!queries.is_empty(), "none of the judged queries is in that half; try without --half");
    let runs = answer(&site.engine, weights, &queries)?;
    if let Some(path) = &options.run_file {
        let lines: Result<Vec<String>, _> = runs.iter().map(serde_json::to_string).collect();
        output::write_file(path, &(lines?.join("\n") + "\n"))?;
    }
    let judgements = judge(&queries, runs);
    let comparison = baseline.map(|runs| Comparison::new(&judgements, runs));
    if let (Some(comparison), Some(path)) = (&comparison, &options.baseline) {
        let hint = "was it made of other queries?";
        anyhow::ensure!(!comparison.changes.is_empty(), "{} has none of them; {hint}", path.display());
    }
    let report = Report { options, judgements: &judgements, comparison: comparison.as_ref(), site };
    let mut out = anstream::stdout().lock();
    if options.json {
        report.write_json(&mut out)?;
    } else {
        report.write_text(&mut out)?;
    }
    let is_missed = is_limit_missed(options, &judgements, comparison.as_ref());
    Ok(if is_missed { Outcome::Problem } else { Outcome::Done })
}

/// Whether a limit of the command line is missed, with a complaint.
fn is_limit_missed(
    options: &Options,
    judgements: &[Judgement<'_>],
    comparison: Option<&Comparison<'_>>,
) -> bool {
    let ndcg = mean_of(judgements).ndcg;
    let is_low = options.min_ndcg.is_some_and(|least| ndcg < least - EPSILON);
    if let Some(least) = options.min_ndcg.filter(|_| is_low) {
        complain(&format!("nDCG@10 is {ndcg:.4}, below the {least} that --min-ndcg wants"));
    }
    let fall = comparison.map_or(0.0, |comparison| -comparison.gain());
    let is_fallen = options.max_regression.is_some_and(|most| fall > most + EPSILON);
    if let Some(most) = options.max_regression.filter(|_| is_fallen) {
        complain(&format!(
            "nDCG@10 fell by {fall:.4} since the baseline, more than the {most} that --max-regression allows"
        ));
    }
    is_low || is_fallen
}

fn complain(message: &str) {
    let style = output::PROBLEM;
    anstream::eprintln!("{style}bloghound: {message}{style:#}");
}

impl Options {
    fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions = Vec::new();
        for by in &self.by {
            let dimension = match by {
                By::Kind => Dimension::Kind,
                By::Lang => Dimension::Lang,
            };
            if !dimensions.contains(&dimension) {
                dimensions.push(dimension);
            }
        }
        if dimensions.is_empty() { vec![Dimension::Kind] } else { dimensions }
    }
}
