//! Searches in a closed and in an open loop.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::{JoinSet, LocalSet};

use crate::client::{BoundConnection, encoded};
use crate::server::SEARCH_TARGET;

/// Connections at most: fewer than the server accepts by default.
const MAX_CONNECTIONS: usize = 4_000;

/// Searches that are sent to a server.
pub(super) struct Arrivals {
    addr: SocketAddr,
    queries: Vec<String>,
    /// Number of the next search. As an unknown parameter, it keeps the response out of the cache.
    next: AtomicUsize,
}

/// What became of the searches of an open loop.
#[derive(Default)]
pub(super) struct Outcomes {
    pub(super) answered: Vec<Duration>,
    pub(super) refused: Vec<Duration>,
    /// Connections that were opened.
    pub(super) connections: usize,
}

impl Arrivals {
    pub(super) fn new(addr: SocketAddr, queries: Vec<String>) -> Self {
        Self { addr, queries, next: AtomicUsize::new(0) }
    }

    fn next_path(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{SEARCH_TARGET}{}&x={number}", encoded(&self.queries[number % self.queries.len()]))
    }

    async fn connect(&self, number: usize) -> anyhow::Result<BoundConnection> {
        let [high, low] = u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes();
        BoundConnection::open(Ipv4Addr::new(127, 1, high, low), self.addr).await
    }

    /// Returns the searches per second that are answered if each connection sends the next search after a response.
    pub(super) fn closed_loop(&self, connections: usize, duration: Duration) -> anyhow::Result<f64> {
        let started = Instant::now();
        LocalSet::new().block_on(&runtime()?, async {
            let clients = (0..connections).map(async |number| {
                let mut connection = self.connect(number).await?;
                let mut answered = 0_u32;
                while started.elapsed() < duration {
                    answered += u32::from(!connection.ask(&self.next_path()).await?);
                }
                anyhow::Ok(answered)
            });
            let answered: u32 = futures_util::future::try_join_all(clients).await?.into_iter().sum();
            Ok(f64::from(answered) / started.elapsed().as_secs_f64())
        })
    }

    /// Sends searches at a rate per second, and waits for all of their responses.
    pub(super) fn open_loop(&self, rate: f64, duration: Duration) -> anyhow::Result<Outcomes> {
        LocalSet::new().block_on(&runtime()?, async {
            let idle = Rc::new(RefCell::new(Vec::new()));
            let mut searches = JoinSet::new();
            let mut outcomes = Outcomes::default();
            let mut schedule = schedule(rate, duration);
            while let Some(due) = schedule.recv().await {
                let free = idle.borrow_mut().pop();
                let connection = if let Some(connection) = free {
                    connection
                } else {
                    anyhow::ensure!(
                        outcomes.connections < MAX_CONNECTIONS,
                        "too many searches are unanswered"
                    );
                    outcomes.connections += 1;
                    self.connect(outcomes.connections).await?
                };
                searches.spawn_local(search(connection, self.next_path(), due, Rc::clone(&idle)));
            }
            while let Some(search) = searches.join_next().await {
                let Answer { is_refused, latency } = search??;
                if is_refused { &mut outcomes.refused } else { &mut outcomes.answered }.push(latency);
            }
            Ok(outcomes)
        })
    }
}

/// Sends the time of each arrival when it has come. The timer of the runtime would be late by up to 2 ms.
fn schedule(rate: f64, duration: Duration) -> UnboundedReceiver<Instant> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let started = Instant::now();
        let arrivals = (0_u32..).map(|number| Duration::from_secs_f64(f64::from(number) / rate));
        for due in arrivals.take_while(|due| *due < duration) {
            std::thread::sleep(due.saturating_sub(started.elapsed()));
            if sender.send(started + due).is_err() {
                break;
            }
        }
    });
    receiver
}

struct Answer {
    is_refused: bool,
    latency: Duration,
}

/// Sends a search and returns the connection to the idle ones.
async fn search(
    mut connection: BoundConnection,
    path: String,
    scheduled: Instant,
    idle: Rc<RefCell<Vec<BoundConnection>>>,
) -> anyhow::Result<Answer> {
    let is_refused = connection.ask(&path).await?;
    let latency = scheduled.elapsed();
    idle.borrow_mut().push(connection);
    Ok(Answer { is_refused, latency })
}

fn runtime() -> anyhow::Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
