//! The thread that runs the sync loop, and its supervision.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::health::HealthCheck;
use super::local::Engine;
use super::sync_control::SyncControl;
use super::sync_loop::SyncLoop;
use super::sync_setup::SyncSetup;
use crate::reindex::panic_message::panic_message;

/// Interval at which a stopping thread is checked.
const STOP_CHECK_INTERVAL: Duration = Duration::from_millis(2);

/// A running sync loop, which keeps an engine up to date.
pub struct SyncThread {
    thread: JoinHandle<()>,
    control: SyncControl,
}

impl SyncThread {
    /// Starts the thread. A panic is logged, counted and reported in the status; then the loop continues.
    ///
    /// # Errors
    /// If the operating system refuses the thread.
    pub fn start(engine: Arc<Engine>, setup: SyncSetup) -> std::io::Result<Self> {
        let control = SyncControl::default();
        let of_thread = control.clone();
        let run = move || supervise(&engine, setup, of_thread);
        let thread = std::thread::Builder::new().name("indexer".to_owned()).spawn(run)?;
        Ok(Self { thread, control })
    }

    /// Returns the handle for requests to the thread.
    #[must_use]
    pub(crate) fn control(&self) -> &SyncControl {
        &self.control
    }

    /// Finishes the current commit and ends the thread. If that takes longer than `timeout`, the thread keeps running
    /// until the process ends. Returns whether the thread has ended.
    pub fn stop_within(self, timeout: Duration) -> bool {
        self.control.request_stop();
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
fn supervise(engine: &Arc<Engine>, setup: SyncSetup, control: SyncControl) {
    let start = || {
        engine.health.record_heartbeat();
        if engine.has_index()
            && let Err(error) = engine.warm_up()
        {
            tracing::error!("cannot warm up the index: {error}; the first search will load it");
        }
        SyncLoop::new(Arc::clone(engine), setup, control)
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
            sync_loop.run();
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(()) => return,
            Err(panic) => panicked = Some(panic_message(&*panic).to_owned()),
        }
    }
}
