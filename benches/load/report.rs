//! The report as a table.

use std::fmt;

use serde::Serialize;

use crate::statistics::Percentiles;

#[derive(Serialize)]
pub(super) struct LoadReport {
    /// Searches per second in a closed loop.
    pub(super) capacity: f64,
    /// Duration of each measurement.
    pub(super) seconds: f64,
    pub(super) rows: Vec<LoadRow>,
}

#[derive(Serialize)]
pub(super) struct LoadRow {
    /// Arrival rate as a multiple of the capacity.
    pub(super) rate: f64,
    pub(super) sent_per_s: f64,
    pub(super) answered_per_s: f64,
    pub(super) refused_per_s: f64,
    /// Time from the scheduled arrival to the response, in milliseconds.
    pub(super) answered: Percentiles,
    /// Time from the scheduled arrival to the refusal, in milliseconds.
    pub(super) refused: Percentiles,
    /// Connections that were opened.
    pub(super) connections: usize,
    /// CPU time of the client per second.
    pub(super) client_cores: f64,
    /// CPU time of the server per second.
    pub(super) server_cores: f64,
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { capacity, seconds, rows } = self;
        writeln!(
            f,
            "capacity {capacity:.0} searches/s; times in ms from the scheduled arrival, {seconds} s each\n"
        )?;
        write!(f, "{:<6}{:>9}{:>12}{:>9}{:>9}{:>9}", "rate", "sent/s", "answered/s", "p50", "p99", "max")?;
        write!(f, "{:>11}{:>9}{:>9}{:>9}", "refused/s", "p50", "p99", "max")?;
        writeln!(f, "{:>13}{:>14}{:>14}", "connections", "client cores", "server cores")?;
        for row in rows {
            write!(f, "{:<6}{:>9.0}{:>12.0}", row.rate, row.sent_per_s, row.answered_per_s)?;
            let Percentiles { p50, p99, max, .. } = row.answered;
            write!(f, "{p50:>9.2}{p99:>9.2}{max:>9.2}{:>11.0}", row.refused_per_s)?;
            let Percentiles { p50, p99, max, .. } = row.refused;
            write!(f, "{p50:>9.2}{p99:>9.2}{max:>9.2}{:>13}", row.connections)?;
            writeln!(f, "{:>14.2}{:>14.2}", row.client_cores, row.server_cores)?;
        }
        Ok(())
    }
}
