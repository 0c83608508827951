//! Terminal output shared by the commands: styles, progress, summaries.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::log_format::LogFormat;
use super::printable::printable;
use super::terminal;
use crate::config::limits;
pub(super) use crate::content::plural::plural;
use crate::content::{Diagnostic, Generator, Site, SourceError};
use crate::reindex::IndexingReport;

/// Style of titles.
pub(super) const TITLE: Style = Style::new().bold();
/// Style of matches within a text.
const MATCH: Style = AnsiColor::Yellow.on_default().bold();
/// Style of URLs.
pub(super) const LINK: Style = AnsiColor::Blue.on_default().underline();
/// Style of details.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Style of warnings.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default();
/// Style of errors.
pub(super) const PROBLEM: Style = AnsiColor::Red.on_default().bold();

/// Output format of problems and summaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// Human-readable lines
    Text,
    /// JSON for scripts
    Json,
    /// GitHub workflow annotations
    Github,
}

/// Interval between progress lines if standard error is not a terminal.
pub(super) const PROGRESS_LINE_INTERVAL: Duration = Duration::from_secs(5);

/// Progress of indexing: a bar on a terminal, otherwise a line every few seconds.
pub(super) struct IndexingProgress {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl IndexingProgress {
    pub(super) fn new() -> Self {
        let bar = progress_bar("Indexing {bar:30} {pos}/{len} files, {eta} left");
        Self { bar, last_line: Instant::now() }
    }

    /// Shows that `done` of `total` files are indexed.
    pub(super) fn show(&mut self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        } else if self.last_line.elapsed() >= PROGRESS_LINE_INTERVAL {
            self.last_line = Instant::now();
            terminal::note(format_args!("indexing: {done} of {total} files"));
        }
    }

    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Returns a progress bar with this template if standard error is a terminal.
pub(super) fn progress_bar(template: &str) -> Option<ProgressBar> {
    (LogFormat::current() == LogFormat::Text && io::stderr().is_terminal()).then(|| {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    })
}

/// Returns one line about the site: its generator, its base URL and the note about guessed properties.
pub(super) fn describe_site(site: &Site) -> String {
    let name = match &site.generator {
        Generator::Unknown(_) => "a site with an unknown generator".to_owned(),
        known => format!("{} {} site", article(known.name()), known.name()),
    };
    let file = site.config_file.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let settings =
        file.map_or_else(|| "no configuration file".to_owned(), |file| format!("configured in {file}"));
    let base = if site.base.is_empty() {
        "root-relative links".to_owned()
    } else {
        format!("links to {}", site.base)
    };
    let note = site.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
    printable(&format!("{name} ({settings}), {base}{note}")).into_owned()
}

fn article(name: &str) -> &'static str {
    let is_vowel = |c: char| matches!(c.to_ascii_uppercase(), 'A' | 'E' | 'I' | 'O' | 'U');
    if name.starts_with(is_vowel) { "an" } else { "a" }
}

/// Returns the noun with its article: `a draft`, `an excluded page`.
pub(super) fn with_article(noun: &str) -> String {
    format!("{} {noun}", article(noun))
}

/// Returns the printable text with these byte ranges in colour.
pub(super) fn mark(text: &str, ranges: &[[usize; 2]]) -> String {
    let (mut marked, mut at) = (String::new(), 0);
    for [start, end] in ranges {
        marked += &printable(&text[at..*start]);
        let matched = printable(&text[*start..*end]).into_owned();
        marked.extend([MATCH.render().to_string(), matched, MATCH.render_reset().to_string()]);
        at = *end;
    }
    marked + &printable(&text[at..])
}

/// Returns one line about an indexing run: counts, changes, skipped files.
pub(super) fn describe_report(report: &IndexingReport) -> String {
    let skipped = report.skipped;
    let changes = if report.has_changes() {
        format!(
            " ({} added, {} updated, {} deleted, {} unchanged)",
            report.added, report.updated, report.deleted, report.unchanged
        )
    } else {
        ", unchanged".to_owned()
    };
    let skipped = match skipped.total() {
        0 => String::new(),
        _ => format!("; skipped {skipped}"),
    };
    format!("{} and {}{changes}{skipped}", plural(report.posts, "post"), plural(report.pages, "page"))
}

/// Prints the warnings of an indexing run to standard error, or only their number if there are many.
pub(super) fn print_warnings(report: &IndexingReport) {
    if report.warnings.len() > limits::MAX_PRINTED_WARNINGS {
        let count = plural(report.warnings.len(), "warning");
        return terminal::note(format_args!("{count}; run `bloghound check` to list them"));
    }
    for Diagnostic { path, line, message, .. } in &report.warnings {
        let (path, message) = (printable(path), printable(message));
        terminal::note(format_args!("{WARNING}{path}:{line}:{WARNING:#} {message}"));
    }
}

/// Prints the files that could not be read to standard error.
pub(super) fn print_failures(report: &IndexingReport) {
    for SourceError { path, line, message } in &report.failed {
        let (path, message) = (printable(path), printable(message));
        terminal::note(format_args!("{PROBLEM}{path}:{line}:{PROBLEM:#} {message}"));
    }
    if !report.failed.is_empty() {
        let count = plural(report.failed.len(), "file");
        let held = match report.held {
            0 => String::new(),
            held => format!(
                "; {} that inherit from a broken file keep their last version, or are not indexed yet",
                plural(held, "other file")
            ),
        };
        terminal::note(format_args!("{count} could not be read{held}; all other files are indexed"));
    }
}

/// Returns a size rounded up to a tenth of a megabyte: `1.2 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Writes a file named on the command line.
pub(super) fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reindex::SkippedCounts;

    #[test]
    fn report_line_counts_changes_and_skipped_files() {
        let mut report = IndexingReport { posts: 12, pages: 1, unchanged: 13, ..IndexingReport::default() };
        assert_eq!(describe_report(&report), "12 posts and 1 page, unchanged");
        report.skipped = SkippedCounts { list: 6, draft: 1, ..SkippedCounts::default() };
        report.added = 2;
        report.unchanged = 11;
        let line = describe_report(&report);
        assert!(
            line.ends_with("(2 added, 0 updated, 0 deleted, 11 unchanged); skipped 6 list pages, 1 draft"),
            "{line}"
        );
    }
}
