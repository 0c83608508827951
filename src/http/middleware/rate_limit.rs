//! The limit on the rate of requests of each client (GCRA, by the crate `governor`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::config::{RateLimitSettings, limits};
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::refusal::ErrorFormat;

/// What a client may do, and what remains of it (draft-ietf-httpapi-ratelimit-headers-10).
pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub(super) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The states of the latest clients. When there are too many, states of clients with few requests are dropped, so that
/// memory is bounded; such a client starts again with a full quota.
struct ClientStates(Cache<PeerNetwork, Arc<InMemoryState>>);

impl StateStore for ClientStates {
    type Key = PeerNetwork;

    fn measure_and_replace<T, F, E>(&self, client: &PeerNetwork, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let state = self.0.get_or_insert_with(client, || Ok::<_, E>(Arc::default()))?;
        state.measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

/// The time since the service was started.
#[derive(Debug, Clone)]
struct UptimeClock(Instant);

impl Clock for UptimeClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The limit.
pub(super) struct RateLimit {
    limiter: RateLimiter<PeerNetwork, ClientStates, UptimeClock, StateInformationMiddleware>,
    settings: RateLimitSettings,
    policy: HeaderValue,
}

/// What remains of the quota of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RemainingQuota {
    requests: u32,
    /// Time until the quota is full again, in seconds.
    full_in_s: u32,
}

impl RateLimit {
    pub(super) fn new(settings: RateLimitSettings) -> Self {
        let RateLimitSettings { per_second, burst } = settings;
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let states = ClientStates(Cache::new(limits::MAX_RATE_LIMITED_CLIENTS));
        let limiter = RateLimiter::new(quota, states, UptimeClock(Instant::now()));
        // The name of the policy, its quota and the time in which it becomes full again.
        let policy = format!("\"client\";q={burst};w={}", burst.get().div_ceil(per_second.get()));
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(""));
        Self { limiter, settings, policy }
    }

    /// Counts a request of a client. Returns what remains of its quota.
    ///
    /// # Errors
    /// Returns the refusal if there were too many requests.
    pub(super) fn count(&self, client: PeerNetwork) -> Result<RemainingQuota, RateLimitExceeded> {
        let RateLimitSettings { per_second, burst } = self.settings;
        match self.limiter.check_key(&client) {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                let full_in_s = burst.get().saturating_sub(requests).div_ceil(per_second.get());
                Ok(RemainingQuota { requests, full_in_s })
            }
            Err(refusal) => {
                let wait = refusal.wait_time_from(self.limiter.clock().now());
                let retry_in_s = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                Err(RateLimitExceeded { retry_in_s: retry_in_s.max(1) })
            }
        }
    }

    /// Adds the header fields that tell the client what remains of its quota.
    pub(super) fn add_headers(
        &self,
        RemainingQuota { requests, full_in_s }: RemainingQuota,
        headers: &mut HeaderMap,
    ) {
        headers.insert(RATE_LIMIT, quota_value(requests, full_in_s.into()));
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
    }

    /// Returns the response to a request that was one too many: status 429.
    pub(super) fn refuse(
        &self,
        RateLimitExceeded { retry_in_s }: RateLimitExceeded,
        format: ErrorFormat,
    ) -> Response {
        let RateLimitSettings { per_second, burst } = self.settings;
        let detail = format!(
            "more than {burst} requests at once, or {per_second} per second; try again in {retry_in_s} s, or raise \
             `rate_per_second` and `rate_burst` in the table [http] of bloghound.toml"
        );
        let mut response = format.respond(ProblemDetails::new(StatusCode::TOO_MANY_REQUESTS, detail));
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, retry_in_s.into());
        headers.insert(RATE_LIMIT, quota_value(0, retry_in_s));
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
        response
    }
}

/// A request that was one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateLimitExceeded {
    /// Time until the next request is answered, in seconds.
    retry_in_s: u64,
}

fn quota_value(requests: u32, in_s: u64) -> HeaderValue {
    let value = format!("\"client\";r={requests};t={in_s}");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::num::NonZeroU32;

    use super::*;

    fn limit(per_second: u32, burst: u32) -> RateLimit {
        let number = |number| NonZeroU32::new(number).unwrap();
        RateLimit::new(RateLimitSettings { per_second: number(per_second), burst: number(burst) })
    }

    fn client(address: &str) -> PeerNetwork {
        PeerNetwork::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn each_client_has_its_quota() {
        let limit = limit(1, 3);
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
            for remaining in (0..3).rev() {
                assert_eq!(limit.count(client(address)).unwrap().requests, remaining, "{address}");
            }
            assert_eq!(limit.count(client(address)), Err(RateLimitExceeded { retry_in_s: 1 }), "{address}");
        }
        // The same network of 64 bits.
        assert!(limit.count(client("2001:db8::2")).is_err());
        assert!(limit.count(client("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn the_quota_becomes_full_again() {
        let limit = limit(1, 1);
        assert!(limit.count(client("192.0.2.1")).is_ok());
        assert!(limit.count(client("192.0.2.1")).is_err());
        std::thread::sleep(Duration::from_millis(1_050));
        assert!(limit.count(client("192.0.2.1")).is_ok());
    }

    #[test]
    fn headers_state_the_policy_and_what_remains() {
        let limit = limit(10, 25);
        let mut headers = HeaderMap::new();
        limit.add_headers(limit.count(client("192.0.2.1")).unwrap(), &mut headers);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"client\";q=25;w=3");
        assert_eq!(headers[RATE_LIMIT], "\"client\";r=24;t=1");
        let refusal = limit.refuse(RateLimitExceeded { retry_in_s: 7 }, ErrorFormat::Problem);
        assert_eq!(
            (refusal.status(), &refusal.headers()[RETRY_AFTER]),
            (StatusCode::TOO_MANY_REQUESTS, &"7".parse().unwrap())
        );
        assert_eq!(refusal.headers()[RATE_LIMIT], "\"client\";r=0;t=7");
    }

    #[test]
    fn the_memory_for_clients_is_bounded() {
        let limit = limit(1, 1);
        for number in 0..limits::MAX_RATE_LIMITED_CLIENTS as u128 * 4 {
            let address = IpAddr::from(std::net::Ipv6Addr::from_bits(number << 64));
            assert!(limit.count(PeerNetwork::from(address)).is_ok());
        }
        let states = &limit.limiter.into_state_store().0;
        assert!(states.len() <= limits::MAX_RATE_LIMITED_CLIENTS, "{}", states.len());
    }
}
