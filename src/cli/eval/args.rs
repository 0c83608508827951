//! Arguments of `bloghound eval`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::tune::TuneArgs;
use crate::evaluation::{Dimension, Half};

/// Arguments of `bloghound eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Read judged queries from these files: TOML with `[[queries]]` of `query` and `expect`, or JSON Lines
    /// of `{"qid", "query", "relevant": {"id": grade}}` with optional `kind` and `lang`
    #[arg(value_name = "QUERIES", required = true)]
    pub(super) queries: Vec<PathBuf>,
    /// Group the report by kind, language or both, comma-separated [default: by kind, and by language if
    /// there are several]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "DIMENSIONS")]
    pub(super) by: Vec<DimensionArg>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Include each query in the report
    #[arg(long)]
    pub(super) per_query: bool,
    /// Write the hits of each query to this file, as a baseline: `{"qid", "hits": [id, …]}` per line
    #[arg(long, value_name = "FILE")]
    pub(super) run_file: Option<PathBuf>,
    /// Evaluate only the queries whose qid ends in an even or an odd digit [default: all queries]
    #[arg(long, value_enum, value_name = "HALF")]
    pub(super) half: Option<HalfArg>,
    /// Rank with the weights in this TOML file [default: built-in weights]
    #[arg(long, value_name = "FILE")]
    pub(super) weights: Option<PathBuf>,
    /// Compare with this earlier run, and list the queries that got better or worse
    #[arg(long, value_name = "FILE", help_heading = "Comparison")]
    pub(super) baseline: Option<PathBuf>,
    /// List at most this many queries that got better, and as many that got worse
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 20,
        requires = "baseline",
        help_heading = "Comparison"
    )]
    pub(super) top: usize,
    /// Exit with 1 if the mean nDCG@10 of all queries is below this value (0–1) [default: no limit]
    #[arg(long, value_name = "VALUE", value_parser = parse_fraction, help_heading = "Checks for CI")]
    pub(super) min_ndcg: Option<f64>,
    /// Exit with 1 if the mean nDCG@10 fell by more than this value since the baseline [default: no limit]
    #[arg(
        long, value_name = "VALUE", value_parser = parse_fraction, requires = "baseline",
        help_heading = "Checks for CI"
    )]
    pub(super) max_regression: Option<f64>,
    /// Exit with 1 if an expected path is not in the index [default: print a warning]
    #[arg(long, help_heading = "Checks for CI")]
    pub(super) strict: bool,
    #[command(flatten)]
    pub(super) tuning: TuneArgs,
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
pub(super) enum DimensionArg {
    Kind,
    Lang,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HalfArg {
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

impl EvalArgs {
    /// Returns the dimensions of the first table, without repetitions.
    pub(super) fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions = Vec::new();
        for dimension in self.by.iter().copied().map(Dimension::from) {
            if !dimensions.contains(&dimension) {
                dimensions.push(dimension);
            }
        }
        if dimensions.is_empty() { vec![Dimension::Kind] } else { dimensions }
    }
}
