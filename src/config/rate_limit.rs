//! The limit on the rate of requests of each client, from the table `[http]`.

use std::num::NonZeroU32;

use super::file::HttpTable;

/// The rate of requests that each client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitSettings {
    /// Requests per second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

impl RateLimitSettings {
    /// Returns the limit; `None` if the rate is not limited.
    pub(super) fn of(table: &HttpTable) -> Option<Self> {
        let per_second = NonZeroU32::new(table.rate_per_second)?;
        Some(Self { per_second, burst: NonZeroU32::new(table.rate_burst)? })
    }
}
