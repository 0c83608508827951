//! What a monitoring system asks for, in the text format of `OpenMetrics` (<https://openmetrics.io>).

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::engine::{Question, Status};

/// The format that is written, as an HTTP content type.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The shortest time that is told from none, in seconds; each bucket is twice as long as the one before.
const FIRST_BUCKET_S: f64 = 0.000_05;
const BUCKETS: u16 = 16;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    kind: &'static str,
    remembered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConcernLabels {
    concern: &'static str,
}

/// Counts answers while the service runs.
pub(super) struct Metrics {
    answers: Family<AnswerLabels, Counter>,
    seconds: Histogram,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let seconds = Histogram::new(exponential_buckets(FIRST_BUCKET_S, 2.0, BUCKETS));
        Self { answers: Family::default(), seconds }
    }

    /// Counts an answer that was known.
    pub(super) fn recalled(&self, kind: &'static str) {
        self.answers.get_or_create(&AnswerLabels { kind, remembered: true }).inc();
    }

    /// Counts an answer that took this long.
    pub(super) fn answered(&self, kind: &'static str, took: Duration) {
        self.answers.get_or_create(&AnswerLabels { kind, remembered: false }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// All that is known, with the state of the index.
    pub(super) fn encode(&self, status: &Status) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("bloghound");
        registry.register(
            "answers",
            "Answers to searches, suggestions and related posts",
            self.answers.clone(),
        );
        let help = "Time that answers took which were not known, waiting for a core included";
        registry.register_with_unit("answer", help, Unit::Seconds, self.seconds.clone());
        gauge(&mut registry, "posts", "Posts and pages that are searched", status.posts);
        let failed = status.failed.len() as u64;
        gauge(&mut registry, "failed_files", "Source files that cannot be read", failed);
        let moments = [
            ("indexed_timestamp", "When the commit that answers was made", status.indexed_at),
            ("last_change_timestamp", "When a change was seen last", status.freshness.last_change_at),
            ("compared_timestamp", "When all content was compared last", status.freshness.compared_at),
        ];
        for (name, help, moment) in moments {
            if let Some(moment) = moment {
                seconds(&mut registry, name, help, since_1970(moment));
            }
        }
        if let Some(lag) = status.freshness.lag_ms {
            let help = "From the last change that was seen to its being found";
            seconds(&mut registry, "lag", help, Duration::from_millis(lag).as_secs_f64());
        }
        let problems = Family::<ConcernLabels, Gauge>::default();
        for problem in &status.problems {
            problems.get_or_create(&ConcernLabels { concern: problem.concern.name() }).set(1);
        }
        registry.register("problems", "What is wrong while the last good state answers", problems);
        let mut encoded = String::new();
        text::encode(&mut encoded, &registry)?;
        Ok(encoded)
    }
}

/// The name of a question's kind.
pub(super) fn kind(question: &Question) -> &'static str {
    match question {
        Question::Search { .. } => "search",
        Question::Suggest(_) => "suggest",
        Question::Related(_) => "related",
    }
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

fn since_1970(moment: Timestamp) -> f64 {
    moment.as_duration().as_secs_f64()
}
