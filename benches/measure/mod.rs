//! Asking servers over HTTP, and the table of how long they took.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use ureq::Agent;

use crate::{Asked, CLASSES, Effort, encode};

const CONNECTIONS: usize = 16;

/// A server under way.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    /// All of the URL but the query.
    pub(crate) url: String,
}

/// The most memory that the process ever had, in megabytes; none where the system does not tell.
#[derive(Serialize)]
struct Memory {
    /// With the site indexed and opened by bloghound, before anything else.
    indexed_mb: Option<f64>,
    /// With all servers and the client, after all requests.
    measured_mb: Option<f64>,
}

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    posts: usize,
    queries: usize,
    connections: usize,
    /// In the order in which they were asked.
    servers: Vec<Measured>,
    memory: Memory,
}

/// What one server took.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    latency: Latency,
    latency_by_class: Vec<(&'static str, Latency)>,
    /// Percentiles in those of the first server.
    to_hello: Ratio,
    /// Percentiles in those of the second server.
    to_tantivy: Ratio,
    /// Queries that had a hit; none for a server that does not search.
    answered: Option<usize>,
    requests_per_second: f64,
}

/// Percentiles in milliseconds.
#[derive(Clone, Copy, Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

#[derive(Serialize)]
struct Ratio {
    p50: f64,
    p99: f64,
}

impl Latency {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Self { p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }

    fn to(self, other: Self) -> Ratio {
        Ratio { p50: self.p50 / other.p50, p99: self.p99 / other.p99 }
    }
}

impl Report {
    /// Asks the servers, of which the first is `hello` and the second `tantivy`.
    pub(crate) fn measure(
        servers: &[Server],
        queries: &[Asked],
        effort: &Effort,
        posts: usize,
        indexed_mb: Option<f64>,
    ) -> anyhow::Result<Self> {
        let times = time_each(servers, queries, effort.warm_up)?;
        let latencies: Vec<Latency> = times.iter().cloned().map(Latency::new).collect();
        let mut measured = Vec::with_capacity(servers.len());
        for ((server, latency), times) in servers.iter().zip(&latencies).zip(&times) {
            measured.push(Measured {
                name: server.name,
                latency: *latency,
                latency_by_class: by_class(queries, times),
                to_hello: latency.to(latencies[0]),
                to_tantivy: latency.to(latencies[1]),
                answered: count_answered(server, queries)?,
                requests_per_second: throughput(server, queries, effort.throughput)?,
            });
        }
        let memory = Memory { indexed_mb, measured_mb: peak_resident_mb() };
        Ok(Self { posts, queries: queries.len(), connections: CONNECTIONS, servers: measured, memory })
    }
}

/// A client that keeps its connections, as browsers do.
fn client() -> Agent {
    Agent::config_builder().proxy(None).build().new_agent()
}

fn urls(server: &Server, queries: &[Asked]) -> Vec<String> {
    queries.iter().map(|query| format!("{}{}", server.url, encode(&query.text))).collect()
}

fn ask(client: &Agent, url: &str) -> anyhow::Result<Vec<u8>> {
    Ok(client.get(url).call()?.body_mut().read_to_vec()?)
}

/// The time of each query to each server, from sending it to having read the answer.
fn time_each(servers: &[Server], queries: &[Asked], warm_up: usize) -> anyhow::Result<Vec<Vec<Duration>>> {
    let client = client();
    let urls: Vec<Vec<String>> = servers.iter().map(|server| urls(server, queries)).collect();
    for at in 0..warm_up.min(queries.len()) {
        for urls in &urls {
            ask(&client, &urls[at])?;
        }
    }
    let mut times = vec![Vec::with_capacity(queries.len()); servers.len()];
    for at in 0..queries.len() {
        for (urls, times) in urls.iter().zip(&mut times) {
            let started = Instant::now();
            ask(&client, &urls[at])?;
            times.push(started.elapsed());
        }
    }
    Ok(times)
}

fn by_class(queries: &[Asked], times: &[Duration]) -> Vec<(&'static str, Latency)> {
    let of_class = |class| {
        let timed = queries.iter().zip(times).filter(move |(query, _)| query.class == class);
        timed.map(|(_, time)| *time).collect()
    };
    CLASSES.into_iter().enumerate().map(|(class, name)| (name, Latency::new(of_class(class)))).collect()
}

fn count_answered(server: &Server, queries: &[Asked]) -> anyhow::Result<Option<usize>> {
    let client = client();
    let mut answered = None;
    for url in urls(server, queries) {
        let Ok(body) = serde_json::from_slice::<serde_json::Value>(&ask(&client, &url)?) else { continue };
        let has_hits = body["hits"].as_array().is_some_and(|hits| !hits.is_empty());
        *answered.get_or_insert_default() += usize::from(has_hits);
    }
    Ok(answered)
}

/// Requests a second that the server answers when several connections always wait for one.
fn throughput(server: &Server, queries: &[Asked], patience: Duration) -> anyhow::Result<f64> {
    let urls = urls(server, queries);
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let connect = || -> anyhow::Result<f64> {
        let client = client();
        let mut answers = 0.0;
        while started.elapsed() < patience {
            let at = next.fetch_add(1, Ordering::Relaxed) % urls.len();
            ask(&client, &urls[at])?;
            answers += 1.0;
        }
        Ok(answers)
    };
    let answers: anyhow::Result<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(connect)).collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("a client does not panic"));
        joined.sum()
    });
    Ok(answers? / started.elapsed().as_secs_f64())
}

/// The peak of the process's resident memory so far, in megabytes, where the system tells.
pub(crate) fn peak_resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} posts, {} queries; times in ms\n", self.posts, self.queries)?;
        write!(f, "{:<10}{:>8}{:>8}{:>8}{:>8}", "", "p50", "p90", "p99", "max")?;
        write!(f, "{:>12}{:>12}{:>12}{:>12}", "p50/hello", "p99/hello", "p50/tantivy", "p99/tantivy")?;
        writeln!(f, "{:>10}{:>10}", "answered", "req/s")?;
        for server in &self.servers {
            let Latency { p50, p90, p99, max } = server.latency;
            write!(f, "{:<10}{p50:>8.3}{p90:>8.3}{p99:>8.3}{max:>8.3}", server.name)?;
            for ratio in [&server.to_hello, &server.to_tantivy] {
                write!(f, "{:>12.2}{:>12.2}", ratio.p50, ratio.p99)?;
            }
            let answered = server.answered.map_or_else(|| "-".to_owned(), |answered| answered.to_string());
            writeln!(f, "{answered:>10}{:>10.0}", server.requests_per_second)?;
        }
        self.fmt_classes(f)?;
        writeln!(f, "\nreq/s at {} connections", self.connections)?;
        if let Memory { indexed_mb: Some(indexed), measured_mb: Some(measured) } = self.memory {
            let indexed = format!("{indexed:.0} MB when bloghound had indexed the site");
            writeln!(f, "peak resident memory: {indexed}, {measured:.0} MB with all servers and the client")?;
        }
        Ok(())
    }
}

impl Report {
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
