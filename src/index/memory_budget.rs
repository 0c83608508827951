//! The memory that posts on their way into the index may take together.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many bytes may be under way, and how many are.
#[derive(Debug, Clone)]
pub struct MemoryBudget {
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
    /// Bytes that are under way.
    taken: usize,
    /// How many posts were begun.
    begun: usize,
    is_closed: bool,
}

/// Bytes of a budget, given back when it is dropped.
#[derive(Debug)]
pub struct MemoryPermit {
    budget: MemoryBudget,
    bytes: usize,
}

impl MemoryBudget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        let shared = Shared { max_bytes, state: Mutex::default(), has_room: Condvar::new() };
        Self { shared: Arc::new(shared) }
    }

    /// The number of the next post to begin with, once there is room; none when all `count` are begun or
    /// the budget is closed. Posts are begun one after the other, so that the first of those under way
    /// is never among those that wait.
    #[must_use]
    pub fn begin(&self, count: usize) -> Option<usize> {
        let is_full = |state: &mut State| state.taken >= self.shared.max_bytes && !state.is_closed;
        let waited = self.shared.has_room.wait_while(self.state(), is_full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_closed || state.begun >= count {
            return None;
        }
        state.begun += 1;
        Some(state.begun - 1)
    }

    /// Takes the bytes of a post that was begun, even where they are more than there is room for: only
    /// then is it known how many they are.
    #[must_use]
    pub fn take(&self, bytes: usize) -> MemoryPermit {
        self.state().taken += bytes;
        MemoryPermit { budget: self.clone(), bytes }
    }

    /// Ends all waiting: nothing more is begun.
    pub fn close(&self) {
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
    fn posts_are_begun_while_there_is_room() {
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
    fn a_closed_budget_keeps_nobody_waiting() {
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
