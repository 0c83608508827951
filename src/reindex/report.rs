//! The report of an indexing run.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::content::plural::plural;
use crate::content::{Diagnostic, SkipReason, SourceError};

/// Number of source files that are not indexed, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SkippedCounts {
    /// Home and section pages.
    pub list: usize,
    /// Drafts.
    pub draft: usize,
    /// Posts dated in the future.
    pub future: usize,
    /// Expired posts.
    pub expired: usize,
    /// Files that the generator does not render as pages.
    pub not_a_page: usize,
    /// Pages that the generator marks unlisted.
    pub unlisted: usize,
    /// Pages excluded from search by their authors.
    pub excluded: usize,
    /// Pages that only redirect to other ones.
    pub redirect: usize,
    /// Pages that a server sends for a missing page.
    pub error_page: usize,
    /// Files without a title and without text.
    pub empty: usize,
    /// Posts of which only the generator's code knows whether they are published.
    pub unclear: usize,
    /// Files and folders that ignore rules exclude, or whose names begin with a dot.
    pub ignored: usize,
    /// Files of other formats, such as images.
    pub other_format: usize,
}

impl SkippedCounts {
    /// Counts files by reason.
    #[must_use]
    pub(crate) fn of(reasons: impl Iterator<Item = SkipReason>) -> Self {
        let mut counts = Self::default();
        reasons.for_each(|reason| counts.add(reason));
        counts
    }

    /// Counts one more file.
    pub fn add(&mut self, reason: SkipReason) {
        *self.count_mut(reason) += 1;
    }

    /// Returns the number of files for a reason.
    #[must_use]
    pub fn count(mut self, reason: SkipReason) -> usize {
        *self.count_mut(reason)
    }

    /// Returns the number of files for all reasons.
    #[must_use]
    pub fn total(self) -> usize {
        SkipReason::ALL.into_iter().map(|reason| self.count(reason)).sum()
    }

    fn count_mut(&mut self, reason: SkipReason) -> &mut usize {
        match reason {
            SkipReason::List => &mut self.list,
            SkipReason::Draft => &mut self.draft,
            SkipReason::Future => &mut self.future,
            SkipReason::Expired => &mut self.expired,
            SkipReason::NotAPage => &mut self.not_a_page,
            SkipReason::Unlisted => &mut self.unlisted,
            SkipReason::Excluded => &mut self.excluded,
            SkipReason::Redirect => &mut self.redirect,
            SkipReason::ErrorPage => &mut self.error_page,
            SkipReason::Empty => &mut self.empty,
            SkipReason::Unclear => &mut self.unclear,
            SkipReason::Ignored => &mut self.ignored,
            SkipReason::OtherFormat => &mut self.other_format,
        }
    }
}

/// Posts and pages whose URL is a guess, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct GuessedUrls {
    /// Why only the generator knows the URL.
    pub reason: String,
    /// Number of posts and pages.
    pub posts: usize,
}

impl GuessedUrls {
    /// Counts the reasons, most frequent first.
    #[must_use]
    pub fn count<'a>(reasons: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for reason in reasons {
            *counts.entry(reason).or_default() += 1;
        }
        let guessed = counts.into_iter().map(|(reason, posts)| Self { reason: reason.to_owned(), posts });
        let mut guessed: Vec<Self> = guessed.collect();
        guessed.sort_by_key(|guessed| std::cmp::Reverse(guessed.posts));
        guessed
    }
}

/// Shows the reasons that occur with their counts: `6 list pages, 1 draft`.
impl fmt::Display for SkippedCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = SkipReason::ALL.map(|reason| (self.count(reason), reason));
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, reason)| plural(count, reason.noun())).collect();
        f.write_str(&counts.join(", "))
    }
}

/// Counts and problems of an indexing run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IndexingReport {
    /// Posts in the index.
    pub posts: usize,
    /// Pages without a date in the index.
    pub pages: usize,
    /// Files that are not indexed.
    pub skipped: SkippedCounts,
    /// Number of files and folders that cannot be read now. Their last versions stay in the index.
    pub unreadable: usize,
    /// Number of files that inherit values from a file that is broken. Their last versions stay in the index, and new ones
    /// are not indexed.
    pub held: usize,
    /// Number of posts and pages whose URL is a guess, by reason, most frequent first.
    pub guessed_urls: Vec<GuessedUrls>,
    /// Files that could not be read.
    pub failed: Vec<SourceError>,
    /// Warnings for authors: about the files that were parsed in this run, and about pages with the same URL.
    pub warnings: Vec<Diagnostic>,
    /// Posts and pages that were added.
    pub added: usize,
    /// Posts and pages that were replaced.
    pub updated: usize,
    /// Posts and pages that were removed.
    pub deleted: usize,
    /// Posts and pages that stayed the same.
    pub unchanged: usize,
    /// Digest of the indexed content. Equal content and settings have equal digests on every machine, see
    /// [`content_digest`](crate::index::content_digest()).
    pub content_digest: String,
    /// Duration of the run, in milliseconds.
    pub took_ms: u64,
}

impl IndexingReport {
    /// Returns whether the run changed the index.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.added + self.updated + self.deleted > 0
    }
}
