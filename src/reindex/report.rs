//! The report of an indexing run.

use serde::Serialize;

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
}

impl SkippedCounts {
    /// Counts one more file.
    pub fn add(&mut self, reason: SkipReason) {
        let count = match reason {
            SkipReason::List => &mut self.list,
            SkipReason::Draft => &mut self.draft,
            SkipReason::Future => &mut self.future,
            SkipReason::Expired => &mut self.expired,
            SkipReason::NotAPage => &mut self.not_a_page,
            SkipReason::Unlisted => &mut self.unlisted,
            SkipReason::Excluded => &mut self.excluded,
        };
        *count += 1;
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
