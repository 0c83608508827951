//! Programs that are started to be measured: what they cost, and servers that end with us.
//!
//! Processor time and memory are read below `/proc`; where there is none they are not told. The memory
//! of a program is that of all processes it has started.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;

/// How often a process is looked at.
const POLL: Duration = Duration::from_millis(5);
/// Ticks of `/proc/PID/stat` in a second, the same on all Linux systems in use.
const TICKS_PER_SECOND: f64 = 100.0;
/// Bytes of an error's end that are shown.
const SHOWN_ERROR_BYTES: u64 = 600;

/// What a program took.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Cost {
    /// Seconds from its start to its end.
    pub(crate) seconds: f64,
    /// Seconds of processor time.
    pub(crate) cpu_seconds: Option<f64>,
    /// The most resident memory, in megabytes of 2^20 bytes.
    pub(crate) peak_mb: Option<f64>,
}

/// A program under way.
pub(crate) struct Running {
    child: Child,
    errors: File,
    started: Instant,
    peaks: Vec<(u32, u64)>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let errors = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors.try_clone()?);
        let started = Instant::now();
        let child =
            command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child, errors, started, peaks: Vec::new() })
    }

    /// Seconds since it was started.
    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits for its end, which must be a success.
    pub(crate) fn finish(mut self) -> anyhow::Result<Cost> {
        let pid = self.child.id();
        let (status, seconds, cpu_seconds) = loop {
            self.note_peaks();
            // An ended process tells its times until it is waited for.
            let stat = Stat::read(pid);
            if stat.as_ref().is_none_or(|stat| stat.has_ended)
                && let Some(status) = self.child.try_wait()?
            {
                break (status, self.started.elapsed(), stat.map(|stat| stat.cpu_seconds));
            }
            std::thread::sleep(POLL);
        };
        self.check(status)?;
        Ok(Cost { seconds: seconds.as_secs_f64(), cpu_seconds, peak_mb: self.peak_mb() })
    }

    /// That it has not ended.
    pub(crate) fn expect_alive(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                self.check(status)?;
                anyhow::bail!("it ended although it should serve")
            }
        }
    }

    fn check(&mut self, status: ExitStatus) -> anyhow::Result<()> {
        if status.success() {
            return Ok(());
        }
        let length = self.errors.metadata()?.len();
        self.errors.seek(SeekFrom::Start(length.saturating_sub(SHOWN_ERROR_BYTES)))?;
        let mut end = Vec::new();
        self.errors.read_to_end(&mut end)?;
        anyhow::bail!("{status}: {}", String::from_utf8_lossy(&end).trim())
    }

    fn note_peaks(&mut self) {
        for pid in family(self.child.id()) {
            let Some(peak) = status_kb(pid, "VmHWM:") else { continue };
            match self.peaks.iter_mut().find(|(known, _)| *known == pid) {
                Some((_, known)) => *known = peak.max(*known),
                None => self.peaks.push((pid, peak)),
            }
        }
    }

    /// The most memory that was seen so far.
    pub(crate) fn peak_mb(&mut self) -> Option<f64> {
        self.note_peaks();
        let sum = self.peaks.iter().map(|(_, kb)| *kb).sum();
        (!self.peaks.is_empty()).then(|| megabytes(sum))
    }

    /// Resident memory now, of which a part may be the index's files.
    pub(crate) fn resident_mb(&self) -> Option<f64> {
        self.sum_mb("VmRSS:")
    }

    /// Resident memory now that is no file's.
    pub(crate) fn anonymous_mb(&self) -> Option<f64> {
        self.sum_mb("RssAnon:")
    }

    fn sum_mb(&self, key: &str) -> Option<f64> {
        let sizes: Vec<u64> =
            family(self.child.id()).into_iter().filter_map(|pid| status_kb(pid, key)).collect();
        (!sizes.is_empty()).then(|| megabytes(sizes.iter().sum()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Stat {
    has_ended: bool,
    cpu_seconds: f64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The program's name, in parentheses, may have blanks.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        // User and system time of the process and of its ended children.
        let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<f64>().unwrap_or_default());
        Some(Self { has_ended: fields[0] == "Z", cpu_seconds: ticks.sum::<f64>() / TICKS_PER_SECOND })
    }
}

/// A process and all that it has started.
fn family(pid: u32) -> Vec<u32> {
    let mut pids = vec![pid];
    let mut at = 0;
    while at < pids.len() {
        let threads = std::fs::read_dir(format!("/proc/{}/task", pids[at]));
        for thread in threads.into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            pids.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        at += 1;
    }
    pids
}

fn status_kb(pid: u32, key: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()?.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn megabytes(kb: u64) -> f64 {
    kb as f64 / 1024.0
}

/// An address of this machine that nobody listens on.
pub(crate) fn free_addr() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Bytes of all files below a directory, or of a file.
pub(crate) fn bytes_below(path: &Path) -> u64 {
    let files = ignore::WalkBuilder::new(path).standard_filters(false).build().flatten();
    let sizes = files.filter_map(|entry| entry.metadata().ok().filter(std::fs::Metadata::is_file));
    sizes.map(|metadata| metadata.len()).sum()
}
