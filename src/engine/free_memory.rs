//! Returns memory to the operating system that indexing no longer uses.

use std::time::{Duration, Instant};

/// Times after a change at which memory is returned. The allocator returns what has been free for a second; what
/// other threads free later follows at the second time.
const RETURN_AFTER: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];

/// Schedules the return of free memory.
///
/// The allocator of the binary, mimalloc, returns free memory when a thread ends or needs new memory. After a large
/// change neither may happen for hours, so a thread is started that ends at once. Other allocators do not mind.
#[derive(Debug, Default)]
pub(super) struct FreeMemory {
    /// Times at which memory is returned, the next one last.
    due_at: Vec<Instant>,
}

impl FreeMemory {
    /// Schedules the return of the memory that a change has used.
    pub(super) fn schedule(&mut self) {
        self.due_at = RETURN_AFTER.iter().rev().map(|after| Instant::now() + *after).collect();
    }

    /// Returns free memory if that is due.
    pub(super) fn return_if_due(&mut self) {
        if self.due_at.pop_if(|at| *at <= Instant::now()).is_some() {
            let thread = std::thread::Builder::new().name("free-memory".to_owned());
            // Without a thread the memory is returned after the next change.
            drop(thread.spawn(|| ()).map(std::thread::JoinHandle::join));
        }
    }
}
