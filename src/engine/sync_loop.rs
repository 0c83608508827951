//! The sync loop: detects changes of content, settings and index, and publishes new commits.
//!
//! After a failure, the last good state keeps serving, the problem is logged once and shown in the status, and
//! the loop retries after a delay. A retry reopens the index, because a failure may leave the
//! writer in an unknown state.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clock_check::ClockCheck;
use super::health::HealthCheck;
use super::local::Engine;
use super::metadata_fingerprint::{CommitFingerprint, LoadedSettings};
use super::sync_control::SyncControl;
use super::sync_setup::{ReconcileCallback, Reload, SyncIntervals, SyncSetup};
use crate::config::Config;
use crate::content::Site;
use crate::index::{Snapshot, VerifiedFiles, generation};
use crate::reindex::{
    Clock, ContentChange, Dirty, Indexer, IndexingReport, OpenMode, ReindexError, WatchMode, Watcher,
    explain_absence,
};

/// State of the sync loop.
pub(super) struct SyncLoop {
    pub(super) engine: Arc<Engine>,
    pub(super) config: Config,
    pub(super) site: Site,
    pub(super) watches_content: bool,
    /// `None` if another process has the write lock, if the index is not writable, or if content is not
    /// watched.
    pub(super) indexer: Option<Indexer>,
    pub(super) watcher: Watcher,
    pub(super) control: SyncControl,
    pub(super) reload: Reload,
    pub(super) on_first_reconcile: Option<ReconcileCallback>,
    pub(super) settings: LoadedSettings,
    pub(super) served: ServedIndex,
    pub(super) clock: Clock,
    pub(super) clock_check: ClockCheck,
    pub(super) intervals: SyncIntervals,
    pub(super) reconcile_at: Instant,
    pub(super) retry_at: Instant,
    /// Delay of the next retry of an operation that keeps failing.
    pub(super) retry_delay: Duration,
    /// Set after a panic: the time until which the loop does nothing.
    pub(super) paused_until: Option<Instant>,
}

/// The served index, if another process writes it.
#[derive(Default)]
pub(super) struct ServedIndex {
    commit: Option<CommitFingerprint>,
    verified: VerifiedFiles,
    dir: PathBuf,
}

impl SyncLoop {
    /// Returns the loop, with a running watcher if content is watched: later changes are not missed.
    pub(super) fn new(engine: Arc<Engine>, setup: SyncSetup, control: SyncControl) -> Self {
        let SyncSetup { config, site, watches_content, indexer, on_first_reconcile, .. } = setup;
        let SyncSetup { reload, clock, intervals, .. } = setup;
        let watch_options = watches_content.then(|| SyncSetup::watch_options(&config, &site));
        let now = Instant::now();
        let commit = engine.has_index().then(|| CommitFingerprint::of(&config.index_dir)).flatten();
        let mut sync_loop = Self {
            watcher: Watcher::new(watch_options),
            settings: LoadedSettings::default(),
            served: ServedIndex { commit, ..ServedIndex::default() },
            reconcile_at: now + config.reconcile_every,
            retry_at: now + intervals.retry,
            retry_delay: intervals.retry,
            clock_check: ClockCheck::new(clock.clone()),
            paused_until: None,
            intervals,
            on_first_reconcile,
            engine,
            config,
            site,
            watches_content,
            indexer: indexer.map(|indexer| indexer.with_clock(clock.clone())),
            clock,
            control,
            reload,
        };
        sync_loop.share_waker();
        sync_loop.check_watcher();
        if *sync_loop.watcher.mode() != WatchMode::Off {
            tracing::info!("watching {} for changes", sync_loop.site.content_dir.display());
        }
        sync_loop
    }

    /// Runs until it is asked to stop.
    pub(super) fn run(&mut self) {
        if self.on_first_reconcile.is_some() {
            self.reconcile();
        }
        while !self.control.should_stop() {
            self.run_once();
        }
        self.release_index();
    }

    /// Waits for a change or for the next check, and handles both.
    fn run_once(&mut self) {
        if !self.writes_index() {
            self.release_index();
        }
        let timeout = self.intervals.check.min(self.reconcile_at.saturating_duration_since(Instant::now()));
        let change = self.watcher.next(if self.watches_content { timeout } else { self.intervals.check });
        if self.control.should_stop() {
            return;
        }
        if self.control.take_reload() {
            tracing::info!("loading the settings again");
            self.settings = LoadedSettings::default();
        }
        self.engine.health.record_heartbeat();
        if self.paused_until.is_some_and(|until| Instant::now() < until) {
            // Afterwards everything is compared, this change included.
            return;
        }
        self.paused_until = None;
        self.check_files();
        self.check_clock();
        if let Some(action) = self.control.take_reindex() {
            self.start_reindexing(action);
        }
        let is_due = self.reconcile_at <= Instant::now();
        match change {
            // Changes that never stop must not delay the comparison with all content.
            Some(change) if is_due => self.index_change(ContentChange { dirty: Dirty::Everything, ..change }),
            Some(change) => self.index_change(change),
            None if is_due => {
                self.reconcile();
            }
            None => {}
        }
    }

