//! Limits on the connections of the service, from the table `[http]`.

use std::time::Duration;

use super::file::HttpTable;

/// Limits on connections, and the time for shutting down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Time for the head of a request: from the start of the connection, or from the first byte of a later
    /// request.
    pub header_timeout: Duration,
    /// Time without a request after which a connection is closed.
    pub idle_timeout: Duration,
    /// Time without progress after which a response that the client does not read is given up.
    pub write_timeout: Duration,
    /// Time for a request, from its complete head to the last byte of the response.
    pub request_timeout: Duration,
    /// Maximum number of open connections.
    pub max_connections: usize,
    /// Maximum number of HTTP/2 requests in progress on a connection.
    pub max_streams: u32,
    /// Maximum length of a request's URI, in bytes.
    pub max_uri_bytes: usize,
    /// Maximum length of a request's header fields together, in bytes.
    pub max_header_bytes: usize,
    /// Maximum length of a request's body, in bytes.
    pub max_body_bytes: usize,
    /// Maximum memory of the bodies of all requests together, in bytes.
    pub max_bodies_bytes: usize,
    /// Maximum memory of the incomplete heads of all requests together, in bytes.
    pub max_partial_heads_bytes: usize,
    /// Time for the requests in progress and the current commit after a signal to stop.
    pub shutdown: Duration,
}

impl From<&HttpTable> for ConnectionLimits {
    fn from(table: &HttpTable) -> Self {
        Self {
            header_timeout: Duration::from_secs(table.header_timeout_s),
            idle_timeout: Duration::from_secs(table.idle_timeout_s),
            write_timeout: Duration::from_secs(table.write_timeout_s),
            request_timeout: Duration::from_secs(table.request_timeout_s),
            max_connections: table.max_connections,
            max_streams: table.max_streams,
            max_uri_bytes: table.max_uri_bytes,
            max_header_bytes: table.max_header_bytes,
            max_body_bytes: table.max_body_bytes,
            max_bodies_bytes: table.max_bodies_bytes,
            max_partial_heads_bytes: table.max_partial_heads_bytes,
            shutdown: Duration::from_secs(table.shutdown_s),
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::from(&HttpTable::default())
    }
}
