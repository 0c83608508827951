//! `bloghound index`: brings the index up to date.

use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;

use super::annotation::Annotator;
use super::output::Format;
use super::{Outcome, Place, output};
use crate::config::Config;
use crate::content::{Audience, Catalog, Failure, Problem, Severity, Site};
use crate::reindex::{Indexer, ReindexError, Report};

/// Options of `bloghound index`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Build the index anew, beside the current one
    #[arg(long)]
    full: bool,
    /// Index drafts too
    #[arg(long)]
    drafts: bool,
    /// Index posts dated in the future too
    #[arg(long)]
    future: bool,
    /// Fail on warnings too, also on those of posts that are as they were
    #[arg(long)]
    strict: bool,
    /// How problems and the summary are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the summary as JSON: --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let (config, site) = place.load(options.drafts, options.future)?;
    let (indexer, mut report) = build(&config, &site, options.full)?;
    indexer.close()?;
    let format = if options.json { Format::Json } else { options.format };
    if options.strict || format == Format::Github {
        report.warnings = all_warnings(&config, &site);
    }
    let mut out = anstream::stdout().lock();
    match format {
        Format::Github => annotate(&mut out, &report, &Annotator::new(&config, &site))?,
        Format::Text | Format::Json => {
            output::print_warnings(&report)?;
            output::print_failures(&report)?;
        }
    }
    if format == Format::Json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        writeln!(out, "{}", output::describe_site(&site))?;
        writeln!(out, "{}, in {} ms", output::describe_report(&report), report.took_ms)?;
        writeln!(out, "content digest {}", report.content_digest)?;
    }
    let is_bad = !report.failed.is_empty() || options.strict && !report.warnings.is_empty();
    Ok(if is_bad { Outcome::Problem } else { Outcome::Done })
}

/// The warnings of all posts: those that have not changed were not read for the index.
fn all_warnings(config: &Config, site: &Site) -> Vec<Problem> {
    let audience = Audience::of(config, site, Timestamp::now());
    let mut problems = Catalog::read(site, &audience).problems();
    problems.retain(|problem| problem.severity == Severity::Warning);
    problems
}

fn annotate(out: &mut impl Write, report: &Report, annotator: &Annotator) -> io::Result<()> {
    for Failure { path, line, message } in report.failed.iter().cloned() {
        annotator.write(out, &Problem { path, line, severity: Severity::Error, message })?;
    }
    report.warnings.iter().try_for_each(|warning| annotator.write(out, warning))
}

/// Opens the index and compares everything, with a progress bar.
pub(super) fn build(config: &Config, site: &Site, full: bool) -> anyhow::Result<(Indexer, Report)> {
    let mut indexer = Indexer::open(config, site, full)?;
    let report = reconcile(&mut indexer)?;
    Ok((indexer, report))
}

/// Compares everything, with a progress bar.
pub(super) fn reconcile(indexer: &mut Indexer) -> Result<Report, ReindexError> {
    let mut progress = output::Progress::new();
    let report = indexer.reconcile(&mut |done, total| progress.show(done, total));
    progress.finish();
    report
}
