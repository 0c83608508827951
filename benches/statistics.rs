//! Medians and percentiles of measurements.

use std::time::Duration;

use serde::Serialize;

/// Percentiles of durations in milliseconds, by the nearest-rank method.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Percentiles {
    /// Returns the percentiles of one run; NaN if there are no durations.
    pub(crate) fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        let at = |percent: usize| {
            let rank = (durations.len() * percent).div_ceil(100).max(1);
            durations.get(rank - 1).copied().map_or(f64::NAN, milliseconds)
        };
        Self { p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }

    /// Returns the median of each percentile over several runs.
    pub(crate) fn median_of(runs: &[Self]) -> Self {
        let median_of = |percentile: fn(&Self) -> f64| median(runs.iter().map(percentile));
        Self {
            p50: median_of(|run| run.p50),
            p90: median_of(|run| run.p90),
            p99: median_of(|run| run.p99),
            max: median_of(|run| run.max),
        }
    }
}

/// Returns the median, which for an even number of values is the mean of the two in the middle; NaN if there are none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Returns a number with three significant digits, or all digits of an integer.
pub(crate) fn three_digits(number: f64) -> String {
    match number.abs() {
        _ if number.fract() == 0.0 => format!("{number}"),
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        size if size >= 1.0 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    }
}
