//! Latency of honest clients while others send the most expensive searches they can.
//!
//! `bloghound serve` runs as a child process. A few honest clients at loopback addresses of their own send a search
//! every few milliseconds, as search boxes do. Attackers send expensive searches as fast as they get responses: each
//! from an address of its own, or all from the same address as the honest clients, as behind a proxy. Latency is the
//! time from sending a request to having read its response; a refused search counts as refused and with its time.
//! Client and server share the cores.

mod attack;
mod report;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use tokio::task::{JoinSet, LocalSet};

use crate::client::{BoundConnection, Client, Endpoint, encoded};
use crate::query_set::QuerySet;
use crate::server::{BloghoundServer, SEARCH_TARGET};
use crate::site::BenchSite;
use crate::statistics::{Percentiles, median};
use crate::vocabulary::TitleVocabulary;
use crate::{Effort, ReportArgs};
use report::{OverloadReport, OverloadRow};

#[derive(Args)]
pub(crate) struct OverloadArgs {
    /// Numbers of attacking clients
    #[arg(long, value_delimiter = ',', default_value = "0,16,64,250")]
    attackers: Vec<usize>,
    /// Duration of each measurement in seconds
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Measurements of each kind, of which the medians are reported
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    #[command(flatten)]
    report: ReportArgs,
}

const HONEST_CLIENTS: u8 = 4;
/// Pause of an honest client between two searches.
const HONEST_PAUSE: Duration = Duration::from_millis(20);
const HONEST_QUERIES: usize = 2_000;
const START_TIMEOUT: Duration = Duration::from_mins(5);
/// Longest wait for the connections of all attackers.
const ATTACK_DELAY: Duration = Duration::from_millis(500);

/// The addresses of the clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Addresses {
    /// Each client has its own.
    Own,
    /// All clients have the same.
    One,
}

impl Addresses {
    fn of_honest(self, client: u8) -> Ipv4Addr {
        match self {
            Self::Own => Ipv4Addr::new(127, 0, 0, 2 + client),
            Self::One => Ipv4Addr::LOCALHOST,
        }
    }

    fn of_attacker(self, client: usize) -> Ipv4Addr {
        let [high, low] = u16::try_from(client).unwrap_or(u16::MAX).to_be_bytes();
        match self {
            Self::Own => Ipv4Addr::new(127, 1, high, low),
            Self::One => Ipv4Addr::LOCALHOST,
        }
    }
}

/// What one measurement counts.
#[derive(Default)]
struct Counts {
    stop: AtomicBool,
    answered_bombs: AtomicU64,
    refused_bombs: AtomicU64,
    next_query: AtomicU64,
}

/// The result of one measurement.
struct Round {
    latency: Percentiles,
    refused: f64,
    answered_bombs_per_s: f64,
    refused_bombs_per_s: f64,
}

pub(crate) fn run(args: &OverloadArgs, effort: Effort) -> anyhow::Result<()> {
    let (attackers, seconds, rounds) = match effort {
        Effort::Full => (args.attackers.as_slice(), args.seconds, args.rounds),
        Effort::Trial => (&[3][..], 0.2, 1),
    };
    let bench_site = BenchSite::open()?;
    let vocabulary = TitleVocabulary::new(&bench_site.posts()?);
    let queries = Arc::new(QuerySet::new(&vocabulary).mixed(HONEST_QUERIES));
    let bombs = Arc::new(attack::bombs(&vocabulary));
    let client = Client::new()?;
    let server = BloghoundServer::start(&bench_site.config, &bench_site.site, &client, START_TIMEOUT)?;
    let Endpoint::Http { addr, .. } = server.endpoint else { anyhow::bail!("the server is no HTTP server") };
    let measurement = Measurement { addr, queries, bombs, duration: Duration::from_secs_f64(seconds) };
    let mut rows = Vec::new();
    for (addresses, name) in [(Addresses::Own, "own"), (Addresses::One, "one")] {
        for attackers in attackers {
            let measured = (0..rounds).map(|_| measurement.run(*attackers, addresses));
            let measured = measured.collect::<anyhow::Result<Vec<Round>>>()?;
            rows.push(row(name, *attackers, &measured));
        }
    }
    args.report.print(&OverloadReport { rounds, seconds, rows })
}

fn row(addresses: &'static str, attackers: usize, rounds: &[Round]) -> OverloadRow {
    let latencies: Vec<Percentiles> = rounds.iter().map(|round| round.latency).collect();
    OverloadRow {
        addresses,
        attackers,
        latency: Percentiles::median_of(&latencies),
        refused: median(rounds.iter().map(|round| round.refused)),
        answered_bombs_per_s: median(rounds.iter().map(|round| round.answered_bombs_per_s)),
        refused_bombs_per_s: median(rounds.iter().map(|round| round.refused_bombs_per_s)),
    }
}

