//! The report as a table.

use std::fmt;

use serde::Serialize;

use crate::statistics::Percentiles;

#[derive(Serialize)]
pub(super) struct OverloadReport {
    pub(super) rounds: usize,
    pub(super) seconds: f64,
    pub(super) rows: Vec<OverloadRow>,
}

#[derive(Serialize)]
pub(super) struct OverloadRow {
    /// `own` if each client has its own address, `one` if all have the same.
    pub(super) addresses: &'static str,
    pub(super) attackers: usize,
    /// Of the honest clients, in milliseconds.
    pub(super) latency: Percentiles,
    /// Refused searches of the honest clients.
    pub(super) refused: f64,
    pub(super) answered_bombs_per_s: f64,
    pub(super) refused_bombs_per_s: f64,
}

impl fmt::Display for OverloadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, seconds, rows } = self;
        writeln!(f, "latency of honest clients in ms, medians of {rounds} rounds of {seconds} s\n")?;
        write!(f, "{:<10}{:>10}{:>9}{:>9}{:>9}{:>9}", "addresses", "attackers", "p50", "p90", "p99", "max")?;
        writeln!(f, "{:>9}{:>18}{:>17}", "refused", "bombs answered/s", "bombs refused/s")?;
        for row in rows {
            let Percentiles { p50, p90, p99, max } = row.latency;
            write!(f, "{:<10}{:>10}{p50:>9.2}{p90:>9.2}{p99:>9.2}{max:>9.2}", row.addresses, row.attackers)?;
            write!(f, "{:>9}{:>18.1}", row.refused, row.answered_bombs_per_s)?;
            writeln!(f, "{:>17.1}", row.refused_bombs_per_s)?;
        }
        Ok(())
    }
}
