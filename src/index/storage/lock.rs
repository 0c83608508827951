//! The write lock of an index directory, and the leases of a generation's readers.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::config::limits;

const LOCK: &str = ".lock";
/// Pause between attempts to take a busy lock.
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Retries for two seconds while a lock is busy.
pub(crate) fn retry_while_busy<T, E>(
    attempt: impl Fn() -> Result<T, E>,
    is_busy: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 1..limits::MAX_LOCK_ATTEMPTS {
        match attempt() {
            Err(error) if is_busy(&error) => std::thread::sleep(LOCK_PAUSE),
            result => return result,
        }
    }
    attempt()
}

fn is_busy(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Exclusive lock for writing an index directory, held until dropped.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the lock; `None` if another process holds it for two seconds. Creates the directory if it is
    /// missing.
    ///
    /// Waiting is needed even after the holder has released the lock: a child process that another thread
    /// starts inherits the open file until it executes its program.
    ///
    /// # Errors
    /// If the directory cannot be created or written.
    pub(crate) fn acquire(index_dir: &Path) -> io::Result<Option<Self>> {
        let acquired = retry_while_busy(
            || Self::try_acquire(index_dir)?.ok_or_else(|| io::ErrorKind::WouldBlock.into()),
            is_busy,
        );
        match acquired {
            Err(error) if is_busy(&error) => Ok(None),
            acquired => acquired.map(Some),
        }
    }

    /// Like [`WriteLock::acquire`], without waiting.
    ///
    /// # Errors
    /// If the directory cannot be created or written.
    pub(crate) fn try_acquire(index_dir: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(index_dir)?;
        let file = File::options().create(true).truncate(false).write(true).open(index_dir.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A shared lock on a generation's directory, which prevents its removal. On a file system without locks it
/// has no effect; most systems keep removed files readable as long as they are open.
#[derive(Debug)]
pub struct Lease {
    _directory: Option<File>,
}

impl Lease {
    /// Takes a lease; `None` if the generation was removed or is being removed.
    #[must_use]
    pub(crate) fn take(dir: &Path) -> Option<Self> {
        let directory = File::open(dir).ok()?;
        match directory.try_lock_shared() {
            Ok(()) => Some(Self { _directory: Some(directory) }),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(_)) => Some(Self { _directory: None }),
        }
    }

    /// Takes an exclusive lock on the directory; `None` if the generation has a lease.
    pub(super) fn take_exclusive(dir: &Path) -> Option<File> {
        File::open(dir)
            .ok()
            .filter(|directory| !matches!(directory.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_process_holds_the_write_lock() {
        let dir = tempfile::tempdir().unwrap();
        let held = WriteLock::acquire(dir.path()).unwrap();
        assert!(held.is_some());
        assert!(WriteLock::acquire(dir.path()).unwrap().is_none());
        drop(held);
        assert!(WriteLock::acquire(dir.path()).unwrap().is_some());
    }

    #[test]
    fn exclusive_lock_waits_for_the_last_lease() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (Lease::take(dir.path()).unwrap(), Lease::take(dir.path()).unwrap());
        drop(one);
        assert!(Lease::take_exclusive(dir.path()).is_none());
        drop(two);
        let held = Lease::take_exclusive(dir.path());
        assert!(held.is_some() && Lease::take(dir.path()).is_none());
    }
}
