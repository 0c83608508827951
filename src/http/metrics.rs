//! Metrics for a monitoring system, in the `OpenMetrics` text format (<https://openmetrics.io>).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::request_metrics::{DeniedRequests, RequestMetrics};
use crate::engine::query_log::QueryLogCounts;
use crate::engine::{ApiRequest, LogHealth, Status};

/// Content type of the encoded metrics.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bound of the first latency bucket, in seconds; each bucket is twice as wide as the previous one.
const FIRST_BUCKET_S: f64 = 0.000_05;
/// Number of latency buckets.
const BUCKETS: u16 = 16;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResponseLabels {
    kind: &'static str,
    remembered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndpointLabels {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    concern: &'static str,
}

/// Why a connection was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ClosingReason {
    /// The client closed it, or it ended with a response.
    Client,
    /// The head of a request was not complete in time.
    HeaderTimeout,
    /// There was no request for some time.
    IdleTimeout,
    /// The client did not read the response.
    WriteTimeout,
    /// The request took too long.
    RequestTimeout,
    /// There were too many connections.
    Limit,
    /// The incomplete heads of all requests took too much memory.
    PartialHeads,
    /// The service is stopping.
    Shutdown,
}

impl ClosingReason {
    const ALL: [Self; 8] = [
        Self::Client,
        Self::HeaderTimeout,
        Self::IdleTimeout,
        Self::WriteTimeout,
        Self::RequestTimeout,
        Self::Limit,
        Self::PartialHeads,
        Self::Shutdown,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::HeaderTimeout => "header_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::WriteTimeout => "write_timeout",
            Self::RequestTimeout => "request_timeout",
            Self::Limit => "limit",
            Self::PartialHeads => "partial_heads",
            Self::Shutdown => "shutdown",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClosedLabels {
    reason: &'static str,
}

/// Counters of connections; clones share them.
#[derive(Clone)]
pub(super) struct ConnectionMetrics {
    open: Gauge,
    closed: Family<ClosedLabels, Counter>,
    accept_failures: Counter,
}

impl Default for ConnectionMetrics {
    fn default() -> Self {
        let closed = Family::<ClosedLabels, Counter>::default();
        for reason in ClosingReason::ALL {
            let _ = closed.get_or_create(&ClosedLabels { reason: reason.name() });
        }
        Self { open: Gauge::default(), closed, accept_failures: Counter::default() }
    }
}

impl ConnectionMetrics {
    /// Counts a connection as open.
    pub(super) fn count_opened(&self) {
        self.open.inc();
    }

    /// Counts a connection as no longer open.
    pub(super) fn count_ended(&self) {
        self.open.dec();
    }

    /// Counts why a connection was closed.
    pub(super) fn count_closed(&self, reason: ClosingReason) {
        self.closed.get_or_create(&ClosedLabels { reason: reason.name() }).inc();
    }

    /// Counts a failure of the system to accept a connection.
    pub(super) fn count_accept_failure(&self) {
        self.accept_failures.inc();
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("connections", "Open connections", self.open.clone());
        let help = "Closed connections by reason";
        registry.register("closed_connections", help, self.closed.clone());
        let help = "Failures to accept a connection, such as too few descriptors";
        registry.register("accept_failures", help, self.accept_failures.clone());
    }
}

/// Counters of the running service. In the published names, `answers` are responses and `remembered` means cached.
pub(super) struct Metrics {
    responses: Family<ResponseLabels, Counter>,
    latency_s: Histogram,
    pub(super) connections: ConnectionMetrics,
    pub(super) requests: RequestMetrics,
    pub(super) denied: DeniedRequests,
    pub(super) queries: Arc<QueryLogCounts>,
    refused: Family<EndpointLabels, Counter>,
    abandoned: Family<EndpointLabels, Counter>,
}

/// Counts a request as abandoned when dropped, unless it was disarmed at the end of the request.
struct AbandonGuard<'a> {
    metrics: &'a Metrics,
    /// `None` after the end of the request.
    kind: Option<&'static str>,
}

impl AbandonGuard<'_> {
    /// Records that the request has ended, so that it is not counted.
    fn disarm(&mut self) {
        self.kind = None;
    }
}

impl Drop for AbandonGuard<'_> {
    fn drop(&mut self) {
        if let Some(kind) = self.kind {
            self.metrics.abandoned.get_or_create(&EndpointLabels { kind }).inc();
        }
    }
}

impl Metrics {
    pub(super) fn new() -> Self {
        let latency_s = Histogram::new(exponential_buckets(FIRST_BUCKET_S, 2.0, BUCKETS));
        let zero = || {
            let family = Family::<EndpointLabels, Counter>::default();
            // Monitoring systems compute rates only for series that exist from the start.
            for kind in ENDPOINTS {
                drop(family.get_or_create(&EndpointLabels { kind }));
            }
            family
        };
        Self {
            responses: Family::default(),
            latency_s,
            connections: ConnectionMetrics::default(),
            requests: RequestMetrics::default(),
            denied: DeniedRequests::default(),
            queries: Arc::default(),
            refused: zero(),
            abandoned: zero(),
        }
    }

