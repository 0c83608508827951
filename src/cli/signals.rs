//! Signals while serving. SIGINT (Ctrl-C) and SIGTERM: the first one stops the service within the time of the settings,
//! and a second one ends the process at once. Before the service has started, the first one ends the process at once.
//! SIGHUP loads settings and certificates again.
//!
//! A separate thread with its own runtime waits for signals, so that they are handled even if all other threads are
//! busy.

#[cfg(unix)]
use std::io::IsTerminal;
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

/// The signals of the process.
pub(super) struct Signals(Arc<SignalState>);

#[derive(Default)]
struct SignalState {
    stage: Mutex<ServingStage>,
    /// Completes the wait for the end.
    has_arrived: Notify,
    reload: Mutex<Option<ReloadCallback>>,
}

/// Called at SIGHUP.
type ReloadCallback = Box<dyn Fn() + Send>;

/// The work to finish when a signal arrives.
#[derive(Default)]
struct ServingStage {
    /// A directory to remove if a signal ends the process before it serves.
    temporary_dir: Option<PathBuf>,
    /// The allowed time to finish; `None` before the service has started.
    allowed: Option<Duration>,
}

impl Signals {
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

    /// Sets what SIGHUP does; until then, it does nothing.
    pub(super) fn on_reload(&self, reload: impl Fn() + Send + 'static) {
        *self.0.reload.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(reload));
    }

    /// Completes at the first signal to stop.
    pub(super) async fn received(&self) {
        self.0.has_arrived.notified().await;
    }
}

impl SignalState {
    fn stage(&self) -> MutexGuard<'_, ServingStage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reload(&self) {
        if let Some(reload) = &*self.reload.lock().unwrap_or_else(PoisonError::into_inner) {
            reload();
        }
    }

    /// Waits for a signal to stop, and handles others meanwhile. Returns the exit code of a process that it ends.
    async fn stop_signal(&self, signals: &mut SignalStreams) -> i32 {
        loop {
            match signals.next().await {
                SignalAction::Stop { exit_code } => return exit_code,
                #[cfg(unix)]
                SignalAction::Reload => self.reload(),
            }
        }
    }
}

/// What a signal asks for.
enum SignalAction {
    Stop {
        /// The exit code of a process that the signal ends at once.
        exit_code: i32,
    },
    #[cfg(unix)]
    Reload,
}

/// Reports the first signal; a second one, or the end of the allowed time, ends the process. Nothing is logged here,
/// because the process may be blocked on writing to standard error.
async fn follow(mut signals: SignalStreams, state: &SignalState) {
    let exit_code = state.stop_signal(&mut signals).await;
    let (allowed, temporary_dir) = {
        let mut stage = state.stage();
        (stage.allowed, stage.temporary_dir.take())
    };
    if let Some(allowed) = allowed {
        state.has_arrived.notify_one();
        let second = tokio::time::timeout(allowed + GRACE, state.stop_signal(&mut signals)).await;
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
    /// `None` in a terminal, whose end also ends the process.
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl SignalStreams {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let is_in_terminal = std::io::stdin().is_terminal();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: if is_in_terminal { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// Waits for a signal.
    async fn next(&mut self) -> SignalAction {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => SignalAction::Stop { exit_code: INTERRUPTED },
            _ = self.terminate.recv() => SignalAction::Stop { exit_code: TERMINATED },
            _ = hangup => SignalAction::Reload,
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
    async fn next(&mut self) -> SignalAction {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        SignalAction::Stop { exit_code: INTERRUPTED }
    }
}
