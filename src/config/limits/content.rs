//! Limits on source files and on the work of reading them.

/// Maximum size of a source file, in bytes. The largest known blog post has 266 KB.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// Maximum text that language detection reads, in bytes; more text does not change the result.
pub const MAX_LANGUAGE_SAMPLE_BYTES: usize = 2_000;
/// Range of `boost` in the `search` table of front matter.
pub const BOOST: std::ops::RangeInclusive<f64> = 0.1..=10.0;
