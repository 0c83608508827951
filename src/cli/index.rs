//! `bloghound index`: brings the index up to date.

use std::io::Write;

use clap::Args;

use super::{Outcome, Place, output};
use crate::config::Config;
use crate::content::Site;
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
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let (config, site) = place.load(options.drafts, options.future)?;
    let (indexer, report) = build(&config, &site, options.full)?;
    indexer.close()?;
    output::print_warnings(&report)?;
    output::print_failures(&report)?;
    let mut out = anstream::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        writeln!(out, "{}", output::describe_site(&site))?;
        writeln!(out, "{}, in {} ms", output::describe_report(&report), report.took_ms)?;
    }
    Ok(if report.failed.is_empty() { Outcome::Done } else { Outcome::Problem })
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
