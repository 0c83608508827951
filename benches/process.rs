//! Child processes and what they cost: wall time, CPU time and memory.
//!
//! CPU time and memory are read from `/proc` and are `None` on systems without it. They include the children of
//! the process.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;

const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Ticks per second in `/proc/PID/stat`, see proc(5); 100 on all common Linux systems.
const TICKS_PER_SECOND: f64 = 100.0;
/// Length of the end of a process's standard error that an error message quotes, in bytes.
const MAX_QUOTED_STDERR_BYTES: u64 = 600;

/// The cost of a process that has exited.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct ProcessCost {
    /// Wall time in seconds.
    pub(crate) seconds: f64,
    /// CPU time of all threads in seconds.
    pub(crate) cpu_seconds: Option<f64>,
    /// Peak resident memory in MiB.
    pub(crate) peak_mb: Option<f64>,
}

/// A child process that is killed on drop.
pub(crate) struct ChildProcess {
    child: Child,
    stderr: File,
    started: Instant,
    /// Peak resident memory of the process and its descendants in KiB, by process id.
    peaks: Vec<(u32, u64)>,
}

impl ChildProcess {
    /// Starts a command without standard input and output.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let stderr = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr.try_clone()?);
        let started = Instant::now();
        let child =
            command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child, stderr, started, peaks: Vec::new() })
    }

    /// Returns the time since the start.
    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits until the process exits and returns its cost.
    ///
    /// # Errors
    /// If the process exits with a failure.
    pub(crate) fn finish(mut self) -> anyhow::Result<ProcessCost> {
        let pid = self.child.id();
        let (status, seconds, cpu_seconds) = loop {
            self.update_peaks();
            // The times of an exited process can be read until it is waited for.
            let stat = ProcessStat::read(pid);
            if stat.as_ref().is_none_or(|stat| stat.has_exited)
                && let Some(status) = self.child.try_wait()?
            {
                break (status, self.started.elapsed(), stat.map(|stat| stat.cpu_seconds));
            }
            std::thread::sleep(POLL_INTERVAL);
        };
        self.check_status(status)?;
        Ok(ProcessCost { seconds: seconds.as_secs_f64(), cpu_seconds, peak_mb: self.peak_mb() })
    }

    /// Checks that the process has not exited.
    pub(crate) fn check_running(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                self.check_status(status)?;
                anyhow::bail!("the server exited with success while it should serve")
            }
        }
    }

    fn check_status(&mut self, status: ExitStatus) -> anyhow::Result<()> {
        if status.success() {
            return Ok(());
        }
        let length = self.stderr.metadata()?.len();
        self.stderr.seek(SeekFrom::Start(length.saturating_sub(MAX_QUOTED_STDERR_BYTES)))?;
        let mut end = Vec::new();
        self.stderr.read_to_end(&mut end)?;
        anyhow::bail!("{status}: {}", String::from_utf8_lossy(&end).trim())
    }

    fn update_peaks(&mut self) {
        for pid in process_tree(self.child.id()) {
            let Some(peak) = status_kb(pid, "VmHWM:") else { continue };
            match self.peaks.iter_mut().find(|(known, _)| *known == pid) {
                Some((_, known)) => *known = peak.max(*known),
                None => self.peaks.push((pid, peak)),
            }
        }
    }

    /// Returns the CPU time of the running process in seconds; 0 where it is unknown.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(self.child.id())
    }

    /// Returns the peak resident memory so far in MiB. Processes that start and exit between two calls are missed.
    pub(crate) fn peak_mb(&mut self) -> Option<f64> {
        self.update_peaks();
        let sum = self.peaks.iter().map(|(_, kb)| *kb).sum();
        (!self.peaks.is_empty()).then(|| kib_to_mib(sum))
    }

    /// Returns the resident memory in MiB, which includes cached pages of mapped index files.
    pub(crate) fn resident_mb(&self) -> Option<f64> {
        self.sum_mb("VmRSS:")
    }

    /// Returns the anonymous part of the resident memory in MiB: heap and stacks, without mapped files.
    pub(crate) fn anonymous_mb(&self) -> Option<f64> {
        self.sum_mb("RssAnon:")
    }

    fn sum_mb(&self, key: &str) -> Option<f64> {
        let pids = process_tree(self.child.id());
        let sizes: Vec<u64> = pids.into_iter().filter_map(|pid| status_kb(pid, key)).collect();
        (!sizes.is_empty()).then(|| kib_to_mib(sizes.iter().sum()))
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        // Both calls fail if the process has exited, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct ProcessStat {
    has_exited: bool,
    cpu_seconds: f64,
}

impl ProcessStat {
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The program's name is in parentheses and may contain blanks.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        // User and system time of the process and of the children that it has waited for.
        let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<f64>().unwrap_or_default());
        Some(Self { has_exited: fields[0] == "Z", cpu_seconds: ticks.sum::<f64>() / TICKS_PER_SECOND })
    }
}

/// Returns the CPU time of this process in seconds; 0 where it is unknown.
pub(crate) fn own_cpu_seconds() -> f64 {
    cpu_seconds(std::process::id())
}

fn cpu_seconds(pid: u32) -> f64 {
    ProcessStat::read(pid).map_or(0.0, |stat| stat.cpu_seconds)
}

/// Returns the peak resident memory of this process in MiB.
pub(crate) fn own_peak_mb() -> Option<f64> {
    status_kb(std::process::id(), "VmHWM:").map(kib_to_mib)
}

/// Returns the process and all of its descendants.
fn process_tree(pid: u32) -> Vec<u32> {
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

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn kib_to_mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// Returns a loopback address whose port is free at the moment.
pub(crate) fn unused_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Returns the size of a file, or of all files in a directory tree.
pub(crate) fn disk_bytes(path: &Path) -> u64 {
    let files = ignore::WalkBuilder::new(path).standard_filters(false).build().flatten();
    let sizes = files.filter_map(|entry| entry.metadata().ok().filter(std::fs::Metadata::is_file));
    sizes.map(|metadata| metadata.len()).sum()
}
