//! Killing processes at a chosen moment.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use bloghound::index::generation;

/// Interval at which the commit is read.
const LOOK_EVERY: Duration = Duration::from_micros(100);

/// Kills a process `after` its next commit of the index in `index_dir`. Without a commit, the process ends by itself.
pub(crate) fn kill_after_commit(mut process: Child, index_dir: &Path, after: Duration) {
    let commit = || std::fs::read(generation::current(index_dir)?.join("meta.json")).ok();
    let before = commit();
    while process.try_wait().unwrap().is_none() {
        if commit() != before {
            std::thread::sleep(after);
            process.kill().unwrap();
            break;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    process.wait().unwrap();
}
