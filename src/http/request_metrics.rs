//! Metrics of requests: their time by route and outcome.

use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Upper bound of the first bucket, in seconds; each bucket is four times as wide as the previous one. There are fewer
/// buckets than for searches, because there is a histogram for each route and outcome.
const FIRST_BUCKET_S: f64 = 0.000_1;
/// Number of buckets: up to 1.6 seconds.
const BUCKETS: u16 = 8;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    /// The pattern of the path, so that there are only as many as routes.
    route: String,
    outcome: &'static str,
}

/// Time of requests, from the parsed head to the head of the response; clones share it.
#[derive(Clone)]
pub(super) struct RequestMetrics {
    latency_s: Family<RequestLabels, Histogram, fn() -> Histogram>,
}

impl Default for RequestMetrics {
    fn default() -> Self {
        let new = || Histogram::new(exponential_buckets(FIRST_BUCKET_S, 4.0, BUCKETS));
        Self { latency_s: Family::new_with_constructor(new) }
    }
}

impl RequestMetrics {
    /// Records a request to a route.
    pub(super) fn record(&self, route: &str, status: StatusCode, latency: Duration) {
        let labels = RequestLabels { route: route.to_owned(), outcome: outcome(status) };
        self.latency_s.get_or_create(&labels).observe(latency.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Time of requests by route and outcome";
        registry.register_with_unit("request", help, Unit::Seconds, self.latency_s.clone());
    }
}

/// Why a request was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DenialReason {
    /// It has no key.
    MissingKey,
    /// Its key is not valid.
    UnknownKey,
    /// The scope of its key is too small.
    Scope,
}

impl DenialReason {
    const ALL: [Self; 3] = [Self::MissingKey, Self::UnknownKey, Self::Scope];

    fn name(self) -> &'static str {
        match self {
            Self::MissingKey => "missing_key",
            Self::UnknownKey => "unknown_key",
            Self::Scope => "scope",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DenialLabels {
    reason: &'static str,
}

/// Counters of denied requests; clones share them.
#[derive(Clone)]
pub(super) struct DeniedRequests(Family<DenialLabels, Counter>);

impl Default for DeniedRequests {
    fn default() -> Self {
        let denied = Family::<DenialLabels, Counter>::default();
        for reason in DenialReason::ALL {
            drop(denied.get_or_create(&DenialLabels { reason: reason.name() }));
        }
        Self(denied)
    }
}

impl DeniedRequests {
    /// Counts a request.
    pub(super) fn count(&self, reason: DenialReason) {
        self.0.get_or_create(&DenialLabels { reason: reason.name() }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("denied_requests", "Requests without a valid key, by reason", self.0.clone());
    }
}

fn outcome(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_MODIFIED => "not_modified",
        StatusCode::TOO_MANY_REQUESTS => "rate_limited",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ if status.is_server_error() => "server_error",
        _ if status.is_client_error() => "client_error",
        _ => "success",
    }
}
