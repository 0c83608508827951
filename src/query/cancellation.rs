//! Cancellation of a request whose client has disconnected.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::index::IndexError;

/// Whether a request was cancelled. Searches check it between steps that take at most a few milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Cancellation(AtomicBool);

/// The cancellation of requests that are never cancelled.
pub(crate) static NEVER: Cancellation = Cancellation(AtomicBool::new(false));

impl Cancellation {
    /// Stops the request at its next check.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether the request was cancelled.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Checks that the request was not cancelled.
    ///
    /// # Errors
    /// [`IndexError::Cancelled`] if it was.
    pub(crate) fn check(&self) -> Result<(), IndexError> {
        if self.is_cancelled() { Err(IndexError::Cancelled) } else { Ok(()) }
    }
}
