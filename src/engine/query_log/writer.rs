//! The thread that writes the log of queries.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{io, thread};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::log_file::LogFile;
use super::logged_query::LoggedQuery;
use super::settling::SettlingQueries;
use crate::config::{QueryLogSettings, limits};
use crate::engine::{Engine, HealthCheck};

/// Interval at which queries that wait are looked at.
const TICK: Duration = Duration::from_millis(250);
/// Maximum number of queries that are written at once.
const MAX_WRITTEN_AT_ONCE: usize = 16;
/// Time for which lines are dropped at once after the file could not be written.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Counts of the log of queries.
#[derive(Debug, Default)]
pub(crate) struct QueryLogCounts {
    logged: AtomicU64,
    dropped: AtomicU64,
}

impl QueryLogCounts {
    /// Returns the number of queries that were written.
    pub(crate) fn logged(&self) -> u64 {
        self.logged.load(Ordering::Relaxed)
    }

    /// Returns the number of queries that were lost.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn count_logged(&self, queries: usize) {
        self.logged.fetch_add(queries as u64, Ordering::Relaxed);
    }

    fn count_dropped(&self, queries: usize) {
        self.dropped.fetch_add(queries as u64, Ordering::Relaxed);
    }
}

enum LogRequest {
    Query {
        client: u128,
        query: LoggedQuery,
    },
    /// Asks for a signal once all earlier queries are written.
    Flush(Sender<()>),
}

/// The log of queries; clones share it.
#[derive(Clone)]
pub(crate) struct QueryLog {
    requests: Sender<LogRequest>,
    should_reopen: Arc<AtomicBool>,
    counts: Arc<QueryLogCounts>,
    path: Arc<Path>,
}

impl QueryLog {
    /// Starts the thread. A file that cannot be written is a problem in the status.
    ///
    /// # Errors
    /// If the system refuses the thread.
    pub(crate) fn start(
        settings: QueryLogSettings,
        engine: Arc<Engine>,
        counts: Arc<QueryLogCounts>,
    ) -> io::Result<Self> {
        let (requests, queued) = bounded(limits::MAX_QUEUED_QUERIES);
        let path = Arc::from(settings.path.as_path());
        let should_reopen = Arc::<AtomicBool>::default();
        let mut writer = QueryWriter {
            file: LogFile::new(settings),
            engine,
            counts: Arc::clone(&counts),
            should_reopen: Arc::clone(&should_reopen),
            settling: SettlingQueries::default(),
            retry_at: None,
            is_failing: false,
        };
        thread::Builder::new().name("query log".to_owned()).spawn(move || writer.run(&queued))?;
        Ok(Self { requests, should_reopen, counts, path })
    }

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a query of a client. Never waits.
    pub(crate) fn add(&self, client: u128, query: LoggedQuery) {
        match self.requests.try_send(LogRequest::Query { client, query }) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => self.counts.count_dropped(1),
        }
    }

    /// Lets the next query open the file again, because another program may have renamed it.
    pub(crate) fn request_reopen(&self) {
        self.should_reopen.store(true, Ordering::Release);
    }

    /// Writes all queries, also those that are waiting for longer ones. Returns whether that took no longer than `max`.
    pub(crate) fn flush_within(&self, max: Duration) -> bool {
        let (written, is_written) = bounded(1);
        let is_queued = self.requests.send_timeout(LogRequest::Flush(written), max).is_ok();
        is_queued && is_written.recv_timeout(max).is_ok()
    }
}

struct QueryWriter {
    file: LogFile,
    engine: Arc<Engine>,
    counts: Arc<QueryLogCounts>,
    should_reopen: Arc<AtomicBool>,
    settling: SettlingQueries,
    /// After a failure, the time from which on writing is tried again.
    retry_at: Option<Instant>,
    /// Whether the last lines could not be written.
    is_failing: bool,
}

impl QueryWriter {
    fn run(&mut self, requests: &Receiver<LogRequest>) {
        let opened = self.file.open();
        self.record(0, opened);
        let (mut settled, mut settled_at) = (Vec::new(), Instant::now());
        loop {
            let next = if self.settling.is_empty() {
                requests.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                requests.recv_timeout(TICK)
            };
            let flushed = match next {
                Ok(LogRequest::Query { client, query }) => {
                    self.settling.add(client, query, Instant::now(), &mut settled);
                    None
                }
                Ok(LogRequest::Flush(written)) => {
                    self.settling.settle_all(&mut settled);
                    Some(written)
                }
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => {
                    self.settling.settle_all(&mut settled);
                    return self.write(&mut settled);
                }
            };
            if settled_at.elapsed() >= TICK {
                settled_at = Instant::now();
                self.settling.settle(settled_at, &mut settled);
            }
            self.write(&mut settled);
            if let Some(written) = flushed {
                let _ = written.send(());
            }
        }
    }

