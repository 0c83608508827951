//! The progress of building the index, while there is none to serve.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use utoipa::ToSchema;

/// Interval of the lines about the progress in the log.
const LOG_INTERVAL: Duration = Duration::from_secs(5);
/// Maximum of the shown progress: after the last file, the index is still committed, merged and opened.
const MAX_PERCENT: usize = 99;

/// The progress of building the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildProgress {
    /// Part of the files that are indexed, from 0 to 99.
    pub percent: u8,
    /// Number of source files that are done; `None` in the public status, because drafts are among them.
    pub files_done: Option<usize>,
    /// Number of all source files; `None` in the public status, and before they are listed.
    pub files_total: Option<usize>,
}

/// Counts the files that are done.
#[derive(Debug)]
pub(super) struct BuildCounter {
    done: AtomicUsize,
    /// Zero before the files are listed.
    total: AtomicUsize,
    /// Time of the last line in the log.
    logged_at: Mutex<Instant>,
}

impl Default for BuildCounter {
    fn default() -> Self {
        Self { done: AtomicUsize::new(0), total: AtomicUsize::new(0), logged_at: Mutex::new(Instant::now()) }
    }
}

impl BuildCounter {
    /// Records that `done` of `total` files are indexed, and logs it every few seconds.
    pub(super) fn record(&self, done: usize, total: usize) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
        let mut logged_at = self.logged_at.lock().unwrap_or_else(PoisonError::into_inner);
        if logged_at.elapsed() >= LOG_INTERVAL {
            *logged_at = Instant::now();
            tracing::info!("indexing: {done} of {total} files");
        }
    }

    pub(super) fn progress(&self) -> BuildProgress {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(0).min(MAX_PERCENT);
        BuildProgress {
            percent: u8::try_from(percent).unwrap_or(u8::MAX),
            files_done: Some(done),
            files_total: (total > 0).then_some(total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_percentage_below_one_hundred() {
        let counter = BuildCounter::default();
        let progress =
            |percent, done, total| BuildProgress { percent, files_done: Some(done), files_total: total };
        assert_eq!(counter.progress(), progress(0, 0, None));
        for (done, total, percent) in
            [(0, 0, 0), (0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 99), (usize::MAX, 1, 99)]
        {
            counter.record(done, total);
            assert_eq!(
                counter.progress(),
                progress(percent, done, (total > 0).then_some(total)),
                "{done} {total}"
            );
        }
    }
}
