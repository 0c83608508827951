//! The thread pool for searches, which are CPU work and never run on a thread of the runtime.
//!
//! Cheap and expensive searches have separate threads, so that a cheap one always finds a thread: one per
//! core for the cheap ones, fewer for the expensive ones. Both wait in a [`FairQueue`]. A search that waits
//! longer than the setting `[http] queue_ms`, or is expected to, is refused. If its client disconnects, a queued
//! search is dropped and a running one stops at its next check of the [`Cancellation`].

mod cost;
mod fair_queue;
mod lane_queue;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use self::cost::CostModel;
pub(super) use self::cost::RequestCost;
use self::fair_queue::{FairQueue, Lane};
use super::peer::PeerNetwork;
use super::problem::ProblemDetails;
use crate::query::Cancellation;

/// A search as a closure. It returns whether it ran to its end.
type SearchJob = Box<dyn FnOnce() -> bool + Send>;

/// The pool.
pub(super) struct SearchPool {
    shared: Arc<PoolState>,
    max_wait: Duration,
}

/// A search that has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolError {
    /// It has waited, or would wait, longer than allowed.
    Refused,
    /// It panicked.
    Panicked,
}

/// A queued search with its cost.
struct PoolJob {
    search: SearchJob,
    cost: RequestCost,
}

/// State that the pool shares with its threads.
struct PoolState {
    queue: Mutex<PoolQueue>,
    /// Notified of new jobs of each lane.
    arrivals: [Condvar; Lane::ALL.len()],
    costs: CostModel,
}

struct PoolQueue {
    jobs: FairQueue<PoolJob>,
    is_closed: bool,
}

impl SearchPool {
    /// Starts the threads of a pool for this many cores. Searches wait for at most `max_wait`.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub(super) fn new(cores: usize, max_wait: Duration) -> std::io::Result<Self> {
        let threads = [cores, cores.saturating_sub(1).max(1)];
        let counts = threads.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let queue = PoolQueue { jobs: FairQueue::new(max_wait, counts), is_closed: false };
        let (arrivals, costs) = (Default::default(), CostModel::default());
        let pool =
            Self { shared: Arc::new(PoolState { queue: Mutex::new(queue), arrivals, costs }), max_wait };
        for (lane, count) in Lane::ALL.into_iter().zip(threads) {
            for _ in 0..count {
                let shared = Arc::clone(&pool.shared);
                let name = if lane == Lane::Light { "search" } else { "search-heavy" };
                std::thread::Builder::new().name(name.to_owned()).spawn(move || shared.work(lane))?;
            }
        }
        Ok(pool)
    }

    /// Runs a search of a peer when it is its turn. If the returned future is dropped, the search is cancelled.
    ///
    /// # Errors
    /// If the search would wait too long, or panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        peer: PeerNetwork,
        cost: RequestCost,
        search: impl FnOnce(&Cancellation) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let (sender, mut result) = oneshot::channel();
        let cancellation = Arc::new(Cancellation::default());
        let of_job = Arc::clone(&cancellation);
        let search = move || {
            let result = catch_unwind(AssertUnwindSafe(|| search(&of_job)));
            let is_complete = !of_job.is_cancelled();
            let _ = sender.send(result);
            is_complete
        };
        let Ok((lane, number)) = self.shared.push(peer, PoolJob { search: Box::new(search), cost }) else {
            return Err(PoolError::Refused);
        };
        let mut abandonment =
            CancelOnDrop { shared: &self.shared, lane, number, cancellation: Some(cancellation) };
        let outcome = match tokio::time::timeout(self.max_wait, &mut result).await {
            Ok(outcome) => Some(outcome),
            Err(_) if self.shared.remove(lane, number) => None,
            // A search that has started is no longer refused.
            Err(_) => Some(result.await),
        };
        abandonment.cancellation = None;
        match outcome {
            Some(Ok(outcome)) => outcome.map_err(|_| PoolError::Panicked),
            // It waited too long, or was dropped from a full queue.
            Some(Err(_)) | None => Err(PoolError::Refused),
        }
    }
}

impl Drop for SearchPool {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.arrivals.iter().for_each(Condvar::notify_all);
    }
}

/// Cancels a search when the future that waits for it is dropped before its end.
struct CancelOnDrop<'a> {
    shared: &'a PoolState,
    lane: Lane,
    number: u64,
    /// `None` once the search has ended.
    cancellation: Option<Arc<Cancellation>>,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(cancellation) = &self.cancellation {
            cancellation.cancel();
            self.shared.remove(self.lane, self.number);
        }
    }
}

impl PoolState {
    fn lock(&self) -> MutexGuard<'_, PoolQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, peer: PeerNetwork, job: PoolJob) -> Result<(Lane, u64), PoolJob> {
        let origin = self.costs.origin(peer, job.cost);
        let number = self.lock().jobs.push(origin, job, Instant::now())?;
        self.arrivals[origin.lane as usize].notify_one();
        Ok((origin.lane, number))
    }

    /// Removes a search from the queue. Returns whether it was there.
    fn remove(&self, lane: Lane, number: u64) -> bool {
        // The job is dropped after the lock is released.
        let removed = self.lock().jobs.remove(lane, number);
        removed.is_some()
    }

    /// Runs searches of a lane until the pool is dropped.
    fn work(&self, lane: Lane) {
        let mut queue = self.lock();
        while !queue.is_closed {
            let Some(started) = queue.jobs.pop(lane, Instant::now()) else {
                let arrivals = &self.arrivals[lane as usize];
                queue = arrivals.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(queue);
            let PoolJob { search, cost } = started.job;
            let began = Instant::now();
            let is_complete = search();
            let took = began.elapsed();
            if is_complete {
                self.costs.record(cost, took);
            }
            queue = self.lock();
            queue.jobs.finish(&started.origin, took);
        }
    }
}

impl From<PoolError> for ProblemDetails {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Refused => Self::overload(),
            PoolError::Panicked => {
                Self::failure("panic; this is a bug in bloghound", "the search failed; see the server log")
            }
        }
    }
}
