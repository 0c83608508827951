//! The queue of searches: fair between peers, cheap ones first, bounded by waiting time.
//!
//! Each peer has used some time of the search threads lately; it is halved every [`HALF_LIFE`]. The next search
//! is the one with the smallest sum of the time that its peer has used and the time that it is expected to
//! take. A peer that sends many or expensive searches therefore delays mainly itself, and among the searches of
//! one peer the cheap ones run first. The expected time counts less the longer a search has waited, and not at
//! all after half of the maximum wait, so that expensive searches are not passed over until they are refused.
//!
//! The queue knows no clock: callers pass the time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::config::limits;
use crate::http::peer::PeerNetwork;

/// Time in which the used time of a peer is halved.
const HALF_LIFE: Duration = Duration::from_secs(2);
/// Number of half-lives after which no used time is left.
const MAX_HALVINGS: u32 = u64::BITS;
/// Used time that no longer counts, in microseconds.
const NEGLIGIBLE_US: u64 = 50;

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

/// A search that waits for a thread.
#[derive(Debug)]
struct QueuedJob<J> {
    /// Identifies the job; later ones have larger numbers.
    number: u64,
    origin: JobOrigin,
    arrived: Instant,
    job: J,
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
    waiting: [Vec<QueuedJob<J>>; Lane::ALL.len()],
    /// Sum of the expected times of the waiting jobs by lane, in microseconds.
    waiting_us: [u64; Lane::ALL.len()],
    /// Time that each peer has used lately, in microseconds. Running jobs count with their expected time.
    used_us: HashMap<PeerNetwork, u64>,
    halved_at: Option<Instant>,
    next_number: u64,
}

impl<J> FairQueue<J> {
    /// Returns an empty queue for lanes with these numbers of threads.
    pub(super) fn new(max_wait: Duration, threads: [u32; Lane::ALL.len()]) -> Self {
        Self {
            max_wait,
            threads,
            waiting: [const { Vec::new() }; Lane::ALL.len()],
            waiting_us: [0; Lane::ALL.len()],
            used_us: HashMap::new(),
            halved_at: None,
            next_number: 0,
        }
    }

    /// Adds a job and returns its number. If the queue is full, the job whose turn would be last is dropped.
    ///
    /// # Errors
    /// Returns the job if it would be expected to wait longer than allowed, or the queue is full of jobs whose
    /// turn is earlier.
    pub(super) fn push(&mut self, origin: JobOrigin, job: J, now: Instant) -> Result<u64, J> {
        self.halve_used_time(now);
        if self.expected_wait(&origin, now) > self.max_wait {
            return Err(job);
        }
        let lane = origin.lane as usize;
        if self.waiting[lane].len() >= limits::MAX_QUEUED_SEARCHES {
            let last = (0..self.waiting[lane].len())
                .max_by_key(|at| (self.score(&self.waiting[lane][*at], now), self.waiting[lane][*at].number));
            let score = self.used_by(origin.peer) + origin.expected_us;
            match last {
                Some(last) if self.score(&self.waiting[lane][last], now) > score => {
                    self.remove_at(origin.lane, last);
                }
                _ => return Err(job),
            }
        }
        let number = self.next_number;
        self.next_number += 1;
        self.waiting_us[lane] += origin.expected_us;
        self.waiting[lane].push(QueuedJob { number, origin, arrived: now, job });
        Ok(number)
    }

    /// Takes the job of a lane whose turn it is. Jobs that have waited too long are left to be refused.
    pub(super) fn pop(&mut self, lane: Lane, now: Instant) -> Option<StartedJob<J>> {
        if self.waiting[lane as usize].is_empty() {
            return None;
        }
        self.halve_used_time(now);
        let jobs = self.waiting[lane as usize].iter().enumerate();
        let in_time = jobs.filter(|(_, job)| now.saturating_duration_since(job.arrived) <= self.max_wait);
        let (at, _) = in_time.min_by_key(|(_, job)| (self.score(job, now), job.number))?;
        let QueuedJob { origin, job, .. } = self.remove_at(lane, at);
        *self.used_us.entry(origin.peer).or_default() += origin.expected_us;
        Some(StartedJob { origin, job })
    }

