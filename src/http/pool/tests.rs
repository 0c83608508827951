//! Tests of the queue, in virtual time, and of the pool.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc;

use super::fair_queue::JobOrigin;
use super::*;
use crate::engine::ApiRequest;
use crate::http::runtime;
use crate::query::SearchRequest;

const PATIENCE: Duration = Duration::from_mins(1);
const MAX_WAIT: Duration = Duration::from_secs(1);
const LIGHT_US: u64 = 200;
const BOMB_US: u64 = 100_000;

fn peer(number: u8) -> PeerNetwork {
    PeerNetwork::from(IpAddr::from(Ipv4Addr::new(127, 0, 0, number)))
}

fn job(number: u8, lane: Lane, expected_us: u64) -> JobOrigin {
    JobOrigin { peer: peer(number), lane, expected_us }
}

fn bomb(number: u8) -> JobOrigin {
    job(number, Lane::Heavy, BOMB_US)
}

fn light(number: u8) -> JobOrigin {
    job(number, Lane::Light, LIGHT_US)
}

/// A queue in virtual time. Jobs take as long as expected.
struct VirtualQueue {
    queue: FairQueue<&'static str>,
    now: Instant,
}

impl VirtualQueue {
    fn new(threads: [u32; 2]) -> Self {
        Self { queue: FairQueue::new(MAX_WAIT, threads), now: Instant::now() }
    }

    fn push(&mut self, origin: JobOrigin, name: &'static str) -> Result<u64, &'static str> {
        self.queue.push(origin, name, self.now)
    }

    /// Runs the next job of a lane to its end and returns its name.
    fn run(&mut self, lane: Lane) -> Option<&'static str> {
        let started = self.queue.pop(lane, self.now)?;
        let took = Duration::from_micros(started.origin.expected_us);
        self.now += took;
        self.queue.finish(&started.origin, took);
        Some(started.job)
    }

    fn run_all(&mut self, lane: Lane) -> Vec<&'static str> {
        std::iter::from_fn(|| self.run(lane)).collect()
    }
}

#[test]
fn a_peer_with_many_jobs_delays_only_itself() {
    for lane in Lane::ALL {
        let mut virtual_queue = VirtualQueue::new([1, 1]);
        for _ in 0..100 {
            virtual_queue.push(job(1, lane, 2_000), "flood").unwrap();
        }
        // The first job runs before anyone else comes.
        assert_eq!(virtual_queue.run(lane), Some("flood"));
        for (number, name) in [(2, "b"), (3, "c"), (2, "b again")] {
            virtual_queue.push(job(number, lane, 2_000), name).unwrap();
        }
        let order = virtual_queue.run_all(lane);
        assert_eq!(order[..3], ["b", "c", "flood"], "{lane:?}");
        assert_eq!(order[3], "b again", "{lane:?}");
        assert_eq!(order.len(), 102, "{lane:?}");
    }
}

#[test]
fn a_peer_whose_jobs_took_longer_than_expected_waits_for_the_others() {
    let mut virtual_queue = VirtualQueue::new([1, 1]);
    virtual_queue.push(light(1), "slow").unwrap();
    let started = virtual_queue.queue.pop(Lane::Light, virtual_queue.now).unwrap();
    virtual_queue.queue.finish(&started.origin, Duration::from_micros(BOMB_US));
    virtual_queue.push(light(1), "slow").unwrap();
    for name in ["a", "b", "c"] {
        virtual_queue.push(light(2), name).unwrap();
    }
    assert_eq!(virtual_queue.run_all(Lane::Light), ["a", "b", "c", "slow"]);
}

#[test]
fn used_time_is_forgotten() {
    let mut virtual_queue = VirtualQueue::new([1, 1]);
    virtual_queue.push(bomb(1), "bomb").unwrap();
    virtual_queue.run(Lane::Heavy);
    virtual_queue.now += Duration::from_mins(1);
    virtual_queue.push(light(1), "first").unwrap();
    virtual_queue.push(light(2), "second").unwrap();
    assert_eq!(virtual_queue.run_all(Lane::Light), ["first", "second"]);
}

#[test]
fn cheap_jobs_of_a_peer_run_before_expensive_ones_but_not_for_ever() {
    let mut virtual_queue = VirtualQueue::new([1, 1]);
    virtual_queue.push(job(1, Lane::Light, 5_000), "expensive").unwrap();
    for _ in 0..4 {
        virtual_queue.push(light(1), "cheap").unwrap();
    }
    assert_eq!(virtual_queue.run(Lane::Light), Some("cheap"));
    // Cheap jobs keep coming as fast as they are run.
    let mut run = 0;
    while virtual_queue.run(Lane::Light).unwrap() == "cheap" {
        run += 1;
        virtual_queue.push(light(1), "cheap").unwrap();
        assert!(run < 10_000, "the expensive job is passed over");
    }
    let waited = Duration::from_micros(LIGHT_US) * run;
    assert!(run > 100 && waited < MAX_WAIT, "{run} cheap jobs ran before");
}

