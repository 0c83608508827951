//! Counting the instructions of steps: the benchmark runs itself under Valgrind, which writes a file for each call of
//! [`counted`].

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

use anyhow::{Context as _, ensure};

use super::StepCosts;

/// Valgrind's pattern for [`counted`].
const COUNTED: &str = "bench::scaling::instructions::counted";

/// Runs a step, so that Valgrind can count its instructions. Returns the number of the run and the result.
#[inline(never)]
pub(super) fn counted<T>(step: impl FnOnce() -> T) -> (usize, T) {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    (RUNS.fetch_add(1, Ordering::Relaxed), black_box(step()))
}

/// Runs the steps whose names contain the filter under Valgrind. Returns them, and the number of instructions of each
/// run, by its number.
///
/// # Errors
/// If Valgrind cannot be run.
pub(super) fn count(kib: usize, folders: usize, filter: &str) -> anyhow::Result<(Vec<StepCosts>, Vec<f64>)> {
    let dir = tempfile::tempdir()?;
    let out = dir.path().join("out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--zero-before={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(env::current_exe()?)
        .args(["--bench", "scaling", "--counted", "--filter", filter])
        .args(["--kib", &kib.to_string(), "--folders", &folders.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run valgrind; install it, or measure the CPU time without --instructions")?;
    ensure!(output.status.success(), "valgrind failed: {}", output.status);
    let steps = serde_json::from_slice(&output.stdout).context("unexpected output of the steps")?;
    let counts = (1..).map_while(|number| read_total(&out, number)).collect();
    Ok((steps, counts))
}

/// Returns the number of instructions in a file of Valgrind; `None` if there is no such file.
fn read_total(out: &Path, number: usize) -> Option<f64> {
    let text = fs::read_to_string(out.with_extension(number.to_string())).ok()?;
    text.lines().rev().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
}
