//! Generations of the index: whole ones stand side by side, and a pointer names the current.
//!
//! `index/CURRENT` holds the name of a directory beside it. A rebuild fills a new directory while
//! the current one answers; writing the pointer, by renaming a finished file over it, is the switch.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const POINTER: &str = "CURRENT";
const LOCK: &str = ".lock";
const PREFIX: &str = "gen-";
/// How often, and how far apart, a lock that another process has is tried.
const LOCK_TRIES: u32 = 80;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

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
        fs::create_dir_all(index_dir)?;
        let file = File::options().create(true).truncate(false).write(true).open(index_dir.join(LOCK))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// The current generation's directory, if there is one.
#[must_use]
pub fn current(index_dir: &Path) -> Option<PathBuf> {
    let name = fs::read_to_string(index_dir.join(POINTER)).ok()?;
    let name = name.trim();
    let dir = index_dir.join(name);
    (name.starts_with(PREFIX) && !name.contains(['/', '\\']) && dir.is_dir()).then_some(dir)
}

/// Makes an empty directory for a generation that is not current yet.
///
/// # Errors
/// When it cannot be made.
pub fn create(index_dir: &Path) -> io::Result<PathBuf> {
    let newest = names(index_dir)?.iter().filter_map(|name| name[PREFIX.len()..].parse::<u64>().ok()).max();
    let dir = index_dir.join(format!("{PREFIX}{:06}", newest.unwrap_or(0) + 1));
    fs::create_dir(&dir)?;
    Ok(dir)
}

/// Makes the generation in `dir` the current one and removes the others.
///
/// # Errors
/// When the pointer cannot be written. Old generations that cannot be removed stay.
pub fn publish(index_dir: &Path, dir: &Path) -> io::Result<()> {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut next = tempfile::NamedTempFile::new_in(index_dir)?;
    next.write_all(name.as_bytes())?;
    next.as_file().sync_all()?;
    next.persist(index_dir.join(POINTER)).map_err(|error| error.error)?;
    File::open(index_dir)?.sync_all()?;
    for old in names(index_dir)?.into_iter().filter(|old| old != name) {
        // Readers keep their files open; what stays behind is removed by the next switch.
        let _ = fs::remove_dir_all(index_dir.join(old));
    }
    Ok(())
}

fn names(index_dir: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(index_dir)?.filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| name.starts_with(PREFIX)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishing_switches_and_removes_the_old() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(current(dir.path()), None);
        let first = create(dir.path()).unwrap();
        assert_eq!(current(dir.path()), None);
        publish(dir.path(), &first).unwrap();
        let second = create(dir.path()).unwrap();
        assert_eq!(current(dir.path()).as_ref(), Some(&first));
        publish(dir.path(), &second).unwrap();
        assert_eq!(current(dir.path()).as_ref(), Some(&second));
        assert!(!first.exists());
    }

    #[test]
    fn a_pointer_out_of_the_directory_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(POINTER), "../gen-x").unwrap();
        assert_eq!(current(dir.path()), None);
    }

    #[test]
    fn one_process_writes_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let held = WriteLock::acquire(dir.path()).unwrap();
        assert!(held.is_some());
        assert!(WriteLock::acquire(dir.path()).unwrap().is_none());
        drop(held);
        assert!(WriteLock::acquire(dir.path()).unwrap().is_some());
    }
}
