//! Who may write an index directory, and who still reads a generation.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

const LOCK: &str = ".lock";
/// How often, and how far apart, a lock that another process has is tried.
const LOCK_TRIES: u32 = 80;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Tries for two seconds while a lock is busy.
pub(crate) fn when_free<T, E>(
    attempt: impl Fn() -> Result<T, E>,
    is_busy: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 1..LOCK_TRIES {
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

/// The right to write an index directory, held while it lives.
#[derive(Debug)]
pub struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the right, or `None` when another process keeps it for two seconds. Makes the
    /// directory where it is missing.
    ///
    /// The wait is for a lock that was given free just now: a child process that some thread is
    /// starting has a copy of the open file until its program runs.
    ///
    /// # Errors
    /// When the directory cannot be made or written.
    pub fn acquire(index_dir: &Path) -> io::Result<Option<Self>> {
        let acquired = when_free(
            || Self::try_acquire(index_dir)?.ok_or_else(|| io::ErrorKind::WouldBlock.into()),
            is_busy,
        );
        match acquired {
            Err(error) if is_busy(&error) => Ok(None),
            acquired => acquired.map(Some),
        }
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// When the directory cannot be made or written.
    pub fn try_acquire(index_dir: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(index_dir)?;
        let file = File::options().create(true).truncate(false).write(true).open(index_dir.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Says that a generation is in use, so that no process removes it while this lives. Where the file system
/// knows no locks it says nothing; open files outlive their removal there too, on most systems.
#[derive(Debug)]
pub struct Lease {
    _directory: Option<File>,
}

impl Lease {
    /// Takes one, or `None` where the generation is gone or just being removed.
    #[must_use]
    pub fn take(dir: &Path) -> Option<Self> {
        let directory = File::open(dir).ok()?;
        match directory.try_lock_shared() {
            Ok(()) => Some(Self { _directory: Some(directory) }),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(_)) => Some(Self { _directory: None }),
        }
    }

    /// Whether nobody has one.
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
    fn one_process_writes_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let held = WriteLock::acquire(dir.path()).unwrap();
        assert!(held.is_some());
        assert!(WriteLock::acquire(dir.path()).unwrap().is_none());
        drop(held);
        assert!(WriteLock::acquire(dir.path()).unwrap().is_some());
    }

    #[test]
    fn a_generation_is_free_when_its_last_reader_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (Lease::take(dir.path()).unwrap(), Lease::take(dir.path()).unwrap());
        drop(one);
        assert!(Lease::take_exclusive(dir.path()).is_none());
        drop(two);
        let held = Lease::take_exclusive(dir.path());
        assert!(held.is_some() && Lease::take(dir.path()).is_none());
    }
}
