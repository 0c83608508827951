//! `bloghound index`: builds or updates the index.

use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;

use super::annotation::Annotator;
use super::outcome::Outcome;
use super::output;
use super::output::{IndexingProgress, OutputFormat};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::summary;
use super::terminal;
use crate::config::Config;
use crate::content::{Catalog, Diagnostic, Severity, Site, SourceError, VisibilityRules};
use crate::reindex::{Indexer, IndexingReport, OpenMode, ReindexError, explain_absence};

/// Arguments of `bloghound index`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct IndexArgs {
    /// Rebuild the index from scratch [default: index only what changed]
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    unpublished: UnpublishedArgs,
    /// Exit with 1 on warnings too, including those of unchanged posts [default: only on errors]
    #[arg(long)]
    strict: bool,
    /// Print problems and the summary in this format
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
    /// Print the summary as JSON; short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound index
  bloghound index --full --drafts
  bloghound index --strict --format github      annotate a pull request and fail on warnings";

pub(super) fn run(args: &IndexArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let (config, site) = site_args.load(args.unpublished)?;
    let mode = if args.full { OpenMode::Rebuild } else { OpenMode::Update };
    let mut indexer = Indexer::open(&config, &site, mode)?;
    let mut report = reconcile(&mut indexer, IndexingProgress::new())?;
    indexer.close()?;
    let format = if args.json { OutputFormat::Json } else { args.format };
    if args.strict || format == OutputFormat::Github {
        report.warnings = all_warnings(&config, &site);
    }
    let mut out = terminal::stdout();
    match format {
        OutputFormat::Github => annotate(&mut out, &report, &Annotator::new(&config, &site))?,
        OutputFormat::Text | OutputFormat::Json => {
            output::print_warnings(&report);
            output::print_failures(&report);
        }
    }
    if format == OutputFormat::Json {
        terminal::write_json(&mut out, &report)?;
    } else {
        writeln!(out, "{}", output::describe_site(&site))?;
        writeln!(out, "{}, in {} ms", output::describe_report(&report), report.took_ms)?;
        writeln!(out, "content digest {}", report.content_digest)?;
    }
    for note in summary::notes(&report) {
        terminal::note(format_args!("{}", printable(&note)));
    }
    let nothing = explain_absence(&site, &report);
    if let Some(message) = &nothing {
        terminal::note(format_args!("{}", printable(message)));
    }
    if format != OutputFormat::Json {
        writeln!(out, "{}", summary::totals(&report))?;
    }
    let has_failed =
        nothing.is_some() || !report.failed.is_empty() || args.strict && !report.warnings.is_empty();
    Ok(if has_failed { Outcome::Problem } else { Outcome::Done })
}

/// Returns the warnings of all posts; a report has only those of the posts that were parsed this time.
fn all_warnings(config: &Config, site: &Site) -> Vec<Diagnostic> {
    let rules = VisibilityRules::of(config, site, Timestamp::now());
    let mut problems = Catalog::read(site, &rules).diagnostics();
    problems.retain(|problem| problem.severity == Severity::Warning);
    problems
}

fn annotate(out: &mut impl Write, report: &IndexingReport, annotator: &Annotator) -> io::Result<()> {
    for SourceError { path, line, message } in report.failed.iter().cloned() {
        annotator.write(out, &Diagnostic { path, line, severity: Severity::Error, message })?;
    }
    report.warnings.iter().try_for_each(|warning| annotator.write(out, warning))
}

/// Reconciles the index with the content and shows the progress.
pub(super) fn reconcile(
    indexer: &mut Indexer,
    mut progress: IndexingProgress,
) -> Result<IndexingReport, ReindexError> {
    let report = indexer.reconcile(&mut |done, total| progress.show(done, total));
    progress.finish();
    report
}
