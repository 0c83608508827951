//! Ctrl-C during tuning: the first one stops with the best result so far, the second one ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::terminal;

/// Exit code of a process ended by SIGINT, by the convention of shells: 128 + 2.
const INTERRUPTED: i32 = 130;

/// Returns a flag that the first Ctrl-C sets; a second one ends the process.
///
/// # Errors
/// If the system refuses the signal handler.
pub(super) fn flag() -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_interrupted);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        let message = "stopping with the best weights so far; press Ctrl-C again to discard them";
        terminal::note(format_args!("{message}"));
    })?;
    Ok(is_interrupted)
}
