//! What a connection is doing and since when, shared by its task and the server.
//!
//! Timeouts are enforced by a sweep over all connections, so that a request sets no timers: it stores the time
//! twice.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::config::ConnectionLimits;
use crate::http::metrics::ClosingReason;

/// The state of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waiting for a request after another.
    Idle,
    /// Waiting for the first request, or for the rest of a request's head.
    Head,
    /// Computing or sending a response.
    Busy,
}

/// A phase and its start, in microseconds since the start of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PhaseStart {
    pub(super) phase: Phase,
    pub(super) since_us: u64,
}

/// The activity of a connection.
pub(super) struct Activity {
    /// When the server started.
    clock: Instant,
    /// The start of the phase, shifted by two bits, and the phase.
    phase: AtomicU64,
    /// When the client stopped reading the response; 0 if it reads.
    write_blocked_since_us: AtomicU64,
    /// Whether hyper has taken all of the response.
    is_response_taken: AtomicBool,
    is_park_requested: AtomicBool,
    /// Memory of the part of a head that has arrived, in bytes.
    head_bytes: AtomicUsize,
    /// Wakes the task while hyper reads the connection.
    waker: Mutex<Option<Waker>>,
}

impl Activity {
    /// Returns the activity of a new connection of a server that started at `clock`.
    pub(super) fn new(clock: Instant) -> Self {
        let activity = Self {
            clock,
            phase: AtomicU64::default(),
            write_blocked_since_us: AtomicU64::default(),
            is_response_taken: AtomicBool::default(),
            is_park_requested: AtomicBool::default(),
            head_bytes: AtomicUsize::default(),
            waker: Mutex::default(),
        };
        activity.enter(Phase::Head);
        activity
    }

    /// Returns the time since the start of the server, in microseconds, at least 1.
    pub(super) fn now_us(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    fn enter(&self, phase: Phase) {
        self.store(PhaseStart { phase, since_us: self.now_us() });
    }

    fn store(&self, PhaseStart { phase, since_us }: PhaseStart) {
        let bits = match phase {
            Phase::Idle => 0,
            Phase::Head => 1,
            Phase::Busy => 2,
        };
        self.phase.store(since_us << 2 | bits, Ordering::Relaxed);
    }

    /// Returns the phase and its start.
    pub(super) fn phase(&self) -> PhaseStart {
        let packed = self.phase.load(Ordering::Relaxed);
        let phase = match packed & 3 {
            0 => Phase::Idle,
            1 => Phase::Head,
            _ => Phase::Busy,
        };
        PhaseStart { phase, since_us: packed >> 2 }
    }

    /// Notes that bytes of a request's head have arrived.
    pub(super) fn record_head(&self) {
        if self.phase().phase == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Replaces the memory of the part of a head that has arrived, in bytes. Returns what it was.
    pub(super) fn replace_head_bytes(&self, bytes: usize) -> usize {
        self.head_bytes.swap(bytes, Ordering::Relaxed)
    }

    /// Returns the memory of the part of a head that has arrived, in bytes.
    pub(super) fn head_bytes(&self) -> usize {
        self.head_bytes.load(Ordering::Relaxed)
    }

    /// Notes that a request is complete and its response is being computed.
    pub(super) fn begin_request(&self) {
        self.is_response_taken.store(false, Ordering::Relaxed);
        self.enter(Phase::Busy);
    }

    /// Notes the requests of an HTTP/2 connection: when the oldest one in progress started, or that there is none.
    pub(super) fn record_requests(&self, oldest_us: Option<u64>) {
        match oldest_us {
            Some(since_us) => self.store(PhaseStart { phase: Phase::Busy, since_us }),
            None => self.enter(Phase::Idle),
        }
    }

    /// Notes that hyper has taken all of the response.
    pub(super) fn record_response_taken(&self) {
        self.is_response_taken.store(true, Ordering::Relaxed);
    }

    /// Notes the result of a write: whether the client's window is full.
    pub(super) fn record_write(&self, is_blocked: bool) {
        let since = self.write_blocked_since_us.load(Ordering::Relaxed);
        if is_blocked && since == 0 {
            self.write_blocked_since_us.store(self.now_us(), Ordering::Relaxed);
        } else if !is_blocked && since != 0 {
            self.write_blocked_since_us.store(0, Ordering::Relaxed);
        }
    }

    /// Notes that everything written so far has been sent.
    pub(super) fn record_flush(&self) {
        if self.is_response_taken.load(Ordering::Relaxed) {
            self.is_response_taken.store(false, Ordering::Relaxed);
            self.enter(Phase::Idle);
        }
    }

    /// Returns how long the client has not read the response.
    pub(super) fn write_blocked_for(&self) -> Option<Duration> {
        match self.write_blocked_since_us.load(Ordering::Relaxed) {
            0 => None,
            since => Some(Duration::from_micros(self.now_us().saturating_sub(since))),
        }
    }

    /// Returns how long the current phase has lasted.
    pub(super) fn phase_age(&self) -> Duration {
        Duration::from_micros(self.now_us().saturating_sub(self.phase().since_us))
    }

    /// Returns the timeout that has passed, if any.
    pub(super) fn timeout(&self, limits: &ConnectionLimits) -> Option<ClosingReason> {
        if self.write_blocked_for().is_some_and(|time| time >= limits.write_timeout) {
            return Some(ClosingReason::WriteTimeout);
        }
        let (allowed, reason) = match self.phase().phase {
            Phase::Idle => (limits.idle_timeout, ClosingReason::IdleTimeout),
            Phase::Head => (limits.header_timeout, ClosingReason::HeaderTimeout),
            Phase::Busy => (limits.request_timeout, ClosingReason::RequestTimeout),
        };
        (self.phase_age() >= allowed).then_some(reason)
    }

    /// Lets [`request_park`](Self::request_park) wake the connection's task, which is reading with hyper.
    pub(super) fn start_http(&self, waker: &Waker) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }

    /// Notes that hyper no longer reads the connection.
    pub(super) fn end_http(&self) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.is_park_requested.store(false, Ordering::Relaxed);
    }

    /// Asks the connection's task to release hyper's buffers, if it has them.
    pub(super) fn request_park(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            self.is_park_requested.store(true, Ordering::Relaxed);
            waker.wake_by_ref();
        }
    }

    /// Returns whether the connection's task was asked to release hyper's buffers.
    pub(super) fn is_park_requested(&self) -> bool {
        self.is_park_requested.load(Ordering::Relaxed)
    }

    /// Returns whether hyper's buffers can be released: there is no request, and nothing of a response is left to
    /// send.
    pub(super) fn can_park(&self) -> bool {
        self.phase().phase == Phase::Idle && self.write_blocked_since_us.load(Ordering::Relaxed) == 0
    }
}
