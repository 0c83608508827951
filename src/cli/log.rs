//! The log of `bloghound serve`, on standard error, as text or JSON.
//!
//! The log must never stop or delay the service: the process that reads it may have ended or may not read it, and the
//! disk may be full. A thread writes the lines. A line that does not fit in its queue, or cannot be written, is
//! dropped, counted and reported in the status.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::log_format::{LogFormat, json_line};
use super::printable::printable;
use crate::config::limits;
use crate::engine::LogHealth;

/// The variable with the level of the log, or a filter.
pub(super) const LEVEL_VARIABLE: &str = "BLOGHOUND_LOG";
/// Maximum delay of a thread that finds the queue full. After such a delay, lines are dropped at once until lines are
/// written again.
const MAX_DELAY: Duration = Duration::from_millis(50);
/// Maximum time for writing the last lines at the end of the process.
const MAX_FLUSH: Duration = Duration::from_secs(1);

enum LogEntry {
    Line(Vec<u8>),
    /// Asks for a signal once all earlier lines are written.
    Flush(Sender<()>),
}

/// The queue of the thread that writes the log.
#[derive(Clone)]
struct LogQueue {
    entries: Sender<LogEntry>,
    /// Set while the thread does not take entries in time.
    is_stuck: Arc<AtomicBool>,
    health: &'static LogHealth,
}

/// Waits, when dropped, up to [`MAX_FLUSH`] until the last lines of the log are written.
pub(super) struct LogGuard(LogQueue);

impl LogQueue {
    /// Starts the thread that writes to `output`.
    fn start(output: impl Write + Send + 'static, health: &'static LogHealth) -> io::Result<Self> {
        let (entries, queued) = bounded(limits::MAX_QUEUED_LOG_LINES);
        let is_stuck = Arc::new(AtomicBool::new(false));
        let queue = Self { entries, is_stuck: Arc::clone(&is_stuck), health };
        let write = move || write_entries(&queued, output, &is_stuck, health);
        thread::Builder::new().name("log".to_owned()).spawn(write)?;
        Ok(queue)
    }

    fn add(&self, line: &[u8]) {
        let delay = if self.is_stuck.load(Ordering::Relaxed) { Duration::ZERO } else { MAX_DELAY };
        if self.entries.send_timeout(LogEntry::Line(line.to_vec()), delay).is_err() {
            self.is_stuck.store(true, Ordering::Relaxed);
            self.health.record_dropped("its reader does not read it");
        }
    }
}

impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        let (written, is_written) = bounded(1);
        if self.0.entries.send_timeout(LogEntry::Flush(written), MAX_FLUSH).is_ok() {
            let _ = is_written.recv_timeout(MAX_FLUSH);
        }
    }
}

fn write_entries(
    entries: &Receiver<LogEntry>,
    mut output: impl Write,
    is_stuck: &AtomicBool,
    health: &LogHealth,
) {
    for entry in entries {
        match entry {
            LogEntry::Line(line) => match output.write_all(&line) {
                Ok(()) => {
                    is_stuck.store(false, Ordering::Relaxed);
                    if let Some(lost) = health.record_written() {
                        let message = format!("recovered: {}", printable(&lost));
                        let line = match LogFormat::current() {
                            LogFormat::Text => format!("{:.6}  WARN {message}\n", jiff::Timestamp::now()),
                            LogFormat::Json => json_line("WARN", &message),
                        };
                        let _ = output.write_all(line.as_bytes());
                    }
                }
                Err(error) => health.record_dropped(&error.to_string()),
            },
            LogEntry::Flush(written) => {
                let _ = written.send(());
            }
        }
    }
}

