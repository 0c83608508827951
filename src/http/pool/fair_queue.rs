//! The queue of searches: fair between peers, cheap ones first, bounded by waiting time.
//!
//! Each peer has used some time of the search threads lately; it is halved every [`HALF_LIFE`]. The next search
//! is the one with the smallest sum of the time that its peer has used and the time that it is expected to
//! take. A peer that sends many or expensive searches therefore delays mainly itself, and among the searches of
//! one peer the cheap ones run first. The expected time counts until a search has waited for half of the maximum
//! wait, so that expensive searches are not passed over until they are refused.
//!
//! A burst may fill the queue. If searches keep arriving faster than they run, it is kept short.
//!
//! The queue knows no clock: callers pass the time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::lane_queue::{LaneQueue, QueuedJob, shared_time, thread_time_us};
use crate::config::limits;
use crate::http::peer::PeerNetwork;

/// Time in which the used time of a peer is halved.
const HALF_LIFE: Duration = Duration::from_secs(2);
/// Number of half-lives after which no used time is left.
const MAX_HALVINGS: u32 = u64::BITS;
/// Used time that no longer counts, in microseconds.
const NEGLIGIBLE_US: u64 = 50;

/// Part of the maximum wait after which a cheap search is dropped while searches keep arriving faster than they run: the
/// others wait much less, so that it would only be refused later. Expensive ones take too long for such a limit.
const OVERLOAD_WAIT_DIVISOR: u32 = 4;

/// The kinds of searches, each of which has separate threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Cheap searches.
    Light,
    /// Expensive searches: they never run on the threads of the cheap ones.
    Heavy,
}

impl Lane {
    /// Both lanes, in the order of their indexes.
    pub(super) const ALL: [Self; 2] = [Self::Light, Self::Heavy];
}

/// The sender and the expected cost of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JobOrigin {
    pub(super) peer: PeerNetwork,
    pub(super) lane: Lane,
    /// Expected running time, in microseconds.
    pub(super) expected_us: u64,
}

/// A search that was taken from the queue to be run.
#[derive(Debug)]
pub(super) struct StartedJob<J> {
    pub(super) origin: JobOrigin,
    pub(super) job: J,
}

/// The queue.
#[derive(Debug)]
pub(super) struct FairQueue<J> {
    max_wait: Duration,
    /// Threads of each lane.
    threads: [u32; Lane::ALL.len()],
    lanes: [LaneQueue<J>; Lane::ALL.len()],
    used: UsedTime,
    next_number: u64,
}

/// Time that each peer has used lately, in microseconds. Running jobs count with their expected time.
#[derive(Debug, Default)]
struct UsedTime {
    by_peer: HashMap<PeerNetwork, u64>,
    halved_at: Option<Instant>,
}

impl<J> FairQueue<J> {
    /// Returns an empty queue for lanes with these numbers of threads.
    pub(super) fn new(max_wait: Duration, threads: [u32; Lane::ALL.len()]) -> Self {
        let lanes = std::array::from_fn(|_| LaneQueue::default());
        Self { max_wait, threads, lanes, used: UsedTime::default(), next_number: 0 }
    }

    /// Adds a job and returns its number. If the queue is full, the job whose turn would be last is dropped.
    ///
    /// # Errors
    /// Returns the job if it would be expected to wait longer than allowed, or the queue is full of jobs whose
    /// turn is earlier.
    pub(super) fn push(&mut self, origin: JobOrigin, job: J, now: Instant) -> Result<u64, J> {
        self.advance(now);
        if self.expected_wait(&origin) > self.max_wait {
            return Err(job);
        }
        let used = self.used.of(origin.peer);
        let lane = &mut self.lanes[origin.lane as usize];
        let max_jobs = if lane.busy_for(now) > self.max_wait {
            limits::MAX_QUEUED_SEARCHES_IN_OVERLOAD
        } else {
            limits::MAX_QUEUED_SEARCHES
        };
        if lane.len() >= max_jobs {
            match lane.last() {
                Some((score, last)) if score > used + origin.expected_us => {
                    lane.remove(last, |peer| self.used.of(peer));
                }
                _ => return Err(job),
            }
        }
        let number = self.next_number;
        self.next_number += 1;
        lane.push(number, origin, job, now, used);
        Ok(number)
    }