#[test]
fn jobs_that_would_wait_too_long_are_refused() {
    let mut virtual_queue = VirtualQueue::new([2, 1]);
    let accepted = (0..50).filter(|_| virtual_queue.push(bomb(1), "bomb").is_ok()).count();
    // One thread runs ten bombs in a second; the eleventh starts when it ends.
    assert_eq!(accepted, 11);
    assert_eq!(virtual_queue.push(bomb(1), "bomb"), Err("bomb"));
    // Those of others would not wait: the other peer has used no time.
    virtual_queue.push(bomb(2), "other").unwrap();
    virtual_queue.push(light(1), "light").unwrap();
    assert_eq!(virtual_queue.run(Lane::Light), Some("light"));
    let order = virtual_queue.run_all(Lane::Heavy);
    assert!(order[..2].contains(&"other"), "{order:?}");
}

#[test]
fn jobs_that_have_waited_too_long_are_not_started() {
    let mut virtual_queue = VirtualQueue::new([1, 1]);
    for (lane, is_dropped) in [(Lane::Heavy, false), (Lane::Light, true)] {
        let number = virtual_queue.push(job(1, lane, LIGHT_US), "late").unwrap();
        virtual_queue.now += MAX_WAIT + Duration::from_millis(1);
        virtual_queue.push(job(2, lane, LIGHT_US), "in time").unwrap();
        assert_eq!(virtual_queue.run_all(lane), ["in time"]);
        // The queue of cheap searches has not been empty for too long: what waited is dropped.
        assert_eq!(virtual_queue.queue.remove(lane, number).is_none(), is_dropped, "{lane:?}");
    }
}

#[test]
fn a_full_queue_drops_the_job_whose_turn_is_last() {
    let mut virtual_queue = VirtualQueue::new([8, 1]);
    let full = crate::config::limits::MAX_QUEUED_SEARCHES;
    for _ in 0..full {
        virtual_queue.push(light(1), "flood").unwrap();
    }
    virtual_queue.queue.finish(&job(1, Lane::Light, 0), Duration::from_millis(5));
    assert_eq!(virtual_queue.push(light(1), "more"), Err("more"));
    virtual_queue.push(light(2), "other").unwrap();
    assert_eq!((virtual_queue.queue.len(), virtual_queue.run(Lane::Light)), (full, Some("other")));
}

#[test]
fn a_burst_fills_the_queue_but_lasting_overload_keeps_it_short() {
    use crate::config::limits::{MAX_QUEUED_SEARCHES, MAX_QUEUED_SEARCHES_IN_OVERLOAD};
    let mut virtual_queue = VirtualQueue::new([1, 1]);
    for _ in 0..MAX_QUEUED_SEARCHES {
        virtual_queue.push(light(1), "burst").unwrap();
    }
    let mut longest_at_end = 0;
    for step in 0..15_000 {
        let _ = virtual_queue.push(light(1), "more");
        let _ = virtual_queue.push(light(2), "more");
        assert!(virtual_queue.run(Lane::Light).is_some());
        if step > 10_000 {
            longest_at_end = longest_at_end.max(virtual_queue.queue.len());
        }
    }
    let overload = MAX_QUEUED_SEARCHES_IN_OVERLOAD;
    assert!((overload / 2..=overload).contains(&longest_at_end), "{longest_at_end}");
    // Once the queue was empty, there is room for a burst again.
    virtual_queue.run_all(Lane::Light);
    let accepted = (0..MAX_QUEUED_SEARCHES).filter(|_| virtual_queue.push(light(3), "burst").is_ok());
    assert_eq!(accepted.count(), MAX_QUEUED_SEARCHES);
}

fn cost(q: &str, limit: usize) -> RequestCost {
    let request = SearchRequest { query: q.to_owned(), limit, ..SearchRequest::default() };
    RequestCost::of(&ApiRequest::search(request, Vec::new()), 100)
}

fn light_cost() -> RequestCost {
    cost("a ", 10)
}

fn heavy_cost() -> RequestCost {
    cost("a b c d e f g h i j k l m n ", 100)
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} until {what}");
        std::thread::yield_now();
    }
}

