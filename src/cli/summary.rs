//! The end of an indexing run: what is guessed or unclear, and how many files are indexed.

use super::output::plural;
use crate::content::SkipReason;
use crate::reindex::{GuessedUrls, IndexingReport};

/// Part of the posts from which on unclear publication is pointed out: one in this number.
const PROMINENT_PART: usize = 10;

/// Returns notes about guessed URLs and about posts of which nobody but the generator knows whether they are published.
#[must_use]
pub(super) fn notes(report: &IndexingReport) -> Vec<String> {
    let indexed = report.posts + report.pages;
    let mut notes: Vec<String> =
        report.guessed_urls.iter().map(|guessed| guessed_note(guessed, indexed)).collect();
    let unclear = report.skipped.unclear;
    if unclear > 0 {
        let emphasis = if unclear * PROMINENT_PART >= indexed + unclear { "WARNING: " } else { "" };
        notes.push(format!(
            "{emphasis}{} of {} hidden, because only the generator\'s code decides whether they are published; `bloghound \
             posts --skipped` lists them",
            plural(unclear, SkipReason::Unclear.noun()),
            indexed + unclear,
        ));
    }
    notes
}

/// Returns the note about URLs that are guessed for one reason.
#[must_use]
pub(super) fn guessed_note(guessed: &GuessedUrls, indexed: usize) -> String {
    let GuessedUrls { reason, posts } = guessed;
    format!(
        "{posts} of {} guessed: {reason}; check them, or set a pattern such as `[urls] permalink = \"/blog/:year/:slug/\"` in \
         bloghound.toml",
        plural(indexed, "URL")
    )
}

/// Returns the line that counts the files that are indexed and those that are not.
#[must_use]
pub(super) fn totals(report: &IndexingReport) -> String {
    let (indexed, failed) = (report.posts + report.pages, report.failed.len());
    let left_out = report.skipped.total() + failed;
    let files = plural(indexed + left_out, "file");
    match left_out {
        0 => format!("indexed all {files}"),
        _ => format!(
            "indexed {indexed} of {files}; `bloghound posts --skipped` lists the other {left_out} with the reasons"
        ),
    }
}