    /// Takes the job of a lane whose turn it is. Jobs that have waited too long are left to be refused.
    pub(super) fn pop(&mut self, lane: Lane, now: Instant) -> Option<StartedJob<J>> {
        self.advance(now);
        let QueuedJob { origin, job, .. } = self.lanes[lane as usize].pop_first(|peer| self.used.of(peer))?;
        self.set_used(origin.peer, self.used.of(origin.peer).saturating_add(origin.expected_us));
        Some(StartedJob { origin, job })
    }

    /// Corrects the used time of a peer when its job has run for `took`.
    pub(super) fn finish(&mut self, origin: &JobOrigin, took: Duration) {
        let used = self.used.of(origin.peer).saturating_sub(origin.expected_us).saturating_add(micros(took));
        self.set_used(origin.peer, used);
    }

    /// Takes a job out of the queue, unless it was started or dropped.
    pub(super) fn remove(&mut self, lane: Lane, number: u64) -> Option<J> {
        self.lanes[lane as usize].remove(number, |peer| self.used.of(peer)).map(|job| job.job)
    }

    /// Returns the number of waiting jobs.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(LaneQueue::len).sum()
    }

    fn set_used(&mut self, peer: PeerNetwork, used_us: u64) {
        self.used.by_peer.insert(peer, used_us);
        self.lanes.iter_mut().for_each(|lane| lane.rank(peer, used_us));
    }

    /// Applies the time that has passed.
    fn advance(&mut self, now: Instant) {
        let is_halved = self.used.halve(now);
        for (lane, queue) in Lane::ALL.into_iter().zip(&mut self.lanes) {
            if is_halved {
                queue.rank_all(|peer| self.used.of(peer));
            }
            let mut wait = self.max_wait;
            if lane == Lane::Light && queue.busy_for(now) > self.max_wait {
                wait /= OVERLOAD_WAIT_DIVISOR;
                queue.drop_older_than(wait, now, |peer| self.used.of(peer));
            }
            queue.age(now, wait, |peer| self.used.of(peer));
        }
    }

    /// Returns an estimate of the time until a new job would start.
    fn expected_wait(&self, origin: &JobOrigin) -> Duration {
        let (lane, threads) = (&self.lanes[origin.lane as usize], self.threads[origin.lane as usize]);
        let all = shared_time(lane.expected_us(), threads);
        if all <= self.max_wait {
            return all;
        }
        let enough_us = thread_time_us(self.max_wait, threads).saturating_add(u64::from(threads));
        shared_time(lane.expected_us_before(origin, enough_us, |peer| self.used.of(peer)), threads)
    }
}

impl UsedTime {
    fn of(&self, peer: PeerNetwork) -> u64 {
        self.by_peer.get(&peer).copied().unwrap_or_default()
    }

    /// Halves the used times once per half-life. Returns whether they have changed.
    fn halve(&mut self, now: Instant) -> bool {
        let halved_at = *self.halved_at.get_or_insert(now);
        let elapsed = now.saturating_duration_since(halved_at).as_micros();
        let halvings = u32::try_from(elapsed / HALF_LIFE.as_micros()).unwrap_or(MAX_HALVINGS);
        if halvings == 0 {
            return false;
        }
        self.halved_at = Some(halved_at + HALF_LIFE * halvings);
        let halve = |used: u64| used.checked_shr(halvings).unwrap_or_default();
        self.by_peer.retain(|_, used| {
            *used = halve(*used);
            *used > NEGLIGIBLE_US
        });
        true
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
