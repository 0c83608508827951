//! The report as tables.

use std::fmt;

use super::measure::{CONNECTIONS, HttpLatencyReport, PeakMemory};
use super::queries::CLASSES;
use crate::statistics::Percentiles;

impl fmt::Display for HttpLatencyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { posts, queries, rounds, .. } = self;
        writeln!(f, "{posts} posts, {queries} queries; latency in ms, medians of {rounds} rounds\n")?;
        write!(f, "{:<12}{:>8}{:>8}{:>8}{:>8}", "", "p50", "p90", "p99", "max")?;
        write!(f, "{:>12}{:>12}{:>13}{:>13}", "p50/hello", "p99/hello", "p50/tantivy", "p99/tantivy")?;
        writeln!(f, "{:>11}", "with hits")?;
        for server in &self.servers {
            let Percentiles { p50, p90, p99, max } = server.latency;
            write!(f, "{:<12}{p50:>8.3}{p90:>8.3}{p99:>8.3}{max:>8.3}", server.name)?;
            write!(f, "{:>12.2}{:>12.2}", server.to_hello.p50, server.to_hello.p99)?;
            write!(f, "{:>13.2}{:>13.2}", server.to_tantivy.p50, server.to_tantivy.p99)?;
            let with_hits = server.with_hits.map_or_else(|| "-".to_owned(), |count| count.to_string());
            writeln!(f, "{with_hits:>11}")?;
        }
        self.fmt_throughput(f)?;
        self.fmt_classes(f)?;
        if let PeakMemory { indexed_mb: Some(indexed), measured_mb: Some(measured) } = self.memory {
            writeln!(
                f,
                "\npeak resident memory: {indexed:.0} MiB after indexing, {measured:.0} MiB with all servers and the \
                 client"
            )?;
        }
        Ok(())
    }
}

impl HttpLatencyReport {
    fn fmt_throughput(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{:<12}", "requests/s")?;
        for connections in CONNECTIONS {
            let unit = if connections == 1 { "connection" } else { "connections" };
            write!(f, "{:>24}", format!("{connections} {unit} (/hello)"))?;
        }
        writeln!(f)?;
        for server in &self.servers {
            write!(f, "{:<12}", server.name)?;
            for throughput in &server.throughput {
                write!(f, "{:>16.0} ({:.3})", throughput.requests_per_second, throughput.to_hello)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn fmt_classes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{:<20}", "p50 and p99 by class")?;
        for class in CLASSES {
            write!(f, "{class:>18}")?;
        }
        writeln!(f)?;
        for server in &self.servers {
            write!(f, "{:<20}", server.name)?;
            for (_, latency) in &server.latency_by_class {
                write!(f, "{:>10.3}{:>8.3}", latency.p50, latency.p99)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
