//! `bloghound check`: what is wrong with the content, without an index.

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{Outcome, Place, output};
use crate::content::{Audience, Catalog, Problem, Severity};

/// Options of `bloghound check`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// How problems are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line a problem, for people
    Text,
    /// An object a line
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let (_, site) = place.load(true, true)?;
    // Drafts, too, are better mended before they are published.
    let audience = Audience { drafts: true, future: true, expired: true, now: Timestamp::now() };
    let catalog = Catalog::read(&site, &audience);
    let problems = catalog.problems();
    let mut out = anstream::stdout().lock();
    for problem in &problems {
        match options.format {
            Format::Text => write_text(&mut out, problem)?,
            Format::Json => writeln!(out, "{}", serde_json::to_string(problem)?)?,
            Format::Github => write_annotation(&mut out, problem, &site.content_dir)?,
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

/// Writes a workflow command; its file is below the repository's root, from which it is run.
fn write_annotation(out: &mut impl Write, problem: &Problem, content_dir: &Path) -> io::Result<()> {
    let path = content_dir.join(&problem.path);
    let below = std::env::current_dir().ok().and_then(|dir| path.strip_prefix(dir).ok().map(Path::to_owned));
    let path = below.unwrap_or(path);
    let word = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let file = escape(&path.to_string_lossy(), &[(',', "%2C"), (':', "%3A")]);
    writeln!(out, "::{word} file={file},line={}::{}", problem.line, escape(&problem.message, &[]))
}

/// Escapes as the runner's own toolkit does (github.com/actions/toolkit, core/command).
fn escape(text: &str, more: &[(char, &str)]) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    more.iter().fold(text, |text, (from, to)| text.replace(*from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_escaped() {
        let problem = Problem {
            path: "a,b.md".into(),
            line: 3,
            severity: Severity::Warning,
            message: "50%\nof it".into(),
        };
        let mut out = Vec::new();
        write_annotation(&mut out, &problem, Path::new("/site/content")).unwrap();
        let expected = "::warning file=/site/content/a%2Cb.md,line=3::50%25%0Aof it\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
