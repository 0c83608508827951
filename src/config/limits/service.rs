//! Limits on the HTTP service and its caches.

/// Searches that may wait for a core before new ones are refused with 503.
pub const MAX_QUEUED_SEARCHES: usize = 256;
/// Whole answers that are remembered for the next one who asks the same, in bytes.
pub const REMEMBERED_BYTES: usize = 4 << 20;
/// Longest of them, in bytes; ten hits take about 12,000.
pub const MAX_REMEMBERED_ANSWER_BYTES: usize = 128 << 10;
