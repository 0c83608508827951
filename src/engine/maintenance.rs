//! The thread that owns the index: it waits for changes and publishes what they made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Engine;
use crate::reindex::{Dirty, Indexer, ReindexError, Report, Waker, Watcher};

/// How soon all content is compared again when the index could not be written.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Keeps an engine up to date until it is stopped.
pub struct Maintenance {
    thread: JoinHandle<()>,
    should_stop: Arc<AtomicBool>,
    waker: Waker,
}

impl Maintenance {
    /// Starts following the watcher's changes; all content is compared every `reconcile_every`.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        engine: Arc<Engine>,
        indexer: Indexer,
        (watcher, waker): (Watcher, Waker),
        reconcile_every: Duration,
    ) -> std::io::Result<Self> {
        let should_stop = Arc::new(AtomicBool::new(false));
        let stop_flag = Arc::clone(&should_stop);
        let thread = std::thread::Builder::new().name("indexer".to_owned()).spawn(move || {
            run(&engine, indexer, &watcher, reconcile_every, &stop_flag);
        })?;
        Ok(Self { thread, should_stop, waker })
    }

    /// Finishes the commit under way and ends the thread.
    pub fn stop(self) {
        self.should_stop.store(true, Ordering::Release);
        self.waker.wake();
        if self.thread.join().is_err() {
            tracing::error!("the indexing thread had failed");
        }
    }
}

fn run(
    engine: &Engine,
    mut indexer: Indexer,
    watcher: &Watcher,
    reconcile_every: Duration,
    should_stop: &AtomicBool,
) {
    let mut reconcile_at = Instant::now() + reconcile_every;
    loop {
        let dirty = watcher.next(reconcile_at.saturating_duration_since(Instant::now()));
        if should_stop.load(Ordering::Acquire) {
            break;
        }
        let result = match dirty {
            Some(Dirty::Paths(paths)) => indexer.update(&paths),
            Some(Dirty::Everything) | None => {
                reconcile_at = Instant::now() + reconcile_every;
                indexer.reconcile(&mut |_, _| {})
            }
        };
        if let Err(error) = result.and_then(|report| publish(engine, &indexer, &report)) {
            reconcile_at = reconcile_at.min(Instant::now() + RETRY_AFTER);
            tracing::error!("the index was not updated: {error}; the last one keeps answering");
        }
    }
    if let Err(error) = indexer.close() {
        tracing::error!("the index was not closed cleanly: {error}");
    }
}

fn publish(engine: &Engine, indexer: &Indexer, report: &Report) -> Result<(), ReindexError> {
    if report.has_changes() {
        engine.publish(indexer.snapshot()?)?;
        tracing::info!(
            "indexed in {} ms: {} added, {} updated, {} deleted",
            report.took_ms,
            report.added,
            report.updated,
            report.deleted
        );
    }
    let known = engine.status().failed;
    engine.set_report(report.clone());
    for failure in report.failed.iter().filter(|failure| !known.contains(failure)) {
        tracing::warn!("not indexed: {failure}");
    }
    Ok(())
}
