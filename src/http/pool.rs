//! The turns of searches, which are work for the processor.
//!
//! A search that comes alone runs where its request is read: to wake another thread and to be woken by it takes
//! longer than a tenth of a millisecond's search is worth. While one runs, others go to threads of their own, as
//! many as there are cores, and wait in a line of bounded length; whoever finds it full is refused at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use crossbeam_channel::{Receiver, Sender};
use tokio::sync::oneshot;

use super::Problem;

type Search = Box<dyn FnOnce() + Send>;

/// Runs searches.
pub(super) struct Pool {
    /// Searches that run or wait.
    under_way: Arc<AtomicUsize>,
    max_under_way: usize,
    line: Sender<Search>,
}

/// One of the searches under way, until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool of `threads`, for which as many as `max_waiting` searches may wait.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(super) fn new(threads: usize, max_waiting: usize) -> std::io::Result<Self> {
        let (line, searches) = crossbeam_channel::unbounded();
        for _ in 0..threads {
            let searches: Receiver<Search> = searches.clone();
            let work = move || searches.iter().for_each(|search| search());
            std::thread::Builder::new().name("search".to_owned()).spawn(work)?;
        }
        // One more runs where its request is read.
        Ok(Self { under_way: Arc::default(), max_under_way: threads + 1 + max_waiting, line })
    }

    /// Runs a search when its turn comes.
    ///
    /// # Errors
    /// When too many wait already, or the search panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&self.under_way));
        if before == 0 {
            let found = catch_unwind(AssertUnwindSafe(search));
            drop(place);
            return found.map_err(|_| panicked());
        }
        if before >= self.max_under_way {
            return Err(Problem::overload());
        }
        let (sender, found) = oneshot::channel();
        let search = move || {
            // Who went away, say because the next letter is typed, does not want it any more.
            if !sender.is_closed() {
                let _ = sender.send(catch_unwind(AssertUnwindSafe(search)));
            }
            drop(place);
        };
        let searched = match self.line.send(Box::new(search)) {
            Ok(()) => found.await.ok(),
            Err(_) => None,
        };
        searched.and_then(Result::ok).ok_or_else(panicked)
    }
}

fn panicked() -> Problem {
    tracing::error!("a search panicked: this is a bug in bloghound");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the search failed; the log says more")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::http::runtime;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn whoever_finds_the_line_full_is_refused_and_others_are_answered_meanwhile() {
        let runtime = runtime().unwrap();
        let pool = Arc::new(Pool::new(2, 3).unwrap());
        let (began, begun) = mpsc::channel();
        let searches: Vec<_> = (0..6)
            .map(|number| {
                let (end, ended) = mpsc::channel::<()>();
                let (began, asked) = (began.clone(), Arc::clone(&pool));
                let search = move || {
                    began.send(()).unwrap();
                    let _ = ended.recv_timeout(PATIENCE);
                    number
                };
                let answer = runtime.spawn(async move { asked.run(search).await });
                while pool.under_way.load(Ordering::Relaxed) <= number {
                    std::thread::yield_now();
                }
                (end, answer)
            })
            .collect();
        // Three run: the first where it was asked for, the others on the two threads.
        for _ in 0..3 {
            begun.recv_timeout(PATIENCE).unwrap();
        }
        assert!(begun.try_recv().is_err());
        let refused =
            runtime.block_on(async { tokio::time::timeout(PATIENCE, pool.run(|| 6)).await.unwrap() });
        assert_eq!(refused, Err(Problem::overload()));
        for (number, (end, answer)) in (0..).zip(searches) {
            drop(end);
            assert_eq!(runtime.block_on(answer).unwrap(), Ok(number));
        }
        assert_eq!(runtime.block_on(pool.run(|| 7)), Ok(7));
    }

    #[test]
    fn a_search_that_panics_takes_nothing_along() {
        let runtime = runtime().unwrap();
        let pool = Arc::new(Pool::new(1, 3).unwrap());
        let panic = || -> u8 { panic!("as it should") };
        for _ in 0..2 {
            assert_eq!(runtime.block_on(pool.run(panic)).unwrap_err().status, 500);
            // One that another runs beside is on the thread.
            let (end, ended) = mpsc::channel::<()>();
            let beside = Arc::clone(&pool);
            let first = runtime.spawn(async move { beside.run(move || ended.recv_timeout(PATIENCE)).await });
            while pool.under_way.load(Ordering::Relaxed) == 0 {
                std::thread::yield_now();
            }
            assert_eq!(runtime.block_on(pool.run(panic)).unwrap_err().status, 500);
            assert_eq!(runtime.block_on(pool.run(|| 1)), Ok(1));
            drop(end);
            assert!(runtime.block_on(first).unwrap().is_ok());
        }
    }
}
