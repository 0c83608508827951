//! Detects that the system clock was set, by comparing it with the monotonic clock.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::reindex::Clock;

/// Deviation from the monotonic clock that counts as a step; smaller ones are corrections of the clock's rate.
const MIN_STEP: SignedDuration = SignedDuration::from_secs(2);

/// The last reading of both clocks.
pub(super) struct ClockCheck {
    clock: Clock,
    time: Timestamp,
    at: Instant,
}

impl ClockCheck {
    pub(super) fn new(clock: Clock) -> Self {
        Self { time: clock.now(), at: Instant::now(), clock }
    }

    /// Returns by how much the clock was set since the last call; `None` if it was not.
    pub(super) fn step(&mut self) -> Option<SignedDuration> {
        let (time, at) = (self.clock.now(), Instant::now());
        let step = step_between(time.duration_since(self.time), at - self.at);
        (self.time, self.at) = (time, at);
        step
    }
}

fn step_between(passed: SignedDuration, elapsed: Duration) -> Option<SignedDuration> {
    let step = passed - SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
    (step.abs() >= MIN_STEP).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_steps_from_the_passing_of_time() {
        let second = Duration::from_secs(1);
        for (passed_s, step_s) in [(1, None), (2, None), (-3, Some(-4)), (3_600, Some(3_599))] {
            let step = step_between(SignedDuration::from_secs(passed_s), second);
            assert_eq!(step, step_s.map(SignedDuration::from_secs), "{passed_s}");
        }
    }
}