/// Starts the log. `BLOGHOUND_LOG` chooses what is logged.
///
/// # Errors
/// If the system refuses the thread.
pub(super) fn start() -> io::Result<LogGuard> {
    let filter = EnvFilter::try_from_env(LEVEL_VARIABLE).unwrap_or_else(|_| EnvFilter::new("bloghound=info"));
    let queue = LogQueue::start(io::stderr(), LogHealth::global())?;
    let (writer, format) = (queue.clone(), LogFormat::current());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(format == LogFormat::Text && io::stderr().is_terminal())
        .fmt_fields(PrintableFields)
        .log_internal_errors(false)
        .with_writer(move || writer.clone());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.event_format(JsonEvents).init(),
    }
    // The standard hook writes to standard error itself, and waits for a pipe that is full.
    std::panic::set_hook(Box::new(log_panic));
    Ok(LogGuard(queue))
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("no message");
    tracing::error!(
        "panic in the thread {}: {location}: {message}",
        thread.name().unwrap_or("without a name")
    );
}

/// Formats an event as a line of JSON; its fields follow the message.
struct JsonEvents;

impl<S, N> FormatEvent<S, N> for JsonEvents
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut message = String::new();
        context.format_fields(Writer::new(&mut message), event)?;
        writer.write_str(&json_line(event.metadata().level().as_str(), &message))
    }
}

/// Formats the fields of events and spans without characters that a terminal or a log acts on.
struct PrintableFields;

struct FieldWriter<'writer> {
    writer: Writer<'writer>,
    separator: &'static str,
    result: fmt::Result,
}

impl<'writer> FormatFields<'writer> for PrintableFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut fields_writer = FieldWriter { writer, separator: "", result: Ok(()) };
        fields.record(&mut fields_writer);
        fields_writer.result
    }
}

impl FieldWriter<'_> {
    fn write(&mut self, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
        let text = format!("{value:?}");
        let end = text.floor_char_boundary(limits::MAX_LOGGED_BYTES);
        let more = if end < text.len() { "…" } else { "" };
        self.writer.write_str(self.separator)?;
        if field.name() != "message" {
            write!(self.writer, "{}=", field.name())?;
        }
        write!(self.writer, "{}{more}", printable(&text[..end]))
    }
}

impl Visit for FieldWriter<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // The source location of events from the `log` crate is not part of the message.
        if self.result.is_ok() && !field.name().starts_with("log.") {
            self.result = self.write(field, value);
            self.separator = " ";
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// An output that fails or waits as long as it is told to.
    struct TestOutput(mpsc::Receiver<io::Result<()>>);

    impl Write for TestOutput {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().unwrap_or(Ok(())).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn start() -> (LogQueue, mpsc::Sender<io::Result<()>>) {
        let (results, next) = mpsc::channel();
        let health: &LogHealth = Box::leak(Box::default());
        (LogQueue::start(TestOutput(next), health).unwrap(), results)
    }

    /// Waits until all lines are written or have failed.
    fn flush(queue: &LogQueue) {
        let (written, is_written) = bounded(1);
        queue.entries.send(LogEntry::Flush(written)).unwrap();
        is_written.recv().unwrap();
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted_and_reported_until_one_is_written() {
        let (queue, results) = start();
        for _ in 0..3 {
            results.send(Err(io::ErrorKind::StorageFull.into())).unwrap();
            queue.add(b"line\n");
        }
        flush(&queue);
        assert_eq!(queue.health.dropped_lines(), 3);
        let message = queue.health.problem().unwrap().message;
        assert!(message.contains("no storage space") && message.ends_with("lines lost: 3"), "{message}");
        drop(results);
        queue.add(b"line\n");
        flush(&queue);
        assert_eq!((queue.health.dropped_lines(), queue.health.problem()), (3, None));
    }

    #[test]
    fn an_output_that_is_not_read_delays_nothing_for_long() {
        let (queue, results) = start();
        let lines = limits::MAX_QUEUED_LOG_LINES * 3;
        // All of this would never end if a full queue was waited for.
        for _ in 0..lines {
            queue.add(b"line\n");
        }
        // One line is being written, the others are queued.
        let kept = limits::MAX_QUEUED_LOG_LINES + 1;
        let dropped = queue.health.dropped_lines();
        assert!(dropped >= (lines - kept) as u64, "{dropped}");
        assert!(queue.health.problem().unwrap().message.contains("does not read it"));
        drop(results);
        flush(&queue);
        assert_eq!(queue.health.problem(), None);
    }
}