    /// Counts a response from the cache.
    pub(super) fn count_cached(&self, kind: &'static str) {
        self.responses.get_or_create(&ResponseLabels { kind, remembered: true }).inc();
    }

    /// Counts a computed response and its latency, queueing included.
    fn count_computed(&self, kind: &'static str, latency: Duration) {
        self.responses.get_or_create(&ResponseLabels { kind, remembered: false }).inc();
        self.latency_s.observe(latency.as_secs_f64());
    }

    /// Counts a request that was refused because it would have waited too long.
    fn count_refused(&self, kind: &'static str) {
        self.refused.get_or_create(&EndpointLabels { kind }).inc();
    }

    /// Awaits a computed response, and counts it: as computed, refused or abandoned, but not if it failed.
    pub(super) async fn observe<T, E>(
        &self,
        kind: &'static str,
        is_refusal: impl Fn(&E) -> bool,
        response: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let started = Instant::now();
        let mut abandon_guard = AbandonGuard { metrics: self, kind: Some(kind) };
        let response = response.await;
        abandon_guard.disarm();
        match &response {
            Ok(_) => self.count_computed(kind, started.elapsed()),
            Err(error) if is_refusal(error) => self.count_refused(kind),
            Err(_) => {}
        }
        response
    }

    /// Returns all metrics, including those of the index.
    pub(super) fn encode(&self, status: &Status, caught_panics: u64) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("bloghound");
        registry.register("answers", "Responses to requests of the search API", self.responses.clone());
        let help = "Latency of uncached responses, queueing included";
        registry.register_with_unit("answer", help, Unit::Seconds, self.latency_s.clone());
        self.connections.register(&mut registry);
        self.requests.register(&mut registry);
        self.denied.register(&mut registry);
        let help = "Requests refused with status 503 because they would have waited too long";
        registry.register("refused_requests", help, self.refused.clone());
        let help = "Requests whose clients disconnected before the response";
        registry.register("abandoned_requests", help, self.abandoned.clone());
        gauge(&mut registry, "posts", "Posts and pages in the index", status.posts);
        let failed = status.failed.len() as u64;
        gauge(&mut registry, "failed_files", "Source files that could not be read", failed);
        for (name, help, count) in [
            ("caught_panics", "Panics of indexing that were caught; each is a bug", caught_panics),
            (
                "dropped_log_lines",
                "Lines of the log that could not be written",
                LogHealth::global().dropped_lines(),
            ),
            ("logged_queries", "Lines of the query log", self.queries.logged()),
            ("dropped_queries", "Queries that could not be logged", self.queries.dropped()),
        ] {
            counter(&mut registry, name, help, count);
        }
        let timestamps = [
            ("indexed_timestamp", "Time of the commit that is served", status.indexed_at),
            ("last_change_timestamp", "Time of the last detected change", status.freshness.last_change_at),
            (
                "compared_timestamp",
                "Time of the last full comparison with the content",
                status.freshness.compared_at,
            ),
        ];
        for (name, help, timestamp) in timestamps {
            if let Some(timestamp) = timestamp {
                seconds(&mut registry, name, help, since_1970(timestamp));
            }
        }
        if let Some(lag) = status.freshness.lag_ms {
            let help = "Delay from the last detected change until it was searchable";
            seconds(&mut registry, "lag", help, Duration::from_millis(lag).as_secs_f64());
        }
        let problems = Family::<ProblemLabels, Gauge>::default();
        for problem in &status.problems {
            problems.get_or_create(&ProblemLabels { concern: problem.check.name() }).set(1);
        }
        registry.register("problems", "Current problems; the last good state keeps serving", problems);
        let mut encoded = String::new();
        text::encode(&mut encoded, &registry)?;
        Ok(encoded)
    }
}

/// The names of the endpoints.
const ENDPOINTS: [&str; 5] = ["search", "facets", "suggest", "related", "posts"];

/// Returns the name of the endpoint of a request, for the label `kind`.
pub(super) fn endpoint(request: &ApiRequest) -> &'static str {
    match request {
        ApiRequest::Search { .. } => "search",
        ApiRequest::Facets { .. } => "facets",
        ApiRequest::Suggest(_) => "suggest",
        ApiRequest::Related(_) => "related",
        ApiRequest::Post(_) => "posts",
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let counter = Counter::<u64>::default();
    counter.inc_by(value);
    registry.register(name, help, counter);
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}

fn seconds(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    gauge.set(value);
    registry.register_with_unit(name, help, Unit::Seconds, gauge);
}

fn since_1970(timestamp: Timestamp) -> f64 {
    timestamp.as_duration().as_secs_f64()
}
