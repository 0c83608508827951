//! Work on all cores whose results are taken one by one, in order, while it goes on.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{available_parallelism, panicking, scope};

use crate::index::Budget;

/// Calls `work` for each number below `count` on all cores, each thread with a state of its own that
/// `start` makes, and hands the results to `take` on this thread, in the order of the numbers. Work is
/// only begun while the budget, of which results hold permits, has room: so results that wait for one
/// before them, or for Tantivy, are bounded by their size and not by their number.
///
/// # Errors
/// The first error of `take`; then nothing more is begun.
pub(super) fn run<S, T: Send, E>(
    count: usize,
    budget: &Budget,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = available_parallelism().map_or(1, NonZero::get).min(count);
    let (sender, receiver) = channel();
    let toil = |sender: Sender<(usize, T)>| {
        let _closes = CloseOnPanic(budget);
        let mut state = start();
        while let Some(number) = budget.begin(count) {
            if sender.send((number, work(&mut state, number))).is_err() {
                break;
            }
        }
    };
    scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| toil(sender));
        }
        drop(sender);
        let taken = take_in_order(receiver, &mut take);
        if taken.is_err() {
            budget.close();
        }
        taken
    })
}

fn take_in_order<T, E>(
    receiver: Receiver<(usize, T)>,
    take: &mut impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let (mut next, mut early) = (0, BTreeMap::new());
    for (number, result) in receiver {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            take(next, result)?;
            next += 1;
        }
    }
    Ok(())
}

/// Lets nobody wait for a result that never comes.
struct CloseOnPanic<'a>(&'a Budget);

impl Drop for CloseOnPanic<'_> {
    fn drop(&mut self) {
        if panicking() {
            self.0.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Permit;

    fn run_all(fails_at: Option<usize>) -> (Vec<usize>, Result<(), usize>) {
        let budget = Budget::new(10);
        let mut taken = Vec::new();
        let work = |calls: &mut usize, number: usize| -> (usize, Permit) {
            *calls += 1;
            (number * 2, budget.take(number % 7))
        };
        let result = run(
            500,
            &budget,
            || 0,
            work,
            |number, (double, _permit)| {
                assert_eq!(double, number * 2);
                taken.push(number);
                if fails_at == Some(number) { Err(number) } else { Ok(()) }
            },
        );
        (taken, result)
    }

    #[test]
    fn results_come_in_order_and_all() {
        let (taken, result) = run_all(None);
        assert_eq!((taken, result), ((0..500).collect(), Ok(())));
    }

    #[test]
    fn an_error_ends_the_work() {
        let (taken, result) = run_all(Some(20));
        assert_eq!((taken, result), ((0..=20).collect(), Err(20)));
    }

    #[test]
    #[should_panic(expected = "scoped thread panicked")]
    fn a_panic_keeps_nobody_waiting() {
        let budget = Budget::new(1);
        let work = |(): &mut (), number: usize| {
            assert_ne!(number, 0, "the first fails, and all others wait for it");
            budget.take(1)
        };
        let _ = run(100, &budget, || (), work, |_, _| Ok::<(), ()>(()));
    }
}
