//! `bloghound check`: reports problems in the content; needs no index.

use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;

use super::annotation::Annotator;
use super::outcome::Outcome;
use super::output;
use super::output::OutputFormat;
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::summary;
use super::terminal;
use crate::content::{Catalog, Diagnostic, Severity, VisibilityRules};
use crate::reindex::GuessedUrls;

/// Arguments of `bloghound check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Print problems in this format
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
    /// Exit with 1 on warnings too [default: only on errors]
    #[arg(long)]
    strict: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound check
  bloghound check --strict --format github      annotate a pull request and fail on warnings";

pub(super) fn run(args: &CheckArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    // Problems of unpublished posts are reported too, so that authors can fix them before publication.
    let (config, site) = site_args.load(UnpublishedArgs { drafts: true, future: true })?;
    let rules = VisibilityRules { drafts: true, future: true, expired: true, now: Timestamp::now() };
    let catalog = Catalog::read(&site, &rules);
    let problems = catalog.diagnostics();
    let annotator = Annotator::new(&config, &site);
    let mut out = terminal::stdout();
    for problem in &problems {
        match args.format {
            OutputFormat::Text => write_text(&mut out, problem)?,
            OutputFormat::Json => terminal::write_json(&mut out, problem)?,
            OutputFormat::Github => annotator.write(&mut out, problem)?,
        }
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    if args.format == OutputFormat::Text {
        let files = output::plural(catalog.outcomes.len(), "file");
        let (errors, warnings) = (output::plural(errors, "error"), output::plural(warnings, "warning"));
        writeln!(out, "checked {files}: {errors}, {warnings}")?;
    }
    let reasons = catalog.posts().filter_map(|post| post.url_guessed.as_deref());
    for guessed in GuessedUrls::count(reasons) {
        let note = summary::guessed_note(&guessed, catalog.posts().count());
        terminal::note(format_args!("{}", printable(&note)));
    }
    let has_failed = errors > 0 || args.strict && warnings > 0;
    Ok(if has_failed { Outcome::Problem } else { Outcome::Done })
}

fn write_text(out: &mut impl Write, problem: &Diagnostic) -> io::Result<()> {
    let Diagnostic { path, line, severity, message } = problem;
    let (style, label) = match severity {
        Severity::Error => (output::PROBLEM, "error"),
        Severity::Warning => (output::WARNING, "warning"),
    };
    let (path, message) = (printable(path), printable(message));
    writeln!(out, "{path}:{line}: {style}{label}{style:#}: {message}")
}
