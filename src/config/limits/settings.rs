//! Allowed ranges of the settings in `bloghound.toml`.

use std::ops::RangeInclusive;

/// `search.snippet_chars`, in characters.
pub const SNIPPET_CHARS: RangeInclusive<usize> = 40..=2_000;
/// Minimum of `search.one_typo_from`, in letters: shorter words match too many others with one typo.
pub const MIN_ONE_TYPO_LETTERS: usize = 3;
/// Minimum of `search.recency_half_life_days`, in days.
pub const MIN_RECENCY_HALF_LIFE_DAYS: u32 = 1;
/// `http.queue_ms`, in milliseconds.
pub const QUEUE_MS: RangeInclusive<u64> = 10..=60_000;
/// `http.cache_max_age_s`, in seconds.
pub const CACHE_MAX_AGE_S: RangeInclusive<u64> = 0..=86_400;
/// `http.rate_per_second`, in requests; 0 is no limit.
pub const RATE_PER_SECOND: RangeInclusive<u32> = 0..=1_000_000;
/// `http.rate_burst`, in requests.
pub const RATE_BURST: RangeInclusive<u32> = 1..=1_000_000;
/// `watch.debounce_ms`, in milliseconds.
pub const DEBOUNCE_MS: RangeInclusive<u64> = 1..=10_000;
/// `watch.reconcile_s`, in seconds.
pub const RECONCILE_S: RangeInclusive<u64> = 1..=86_400;
/// `watch.unready_after_s`, in seconds.
pub const UNREADY_AFTER_S: RangeInclusive<u64> = 1..=86_400;
/// `watch.poll_s`, in seconds.
pub const POLL_S: RangeInclusive<f64> = 0.1..=3_600.0;
/// The timeouts in `[http]`, in seconds.
pub const CONNECTION_TIMEOUT_S: RangeInclusive<u64> = 1..=3_600;
/// `http.max_connections`.
pub const CONNECTIONS: RangeInclusive<usize> = 16..=1_000_000;
/// `http.max_uri_bytes`, in bytes; hyper accepts no more.
pub const URI_BYTES: RangeInclusive<usize> = 1_024..=65_534;
/// `http.max_header_bytes`, in bytes.
pub const HEADER_BYTES: RangeInclusive<usize> = 1_024..=65_536;
/// `http.max_body_bytes`, in bytes.
pub const BODY_BYTES: RangeInclusive<usize> = 1_024..=1_048_576;
/// `http.max_bodies_bytes`, in bytes; the minimum is the longest body.
pub const BODIES_BYTES: RangeInclusive<usize> = (1 << 20)..=(1 << 30);
/// `http.max_streams`.
pub const STREAMS: RangeInclusive<u32> = 1..=1_000;
/// `http.max_partial_heads_bytes`, in bytes; the minimum is several times the longest head.
pub const PARTIAL_HEADS_BYTES: RangeInclusive<usize> = (1 << 20)..=(1 << 30);
/// `http.query_log_max_bytes`, in bytes.
pub const QUERY_LOG_BYTES: RangeInclusive<u64> = (64 << 10)..=(1 << 30);
/// `http.query_log_old_files`.
pub const QUERY_LOG_OLD_FILES: RangeInclusive<usize> = 0..=100;
