//! The thread that runs the sync loop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use super::local::Engine;
use super::sync_loop::{SharedWaker, SyncLoop, SyncSetup};

/// A running sync loop, which keeps an engine up to date.
pub struct SyncThread {
    thread: JoinHandle<()>,
    should_stop: Arc<AtomicBool>,
    waker: SharedWaker,
}

impl SyncThread {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system refuses the thread.
    pub fn start(engine: Arc<Engine>, setup: SyncSetup) -> std::io::Result<Self> {
        let should_stop = Arc::new(AtomicBool::new(false));
        let waker = SharedWaker::default();
        let (stop, shared_waker) = (Arc::clone(&should_stop), Arc::clone(&waker));
        let run = move || {
            if let Err(error) = engine.warm_up() {
                tracing::error!("cannot warm up the index: {error}; the first search will load it");
            }
            SyncLoop::new(engine, setup, shared_waker).run(&stop);
        };
        let thread = std::thread::Builder::new().name("indexer".to_owned()).spawn(run)?;
        Ok(Self { thread, should_stop, waker })
    }

    /// Finishes the current commit and ends the thread.
    pub fn stop(self) {
        self.should_stop.store(true, Ordering::Release);
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
        if self.thread.join().is_err() {
            tracing::error!("the indexing thread panicked: this is a bug in bloghound");
        }
    }
}
