//! The report as text.

use std::fmt;

use super::{CONNECTIONS, Latency, Memory, Report};
use crate::CLASSES;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { posts, queries, rounds, .. } = self;
        writeln!(f, "{posts} posts, {queries} queries; times in ms, medians of {rounds} rounds\n")?;
        write!(f, "{:<12}{:>8}{:>8}{:>8}{:>8}", "", "p50", "p90", "p99", "max")?;
        write!(f, "{:>12}{:>12}{:>12}{:>12}", "p50/hello", "p99/hello", "p50/tantivy", "p99/tantivy")?;
        writeln!(f, "{:>10}", "answered")?;
        for server in &self.servers {
            let Latency { p50, p90, p99, max } = server.latency;
            write!(f, "{:<12}{p50:>8.3}{p90:>8.3}{p99:>8.3}{max:>8.3}", server.name)?;
            for ratio in [&server.to_hello, &server.to_tantivy] {
                write!(f, "{:>12.2}{:>12.2}", ratio.p50, ratio.p99)?;
            }
            let answered = server.answered.map_or_else(|| "-".to_owned(), |answered| answered.to_string());
            writeln!(f, "{answered:>10}")?;
        }
        self.fmt_throughput(f)?;
        self.fmt_classes(f)?;
        if let Memory { indexed_mb: Some(indexed), measured_mb: Some(measured) } = self.memory {
            let indexed = format!("{indexed:.0} MB when bloghound had indexed the site");
            writeln!(
                f,
                "\npeak resident memory: {indexed}, {measured:.0} MB with all servers and the client"
            )?;
        }
        Ok(())
    }
}

impl Report {
    fn fmt_throughput(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{:<12}", "requests/s")?;
        for connections in CONNECTIONS {
            write!(f, "{:>22}", format!("{connections} conn. (of hello)"))?;
        }
        writeln!(f)?;
        for server in &self.servers {
            write!(f, "{:<12}", server.name)?;
            for rate in &server.throughput {
                write!(f, "{:>14.0} ({:.3})", rate.requests_per_second, rate.to_hello)?;
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
