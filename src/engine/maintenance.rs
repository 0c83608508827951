//! The thread that owns the index: it waits for changes and publishes what they made.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// Ends the waiting for changes, once that has begun.
    waker: Arc<Mutex<Option<Waker>>>,
}

/// Makes a watcher, or says why it cannot.
pub type Watch = Box<dyn FnOnce() -> Option<(Watcher, Waker)> + Send>;
/// Tells what a comparison found.
pub type Tell = Box<dyn FnOnce(&Report) + Send>;

/// What there is to do.
pub struct Work {
    /// Makes what follows the content, on the thread: a large site has many folders to watch. None where changes
    /// are not followed; then the index is given free as soon as it says what the content says.
    pub watch: Option<Watch>,
    /// How often all content is compared.
    pub reconcile_every: Duration,
    /// Called when the content was compared for the first time; none where it has been compared already.
    pub on_compared: Option<Tell>,
}

impl Maintenance {
    /// Starts the work.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(engine: Arc<Engine>, indexer: Indexer, work: Work) -> std::io::Result<Self> {
        let should_stop = Arc::new(AtomicBool::new(false));
        let waker = Arc::new(Mutex::new(None));
        let upkeep = Upkeep { engine, indexer, should_stop: should_stop.clone(), waker: waker.clone() };
        let thread =
            std::thread::Builder::new().name("indexer".to_owned()).spawn(move || upkeep.run(work))?;
        Ok(Self { thread, should_stop, waker })
    }

    /// Finishes the commit under way and ends the thread.
    pub fn stop(self) {
        self.should_stop.store(true, Ordering::Release);
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
        if self.thread.join().is_err() {
            tracing::error!("the indexing thread had failed");
        }
    }
}

/// What the thread has.
struct Upkeep {
    engine: Arc<Engine>,
    indexer: Indexer,
    should_stop: Arc<AtomicBool>,
    waker: Arc<Mutex<Option<Waker>>>,
}

impl Upkeep {
    fn run(mut self, work: Work) {
        let Work { watch, reconcile_every, on_compared } = work;
        if let Err(error) = self.engine.warm() {
            tracing::error!("the index was not made ready: {error}");
        }
        // Watching before comparing: what changes in between is seen afterwards.
        let watcher = watch.and_then(|watch| watch()).map(|(watcher, waker)| {
            *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
            watcher
        });
        let is_compared = on_compared.is_none_or(|on_compared| self.compare(on_compared));
        if let Some(watcher) = watcher {
            self.follow(&watcher, reconcile_every, is_compared);
        }
        if let Err(error) = self.indexer.close() {
            tracing::error!("the index was not closed cleanly: {error}");
        }
    }

    /// Compares all content for the first time; whether that went well.
    fn compare(&mut self, on_compared: Tell) -> bool {
        let compared = self.indexer.reconcile(&mut |_, _| {}).and_then(|report| {
            if report.has_changes() {
                self.engine.publish(self.indexer.snapshot()?)?;
            }
            Ok(report)
        });
        match compared {
            Ok(report) => {
                self.engine.set_report(report.clone());
                on_compared(&report);
                true
            }
            Err(error) => {
                not_updated(&error);
                false
            }
        }
    }

    fn follow(&mut self, watcher: &Watcher, reconcile_every: Duration, is_compared: bool) {
        let mut reconcile_at = Instant::now() + if is_compared { reconcile_every } else { RETRY_AFTER };
        while !self.should_stop.load(Ordering::Acquire) {
            let dirty = watcher.next(reconcile_at.saturating_duration_since(Instant::now()));
            if self.should_stop.load(Ordering::Acquire) {
                return;
            }
            let result = match dirty {
                Some(Dirty::Paths(paths)) => self.indexer.update(&paths),
                Some(Dirty::Everything) | None => {
                    reconcile_at = Instant::now() + reconcile_every;
                    self.indexer.reconcile(&mut |_, _| {})
                }
            };
            let published = result.and_then(|report| publish(&self.engine, &self.indexer, &report));
            if let Err(error) = published {
                reconcile_at = reconcile_at.min(Instant::now() + RETRY_AFTER);
                not_updated(&error);
            }
        }
    }
}

fn not_updated(error: &ReindexError) {
    tracing::error!("the index was not updated: {error}; the last one keeps answering");
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