/// What all measurements of a server share.
#[derive(Clone)]
struct Measurement {
    addr: SocketAddr,
    queries: Arc<Vec<String>>,
    /// Paths with parameters.
    bombs: Arc<Vec<String>>,
    duration: Duration,
}

impl Measurement {
    fn run(&self, attackers: usize, addresses: Addresses) -> anyhow::Result<Round> {
        let counts = Arc::new(Counts::default());
        let attack = {
            let (measurement, counts) = (self.clone(), Arc::clone(&counts));
            std::thread::spawn(move || measurement.attack(attackers, addresses, &counts))
        };
        std::thread::sleep(ATTACK_DELAY);
        let started = Instant::now();
        let bombs = || {
            let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
            (load(&counts.answered_bombs), load(&counts.refused_bombs))
        };
        let before = bombs();
        let honest = self.ask_honestly(addresses, &counts);
        let (after, seconds) = (bombs(), started.elapsed().as_secs_f64());
        counts.stop.store(true, Ordering::Relaxed);
        attack.join().map_err(|_| anyhow::anyhow!("the attacking thread panicked"))??;
        let (times, refused) = honest?;
        #[expect(clippy::cast_precision_loss, reason = "counts of requests")]
        let rate = |before: u64, after: u64| (after - before) as f64 / seconds;
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        Ok(Round {
            latency: Percentiles::of(times),
            refused: refused as f64,
            answered_bombs_per_s: rate(before.0, after.0),
            refused_bombs_per_s: rate(before.1, after.1),
        })
    }

    /// Sends bombs until the measurement stops.
    fn attack(&self, attackers: usize, addresses: Addresses, counts: &Arc<Counts>) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async {
            let mut clients = JoinSet::new();
            for client in 0..attackers {
                let (measurement, counts) = (self.clone(), Arc::clone(counts));
                let address = addresses.of_attacker(client);
                clients.spawn_local(async move { measurement.send_bombs(client, address, &counts).await });
            }
            while let Some(client) = clients.join_next().await {
                client??;
            }
            Ok(())
        })
    }

    async fn send_bombs(&self, client: usize, address: Ipv4Addr, counts: &Counts) -> anyhow::Result<()> {
        let mut connection = BoundConnection::open(address, self.addr).await?;
        let mut number = client;
        while !counts.stop.load(Ordering::Relaxed) {
            // The last parameter is unknown, so that no response is cached.
            let bomb = format!("{}&x={client}.{number}", self.bombs[number % self.bombs.len()]);
            let is_refused = connection.ask(&bomb).await?;
            let count = if is_refused { &counts.refused_bombs } else { &counts.answered_bombs };
            count.fetch_add(1, Ordering::Relaxed);
            number += 1;
        }
        Ok(())
    }

    /// Returns the times of the searches of all honest clients, and the number of those that were refused.
    fn ask_honestly(
        &self,
        addresses: Addresses,
        counts: &Arc<Counts>,
    ) -> anyhow::Result<(Vec<Duration>, usize)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async {
            let mut clients = JoinSet::new();
            for client in 0..HONEST_CLIENTS {
                let (measurement, counts) = (self.clone(), Arc::clone(counts));
                let address = addresses.of_honest(client);
                clients.spawn_local(async move { measurement.search_box(address, &counts).await });
            }
            let (mut times, mut refused) = (Vec::new(), 0);
            while let Some(client) = clients.join_next().await {
                let (mut of_client, refused_of_client) = client??;
                times.append(&mut of_client);
                refused += refused_of_client;
            }
            Ok((times, refused))
        })
    }

    async fn search_box(&self, address: Ipv4Addr, counts: &Counts) -> anyhow::Result<(Vec<Duration>, usize)> {
        let mut connection = BoundConnection::open(address, self.addr).await?;
        let (mut times, mut refused) = (Vec::new(), 0);
        let first = Instant::now();
        while first.elapsed() < self.duration {
            let number = counts.next_query.fetch_add(1, Ordering::Relaxed);
            let query = &self.queries[usize::try_from(number)? % self.queries.len()];
            // As for the bombs, an unknown parameter keeps the response out of the cache.
            let path = format!("{SEARCH_TARGET}{}&x={number}", encoded(query));
            let started = Instant::now();
            refused += usize::from(connection.ask(&path).await?);
            times.push(started.elapsed());
            tokio::time::sleep(HONEST_PAUSE).await;
        }
        Ok((times, refused))
    }
}
