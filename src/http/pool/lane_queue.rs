//! The waiting searches of one lane, ordered by score.
//!
//! The score of a job is the time that its peer has used plus the part of its expected time that still counts. Only
//! the first and the last job of each peer are in the order of the lane: when the used time of a peer changes, two
//! entries move, however many jobs wait. Every operation takes logarithmic time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::fair_queue::{JobOrigin, micros};
use crate::http::peer::PeerNetwork;

/// A search that waits for a thread.
#[derive(Debug)]
pub(super) struct QueuedJob<J> {
    pub(super) origin: JobOrigin,
    pub(super) job: J,
    arrived: Instant,
    stage: WaitStage,
}

/// How long a job has waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitStage {
    /// Less than half of the maximum wait: its expected time counts.
    Fresh,
    /// Its expected time no longer counts.
    Aged,
    /// Too long: it is not started any more.
    Expired,
}

/// A job among those of its peer: the part of its expected time that counts, its number, and its expected time.
type PeerJob = (u64, u64, u64);
/// A job in the order of the lane: its score, its number, and its peer.
type RankedJob = (u64, u64, PeerNetwork);

/// The jobs of a peer that can be started.
#[derive(Debug, Default)]
struct PeerJobs {
    jobs: BTreeSet<PeerJob>,
    /// The entries of its first and last job in the order of the lane.
    ranked: Option<[RankedJob; 2]>,
}

/// The queue of a lane.
#[derive(Debug)]
pub(super) struct LaneQueue<J> {
    /// By number, that is, in the order of arrival.
    jobs: BTreeMap<u64, QueuedJob<J>>,
    peers: HashMap<PeerNetwork, PeerJobs>,
    first: BTreeSet<RankedJob>,
    last: BTreeSet<RankedJob>,
    /// All jobs with smaller numbers have at least this stage.
    aged_before: u64,
    expired_before: u64,
    /// Sum of the expected times of all jobs, in microseconds.
    expected_us: u64,
    /// When the first job arrived after the queue had last been empty.
    busy_since: Option<Instant>,
}

impl<J> Default for LaneQueue<J> {
    fn default() -> Self {
        Self {
            jobs: BTreeMap::new(),
            peers: HashMap::new(),
            first: BTreeSet::new(),
            last: BTreeSet::new(),
            aged_before: 0,
            expired_before: 0,
            expected_us: 0,
            busy_since: None,
        }
    }
}

impl<J> LaneQueue<J> {
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Returns the sum of the expected times of all jobs, in microseconds.
    pub(super) fn expected_us(&self) -> u64 {
        self.expected_us
    }

    /// Returns for how long the queue has not been empty.
    pub(super) fn busy_for(&self, now: Instant) -> Duration {
        self.busy_since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Adds a job of a peer that has used `used_us`. Numbers grow with the time of arrival.
    pub(super) fn push(&mut self, number: u64, origin: JobOrigin, job: J, now: Instant, used_us: u64) {
        self.expected_us += origin.expected_us;
        self.busy_since.get_or_insert(now);
        let peer = self.peers.entry(origin.peer).or_default();
        peer.jobs.insert((origin.expected_us, number, origin.expected_us));
        self.jobs.insert(number, QueuedJob { origin, job, arrived: now, stage: WaitStage::Fresh });
        self.rank(origin.peer, used_us);
    }

    /// Takes the job with the smallest score; of equal ones, the first.
    pub(super) fn pop_first(&mut self, used_us: impl Fn(PeerNetwork) -> u64) -> Option<QueuedJob<J>> {
        let (_, number, _) = *self.first.first()?;
        self.remove(number, used_us)
    }

    /// Returns the score and the number of the job with the largest score; of equal ones, the last.
    pub(super) fn last(&self) -> Option<(u64, u64)> {
        self.last.last().map(|(score, number, _)| (*score, *number))
    }

    /// Takes a job out of the queue.
    pub(super) fn remove(
        &mut self,
        number: u64,
        used_us: impl Fn(PeerNetwork) -> u64,
    ) -> Option<QueuedJob<J>> {
        let job = self.jobs.remove(&number)?;
        self.expected_us -= job.origin.expected_us;
        if self.jobs.is_empty() {
            self.busy_since = None;
        }
        self.unrank(number, &job.origin, job.stage);
        self.rank(job.origin.peer, used_us(job.origin.peer));
        Some(job)
    }

    /// Advances jobs to the stage that they have reached by now.
    pub(super) fn age(&mut self, now: Instant, max_wait: Duration, used_us: impl Fn(PeerNetwork) -> u64) {
        while let Some(number) = self.next_older_than(self.aged_before, max_wait / 2, now) {
            self.aged_before = number + 1;
            self.set_stage(number, WaitStage::Aged, &used_us);
        }
        while let Some(number) = self.next_older_than(self.expired_before, max_wait, now) {
            self.expired_before = number + 1;
            self.set_stage(number, WaitStage::Expired, &used_us);
        }
    }

    /// Drops the jobs that have waited for longer than this.
    pub(super) fn drop_older_than(
        &mut self,
        wait: Duration,
        now: Instant,
        used_us: impl Fn(PeerNetwork) -> u64,
    ) {
        while let Some(number) = self.next_older_than(0, wait, now) {
            self.remove(number, &used_us);
        }
    }

    fn next_older_than(&self, from: u64, age: Duration, now: Instant) -> Option<u64> {
        let (number, job) = self.jobs.range(from..).next()?;
        (now.saturating_duration_since(job.arrived) > age).then_some(*number)
    }

    fn set_stage(&mut self, number: u64, stage: WaitStage, used_us: impl Fn(PeerNetwork) -> u64) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let before = std::mem::replace(&mut job.stage, stage);
        let origin = job.origin;
        self.unrank(number, &origin, before);
        if stage != WaitStage::Expired {
            self.peers.entry(origin.peer).or_default().jobs.insert((0, number, origin.expected_us));
        }
        self.rank(origin.peer, used_us(origin.peer));
    }

