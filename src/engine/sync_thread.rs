//! The thread that runs the sync loop, and its supervision.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::health::HealthCheck;
use super::local::Engine;
use super::sync_loop::{SharedWaker, SyncLoop};
use super::sync_setup::SyncSetup;
use crate::reindex::panic_message::panic_message;

/// Interval at which a stopping thread is checked.
const STOP_CHECK_INTERVAL: Duration = Duration::from_millis(2);

/// A running sync loop, which keeps an engine up to date.
pub struct SyncThread {
    thread: JoinHandle<()>,
    should_stop: Arc<AtomicBool>,
    waker: SharedWaker,
}

impl SyncThread {
    /// Starts the thread. A panic is logged, counted and reported in the status; then the loop continues.
    ///
    /// # Errors
    /// If the operating system refuses the thread.
    pub fn start(engine: Arc<Engine>, setup: SyncSetup) -> std::io::Result<Self> {
        let should_stop = Arc::new(AtomicBool::new(false));
        let waker = SharedWaker::default();
        let (stop, shared_waker) = (Arc::clone(&should_stop), Arc::clone(&waker));
        let run = move || supervise(&engine, setup, shared_waker, &stop);
        let thread = std::thread::Builder::new().name("indexer".to_owned()).spawn(run)?;
        Ok(Self { thread, should_stop, waker })
    }

    /// Asks the thread to end after the current commit.
    pub(crate) fn request_stop(&self) {
        self.should_stop.store(true, Ordering::Release);
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
    }

    /// Finishes the current commit and ends the thread. If that takes longer than `timeout`, the thread keeps running
    /// until the process ends. Returns whether the thread has ended.
    pub fn stop_within(self, timeout: Duration) -> bool {
        self.request_stop();
        let asked_at = Instant::now();
        while !self.thread.is_finished() {
            if asked_at.elapsed() >= timeout {
                return false;
            }
            std::thread::sleep(STOP_CHECK_INTERVAL);
        }
        if self.thread.join().is_err() {
            tracing::error!("the indexing thread panicked: this is a bug in bloghound");
        }
        true
    }
}

/// Runs the sync loop until it should stop, and continues it after each panic.
fn supervise(engine: &Arc<Engine>, setup: SyncSetup, waker: SharedWaker, should_stop: &AtomicBool) {
    let start = || {
        engine.health.record_heartbeat();
        if engine.has_index()
            && let Err(error) = engine.warm_up()
        {
            tracing::error!("cannot warm up the index: {error}; the first search will load it");
        }
        SyncLoop::new(Arc::clone(engine), setup, waker)
    };
    let mut sync_loop = match catch_unwind(AssertUnwindSafe(start)) {
        Ok(sync_loop) => sync_loop,
        Err(panic) => {
            let message = format!(
                "changes are not indexed: panic: {}; restart bloghound; this is a bug, please report it",
                panic_message(&*panic)
            );
            engine.health.record_panic();
            return engine.report_problem(HealthCheck::Internal, message);
        }
    };
    let mut panicked: Option<String> = None;
    loop {
        let run = || {
            if let Some(panic) = panicked.take() {
                sync_loop.recover(&panic);
            }
            sync_loop.run(should_stop);
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(()) => return,
            Err(panic) => panicked = Some(panic_message(&*panic).to_owned()),
        }
    }
}
