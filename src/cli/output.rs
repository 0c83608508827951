//! How results look on a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::content::{Generator, Problem, Site, SkipReason};
use crate::reindex::Report;

/// Titles.
pub(super) const TITLE: Style = Style::new().bold();
/// Matches within a text.
const MATCH: Style = AnsiColor::Yellow.on_default().bold();
/// URLs.
pub(super) const LINK: Style = AnsiColor::Blue.on_default().underline();
/// What is less important.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Oddities.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default();
/// Problems.
pub(super) const PROBLEM: Style = AnsiColor::Red.on_default().bold();

/// Warnings that are listed one by one after indexing.
const MAX_WARNINGS: usize = 20;

/// How problems and summaries are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Lines for people
    Text,
    /// For scripts
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

/// How often progress is told where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How far indexing has come: a bar on a terminal, a line now and then elsewhere.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("Indexing {bar:30} {pos}/{len} files, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, last_line: Instant::now() }
    }

    /// Shows that `done` of `total` files are done.
    pub(super) fn show(&mut self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            anstream::eprintln!("indexing: {done} of {total} files");
        }
    }

    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The generator, its base URL and what was guessed, for start lines.
pub(super) fn describe_site(site: &Site) -> String {
    let name = match &site.generator {
        Generator::Unknown(_) => "a site of an unknown generator".to_owned(),
        known => format!("{} {} site", article(known.name()), known.name()),
    };
    let file = site.config_file.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let settings =
        file.map_or_else(|| "no configuration found".to_owned(), |file| format!("settings in {file}"));
    let base = if site.base.is_empty() {
        "links are root-relative".to_owned()
    } else {
        format!("links to {}", site.base)
    };
    let guess = site.guess.as_ref().map(|guess| format!("; {guess}")).unwrap_or_default();
    format!("{name} ({settings}), {base}{guess}")
}

fn article(name: &str) -> &'static str {
    let is_vowel = |c: char| matches!(c.to_ascii_uppercase(), 'A' | 'E' | 'I' | 'O' | 'U');
    if name.starts_with(is_vowel) { "an" } else { "a" }
}

/// `a draft`, `an excluded page`.
pub(super) fn with_article(noun: &str) -> String {
    format!("{} {noun}", article(noun))
}

/// The text with its ranges in colour. Control characters of a post never reach the terminal.
pub(super) fn mark(text: &str, ranges: &[[usize; 2]]) -> String {
    let clean = |text: &str| text.replace(char::is_control, "\u{fffd}");
    let (mut marked, mut at) = (String::new(), 0);
    for [start, end] in ranges {
        marked += &clean(&text[at..*start]);
        let found = clean(&text[*start..*end]);
        marked.extend([MATCH.render().to_string(), found, MATCH.render_reset().to_string()]);
        at = *end;
    }
    marked + &clean(&text[at..])
}

/// What a file is that is left out for this reason.
pub(super) fn reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::List => "list page",
        SkipReason::Draft => "draft",
        SkipReason::Future => "future post",
        SkipReason::Expired => "expired post",
        SkipReason::Unlisted => "unlisted page",
        SkipReason::Excluded => "excluded page",
        SkipReason::NotAPage => "file without a page",
    }
}

/// What a reindexing did, in one line.
pub(super) fn describe_report(report: &Report) -> String {
    let skipped = report.skipped;
    let changes = if report.has_changes() {
        format!(
            " ({} added, {} updated, {} deleted, {} unchanged)",
            report.added, report.updated, report.deleted, report.unchanged
        )
    } else {
        ", unchanged".to_owned()
    };
    let counts = [
        (skipped.list, SkipReason::List),
        (skipped.draft, SkipReason::Draft),
        (skipped.future, SkipReason::Future),
        (skipped.expired, SkipReason::Expired),
        (skipped.unlisted, SkipReason::Unlisted),
        (skipped.excluded, SkipReason::Excluded),
        (skipped.not_a_page, SkipReason::NotAPage),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let skipped: Vec<String> = counts.map(|(count, reason)| plural(count, self::reason(reason))).collect();
    let skipped =
        if skipped.is_empty() { String::new() } else { format!("; skipped {}", skipped.join(", ")) };
    format!("{} and {}{changes}{skipped}", plural(report.posts, "post"), plural(report.pages, "page"))
}

/// Writes the warnings of a reindexing, or how many there are where they are many.
pub(super) fn print_warnings(report: &Report) -> io::Result<()> {
    let mut err = anstream::stderr().lock();
    if report.warnings.len() > MAX_WARNINGS {
        let count = plural(report.warnings.len(), "warning");
        return writeln!(err, "{count}: `bloghound check` lists them");
    }
    for Problem { path, line, message, .. } in &report.warnings {
        writeln!(err, "{WARNING}{path}:{line}:{WARNING:#} {message}")?;
    }
    Ok(())
}

/// Writes the files that cannot be read to standard error.
pub(super) fn print_failures(report: &Report) -> io::Result<()> {
    let mut err = anstream::stderr().lock();
    for failure in &report.failed {
        writeln!(err, "{PROBLEM}{}:{}:{PROBLEM:#} {}", failure.path, failure.line, failure.message)?;
    }
    if !report.failed.is_empty() {
        writeln!(err, "{} could not be read; the others are indexed", plural(report.failed.len(), "file"))?;
    }
    Ok(())
}

/// `1.2 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Writes a file that the command line names.
pub(super) fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// `1 post`, `2 posts`, `2 queries`, `2 files without a page`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    match (noun.strip_prefix("file "), noun.strip_suffix("ry")) {
        (Some(rest), _) if count != 1 => format!("{count} files {rest}"),
        (_, Some(stem)) if count != 1 => format!("{count} {stem}ries"),
        _ => format!("{count} {noun}{}", if count == 1 { "" } else { "s" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reindex::Skipped;

    #[test]
    fn reports_say_what_changed_and_what_was_left_out() {
        let mut report = Report { posts: 12, pages: 1, unchanged: 13, ..Report::default() };
        assert_eq!(describe_report(&report), "12 posts and 1 page, unchanged");
        report.skipped = Skipped { list: 6, draft: 1, ..Skipped::default() };
        report.added = 2;
        report.unchanged = 11;
        let line = describe_report(&report);
        assert!(
            line.ends_with("(2 added, 0 updated, 0 deleted, 11 unchanged); skipped 6 list pages, 1 draft"),
            "{line}"
        );
    }
}
