//! Parallel work whose results are consumed in order while the work continues.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{available_parallelism, panicking, scope};

use crate::index::MemoryBudget;

/// Calls `work` for each number below `count` on all cores, and `consume` with the results on this thread, in
/// the order of the numbers. Each thread has its own state, made by `new_state`. Results hold permits of the budget, and
/// a thread starts an item only while the budget has room. Results that wait for an earlier one, or for Tantivy, are
/// therefore bounded by their size and not by their number.
///
/// # Errors
/// The first error of `consume`; no further items are started.
pub(super) fn run<S, T: Send, E>(
    count: usize,
    budget: &MemoryBudget,
    new_state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
    mut consume: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = available_parallelism().map_or(1, NonZero::get).min(count);
    let (sender, receiver) = channel();
    let run_worker = |sender: Sender<(usize, T)>| {
        let _closes = CloseOnPanic(budget);
        let mut state = new_state();
        while let Some(number) = budget.begin(count) {
            if sender.send((number, work(&mut state, number))).is_err() {
                break;
            }
        }
    };
    scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| run_worker(sender));
        }
        drop(sender);
        let result = consume_in_order(receiver, &mut consume);
        if result.is_err() {
            budget.close();
        }
        result
    })
}

fn consume_in_order<T, E>(
    receiver: Receiver<(usize, T)>,
    consume: &mut impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let (mut next, mut early) = (0, BTreeMap::new());
    for (number, result) in receiver {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            consume(next, result)?;
            next += 1;
        }
    }
    Ok(())
}

/// Closes the budget if its thread panics, so that no thread waits for a result that never comes.
struct CloseOnPanic<'a>(&'a MemoryBudget);

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
    use crate::index::MemoryPermit;

    fn run_all(fails_at: Option<usize>) -> (Vec<usize>, Result<(), usize>) {
        let budget = MemoryBudget::new(10);
        let mut consumed = Vec::new();
        let work = |calls: &mut usize, number: usize| -> (usize, MemoryPermit) {
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
                consumed.push(number);
                if fails_at == Some(number) { Err(number) } else { Ok(()) }
            },
        );
        (consumed, result)
    }

    #[test]
    fn consumes_all_results_in_order() {
        let (consumed, result) = run_all(None);
        assert_eq!((consumed, result), ((0..500).collect(), Ok(())));
    }

    #[test]
    fn stops_at_the_first_error() {
        let (consumed, result) = run_all(Some(20));
        assert_eq!((consumed, result), ((0..=20).collect(), Err(20)));
    }

    #[test]
    #[should_panic(expected = "scoped thread panicked")]
    fn a_panic_does_not_block_other_threads() {
        let budget = MemoryBudget::new(1);
        let work = |(): &mut (), number: usize| {
            assert_ne!(number, 0, "the first item fails while all others wait for it");
            budget.take(1)
        };
        let _ = run(100, &budget, || (), work, |_, _| Ok::<(), ()>(()));
    }
}
