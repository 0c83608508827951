//! Limits on the service, the command line and evaluations.

/// Maximum number of queued searches of each kind, cheap or expensive. The setting `http.queue_ms` usually limits
/// their number earlier, unless each takes less than a millisecond.
pub const MAX_QUEUED_SEARCHES: usize = 1_024;
/// The same while searches arrive faster than they run, that is, when the queue has not been empty for
/// `http.queue_ms`: a long queue then only delays every response and every refusal. At twice the capacity, the median
/// wait is about 30 ms instead of 170 (`cargo bench --bench bench -- load`).
pub const MAX_QUEUED_SEARCHES_IN_OVERLOAD: usize = 128;

// The limits of Algolia's protocol are part of the protocol: its front ends expect them, and each query of a batch counts
// in the search pool like any other search. They are therefore no settings.

/// Maximum number of queries in a batch of Algolia's protocol, which is Algolia's own limit.
pub const MAX_ALGOLIA_QUERIES: usize = 50;
/// Maximum number of records that the queries of a batch in Algolia's protocol request together: a page of 100 for ten
/// queries, or of 20 for all of them.
pub const MAX_ALGOLIA_BATCH_RECORDS: usize = 1_000;
/// Rank of the last record that pages in Algolia's protocol reach; Algolia's own default.
pub const MAX_ALGOLIA_RECORDS: usize = 1_000;
/// Maximum number of header fields of a request.
pub const MAX_HEADER_FIELDS: usize = 100;
/// Size of the window in which an HTTP/2 client may send a request's body ahead, in bytes, for each request and for all of
/// a connection: the default of the protocol.
pub const HTTP2_WINDOW_BYTES: u32 = 65_535;
/// Maximum size of the part of an HTTP/2 response that is passed on to be sent, in bytes.
pub const HTTP2_SEND_BUFFER_BYTES: usize = 64 << 10;
/// Maximum number of HTTP/2 requests of a connection that the client has cancelled before they were read, or that were
/// refused as invalid. Beyond it, the connection is closed.
pub const MAX_RESET_STREAMS: usize = 20;
/// Time without a frame of an HTTP/2 client after which it is pinged, in seconds: less than `http.idle_timeout_s` by
/// default, so that the connections of clients that have vanished are closed earlier.
pub const HTTP2_PING_AFTER_S: u64 = 20;
/// Time for the response to a ping, in seconds. A phone that changes networks needs some.
pub const HTTP2_PONG_TIMEOUT_S: u64 = 20;
/// Maximum size of a file with a certificate or a key, in bytes.
pub const MAX_CERTIFICATE_BYTES: u64 = 1 << 20;
/// Maximum size of the file of the keys and of the file of their last use, in bytes.
pub const MAX_KEYS_FILE_BYTES: u64 = 1 << 20;
/// Maximum number of keys; the file has about 200 bytes for each.
pub const MAX_KEYS: usize = 1_000;
/// Maximum length of the name of a key, in bytes.
pub const MAX_KEY_NAME_BYTES: usize = 100;
/// Maximum size of the body of a refusal, in bytes: several times the longest message.
pub const MAX_REFUSAL_BYTES: usize = 64 << 10;
/// Maximum size of a refused request that is read and dropped, in bytes, so that its client can read the response.
pub const MAX_DISCARDED_BYTES: usize = 1 << 20;
/// Size of the send buffer of a socket, in bytes; Linux allocates twice as much. Nearly all responses fit.
pub const SEND_BUFFER_BYTES: u32 = 128 << 10;
/// Maximum number of connections that wait to be accepted. The system drops further connection attempts, and clients
/// repeat them after a second.
pub const MAX_PENDING_CONNECTIONS: u32 = 4_096;
/// Maximum number of connections to the admin listener. Their descriptors are among the reserved ones.
pub const MAX_ADMIN_CONNECTIONS: usize = 64;
/// Descriptors reserved for the index, the watcher and the log: at most this many, and at most half of the
/// process's limit.
pub const RESERVED_DESCRIPTORS: usize = 256;
/// Maximum number of clients whose rates of requests are remembered, in about 100 bytes each. Beyond it, those with the
/// fewest requests are forgotten.
pub const MAX_RATE_LIMITED_CLIENTS: usize = 1 << 16;
/// Maximum length of the id of a request that a client gives, in bytes.
pub const MAX_REQUEST_ID_BYTES: usize = 64;
/// Minimum length of a response that is compressed, in bytes: a shorter one fits in a packet anyway.
pub const MIN_COMPRESSED_BYTES: u64 = 1_024;
/// Memory of the response cache of one commit, in bytes.
pub const RESPONSE_CACHE_BYTES: usize = 4 << 20;
/// Longest response that is cached, in bytes; ten hits take about 12,000.
pub const MAX_CACHED_RESPONSE_BYTES: usize = 128 << 10;
/// Maximum number of files that are sampled to train the dictionary that compresses stored text.
pub const MAX_SAMPLED_FILES: usize = 512;
/// Maximum total size of the samples, in bytes. Twice this size doubles the training time and makes the index less
/// than one percent smaller.
pub const MAX_SAMPLE_BYTES: usize = 512 << 10;
/// Maximum depth to which the `config` folder is searched for settings files.
pub const MAX_SETTINGS_DEPTH: usize = 3;
/// Maximum number of warnings that are printed one by one after indexing; if there are more, they are only counted.
pub const MAX_PRINTED_WARNINGS: usize = 20;
/// Maximum number of problems of judged queries that are printed one by one; further ones are only counted.
pub const MAX_PRINTED_PROBLEMS: usize = 20;
/// Maximum number of similar paths that are suggested for an expected path that is not in the index.
pub const MAX_SUGGESTED_PATHS: usize = 3;
/// Maximum number of steps in one direction before tuning turns to the next weight.
pub const MAX_TUNING_STEPS: usize = 4;
/// Maximum number of differing queries for which the randomization test counts all combinations of signs: 2 to the
/// power of their number.
pub const MAX_EXACT_DIFFERENCES: usize = 16;
/// Maximum number of lines in the queue of the log; further ones are dropped and counted.
pub const MAX_QUEUED_LOG_LINES: usize = 1_024;
/// Maximum length of the response to `bloghound status`, in bytes.
pub const MAX_STATUS_BYTES: u64 = 64 << 20;
/// Length at which a value in the log is cut, in bytes.
pub const MAX_LOGGED_BYTES: usize = 8_192;
/// Maximum number of queries in the queue of the query log; further ones are dropped and counted. They take a few hundred
/// bytes each, and at most four kilobytes.
pub const MAX_QUEUED_QUERIES: usize = 4_096;
/// Maximum number of clients of which the query log remembers the query that they are typing.
pub const MAX_SETTLING_QUERIES: usize = 1_024;
/// Length at which a query in the query log is cut, in bytes, and all of its filters together.
pub const MAX_LOGGED_QUERY_BYTES: usize = 1_024;
/// Maximum length of a line of the query log that is read, in bytes.
pub const MAX_QUERY_LOG_LINE_BYTES: usize = 64 << 10;
/// Maximum number of different queries that are counted for the summary of the query log. They take up to two kilobytes
/// each; beyond it, rare ones are left out.
pub const MAX_SUMMARIZED_QUERIES: usize = 1 << 15;
/// Maximum number of queries that a summary of the query log lists.
pub const MAX_LISTED_QUERIES: usize = 10_000;

/// Characters of a title that are the name of the blog in pages and feeds.
pub const MAX_BLOG_NAME_CHARS: usize = 200;
