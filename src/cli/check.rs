//! `bloghound check`: what is wrong with the content, without an index.

use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;

use super::annotation::Annotator;
use super::output::Format;
use super::{Outcome, Place, output};
use crate::content::{Audience, Catalog, Problem, Severity};

/// Options of `bloghound check`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// How problems are printed: as lines for people, as an object a line, as annotations of a GitHub workflow
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let (config, site) = place.load(true, true)?;
    // Drafts, too, are better mended before they are published.
    let audience = Audience { drafts: true, future: true, expired: true, now: Timestamp::now() };
    let catalog = Catalog::read(&site, &audience);
    let problems = catalog.problems();
    let annotator = Annotator::new(&config, &site);
    let mut out = anstream::stdout().lock();
    for problem in &problems {
        match options.format {
            Format::Text => write_text(&mut out, problem)?,
            Format::Json => writeln!(out, "{}", serde_json::to_string(problem)?)?,
            Format::Github => annotator.write(&mut out, problem)?,
        }
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    if options.format == Format::Text {
        let files = output::plural(catalog.readings.len(), "file");
        let (errors, warnings) = (output::plural(errors, "error"), output::plural(warnings, "warning"));
        writeln!(out, "{files} read: {errors}, {warnings}")?;
    }
    let is_bad = errors > 0 || options.strict && warnings > 0;
    Ok(if is_bad { Outcome::Problem } else { Outcome::Done })
}

fn write_text(out: &mut impl Write, problem: &Problem) -> io::Result<()> {
    let Problem { path, line, severity, message } = problem;
    let (style, word) = match severity {
        Severity::Error => (output::PROBLEM, "error"),
        Severity::Warning => (output::WARNING, "warning"),
    };
    writeln!(out, "{path}:{line}: {style}{word}{style:#}: {message}")
}
