//! The thread pool for searches, which are CPU work.
//!
//! A search that arrives while no other runs is computed on the thread that read its request: for a search of
//! 0.1 ms, waking a pool thread and being woken by it would take longer than the search. Further searches run
//! on the pool, one thread per core, with a bounded queue. If the queue is full, a search is refused at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use crossbeam_channel::{Receiver, Sender};
use tokio::sync::oneshot;

use super::problem::ProblemDetails;

type SearchJob = Box<dyn FnOnce() + Send>;

/// The pool.
pub(super) struct SearchPool {
    /// Number of running and queued searches.
    in_flight: Arc<AtomicUsize>,
    max_in_flight: usize,
    queue: Sender<SearchJob>,
}

/// Counts a search as in flight until it is dropped.
struct InFlightGuard(Arc<AtomicUsize>);

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl SearchPool {
    /// Starts a pool of `threads` threads and a queue of `max_queued` searches.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(super) fn new(threads: usize, max_queued: usize) -> std::io::Result<Self> {
        let (queue, searches) = crossbeam_channel::unbounded();
        for _ in 0..threads {
            let searches: Receiver<SearchJob> = searches.clone();
            let work = move || searches.iter().for_each(|search| search());
            std::thread::Builder::new().name("search".to_owned()).spawn(work)?;
        }
        // One more search runs on the thread that read its request.
        Ok(Self { in_flight: Arc::default(), max_in_flight: threads + 1 + max_queued, queue })
    }

    /// Runs a search, now or when a thread is free.
    ///
    /// # Errors
    /// Status 503 if the queue is full, 500 if the search panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProblemDetails> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        let guard = InFlightGuard(Arc::clone(&self.in_flight));
        if before == 0 {
            let result = catch_unwind(AssertUnwindSafe(search));
            drop(guard);
            return result.map_err(|_| after_panic());
        }
        if before >= self.max_in_flight {
            return Err(ProblemDetails::overload());
        }
        let (sender, result) = oneshot::channel();
        let search = move || {
            // The client may have disconnected, for example because the user typed another letter.
            if !sender.is_closed() {
                let _ = sender.send(catch_unwind(AssertUnwindSafe(search)));
            }
            drop(guard);
        };
        let result = match self.queue.send(Box::new(search)) {
            Ok(()) => result.await.ok(),
            Err(_) => None,
        };
        result.and_then(Result::ok).ok_or_else(after_panic)
    }
}

fn after_panic() -> ProblemDetails {
    tracing::error!("search failed: panic; this is a bug in bloghound");
    ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, "the search failed; see the server log")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::http::runtime;

    const PATIENCE: Duration = Duration::from_mins(1);

    fn wait_until(holds: impl Fn() -> bool) {
        let started = Instant::now();
        while !holds() {
            assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} for searches to be counted");
            std::thread::yield_now();
        }
    }

    #[test]
    fn refuses_searches_when_the_queue_is_full_and_serves_the_others() {
        let runtime = runtime().unwrap();
        let pool = Arc::new(SearchPool::new(2, 3).unwrap());
        let (started, starts) = mpsc::channel();
        let searches: Vec<_> = (0..6)
            .map(|number| {
                let (end, ended) = mpsc::channel::<()>();
                let (started, pool_of_request) = (started.clone(), Arc::clone(&pool));
                let search = move || {
                    started.send(()).unwrap();
                    let _ = ended.recv_timeout(PATIENCE);
                    number
                };
                let response = runtime.spawn(async move { pool_of_request.run(search).await });
                wait_until(|| pool.in_flight.load(Ordering::Relaxed) > number);
                (end, response)
            })
            .collect();
        // Three run: the first on the thread of its request, the others on the two pool threads.
        for _ in 0..3 {
            starts.recv_timeout(PATIENCE).unwrap();
        }
        assert!(starts.try_recv().is_err());
        let refused =
            runtime.block_on(async { tokio::time::timeout(PATIENCE, pool.run(|| 6)).await.unwrap() });
        assert_eq!(refused, Err(ProblemDetails::overload()));
        for (number, (end, response)) in (0..).zip(searches) {
            drop(end);
            assert_eq!(runtime.block_on(response).unwrap(), Ok(number));
        }
        assert_eq!(runtime.block_on(pool.run(|| 7)), Ok(7));
    }

    #[test]
    fn keeps_serving_after_a_search_panicked() {
        let runtime = runtime().unwrap();
        let pool = Arc::new(SearchPool::new(1, 3).unwrap());
        let panic = || -> u8 { panic!("expected by this test") };
        for _ in 0..2 {
            wait_until(|| pool.in_flight.load(Ordering::Relaxed) == 0);
            assert_eq!(runtime.block_on(pool.run(panic)).unwrap_err().status, 500);
            // While another search runs, the panicking one runs on the pool thread.
            let (end, ended) = mpsc::channel::<()>();
            let (began, begun) = mpsc::channel();
            let beside = Arc::clone(&pool);
            let search = move || {
                began.send(()).unwrap();
                ended.recv_timeout(PATIENCE)
            };
            let first = runtime.spawn(async move { beside.run(search).await });
            begun.recv_timeout(PATIENCE).unwrap();
            assert_eq!(runtime.block_on(pool.run(panic)).unwrap_err().status, 500);
            assert_eq!(runtime.block_on(pool.run(|| 1)), Ok(1));
            drop(end);
            assert!(runtime.block_on(first).unwrap().is_ok());
        }
    }
}
