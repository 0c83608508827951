//! `bloghound eval`: measures relevance with judged queries, compares runs, tunes weights.

mod changes;
mod interrupt;
mod report;
mod site;
mod tables;
mod tune;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::OutputFormat;
use super::{Outcome, SiteArgs, output};
use crate::evaluation::{
    Comparison, Dimension, Half, Judgement, Run, answer, judge, mean_of, read_runs, read_weights,
};
use crate::query::Weights;
use report::EvaluationReport;
use site::JudgedSite;

/// Largest difference of two means that counts as none.
const EPSILON: f64 = 1e-9;

/// Arguments of `bloghound eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EvalArgs {
    /// Read judged queries from these files: TOML with `[[queries]]` of `query` and `expect`, or JSON Lines of
    /// `{"qid", "query", "relevant": {"id": grade}}` with optional `kind` and `lang`
    #[arg(value_name = "QUERIES", required = true)]
    queries: Vec<PathBuf>,
    /// Group the report by kind, language or both, comma-separated [default: by kind, and by language if
    /// there are several]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "DIMENSIONS")]
    by: Vec<DimensionArg>,
    /// Print the report as one JSON object
    #[arg(long)]
    json: bool,
    /// Include each query in the report
    #[arg(long)]
    per_query: bool,
    /// Write the hits of each query to this file, as a baseline: `{"qid", "hits": [id, …]}` per line
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
    /// Evaluate only the queries whose qid ends in an even or an odd digit [default: all queries]
    #[arg(long, value_enum, value_name = "HALF")]
    half: Option<HalfArg>,
    /// Rank with the weights in this TOML file [default: built-in weights]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Compare with this earlier run, and list the queries that got better or worse
    #[arg(long, value_name = "FILE", help_heading = "Comparison")]
    baseline: Option<PathBuf>,
    /// List at most this many queries that got better, and as many that got worse
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 20,
        requires = "baseline",
        help_heading = "Comparison"
    )]
    top: usize,
    /// Exit with 1 if the mean nDCG@10 of all queries is below this value (0–1) [default: no limit]
    #[arg(long, value_name = "VALUE", value_parser = parse_fraction, help_heading = "Checks for CI")]
    min_ndcg: Option<f64>,
    /// Exit with 1 if the mean nDCG@10 fell by more than this value since the baseline [default: no limit]
    #[arg(
        long, value_name = "VALUE", value_parser = parse_fraction, requires = "baseline",
        help_heading = "Checks for CI"
    )]
    max_regression: Option<f64>,
    /// Exit with 1 if an expected path is not in the index [default: print a warning]
    #[arg(long, help_heading = "Checks for CI")]
    strict: bool,
    #[command(flatten)]
    tuning: tune::TuneArgs,
}

const EXAMPLES: &str = "\
Examples:
  bloghound eval searches.toml                                  measure relevance
  bloghound eval searches.toml --run-file before.jsonl          save the hits as a baseline
  bloghound eval searches.toml --baseline before.jsonl          compare with the baseline
  bloghound eval searches.toml --strict --min-ndcg 0.9          fail in CI
  bloghound eval searches.toml --tune --write weights.toml      search for better weights

