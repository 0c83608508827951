//! The health of the log: lines that could not be written.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::health::{HealthCheck, HealthProblem};

/// Counts the lines of the log that are lost. As a process has one log, there is one instance: [`LogHealth::global`].
#[derive(Debug, Default)]
pub(crate) struct LogHealth {
    dropped: AtomicU64,
    /// Whether `failure` is set; read for each line.
    is_failing: AtomicBool,
    failure: Mutex<Option<LogFailure>>,
}

/// Why lines are being lost.
#[derive(Debug)]
struct LogFailure {
    since: Timestamp,
    /// Number of lines lost since then.
    lines: u64,
    reason: String,
}

impl LogFailure {
    fn message(&self) -> String {
        let Self { lines, reason, .. } = self;
        format!("the log cannot be written: {reason}; lines lost: {lines}")
    }
}

static GLOBAL: LogHealth =
    LogHealth { dropped: AtomicU64::new(0), is_failing: AtomicBool::new(false), failure: Mutex::new(None) };

impl LogHealth {
    /// Returns the health of the log of this process.
    #[must_use]
    pub(crate) fn global() -> &'static Self {
        &GLOBAL
    }

    /// Records that a line was lost.
    pub(crate) fn record_dropped(&self, reason: &str) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = || LogFailure { since: Timestamp::now(), lines: 0, reason: reason.to_owned() };
        failure.get_or_insert_with(unknown).lines += 1;
        self.is_failing.store(true, Ordering::Release);
    }

    /// Records that a line was written. If it is the first one after lost lines, returns the message about them.
    pub(crate) fn record_written(&self) -> Option<String> {
        if !self.is_failing.load(Ordering::Acquire) {
            return None;
        }
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_failing.store(false, Ordering::Release);
        failure.take().map(|failure| failure.message())
    }

    /// Returns the number of lines that were lost since the start.
    #[must_use]
    pub(crate) fn dropped_lines(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Returns the current problem, if lines are being lost.
    #[must_use]
    pub(crate) fn problem(&self) -> Option<HealthProblem> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.as_ref().map(|failure| HealthProblem {
            check: HealthCheck::Log,
            message: failure.message(),
            since: failure.since,
        })
    }
}
