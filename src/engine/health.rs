//! Health checks of the service, and the freshness of the index.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::reindex::WatchMode;

/// An aspect of the service that is checked; each has at most one problem at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthCheck {
    /// The certificate for TLS.
    Certificate,
    /// The system clock.
    Clock,
    /// The acceptance of connections.
    Connections,
    /// The content directory.
    Content,
    /// The reading of source files.
    Files,
    /// The index.
    Index,
    /// A bug in bloghound, caught as a panic.
    Internal,
    /// The keys of private blogs and admin calls.
    Keys,
    /// The settings of the site or of bloghound.
    Settings,
    /// The detection of content changes.
    Watching,
    /// The log.
    Log,
    /// The log of queries.
    QueryLog,
    /// Whether there is anything to search.
    Posts,
}

impl HealthCheck {
    /// Returns the name, as published in the status and in the metrics.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Clock => "clock",
            Self::Connections => "connections",
            Self::Content => "content",
            Self::Files => "files",
            Self::Index => "index",
            Self::Internal => "internal",
            Self::Keys => "keys",
            Self::Settings => "settings",
            Self::Watching => "watching",
            Self::Log => "log",
            Self::QueryLog => "query_log",
            Self::Posts => "posts",
        }
    }
}

/// A failed health check; the last good state keeps serving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthProblem {
    /// The failed check.
    #[serde(rename = "concern")]
    pub check: HealthCheck,
    /// What failed, why, and what to do.
    pub message: String,
    /// Time of the first failure.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// The delay of the index behind the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// Time of the last detected change of the content.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_change_at: Option<Timestamp>,
    /// Time of the last full comparison of content and index.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub compared_at: Option<Timestamp>,
    /// Milliseconds from the last detected change until it was searchable, debounce included.
    pub lag_ms: Option<u64>,
    /// How changes are detected: `events`, `polling`, `off`, or `missing` if there is no content directory.
    pub watching: &'static str,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { last_change_at: None, compared_at: None, lag_ms: None, watching: "off" }
    }
}

/// Checks without which the index does not follow the content.
const SYNC_CHECKS: [HealthCheck; 3] = [HealthCheck::Content, HealthCheck::Index, HealthCheck::Internal];

/// Current problems and freshness, shared by the threads.
#[derive(Debug, Default)]
pub(super) struct Health {
    problems: Mutex<BTreeMap<HealthCheck, KnownProblem>>,
    freshness: Mutex<Freshness>,
    /// Time of the last heartbeat of the sync loop; `None` before it starts.
    heartbeat: Mutex<Option<Instant>>,
    panics: AtomicU64,
}

#[derive(Debug)]
struct KnownProblem {
    problem: HealthProblem,
    /// Time of the first failure, by the monotonic clock.
    since: Instant,
}

impl Health {
    /// Records a problem. Logs it unless it was recorded before.
    pub(super) fn report_problem(&self, check: HealthCheck, message: String) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let known = problems.get(&check);
        if known.is_some_and(|known| known.problem.message == message) {
            return;
        }
        tracing::error!("{message}");
        let (first_at, since) = known
            .map_or_else(|| (Timestamp::now(), Instant::now()), |known| (known.problem.since, known.since));
        let problem = HealthProblem { check, message, since: first_at };
        problems.insert(check, KnownProblem { problem, since });
    }

    /// Removes the problem of a check, if there is one, and logs the recovery.
    pub(super) fn report_recovery(&self, check: HealthCheck) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(solved) = problems.remove(&check) {
            let seconds = solved.since.elapsed().as_secs();
            tracing::info!("recovered after {seconds} s: {}", solved.problem.message);
        }
    }

    pub(super) fn problems(&self) -> Vec<HealthProblem> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.values().map(|known| known.problem.clone()).collect()
    }

    /// Records that the sync loop makes progress.
    pub(super) fn record_heartbeat(&self) {
        *self.heartbeat.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Counts a caught panic.
    pub(super) fn record_panic(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Returns the check that has failed for longer than `limit` and without which the index does not follow the
    /// content; `None` if there is none.
    pub(super) fn failing_sync_check(&self, limit: Duration) -> Option<HealthCheck> {
        let heartbeat = *self.heartbeat.lock().unwrap_or_else(PoisonError::into_inner);
        if heartbeat.is_some_and(|at| at.elapsed() > limit) {
            return Some(HealthCheck::Internal);
        }
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let has_lasted =
            |check: &HealthCheck| problems.get(check).is_some_and(|known| known.since.elapsed() > limit);
        SYNC_CHECKS.into_iter().find(has_lasted)
    }

    pub(super) fn freshness(&self) -> Freshness {
        self.freshness.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn update_freshness(&self, update: impl FnOnce(&mut Freshness)) {
        update(&mut self.freshness.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Records that a change was detected now.
    pub(super) fn record_change(&self) {
        self.update_freshness(|freshness| freshness.last_change_at = Some(Timestamp::now()));
    }

    /// Records the delay from a change until it was searchable.
    pub(super) fn record_lag(&self, lag: Duration) {
        self.update_freshness(|freshness| freshness.lag_ms = u64::try_from(lag.as_millis()).ok());
    }

    /// Records that content and index were compared now.
    pub(super) fn record_comparison(&self) {
        self.update_freshness(|freshness| freshness.compared_at = Some(Timestamp::now()));
    }

    pub(super) fn record_watch_mode(&self, mode: &WatchMode) {
        let name = match mode {
            WatchMode::Off => "off",
            WatchMode::Events => "events",
            WatchMode::Polling(_) => "polling",
            WatchMode::Missing => "missing",
        };
        self.update_freshness(|freshness| freshness.watching = name);
    }
}
