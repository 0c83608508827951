//! Follows the content directory. Events are hints: they only say where to look again.
//!
//! On Linux a folder made and filled at once, moved in or renamed gives events for folders only,
//! and an overflow gives none at all; so a path stands for all below it, and an overflow for
//! everything. Reading a file gives events too, which are ignored: indexing would cause itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecursiveMode, Watcher as _};

/// Times the debounce that changes wait at most while new ones keep coming.
const MAX_DEBOUNCES: u32 = 8;

/// What may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dirty {
    /// These files and folders, with all below them.
    Paths(BTreeSet<PathBuf>),
    /// Anything.
    Everything,
}

/// A directory that is followed while this lives.
pub struct Watcher {
    _guard: notify::RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    debounce: Duration,
}

/// Ends [`Watcher::next`] from another thread.
#[derive(Clone)]
pub struct Waker(Sender<notify::Result<Event>>);

impl Waker {
    /// Makes the watcher return [`Dirty::Everything`] soon, so that its owner looks around.
    pub fn wake(&self) {
        // Nobody is asleep when nobody listens.
        let _ = self.0.send(Err(notify::Error::generic("woken")));
    }
}

impl Watcher {
    /// Follows all below `dir`; a change is told once nothing changed for `debounce`, or some
    /// times that while changes keep coming.
    ///
    /// # Errors
    /// When the system refuses to watch the directory.
    pub fn new(dir: &Path, debounce: Duration) -> notify::Result<(Self, Waker)> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender.clone())?;
        watcher.watch(dir, RecursiveMode::Recursive)?;
        Ok((Self { _guard: watcher, events, debounce }, Waker(sender)))
    }

    /// Waits for changes, at most for `patience`; `None` when there were none.
    #[must_use]
    pub fn next(&self, patience: Duration) -> Option<Dirty> {
        let deadline = Instant::now() + patience;
        let mut dirty = loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    if let Some(dirty) = dirty_of(event) {
                        break dirty;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        };
        let deadline = Instant::now() + self.debounce * MAX_DEBOUNCES;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(self.debounce.min(left)) {
                Ok(event) => dirty = merge(dirty, dirty_of(event)),
                Err(_) => return Some(dirty),
            }
            if left.is_zero() {
                return Some(dirty);
            }
        }
    }
}

fn dirty_of(event: notify::Result<Event>) -> Option<Dirty> {
    match event {
        Ok(event) if event.need_rescan() => Some(Dirty::Everything),
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => None,
        Ok(event) => Some(Dirty::Paths(event.paths.into_iter().collect())),
        Err(_) => Some(Dirty::Everything),
    }
}

fn merge(dirty: Dirty, more: Option<Dirty>) -> Dirty {
    match (dirty, more) {
        (dirty, None) => dirty,
        (Dirty::Paths(mut paths), Some(Dirty::Paths(more))) => {
            paths.extend(more);
            Dirty::Paths(paths)
        }
        _ => Dirty::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, AccessMode, CreateKind, Flag};

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    #[test]
    fn reading_is_no_change_and_an_overflow_is_everything() {
        let read = event(EventKind::Access(AccessKind::Open(AccessMode::Read)), "a.md");
        assert_eq!(dirty_of(Ok(read)), None);
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(dirty_of(Ok(overflow)), Some(Dirty::Everything));
        assert_eq!(dirty_of(Err(notify::Error::generic("x"))), Some(Dirty::Everything));
    }

    #[test]
    fn paths_add_up_until_anything_may_have_changed() {
        let paths = |paths: &[&str]| Dirty::Paths(paths.iter().map(PathBuf::from).collect());
        let created = dirty_of(Ok(event(EventKind::Create(CreateKind::Folder), "b")));
        assert_eq!(merge(paths(&["a"]), created), paths(&["a", "b"]));
        assert_eq!(merge(paths(&["a"]), Some(Dirty::Everything)), Dirty::Everything);
        assert_eq!(merge(paths(&["a"]), None), paths(&["a"]));
    }
}
