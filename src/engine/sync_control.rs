//! What other threads ask of the sync loop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::reindex::Waker;

/// Requests to a sync loop; clones share them.
#[derive(Clone, Default)]
pub struct SyncControl(Arc<ControlState>);

#[derive(Default)]
struct ControlState {
    should_stop: AtomicBool,
    should_reload: AtomicBool,
    /// Interrupts the wait of the current watcher; `None` until the loop has one.
    waker: Mutex<Option<Waker>>,
}

impl SyncControl {
    /// Asks the loop to end after the current commit.
    pub(crate) fn request_stop(&self) {
        self.0.should_stop.store(true, Ordering::Release);
        self.wake();
    }

    /// Asks the loop to load the settings again, and to compare all content with the index.
    pub(crate) fn request_reload(&self) {
        self.0.should_reload.store(true, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = &*self.0.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
    }

    pub(super) fn set_waker(&self, waker: Waker) {
        *self.0.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    pub(super) fn should_stop(&self) -> bool {
        self.0.should_stop.load(Ordering::Acquire)
    }

    /// Returns whether the settings are to be loaded again; once for each request.
    pub(super) fn take_reload(&self) -> bool {
        self.0.should_reload.swap(false, Ordering::AcqRel)
    }
}
