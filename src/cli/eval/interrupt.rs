//! Ctrl-C as a wish to stop: what was found so far is not lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a process that SIGINT ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// Becomes true at the first Ctrl-C; a second one ends the process.
pub(super) fn flag() -> std::io::Result<Arc<AtomicBool>> {
    let is_set = Arc::new(AtomicBool::new(false));
    let to_set = Arc::clone(&is_set);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let wait = move || {
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                to_set.store(true, Ordering::Relaxed);
                anstream::eprintln!("stopping with the best so far; press Ctrl-C again to drop it");
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(INTERRUPTED);
                }
            }
        });
    };
    std::thread::Builder::new().name("interrupt".to_owned()).spawn(wait)?;
    Ok(is_set)
}
