//! Limits on the HTTP service, its caches and the watcher.

use std::time::Duration;

/// Searches that may be queued before new ones are refused with status 503.
pub const MAX_QUEUED_SEARCHES: usize = 256;
/// Memory of the response cache of one commit, in bytes.
pub const RESPONSE_CACHE_BYTES: usize = 4 << 20;
/// Longest response that is cached, in bytes; ten hits take about 12,000.
pub const MAX_CACHED_RESPONSE_BYTES: usize = 128 << 10;
/// Files sampled to train the dictionary that compresses stored text.
pub const MAX_SAMPLED_FILES: usize = 512;
/// Total size of the samples, in bytes. Twice as many double the training time and make the index less than 1 % smaller.
pub const MAX_SAMPLE_BYTES: usize = 512 << 10;
/// Depth of the `config` folder below which settings files are watched.
pub const MAX_SETTINGS_DEPTH: usize = 3;
/// Longest delay of a change while further changes keep arriving, in multiples of the debounce.
pub const MAX_DEBOUNCES: u32 = 8;
/// Longest time that a git checkout delays indexing.
pub const MAX_CHECKOUT: Duration = Duration::from_mins(1);
/// Age from which git's `index.lock` is considered left behind by a killed process.
pub const MAX_GIT_LOCK_AGE: Duration = Duration::from_mins(5);
/// Expected longest delay of file events after git has finished a checkout.
pub const MAX_EVENT_DELAY: Duration = Duration::from_secs(10);
/// Longest wait for outstanding file events before a full comparison.
pub const MAX_DRAIN: Duration = Duration::from_secs(1);
