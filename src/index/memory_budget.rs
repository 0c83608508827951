//! A limit on the memory of the documents that wait to be indexed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A limit on the bytes in use, shared by all worker threads.
#[derive(Debug, Clone)]
pub(crate) struct MemoryBudget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    max_bytes: usize,
    state: Mutex<State>,
    has_room: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes in use.
    taken: usize,
    /// Number of posts that were started.
    begun: usize,
    is_closed: bool,
}

/// Bytes of a budget, released when the permit is dropped.
#[derive(Debug)]
pub(crate) struct MemoryPermit {
    budget: MemoryBudget,
    bytes: usize,
}

impl MemoryBudget {
    /// Returns a budget of `max_bytes` bytes.
    #[must_use]
    pub(crate) fn new(max_bytes: usize) -> Self {
        let shared = Shared { max_bytes, state: Mutex::default(), has_room: Condvar::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Waits until there is room and returns the number of the next post to process, or `None` if all
    /// `count` posts were started or the budget is closed. Posts start in order, so the first post in
    /// progress never waits.
    #[must_use]
    pub(crate) fn begin(&self, count: usize) -> Option<usize> {
        let is_full = |state: &mut State| state.taken >= self.shared.max_bytes && !state.is_closed;
        let waited = self.shared.has_room.wait_while(self.state(), is_full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_closed || state.begun >= count {
            return None;
        }
        state.begun += 1;
        Some(state.begun - 1)
    }

    /// Takes the bytes of a post that was started, even if they exceed the budget: its size is not known
    /// before it is processed.
    #[must_use]
    pub(crate) fn take(&self, bytes: usize) -> MemoryPermit {
        self.state().taken += bytes;
        MemoryPermit { budget: self.clone(), bytes }
    }

    /// Closes the budget: wakes all waiting threads, and no further posts start.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
        self.shared.has_room.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MemoryPermit {
    fn drop(&mut self) {
        self.budget.state().taken -= self.bytes;
        self.budget.shared.has_room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_start_while_the_budget_has_room() {
        let budget = MemoryBudget::new(10);
        assert_eq!(budget.begin(3), Some(0));
        let permit = budget.take(25);
        let waiting = std::thread::spawn({
            let budget = budget.clone();
            move || budget.begin(3)
        });
        drop(permit);
        assert_eq!(waiting.join().unwrap(), Some(1));
        assert_eq!((budget.begin(3), budget.begin(3)), (Some(2), None));
    }

    #[test]
    fn closing_the_budget_wakes_waiting_threads() {
        let budget = MemoryBudget::new(10);
        let _permit = budget.take(25);
        let waiting = std::thread::spawn({
            let budget = budget.clone();
            move || budget.begin(3)
        });
        budget.close();
        assert_eq!(waiting.join().unwrap(), None);
    }
}
