//! Generations: complete indexes side by side, and a pointer to the current one.
//!
//! The file `index/CURRENT` contains the name of a directory beside it. A rebuild fills a new directory
//! while the current one serves; then the pointer is replaced atomically by renaming a finished file.
//! `index/PREVIOUS` names the generation that a rollback restores, if there is one. The next publication removes
//! the other generations that no reader has open, see [`Lease`].

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::lock::Lease;
use crate::config::limits;

const CURRENT: &str = "CURRENT";
const PREVIOUS: &str = "PREVIOUS";
const PREFIX: &str = "gen-";

/// Returns the directory of the current generation, if there is one.
#[must_use]
pub fn current(index_dir: &Path) -> Option<PathBuf> {
    read(index_dir, CURRENT)
}

/// Returns the directory of the previous generation, which a rollback restores, if there is one.
#[must_use]
pub fn previous(index_dir: &Path) -> Option<PathBuf> {
    // After an interrupted publication both pointers name the same generation.
    read(index_dir, PREVIOUS).filter(|previous| current(index_dir).as_ref() != Some(previous))
}

/// Returns the directory of the current generation with a lease that prevents its removal.
#[must_use]
pub fn lease_current(index_dir: &Path) -> Option<(PathBuf, Lease)> {
    (0..limits::MAX_OPEN_ATTEMPTS).find_map(|_| {
        let dir = current(index_dir)?;
        let lease = Lease::take(&dir)?;
        dir.is_dir().then_some((dir, lease))
    })
}

/// Creates an empty directory for a new generation.
///
/// # Errors
/// If it cannot be created.
pub fn create(index_dir: &Path) -> io::Result<PathBuf> {
    let newest = names(index_dir)?.iter().filter_map(|name| name[PREFIX.len()..].parse::<u64>().ok()).max();
    let dir = index_dir.join(format!("{PREFIX}{:06}", newest.unwrap_or(0) + 1));
    fs::create_dir(&dir)?;
    Ok(dir)
}

/// Makes the generation in `dir` the current one and removes all others that have no reader.
///
/// # Errors
/// If the pointer cannot be written. Old generations that cannot be removed stay.
pub fn publish(index_dir: &Path, dir: &Path) -> io::Result<()> {
    write(index_dir, CURRENT, dir)?;
    // The published content is newer than the generation that a rollback would restore.
    let _ = fs::remove_file(index_dir.join(PREVIOUS));
    collect_garbage(index_dir)
}

/// Makes the generation in `dir` the current one and keeps the current one for [`roll_back`].
///
/// # Errors
/// If a pointer cannot be written.
pub(crate) fn publish_keeping_previous(index_dir: &Path, dir: &Path) -> io::Result<()> {
    if let Some(previous) = current(index_dir) {
        write(index_dir, PREVIOUS, &previous)?;
    }
    write(index_dir, CURRENT, dir)?;
    collect_garbage(index_dir)
}

/// Swaps the current and the previous generation. Returns the directory of the new current one, or `None` if
/// there is no previous one.
///
/// # Errors
/// If a pointer cannot be written.
pub(crate) fn roll_back(index_dir: &Path) -> io::Result<Option<PathBuf>> {
    let Some(dir) = previous(index_dir) else { return Ok(None) };
    publish_keeping_previous(index_dir, &dir)?;
    Ok(Some(dir))
}

/// Removes the generations that are neither current nor previous and have no reader or writer. The caller
/// must hold the [`WriteLock`](super::lock::WriteLock).
///
/// # Errors
/// If the directory cannot be listed. Generations that cannot be removed stay.
pub(crate) fn collect_garbage(index_dir: &Path) -> io::Result<()> {
    let kept = [current(index_dir), previous(index_dir)];
    for dir in names(index_dir)?.into_iter().map(|name| index_dir.join(name)) {
        if kept.iter().flatten().any(|kept| *kept == dir) {
            continue;
        }
        if let Some(_alone) = Lease::take_exclusive(&dir) {
            let _ = fs::remove_dir_all(dir);
        }
    }
    Ok(())
}

fn read(index_dir: &Path, pointer: &str) -> Option<PathBuf> {
    let name = fs::read_to_string(index_dir.join(pointer)).ok()?;
    let name = name.trim();
    let dir = index_dir.join(name);
    (name.starts_with(PREFIX) && !name.contains(['/', '\\']) && dir.is_dir()).then_some(dir)
}

fn write(index_dir: &Path, pointer: &str, dir: &Path) -> io::Result<()> {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut next = tempfile::NamedTempFile::new_in(index_dir)?;
    next.write_all(name.as_bytes())?;
    next.as_file().sync_all()?;
    next.persist(index_dir.join(pointer)).map_err(|error| error.error)?;
    File::open(index_dir)?.sync_all()
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
    fn publish_switches_the_pointer_and_removes_old_generations() {
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
    fn generations_with_a_lease_are_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let first = create(dir.path()).unwrap();
        publish(dir.path(), &first).unwrap();
        let (held, lease) = lease_current(dir.path()).unwrap();
        let second = create(dir.path()).unwrap();
        publish(dir.path(), &second).unwrap();
        assert!(held.exists());
        drop(lease);
        collect_garbage(dir.path()).unwrap();
        assert!(!held.exists() && second.exists());
    }

    #[test]
    fn roll_back_swaps_current_and_previous() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(roll_back(dir.path()).unwrap(), None);
        let first = create(dir.path()).unwrap();
        publish(dir.path(), &first).unwrap();
        let second = create(dir.path()).unwrap();
        publish_keeping_previous(dir.path(), &second).unwrap();
        for back in [&first, &second] {
            assert_eq!(roll_back(dir.path()).unwrap().as_ref(), Some(back));
            assert_eq!(current(dir.path()).as_ref(), Some(back));
        }
        let third = create(dir.path()).unwrap();
        publish(dir.path(), &third).unwrap();
        assert!(previous(dir.path()).is_none() && !first.exists() && !second.exists());
    }

    #[test]
    fn interrupted_publication_leaves_no_previous_generation() {
        let dir = tempfile::tempdir().unwrap();
        let first = create(dir.path()).unwrap();
        publish(dir.path(), &first).unwrap();
        write(dir.path(), PREVIOUS, &first).unwrap();
        assert_eq!(roll_back(dir.path()).unwrap(), None);
        assert_eq!(current(dir.path()), Some(first));
    }

    #[test]
    fn pointers_outside_the_index_directory_are_ignored() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(CURRENT), "../gen-x").unwrap();
        assert_eq!(current(dir.path()), None);
    }
}