    /// Returns whether this process writes the index: while it watches the content, and until there is an index to serve.
    pub(super) fn writes_index(&self) -> bool {
        self.watches_content || !self.engine.has_index()
    }

    /// Returns what failures of indexing mean for requests.
    fn consequence(&self) -> &'static str {
        if self.engine.has_index() {
            "the last index keeps serving"
        } else {
            "there is no index to serve yet; building it is retried"
        }
    }

    /// Continues after a panic. The state of the writer and the watcher is unknown, so both are started again.
    pub(super) fn recover(&mut self, panic: &str) {
        let message = format!(
            "indexing failed: panic: {panic}; {} and indexing is retried; this is a bug in bloghound, please report it",
            self.consequence()
        );
        self.engine.health.record_panic();
        self.engine.health.report_problem(HealthCheck::Internal, message);
        self.indexer = None;
        self.settings = LoadedSettings::default();
        self.delay_retry();
        self.paused_until = Some(self.retry_at);
        if self.watches_content {
            self.watcher = Watcher::new(Some(SyncSetup::watch_options(&self.config, &self.site)));
            self.share_waker();
        }
    }

    /// Schedules the retry of an operation that may keep failing, after a longer delay each time.
    fn delay_retry(&mut self) {
        self.retry_at = Instant::now() + self.retry_delay;
        self.retry_delay = (self.retry_delay * 2).min(self.intervals.max_retry);
    }

    pub(super) fn share_waker(&self) {
        self.control.set_waker(self.watcher.waker());
    }

    /// Closes the writer, so that other processes can write the index.
    pub(super) fn release_index(&mut self) {
        if let Some(Err(error)) = self.indexer.take().map(Indexer::close) {
            tracing::error!("cannot close the index cleanly: {error}");
        }
        if !self.watches_content {
            let served = self.served.commit.take();
            self.served.commit = served.or_else(|| CommitFingerprint::of(&self.config.index_dir));
        }
    }

    /// Opens the index for writing and schedules a comparison with the content.
    pub(super) fn open_indexer(&mut self, mode: OpenMode) {
        self.retry_at = Instant::now() + self.intervals.retry;
        let opened = Indexer::open(&self.config, &self.site, mode).and_then(|indexer| {
            let is_serving = self.engine.status().posts > 0;
            let mut indexer = indexer.with_clock(self.clock.clone()).while_serving(is_serving);
            if let Some(reason) = indexer.rebuild_reason() {
                tracing::warn!("rebuilding the index: {reason}");
            }
            let snapshot = indexer.take_servable_snapshot()?;
            if let Some(new) = snapshot.filter(|new| new.generation() != self.engine.generation()) {
                self.engine.publish(new)?;
            }
            Ok(indexer)
        });
        match opened {
            Ok(indexer) => {
                self.indexer = Some(indexer);
                self.reconcile_at = Instant::now();
            }
            Err(error) => self.handle_failure(&error),
        }
    }

    /// Publishes a commit of another process.
    pub(super) fn publish_external_commit(&mut self) {
        let commit = CommitFingerprint::of(&self.config.index_dir);
        if commit.is_none() || commit == self.served.commit {
            return;
        }
        let Some((dir, _lease)) = generation::lease_current(&self.config.index_dir) else { return };
        if dir != self.served.dir {
            self.served = ServedIndex { dir: dir.clone(), ..ServedIndex::default() };
        }
        let published = Snapshot::open_verified(&dir, &mut self.served.verified)
            .and_then(|snapshot| self.engine.publish(snapshot));
        match published {
            Ok(()) => {
                self.served.commit = commit;
                self.engine.health.report_recovery(HealthCheck::Index);
                tracing::info!("serving a new index written by another process");
            }
            // The other process may still be copying files; the next check retries.
            Err(error) => {
                let message = format!("cannot read the new index: {error}; the previous one keeps serving");
                self.engine.health.report_problem(HealthCheck::Index, message);
            }
        }
    }

    fn index_change(&mut self, change: ContentChange) {
        self.engine.health.record_change();
        match change.dirty {
            Dirty::Everything => {
                if self.reconcile().is_some() {
                    self.engine.health.record_lag(change.detected_at.elapsed());
                }
            }
            Dirty::Paths(paths) => {
                let Some(indexer) = &mut self.indexer else {
                    // The change may have solved what the new index waits for.
                    self.retry_at = self.retry_at.min(Instant::now() + self.intervals.retry);
                    return;
                };
                let updated = indexer.update(&paths);
                if self.publish(updated).is_some() {
                    self.engine.health.record_lag(change.detected_at.elapsed());
                }
            }
        }
    }

    /// Compares all content with the index and publishes the result. Returns the report, or `None` if that
    /// failed.
    fn reconcile(&mut self) -> Option<IndexingReport> {
        self.reconcile_at = Instant::now() + self.config.reconcile_every;
        let indexer = self.indexer.as_mut()?;
        self.watcher.discard_pending();
        let engine = &self.engine;
        let reconciled = indexer.reconcile(&mut |done, total| engine.record_progress(done, total));
        let report = self.publish(reconciled)?;
        self.engine.health.record_comparison();
        if let Some(callback) = self.on_first_reconcile.take() {
            callback(&report);
        }
        if let Some(indexer) = &self.indexer {
            indexer.collect_garbage();
        }
        Some(report)
    }

    /// Publishes a new commit. Returns the report, or `None` if indexing or publishing failed.
    fn publish(&mut self, result: Result<IndexingReport, ReindexError>) -> Option<IndexingReport> {
        let known_failures = self.engine.status().failed;
        // The first report is logged in full.
        let is_logged = self.on_first_reconcile.is_none();
        let published = result.and_then(|report| {
            if let Some(indexer) = &mut self.indexer
                && (indexer.take_has_new_generation() || report.has_changes() || !self.engine.has_index())
            {
                self.engine.publish(indexer.snapshot()?)?;
                if is_logged {
                    let IndexingReport { took_ms, added, updated, deleted, .. } = &report;
                    tracing::info!(
                        "indexed in {took_ms} ms: {added} added, {updated} updated, {deleted} deleted"
                    );
                }
            }
            Ok(report)
        });
        let report = published.map_err(|error| self.handle_failure(&error)).ok()?;
        self.engine.health.report_recovery(HealthCheck::Index);
        self.engine.health.report_recovery(HealthCheck::Content);
        self.engine.health.report_recovery(HealthCheck::Internal);
        self.report_unreadable(&report);
        match explain_absence(&self.site, &report) {
            Some(message) => {
                let message = format!("{message}; waiting for content");
                self.engine.health.report_problem(HealthCheck::Posts, message);
            }
            None => self.engine.health.report_recovery(HealthCheck::Posts),
        }
        self.engine.set_report(report.clone());
        for failure in report.failed.iter().filter(|failure| !known_failures.contains(failure)) {
            tracing::warn!("not indexed: {failure}");
        }
        Some(report)
    }

    /// Reports files that cannot be read, and schedules a retry.
    fn report_unreadable(&mut self, report: &IndexingReport) {
        let health = &self.engine.health;
        let mut messages = Vec::new();
        if report.unreadable > 0 {
            messages.push(format!(
                "{} files or folders cannot be read, see `failed`; their last versions stay searchable; make them readable",
                report.unreadable
            ));
        }
        if report.held > 0 {
            messages.push(format!(
                "{} files inherit from a file that is broken, see `failed`; their last versions stay searchable, and new ones \
                 are not indexed; fix that file",
                report.held
            ));
        }
        if messages.is_empty() {
            health.report_recovery(HealthCheck::Files);
        } else {
            health.report_problem(HealthCheck::Files, messages.join("; "));
        }
        if report.unreadable == 0 {
            self.retry_delay = self.intervals.retry;
            return;
        }
        self.delay_retry();
        self.reconcile_at = self.reconcile_at.min(self.retry_at);
    }

    /// Reports a failure and schedules a retry.
    fn handle_failure(&mut self, error: &ReindexError) {
        let retry_at = Instant::now() + self.intervals.retry;
        self.reconcile_at = self.reconcile_at.min(retry_at);
        if matches!(error, ReindexError::NoContent(_)) {
            let message = format!("{error}; {}", self.consequence());
            return self.engine.health.report_problem(HealthCheck::Content, message);
        }
        self.indexer = None;
        self.retry_at = retry_at;
        if matches!(error, ReindexError::Incomplete { .. }) {
            self.delay_retry();
        }
        let message = format!("cannot update the index: {error}; {}", self.consequence());
        self.engine.health.report_problem(HealthCheck::Index, message);
    }
}
