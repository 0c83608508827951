//! Limits on the service, the command line and evaluations.

/// Searches of a kind, cheap or expensive, that may be queued. The setting `http.queue_ms` limits their number
/// earlier, unless each takes less than a millisecond.
pub const MAX_QUEUED_SEARCHES: usize = 1_024;
/// Maximum number of header fields of a request.
pub const MAX_HEADER_FIELDS: usize = 100;
/// Bytes of a refused request that are read and dropped, so that its client gets to read the response.
pub const MAX_DISCARDED_BYTES: usize = 1 << 20;
/// Size of the system's buffer for what a client has not read yet, in bytes; Linux takes twice as much. Nearly all
/// responses fit.
pub const SEND_BUFFER_BYTES: u32 = 128 << 10;
/// Maximum number of connections that wait to be accepted. When they are more, the system drops connection attempts,
/// and clients repeat them after a second.
pub const MAX_PENDING_CONNECTIONS: u32 = 4_096;
/// Descriptors reserved for the index, the watcher and the log: at most this many, and at most half of the
/// process's limit.
pub const RESERVED_DESCRIPTORS: usize = 256;
/// Memory of the response cache of one commit, in bytes.
pub const RESPONSE_CACHE_BYTES: usize = 4 << 20;
/// Longest response that is cached, in bytes; ten hits take about 12,000.
pub const MAX_CACHED_RESPONSE_BYTES: usize = 128 << 10;
/// Files sampled to train the dictionary that compresses stored text.
pub const MAX_SAMPLED_FILES: usize = 512;
/// Total size of the samples, in bytes. Twice as many double the training time and make the index less than one
/// percent smaller.
pub const MAX_SAMPLE_BYTES: usize = 512 << 10;
/// Depth to which the `config` folder is searched for settings files.
pub const MAX_SETTINGS_DEPTH: usize = 3;
/// Warnings that are printed one by one after indexing; more are only counted.
pub const MAX_PRINTED_WARNINGS: usize = 20;
/// Problems of judged queries that are printed one by one; more are only counted.
pub const MAX_PRINTED_PROBLEMS: usize = 20;
/// Similar paths that are suggested for an expected path that is not in the index.
pub const MAX_SUGGESTED_PATHS: usize = 3;
/// Steps in one direction that tuning takes before it turns to the next weight.
pub const MAX_TUNING_STEPS: usize = 4;
/// Differing queries for which the randomization test counts all combinations of signs, 2 to the power of
/// this.
pub const MAX_EXACT_DIFFERENCES: usize = 16;
/// Lines that the log may queue while they are written; further ones are dropped and counted.
pub const MAX_QUEUED_LOG_LINES: usize = 1_024;
/// Maximum length of the answer of a server that `bloghound status` asks, in bytes.
pub const MAX_STATUS_BYTES: u64 = 64 << 20;
/// Length at which a value in the log is cut, in bytes.
pub const MAX_LOGGED_BYTES: usize = 8_192;
