//! Tests that need a tool or data that this machine lacks.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// What a test can lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A program that a package registry has (apt, pip, npm or cargo): CI has to install it.
    Program,
    /// Data or a right of this machine that no package provides.
    Environment,
}

/// Reports that the running test is skipped: on standard error and, for the table that `tests/run` prints, in
/// the file that the environment variable `BLOGHOUND_SKIPS` names.
///
/// # Panics
/// With `CI=true`, if a package registry has what is missing.
pub(crate) fn report_skip(missing: Missing, reason: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("unknown test");
    eprintln!("skipped: {test}: {reason}");
    if let Some(path) = std::env::var_os("BLOGHOUND_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        // One write per line: tests run at the same time.
        file.write_all(format!("{test}\t{reason}\n").as_bytes()).unwrap();
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(missing == Missing::Environment || !is_ci, "skipped in CI: {reason}");
}

/// The folder of the shared blog `name`, or `None`, reported as a skip, without `BLOGHOUND_CORPORA`.
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let Some(corpora) = std::env::var_os("BLOGHOUND_CORPORA") else {
        report_skip(Missing::Environment, &format!("BLOGHOUND_CORPORA is not set: {name} is not available"));
        return None;
    };
    let dir = PathBuf::from(corpora).join(name);
    assert!(dir.is_dir(), "BLOGHOUND_CORPORA is set, but {} is missing", dir.display());
    Some(dir)
}

/// Whether `program` runs with the argument `version`; if it does not, that is reported as a skip.
pub(crate) fn has_program(program: &str, version: &str) -> bool {
    let is_there = Command::new(program).arg(version).output().is_ok_and(|output| output.status.success());
    if !is_there {
        report_skip(Missing::Program, &format!("{program} is not installed"));
    }
    is_there
}
