//! The time with which publication dates are compared.
//!
//! A system clock may be set back, by hand or because a machine started without a battery. Until it is right again,
//! published posts must not disappear. Therefore the clock records the latest time that it returned. The dates of an
//! indexed post, which was public already, are compared with that time, those of other posts with the current time.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Minimum difference from the latest time seen at which a clock counts as being behind.
const MIN_LAG: SignedDuration = SignedDuration::from_secs(2);

/// A source of the current time, with a memory that its clones share.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    latest: Arc<Mutex<Timestamp>>,
}

impl Clock {
    /// Returns a clock that calls `source` for the current time.
    pub fn new(source: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(source), latest: Arc::new(Mutex::new(Timestamp::MIN)) }
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.source)();
        self.remember(now);
        now
    }

    /// Records a time at which something happened, such as the last commit of an index.
    pub(super) fn remember(&self, time: Timestamp) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = time.max(*latest);
    }

    /// Returns the latest time seen.
    pub(super) fn latest(&self) -> Timestamp {
        self.now().max(*self.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the latest time seen if the clock is noticeably behind it.
    #[must_use]
    pub fn later_time_seen(&self) -> Option<Timestamp> {
        let (now, latest) = (self.now(), self.latest());
        (latest.duration_since(now) >= MIN_LAG).then_some(latest)
    }
}

impl Default for Clock {
    /// Returns the system clock.
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("latest", &self.latest).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn remembers_the_latest_time_when_it_is_set_back() {
        let seconds = Arc::new(AtomicI64::new(100));
        let read = Arc::clone(&seconds);
        let clock = Clock::new(move || Timestamp::from_second(read.load(Ordering::Relaxed)).unwrap());
        clock.remember(Timestamp::from_second(90).unwrap());
        let times = |clock: &Clock| {
            let later = clock.later_time_seen().map(Timestamp::as_second);
            (clock.now().as_second(), clock.latest().as_second(), later)
        };
        assert_eq!(times(&clock), (100, 100, None));
        seconds.store(50, Ordering::Relaxed);
        assert_eq!(times(&clock), (50, 100, Some(100)));
        assert_eq!(times(&clock.clone()), (50, 100, Some(100)));
        seconds.store(120, Ordering::Relaxed);
        assert_eq!(times(&clock), (120, 120, None));
    }
}
