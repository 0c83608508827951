//! The memory of incomplete request heads, of all connections together.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::activity::Activity;

/// The total of what connections take for incomplete heads, in bytes. Each connection's activity has its part.
#[derive(Debug, Default)]
pub(super) struct HeadMemory(AtomicUsize);

impl HeadMemory {
    /// Records what a connection takes now. Returns the total.
    pub(super) fn record(&self, activity: &Activity, bytes: usize) -> usize {
        // In this order, the total is never less than the sum, whatever other threads do.
        self.0.fetch_add(bytes, Ordering::Relaxed);
        let before = activity.replace_head_bytes(bytes);
        self.0.fetch_sub(before, Ordering::Relaxed) - before
    }

    /// Returns the total.
    pub(super) fn total(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
