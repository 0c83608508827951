//! The queue against a model that looks at every job for each operation.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::fair_queue::{FairQueue, JobOrigin, Lane, micros};
use crate::http::peer::PeerNetwork;

const MAX_WAIT: Duration = Duration::from_millis(100);
/// Shorter than the time in which used time is halved, so that the model need not halve it.
const MAX_STEPS: usize = 150;
const MAX_PAUSE_MS: u64 = 10;

#[derive(Debug, Clone)]
enum Step {
    Push { peer: u8, expected_us: u64 },
    Pop { took_us: u64 },
    Remove { at: usize },
    Pause { ms: u64 },
}

struct ModelJob {
    number: u64,
    peer: u8,
    expected_us: u64,
    arrived: Instant,
}

#[derive(Default)]
struct Model {
    jobs: Vec<ModelJob>,
    used_us: HashMap<u8, u64>,
    busy_since: Option<Instant>,
}

impl Model {
    /// Drops what has waited too long in lasting overload. Returns the maximum wait.
    fn advance(&mut self, now: Instant) -> Duration {
        if self.busy_since.is_none_or(|since| now - since <= MAX_WAIT) {
            return MAX_WAIT;
        }
        self.jobs.retain(|job| now - job.arrived <= MAX_WAIT / 4);
        self.rest();
        MAX_WAIT / 4
    }

    fn rest(&mut self) {
        self.busy_since = self.busy_since.filter(|_| !self.jobs.is_empty());
    }

    fn next(&mut self, now: Instant) -> Option<usize> {
        let max_wait = self.advance(now);
        let waited = |job: &ModelJob| now - job.arrived;
        let score = |job: &ModelJob| {
            let counted = if waited(job) > max_wait / 2 { 0 } else { job.expected_us };
            self.used_us.get(&job.peer).unwrap_or(&0) + counted
        };
        let in_time = self.jobs.iter().enumerate().filter(|(_, job)| waited(job) <= max_wait);
        in_time.min_by_key(|(_, job)| (score(job), job.number)).map(|(at, _)| at)
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u8, 1..3_000_u64).prop_map(|(peer, expected_us)| Step::Push { peer, expected_us }),
        3 => (0..5_000_u64).prop_map(|took_us| Step::Pop { took_us }),
        1 => any::<usize>().prop_map(|at| Step::Remove { at }),
        2 => (0..MAX_PAUSE_MS).prop_map(|ms| Step::Pause { ms }),
    ]
}

fn origin(peer: u8, expected_us: u64) -> JobOrigin {
    let peer = PeerNetwork::from(IpAddr::from(Ipv4Addr::new(127, 0, 0, peer)));
    JobOrigin { peer, lane: Lane::Light, expected_us }
}

proptest! {
    #[test]
    fn jobs_run_in_the_order_of_the_model(steps in proptest::collection::vec(step(), 0..MAX_STEPS)) {
        // With many threads, no job is expected to wait.
        let mut queue = FairQueue::new(MAX_WAIT, [1_000_000, 1]);
        let mut model = Model::default();
        let mut now = Instant::now();
        for step in steps {
            match step {
                Step::Push { peer, expected_us } => {
                    model.advance(now);
                    let number = queue.push(origin(peer, expected_us), (), now).unwrap();
                    model.busy_since.get_or_insert(now);
                    model.jobs.push(ModelJob { number, peer, expected_us, arrived: now });
                }
                Step::Pop { took_us } => {
                    let started = queue.pop(Lane::Light, now);
                    let expected = model.next(now).map(|at| model.jobs.remove(at));
                    model.rest();
                    let expected_origin = expected.as_ref().map(|job| origin(job.peer, job.expected_us));
                    prop_assert_eq!(started.as_ref().map(|job| job.origin), expected_origin);
                    let (Some(started), Some(expected)) = (started, expected) else { continue };
                    let took = Duration::from_micros(took_us);
                    queue.finish(&started.origin, took);
                    *model.used_us.entry(expected.peer).or_default() += micros(took);
                }
                Step::Remove { at } if !model.jobs.is_empty() => {
                    let job = model.jobs.remove(at % model.jobs.len());
                    model.rest();
                    prop_assert!(queue.remove(Lane::Light, job.number).is_some());
                    prop_assert!(queue.remove(Lane::Light, job.number).is_none());
                }
                Step::Remove { .. } => {}
                Step::Pause { ms } => now += Duration::from_millis(ms),
            }
            prop_assert_eq!(queue.len(), model.jobs.len());
        }
    }
}
