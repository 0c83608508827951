//! When file events are tried again after they were unavailable.

use std::time::{Duration, Instant};

/// Delay of the first retry.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// Longest delay. A retry opens each folder until one cannot be watched: about 0.1 s for 20,000 folders.
const MAX_DELAY: Duration = Duration::from_mins(1);

/// The next retry of watching by file events; each comes after twice the delay of the one before.
#[derive(Debug)]
pub(super) struct EventRetry {
    due_at: Instant,
    delay: Duration,
}

impl EventRetry {
    pub(super) fn new(now: Instant) -> Self {
        Self { due_at: now + FIRST_DELAY, delay: FIRST_DELAY }
    }

    /// Returns whether it is time for a retry, and if so, schedules the one after it.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        let is_due = self.due_at <= now;
        if is_due {
            self.delay = (self.delay * 2).min(MAX_DELAY);
            self.due_at = now + self.delay;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_later_each_time_but_never_stop() {
        let start = Instant::now();
        let mut retry = EventRetry::new(start);
        let due_s = (0..400).filter(|s| retry.is_due(start + Duration::from_secs(*s)));
        assert_eq!(due_s.collect::<Vec<_>>(), [1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]);
    }
}
