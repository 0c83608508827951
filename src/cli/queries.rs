//! `bloghound queries`: lists the queries of readers from the query log.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;

use super::outcome::Outcome;
use super::output::{FAINT, plural};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::config::{Config, Overrides, limits};
use crate::engine::query_log::{QuerySelection, QuerySummary, parse_since};

/// Arguments of `bloghound queries`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct QueriesArgs {
    /// List only queries whose last search had no results
    #[arg(long)]
    without_results: bool,
    /// Count only searches since this date, or within this time before now [default: all]
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// List at most this many queries
    #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = limit)]
    limit: usize,
    /// Read this log and its old files [default: `query_log` of the settings] [env: `BLOGHOUND_HTTP_QUERY_LOG`]
    #[arg(long, value_name = "FILE")]
    query_log: Option<PathBuf>,
    /// Print the queries as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound queries --since 30d
  bloghound queries --without-results --limit 100 --json

`bloghound serve` logs queries if `query_log` is set in the table [http] of bloghound.toml.";

pub(super) fn run(args: QueriesArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let QueriesArgs { without_results, since, limit, query_log, json } = args;
    let overrides = site_args.overrides(UnpublishedArgs::default());
    let config = Config::load(Overrides { query_log, ..overrides })?;
    let log = config.query_log.context(
        "queries are not logged; set `query_log` in the table [http] of bloghound.toml, or pass a log with --query-log",
    )?;
    let selection = QuerySelection { since, without_results, limit };
    let path = log.path.display();
    let summary = QuerySummary::read(&log.path, &selection)
        .with_context(|| format!("cannot read the query log {path}; `bloghound serve` writes it"))?;
    let mut out = terminal::stdout();
    if json {
        terminal::write_json(&mut out, &summary)?;
    } else {
        print(&summary, &mut out)?;
    }
    report_gaps(&summary);
    Ok(Outcome::Done)
}

fn print(summary: &QuerySummary, out: &mut impl Write) -> io::Result<()> {
    for query in &summary.queries {
        let results = plural(usize::try_from(query.total).unwrap_or(usize::MAX), "result");
        let details = format!("{results}, last at {:.0}", query.last_at);
        writeln!(out, "{:>7}  {}  {FAINT}{details}{FAINT:#}", query.count, printable(&query.query))?;
    }
    let searches = usize::try_from(summary.searches).unwrap_or(usize::MAX);
    let searches = if searches == 1 { "1 search".to_owned() } else { format!("{searches} searches") };
    writeln!(out, "{} of {}, {searches} in the log", summary.queries.len(), plural(summary.distinct, "query"))
}

/// Tells what the list does not contain.
fn report_gaps(summary: &QuerySummary) {
    if summary.invalid_lines > 0 {
        terminal::warning(&format!("lines of the query log that are no searches: {}", summary.invalid_lines));
    }
    if summary.left_out > 0 {
        terminal::warning(&format!(
            "too many different queries; searches for rare ones that are left out: {}",
            summary.left_out
        ));
    }
}

fn limit(text: &str) -> Result<usize, String> {
    let max = limits::MAX_LISTED_QUERIES;
    let number = text.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| format!("expected a number from 1 to {max}"))
}