    /// Writes the queries and removes them.
    fn write(&mut self, settled: &mut Vec<LoggedQuery>) {
        if self.should_reopen.swap(false, Ordering::AcqRel) {
            self.file.close();
            self.retry_at = None;
        }
        if settled.is_empty() {
            return;
        }
        // Few at once, so that the file does not become much longer than it may.
        for queries in settled.chunks(MAX_WRITTEN_AT_ONCE) {
            if self.retry_at.is_some_and(|at| at > Instant::now()) {
                self.counts.count_dropped(queries.len());
                continue;
            }
            let lines: String = queries.iter().map(LoggedQuery::to_line).collect();
            let written = self.file.append(lines.as_bytes());
            self.record(queries.len(), written);
        }
        settled.clear();
    }

    /// Counts the queries, and reports whether the file can be written.
    fn record(&mut self, queries: usize, written: io::Result<()>) {
        match written {
            Ok(()) => {
                self.counts.count_logged(queries);
                self.retry_at = None;
                if std::mem::take(&mut self.is_failing) {
                    self.engine.report_recovery(HealthCheck::QueryLog);
                }
            }
            Err(error) => {
                self.counts.count_dropped(queries);
                (self.retry_at, self.is_failing) = (Some(Instant::now() + RETRY_AFTER), true);
                let path = self.file.path().display();
                let message = format!("queries are not logged: cannot write {path}: {error}; searches go on");
                self.engine.report_problem(HealthCheck::QueryLog, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::logged_query::QuerySource;
    use super::*;
    use crate::config::{Config, Overrides};

    struct StartedLog {
        dir: tempfile::TempDir,
        engine: Arc<Engine>,
        counts: Arc<QueryLogCounts>,
        log: QueryLog,
    }

    fn start(file: &str) -> StartedLog {
        let dir = tempfile::tempdir().unwrap();
        let config = Config::load(Overrides { site: dir.path().to_owned(), ..Overrides::default() }).unwrap();
        let engine = Arc::new(Engine::without_index(&config));
        let counts = Arc::<QueryLogCounts>::default();
        let settings = QueryLogSettings { path: dir.path().join(file), max_bytes: 1 << 20, old_files: 1 };
        let log = QueryLog::start(settings, Arc::clone(&engine), Arc::clone(&counts)).unwrap();
        StartedLog { dir, engine, counts, log }
    }

    fn flush(log: &QueryLog) {
        assert!(log.flush_within(Duration::from_mins(1)));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_a_problem_until_it_can() {
        let StartedLog { dir, engine, counts, log } = start("missing/q.jsonl");
        flush(&log);
        assert!(engine.status().problems[0].message.contains("missing/q.jsonl"));
        log.add(1, LoggedQuery::new("lost", QuerySource::Api));
        flush(&log);
        assert_eq!((counts.logged(), counts.dropped()), (0, 1));
        std::fs::create_dir(dir.path().join("missing")).unwrap();
        log.request_reopen();
        log.add(1, LoggedQuery::new("found", QuerySource::Api));
        flush(&log);
        assert_eq!((counts.logged(), counts.dropped()), (1, 1));
        assert_eq!(engine.status().problems, []);
        let text = std::fs::read_to_string(dir.path().join("missing/q.jsonl")).unwrap();
        assert!(text.contains(r#""query":"found""#) && text.lines().count() == 1, "{text}");
    }

    #[test]
    fn a_queue_that_is_full_drops_queries_and_delays_nothing() {
        let (requests, queued) = bounded(2);
        let (should_reopen, counts, path) = (Arc::default(), Arc::default(), Path::new("q.jsonl").into());
        let log = QueryLog { requests, should_reopen, counts, path };
        for _ in 0..5 {
            log.add(1, LoggedQuery::new("a", QuerySource::Api));
        }
        assert_eq!((queued.len(), log.counts.dropped()), (2, 3));
        drop(queued);
        log.add(1, LoggedQuery::new("a", QuerySource::Api));
        assert_eq!(log.counts.dropped(), 4);
        assert!(!log.flush_within(Duration::from_secs(1)));
    }

    #[test]
    fn waiting_queries_are_written_when_the_log_ends() {
        let StartedLog { dir, counts, log, .. } = start("q.jsonl");
        log.add(1, LoggedQuery::new("a", QuerySource::Api));
        drop(log);
        let started = Instant::now();
        while counts.logged() == 0 {
            assert!(started.elapsed() < Duration::from_mins(1));
            thread::sleep(Duration::from_millis(5));
        }
        assert!(dir.path().join("q.jsonl").is_file());
    }
}