/// A search that runs until it is told to end, or is cancelled.
fn held_search(began: mpsc::Sender<()>) -> (mpsc::Sender<()>, impl FnOnce(&Cancellation) -> bool + Send) {
    let (end, ended) = mpsc::channel::<()>();
    let search = move |cancellation: &Cancellation| {
        began.send(()).unwrap();
        let started = Instant::now();
        while ended.try_recv() == Err(mpsc::TryRecvError::Empty) {
            if cancellation.is_cancelled() || started.elapsed() > PATIENCE {
                return false;
            }
            std::thread::yield_now();
        }
        true
    };
    (end, search)
}

#[test]
fn expensive_searches_leave_the_threads_of_cheap_ones_alone() {
    let runtime = runtime().unwrap();
    let pool = Arc::new(SearchPool::new(1, PATIENCE).unwrap());
    let (began, begun) = mpsc::channel();
    let (ends, responses): (Vec<_>, Vec<_>) = (0..3)
        .map(|_| {
            let (end, search) = held_search(began.clone());
            let pool = Arc::clone(&pool);
            (end, runtime.spawn(async move { pool.run(peer(1), heavy_cost(), search).await }))
        })
        .unzip();
    begun.recv_timeout(PATIENCE).unwrap();
    assert_eq!(runtime.block_on(pool.run(peer(1), light_cost(), |_| 7)), Ok(7));
    assert!(begun.try_recv().is_err(), "more than one expensive search runs");
    // Any of them may be the one that runs.
    drop(ends);
    for response in responses {
        assert_eq!(runtime.block_on(response).unwrap(), Ok(true));
    }
}

#[test]
fn a_search_that_waits_too_long_is_refused() {
    let runtime = runtime().unwrap();
    let pool = Arc::new(SearchPool::new(1, Duration::from_millis(20)).unwrap());
    let (began, begun) = mpsc::channel();
    let (end, search) = held_search(began);
    let holding = Arc::clone(&pool);
    let held = runtime.spawn(async move { holding.run(peer(1), light_cost(), search).await });
    begun.recv_timeout(PATIENCE).unwrap();
    let refused = runtime.block_on(async {
        tokio::time::timeout(PATIENCE, pool.run(peer(2), light_cost(), |_| ())).await.unwrap()
    });
    assert_eq!(refused, Err(PoolError::Refused));
    assert_eq!(pool.shared.lock().jobs.len(), 0);
    drop(end);
    // The running one has not been refused, although it took longer.
    assert_eq!(runtime.block_on(held).unwrap(), Ok(true));
}

#[test]
fn a_search_whose_client_disconnects_stops() {
    let runtime = runtime().unwrap();
    let pool = Arc::new(SearchPool::new(1, PATIENCE).unwrap());
    let (began, begun) = mpsc::channel();
    let (_end, search) = held_search(began.clone());
    let running = Arc::clone(&pool);
    let running = runtime.spawn(async move { running.run(peer(1), light_cost(), search).await });
    begun.recv_timeout(PATIENCE).unwrap();
    let (_queued_end, search) = held_search(began);
    let queued = Arc::clone(&pool);
    let queued = runtime.spawn(async move { queued.run(peer(1), light_cost(), search).await });
    wait_until("the second search is queued", || pool.shared.lock().jobs.len() == 1);
    queued.abort();
    wait_until("the queued search is dropped", || pool.shared.lock().jobs.len() == 0);
    running.abort();
    // The only thread is free again.
    assert_eq!(runtime.block_on(pool.run(peer(1), light_cost(), |_| 7)), Ok(7));
    assert!(begun.try_recv().is_err(), "the dropped search ran");
}

#[test]
fn searches_never_run_on_the_runtime() {
    let runtime = runtime().unwrap();
    let pool = SearchPool::new(2, PATIENCE).unwrap();
    let name = |_: &Cancellation| std::thread::current().name().map(str::to_owned);
    for (cost, thread) in [(light_cost(), "search"), (heavy_cost(), "search-heavy")] {
        assert_eq!(runtime.block_on(pool.run(peer(1), cost, name)).unwrap().as_deref(), Some(thread));
    }
}

#[test]
fn keeps_serving_after_a_search_panicked() {
    let runtime = runtime().unwrap();
    let pool = SearchPool::new(1, PATIENCE).unwrap();
    for _ in 0..3 {
        let panic = |_: &Cancellation| -> u8 { panic!("expected by this test") };
        let failed = runtime.block_on(pool.run(peer(1), light_cost(), panic));
        assert_eq!(failed, Err(PoolError::Panicked));
        assert_eq!(ProblemDetails::from(PoolError::Panicked).status, 500);
        assert_eq!(runtime.block_on(pool.run(peer(1), light_cost(), |_| 1)), Ok(1));
    }
}