    /// Removes a job from those of its peer.
    fn unrank(&mut self, number: u64, origin: &JobOrigin, stage: WaitStage) {
        let Some(peer) = self.peers.get_mut(&origin.peer) else { return };
        let counted = if stage == WaitStage::Fresh { origin.expected_us } else { 0 };
        peer.jobs.remove(&(counted, number, origin.expected_us));
    }

    /// Moves a peer to its place in the order of the lane, after its jobs or its used time have changed.
    pub(super) fn rank(&mut self, peer: PeerNetwork, used_us: u64) {
        let Some(jobs) = self.peers.get_mut(&peer) else { return };
        let ranked = |(counted, number, _): &PeerJob| (used_us.saturating_add(*counted), *number, peer);
        let ends = jobs.jobs.first().zip(jobs.jobs.last()).map(|(first, last)| [ranked(first), ranked(last)]);
        if jobs.ranked == ends {
            return;
        }
        if let Some([first, last]) = std::mem::replace(&mut jobs.ranked, ends) {
            self.first.remove(&first);
            self.last.remove(&last);
        }
        match ends {
            Some([first, last]) => {
                self.first.insert(first);
                self.last.insert(last);
            }
            None => {
                self.peers.remove(&peer);
            }
        }
    }

    /// Moves all peers to their places in the order of the lane.
    pub(super) fn rank_all(&mut self, used_us: impl Fn(PeerNetwork) -> u64) {
        let peers: Vec<PeerNetwork> = self.peers.keys().copied().collect();
        for peer in peers {
            self.rank(peer, used_us(peer));
        }
    }

    /// Returns the expected time of the jobs that would start before a new job, in microseconds: other peers are
    /// served until they have used as much time as the peer of that job. Beyond `enough_us`, it is not exact.
    pub(super) fn expected_us_before(
        &self,
        origin: &JobOrigin,
        enough_us: u64,
        used_us: impl Fn(PeerNetwork) -> u64,
    ) -> u64 {
        let own = self.peers.get(&origin.peer).into_iter().flat_map(|peer| &peer.jobs);
        let own = own.take_while(|(counted, ..)| *counted <= origin.expected_us);
        let own_us: u64 = own.map(|(.., expected)| *expected).sum();
        let level = used_us(origin.peer) + origin.expected_us + own_us;
        let mut before_us = own_us;
        for (score, _, peer) in &self.first {
            if *score > level || before_us > enough_us {
                break;
            }
            if *peer != origin.peer {
                before_us += self.expected_us_up_to(*peer, level.saturating_sub(used_us(*peer)), enough_us);
            }
        }
        before_us
    }

    /// Returns the expected time of the jobs that a peer can run until it has used `level_us` more.
    fn expected_us_up_to(&self, peer: PeerNetwork, level_us: u64, enough_us: u64) -> u64 {
        let mut sum = 0;
        for (.., expected) in self.peers.get(&peer).into_iter().flat_map(|peer| &peer.jobs) {
            if sum + expected <= level_us {
                sum += expected;
            }
            if sum > enough_us {
                break;
            }
        }
        sum
    }
}

/// Returns how long the jobs would take on some threads.
pub(super) fn shared_time(expected_us: u64, threads: u32) -> Duration {
    Duration::from_micros(expected_us / u64::from(threads.max(1)))
}

/// Returns the expected time that some threads work off in `duration`, in microseconds.
pub(super) fn thread_time_us(duration: Duration, threads: u32) -> u64 {
    micros(duration).saturating_mul(u64::from(threads.max(1)))
}
