//! The memory allocator of the binary.

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

/// glibc keeps most of the memory that a large change needed: 14 posts of 3.4 MB, added and removed, left 270 MB.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The number of `mi_option_purge_delay` in `mimalloc.h`, which the crate does not name: milliseconds after which free
/// memory is returned to the operating system.
const PURGE_DELAY: mi_option_t = 15;

/// Makes the allocator return memory to the operating system as soon as it is free. With a delay it would return the
/// memory of a thread only when that thread allocates again, which after a large change may take hours.
#[expect(unsafe_code, reason = "mimalloc takes options only from the environment and from C functions")]
pub(crate) fn return_free_memory_at_once() {
    // SAFETY: sets an integer atomically.
    unsafe { mi_option_set(PURGE_DELAY, 0) }
}
