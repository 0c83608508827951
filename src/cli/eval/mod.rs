//! `bloghound eval`: measures relevance with judged queries, compares runs, tunes weights.

mod args;
mod changes;
mod interrupt;
mod report;
mod site;
mod tables;
mod tune;

use super::outcome::Outcome;
use super::output;
use super::output::OutputFormat;
use super::site_args::SiteArgs;
use super::terminal;
use crate::evaluation::{
    Comparison, Half, Judgement, Run, judge, mean_of, read_runs, read_weights, run_queries,
};
use crate::query::Weights;
pub(super) use args::EvalArgs;
use report::EvaluationReport;
use site::JudgedSite;

/// Largest difference of two means that counts as none.
const EPSILON: f64 = 1e-9;

pub(super) fn run(args: &EvalArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let weights = args.weights.as_deref().map_or_else(|| Ok(Weights::default()), read_weights)?;
    let baseline = args.baseline.as_deref().map(read_runs).transpose()?;
    let site = JudgedSite::open(site_args, &args.queries)?;
    site.print_problems();
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
    let runs = run_queries(&site.engine, weights, &queries)?;
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
    let mut out = terminal::stdout();
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
    terminal::note(format_args!("{style}bloghound: {message}{style:#}"));
}
