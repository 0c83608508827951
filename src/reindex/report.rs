//! What a reindexing did and what the index holds after it.

use serde::Serialize;

use crate::content::{Failure, Problem, SkipReason};

/// Source files that are not searched, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Home and section pages.
    pub list: usize,
    /// Drafts.
    pub draft: usize,
    /// Posts to be published later.
    pub future: usize,
    /// Expired posts.
    pub expired: usize,
    /// Files of which the generator makes no page.
    pub not_a_page: usize,
    /// Pages that the generator lists nowhere.
    pub unlisted: usize,
    /// Pages whose writers want them not to be searched.
    pub excluded: usize,
}

impl Skipped {
    /// Counts one more.
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

/// The summary of a reindexing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Posts that the index holds.
    pub posts: usize,
    /// Pages without a date that the index holds.
    pub pages: usize,
    /// Files that are not searched.
    pub skipped: Skipped,
    /// Files that cannot be read.
    pub failed: Vec<Failure>,
    /// What writers should look at: oddities of the files that were read this time, and pages that
    /// share a URL.
    pub warnings: Vec<Problem>,
    /// Posts and pages that are new.
    pub added: usize,
    /// Posts and pages that were replaced.
    pub updated: usize,
    /// Posts and pages that were removed.
    pub deleted: usize,
    /// Posts and pages that are as they were.
    pub unchanged: usize,
    /// Tells what the index holds from anything else that it could hold: equal content and settings have equal
    /// ones on every machine, see [`content_digest`](crate::index::content_digest()).
    pub content_digest: String,
    /// Time that it took, in milliseconds.
    pub took_ms: u64,
}

impl Report {
    /// Whether the index was written.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.added + self.updated + self.deleted > 0
    }
}
