//! What other threads ask of the sync loop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use utoipa::ToSchema;

use crate::reindex::Waker;

/// What the sync loop is asked to do with the index. Each includes the previous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReindexAction {
    /// Compare all content with the index, and index what differs.
    Compare,
    /// Build a new generation of the index, and switch to it once it is complete.
    Rebuild,
}

/// What a request has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReindexTicket {
    /// What will be done: more than the request asks for if an earlier one asks for more.
    pub action: ReindexAction,
    /// Whether an earlier request that has not begun covers this one.
    pub joined: bool,
}

/// Requests to a sync loop; clones share them.
#[derive(Clone, Default)]
pub struct SyncControl(Arc<ControlState>);

#[derive(Default)]
struct ControlState {
    should_stop: AtomicBool,
    should_reload: AtomicBool,
    /// What requests ask for that has not begun.
    reindex: Mutex<Option<ReindexAction>>,
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

    /// Asks the loop for an update of the index. Requests that have not begun are handled together, by the largest one.
    pub(crate) fn request_reindex(&self, action: ReindexAction) -> ReindexTicket {
        let ticket = {
            let mut waiting = self.0.reindex.lock().unwrap_or_else(PoisonError::into_inner);
            let joined = *waiting >= Some(action);
            let action = waiting.map_or(action, |waiting| waiting.max(action));
            *waiting = Some(action);
            ReindexTicket { action, joined }
        };
        self.wake();
        ticket
    }

    /// Returns what requests ask for; once for each request.
    pub(super) fn take_reindex(&self) -> Option<ReindexAction> {
        self.0.reindex.lock().unwrap_or_else(PoisonError::into_inner).take()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_have_not_begun_are_handled_together() {
        use ReindexAction::{Compare, Rebuild};
        let control = SyncControl::default();
        for (asked, action, joined) in [
            (Compare, Compare, false),
            (Compare, Compare, true),
            (Rebuild, Rebuild, false),
            (Compare, Rebuild, true),
            (Rebuild, Rebuild, true),
        ] {
            assert_eq!(control.request_reindex(asked), ReindexTicket { action, joined });
        }
        assert_eq!((control.take_reindex(), control.take_reindex()), (Some(Rebuild), None));
        assert_eq!(control.request_reindex(Compare), ReindexTicket { action: Compare, joined: false });
    }
}
