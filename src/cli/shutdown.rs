//! SIGINT (Ctrl-C) and SIGTERM while serving: the first signal stops the service within the time of the settings, and
//! a second one ends the process at once. A signal before the service has started also ends the process at once.
//!
//! A separate thread with its own runtime waits for signals, so that they are handled even if all other threads are
//! busy.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Exit code of a process ended by SIGINT, by the convention of shells: 128 + 2.
const INTERRUPTED: i32 = 130;
/// Exit code of a process ended by SIGTERM: 128 + 15.
#[cfg(unix)]
const TERMINATED: i32 = 143;
/// Time after the allowed time at which the process is ended unconditionally.
const GRACE: Duration = Duration::from_secs(1);
/// Attempts to remove a temporary directory, into which another thread may still be writing.
const REMOVE_ATTEMPTS: usize = 10;

/// The signals to stop.
pub(super) struct ShutdownSignals(Arc<SignalState>);

#[derive(Default)]
struct SignalState {
    stage: Mutex<ServingStage>,
    has_arrived: Notify,
}

/// The work to finish when a signal arrives.
#[derive(Default)]
struct ServingStage {
    /// A directory to remove if a signal ends the process before it serves.
    temporary_dir: Option<PathBuf>,
    /// The allowed time to finish; `None` before the service has started.
    allowed: Option<Duration>,
}

impl ShutdownSignals {
    /// Starts to listen for signals.
    ///
    /// # Errors
    /// If the operating system refuses the thread or the signal handlers.
    pub(super) fn listen() -> std::io::Result<Self> {
        let state = Arc::<SignalState>::default();
        let shared = Arc::clone(&state);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _entered = runtime.enter();
            SignalStreams::new()?
        };
        let listen = move || runtime.block_on(follow(signals, &shared));
        std::thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
        Ok(Self(state))
    }

    /// Registers a directory to be removed if a signal ends the process before it serves.
    pub(super) fn remove_at_exit(&self, dir: &Path) {
        self.0.stage().temporary_dir = Some(dir.to_owned());
    }

    /// Records that the service has started: the next signal completes [`received`](Self::received), and the process
    /// has to end within `allowed`.
    pub(super) fn start_serving(&self, allowed: Duration) {
        self.0.stage().allowed = Some(allowed);
    }

    /// Completes at the first signal.
    pub(super) async fn received(&self) {
        self.0.has_arrived.notified().await;
    }
}

impl SignalState {
    fn stage(&self) -> MutexGuard<'_, ServingStage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports the first signal; a second one, or the end of the allowed time, ends the process. Nothing is logged here,
/// because the process may be blocked on writing to standard error.
async fn follow(mut signals: SignalStreams, state: &SignalState) {
    let exit_code = signals.next().await;
    let (allowed, temporary_dir) = {
        let mut stage = state.stage();
        (stage.allowed, stage.temporary_dir.take())
    };
    if let Some(allowed) = allowed {
        state.has_arrived.notify_one();
        let second = tokio::time::timeout(allowed + GRACE, signals.next()).await;
        std::process::exit(second.unwrap_or(exit_code));
    }
    if let Some(dir) = temporary_dir {
        let _ = (0..REMOVE_ATTEMPTS).find(|_| std::fs::remove_dir_all(&dir).is_ok());
    }
    std::process::exit(exit_code);
}

/// The handlers of the signals.
struct SignalStreams {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl SignalStreams {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for a signal. Returns the exit code of a process that it ends.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => INTERRUPTED,
            _ = self.terminate.recv() => TERMINATED,
        }
    }
}

#[cfg(not(unix))]
impl SignalStreams {
    #[expect(clippy::unnecessary_wraps, reason = "Unix handlers can fail")]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for Ctrl-C. Returns the exit code of a process that it ends.
    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        INTERRUPTED
    }
}