    /// Corrects the used time of a peer when its job has run for `took`.
    pub(super) fn finish(&mut self, origin: &JobOrigin, took: Duration) {
        let used = self.used_us.entry(origin.peer).or_default();
        *used = used.saturating_sub(origin.expected_us).saturating_add(micros(took));
    }

    /// Takes a job out of the queue, unless it was started or dropped.
    pub(super) fn remove(&mut self, lane: Lane, number: u64) -> Option<J> {
        let at = self.waiting[lane as usize].iter().position(|job| job.number == number)?;
        Some(self.remove_at(lane, at).job)
    }

    /// Returns the number of waiting jobs.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.waiting.iter().map(Vec::len).sum()
    }

    fn remove_at(&mut self, lane: Lane, at: usize) -> QueuedJob<J> {
        let job = self.waiting[lane as usize].swap_remove(at);
        self.waiting_us[lane as usize] -= job.origin.expected_us;
        job
    }

    fn used_by(&self, peer: PeerNetwork) -> u64 {
        self.used_us.get(&peer).copied().unwrap_or_default()
    }

    /// Returns the number by which jobs are ordered: the time used by the peer plus the part of the expected
    /// time that still counts, in microseconds.
    fn score(&self, job: &QueuedJob<J>, now: Instant) -> u64 {
        let half = micros(self.max_wait / 2).max(1);
        let left = half - micros(now.saturating_duration_since(job.arrived)).min(half);
        let expected = job.origin.expected_us.saturating_mul(left) / half;
        self.used_by(job.origin.peer).saturating_add(expected)
    }

    /// Returns an estimate of the time until a new job would start: other peers are served until they have used
    /// as much time as the peer of this job.
    fn expected_wait(&self, origin: &JobOrigin, now: Instant) -> Duration {
        let (lane, jobs) = (origin.lane as usize, &self.waiting[origin.lane as usize]);
        let threads = u64::from(self.threads[lane].max(1));
        let all = Duration::from_micros(self.waiting_us[lane] / threads);
        if all <= self.max_wait {
            return all;
        }
        let own_score = self.used_by(origin.peer) + origin.expected_us;
        let is_own = |job: &&QueuedJob<J>| job.origin.peer == origin.peer;
        let own = jobs.iter().filter(is_own).filter(|job| self.score(job, now) <= own_score);
        let own_us: u64 = own.map(|job| job.origin.expected_us).sum();
        let level = own_score + own_us;
        let mut ahead: HashMap<PeerNetwork, u64> = HashMap::new();
        for job in jobs.iter().filter(|job| !is_own(job)) {
            let ahead = ahead.entry(job.origin.peer).or_default();
            if self.used_by(job.origin.peer) + *ahead + job.origin.expected_us <= level {
                *ahead += job.origin.expected_us;
            }
        }
        Duration::from_micros((own_us + ahead.values().sum::<u64>()) / threads)
    }

    /// Halves the used times once per half-life.
    fn halve_used_time(&mut self, now: Instant) {
        let halved_at = *self.halved_at.get_or_insert(now);
        let elapsed = now.saturating_duration_since(halved_at).as_micros();
        let halvings = u32::try_from(elapsed / HALF_LIFE.as_micros()).unwrap_or(MAX_HALVINGS);
        if halvings == 0 {
            return;
        }
        self.halved_at = Some(halved_at + HALF_LIFE * halvings);
        let halve = |used: u64| used.checked_shr(halvings).unwrap_or_default();
        self.used_us.retain(|_, used| {
            *used = halve(*used);
            *used > NEGLIGIBLE_US
        });
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