A file of judged queries:
  [[queries]]
  query = \"cache static files\"
  expect = [\"hosting/cache-headers\", \"hosting/nginx\"]     # equal grades; or { \"path\" = 2, … }
  kind = \"words\"                                           # kind, lang and qid are optional

The content is indexed in a temporary directory unless --index is given.
Exit codes: 0 success, 1 a check failed or a file is invalid, 2 usage error.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DimensionArg {
    Kind,
    Lang,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HalfArg {
    Even,
    Odd,
}

impl From<DimensionArg> for Dimension {
    fn from(dimension: DimensionArg) -> Self {
        match dimension {
            DimensionArg::Kind => Self::Kind,
            DimensionArg::Lang => Self::Lang,
        }
    }
}

impl From<HalfArg> for Half {
    fn from(half: HalfArg) -> Self {
        match half {
            HalfArg::Even => Self::Even,
            HalfArg::Odd => Self::Odd,
        }
    }
}

fn parse_fraction(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

pub(super) fn run(args: &EvalArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let weights = args.weights.as_deref().map_or_else(|| Ok(Weights::default()), read_weights)?;
    let baseline = args.baseline.as_deref().map(read_runs).transpose()?;
    let site = JudgedSite::open(site_args, &args.queries)?;
    site.print_problems()?;
    let outcome = if args.tuning.is_requested() {
        let format = if args.json { OutputFormat::Json } else { OutputFormat::Text };
        tune::run(&args.tuning, &site, &weights, format)?
    } else {
        evaluate(args, &site, &weights, baseline)?
    };
    if !args.strict || site.problems.is_empty() {
        return Ok(outcome);
    }
    let count = output::plural(site.problems.len(), "problem");
    print_failed_check(&format!("--strict: {count} in the judged queries"));
    Ok(Outcome::Problem)
}

fn evaluate(
    args: &EvalArgs,
    site: &JudgedSite,
    weights: &Weights,
    baseline: Option<Vec<Run>>,
) -> anyhow::Result<Outcome> {
    let mut queries = site.queries.clone();
    queries.retain(|query| args.half.is_none_or(|half| Half::from(half).contains(query)));
    anyhow::ensure!(!queries.is_empty(), "no judged query is in this half; run without --half");
    let runs = answer(&site.engine, weights, &queries)?;
    if let Some(path) = &args.run_file {
        let lines: Result<Vec<String>, _> = runs.iter().map(serde_json::to_string).collect();
        output::write_file(path, &(lines?.join("\n") + "\n"))?;
    }
    let judgements = judge(&queries, runs);
    let comparison = baseline.map(|runs| Comparison::new(&judgements, runs));
    if let (Some(comparison), Some(path)) = (&comparison, &args.baseline) {
        anyhow::ensure!(
            !comparison.changes.is_empty(),
            "{} has none of the judged queries; pass a run of the same queries with --baseline",
            path.display()
        );
    }
    let report = EvaluationReport { args, judgements: &judgements, comparison: comparison.as_ref(), site };
    let mut out = anstream::stdout().lock();
    if args.json {
        report.write_json(&mut out)?;
    } else {
        report.write_text(&mut out)?;
    }
    let has_failed = has_failed_check(args, &judgements, comparison.as_ref());
    Ok(if has_failed { Outcome::Problem } else { Outcome::Done })
}

/// Returns whether `--min-ndcg` or `--max-regression` fails, and prints which.
fn has_failed_check(
    args: &EvalArgs,
    judgements: &[Judgement<'_>],
    comparison: Option<&Comparison<'_>>,
) -> bool {
    let ndcg = mean_of(judgements).ndcg;
    let is_too_low = args.min_ndcg.is_some_and(|min| ndcg < min - EPSILON);
    if let Some(min) = args.min_ndcg.filter(|_| is_too_low) {
        print_failed_check(&format!("nDCG@10 is {ndcg:.4}, below the {min} required by --min-ndcg"));
    }
    let fall = comparison.map_or(0.0, |comparison| -comparison.gain());
    let has_regressed = args.max_regression.is_some_and(|max| fall > max + EPSILON);
    if let Some(max) = args.max_regression.filter(|_| has_regressed) {
        print_failed_check(&format!(
            "nDCG@10 fell by {fall:.4} since the baseline, more than the {max} allowed by --max-regression"
        ));
    }
    is_too_low || has_regressed
}

fn print_failed_check(message: &str) {
    let style = output::PROBLEM;
    anstream::eprintln!("{style}bloghound: {message}{style:#}");
}

impl EvalArgs {
    /// Returns the dimensions of the first table, without repetitions.
    fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions = Vec::new();
        for dimension in self.by.iter().copied().map(Dimension::from) {
            if !dimensions.contains(&dimension) {
                dimensions.push(dimension);
            }
        }
        if dimensions.is_empty() { vec![Dimension::Kind] } else { dimensions }
    }
}
