//! Generations of the index: whole ones stand side by side, and a pointer names the current.
//!
//! `index/CURRENT` holds the name of a directory beside it. A rebuild fills a new directory while
//! the current one answers; writing the pointer, by renaming a finished file over it, is the switch.
//! `index/PREVIOUS` names the generation that a step back leads to, where there is one. Other
//! generations are removed by the next switch after their last reader has gone, see [`Lease`].

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::lock::Lease;

const CURRENT: &str = "CURRENT";
const PREVIOUS: &str = "PREVIOUS";
const PREFIX: &str = "gen-";
/// How often the pointer is read again where what it names goes away meanwhile.
const OPEN_TRIES: usize = 5;

/// The current generation's directory, if there is one.
#[must_use]
pub fn current(index_dir: &Path) -> Option<PathBuf> {
    read(index_dir, CURRENT)
}

/// The directory of the generation that a step back leads to, if there is one.
#[must_use]
pub fn previous(index_dir: &Path) -> Option<PathBuf> {
    // A switch that was cut short has written the one pointer only.
    read(index_dir, PREVIOUS).filter(|previous| current(index_dir).as_ref() != Some(previous))
}

/// The current generation's directory, which nobody removes while the lease lives.
#[must_use]
pub fn lease_current(index_dir: &Path) -> Option<(PathBuf, Lease)> {
    (0..OPEN_TRIES).find_map(|_| {
        let dir = current(index_dir)?;
        let lease = Lease::take(&dir)?;
        dir.is_dir().then_some((dir, lease))
    })
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

/// Makes the generation in `dir` the current one and removes the others that nobody reads.
///
/// # Errors
/// When the pointer cannot be written. Old generations that cannot be removed stay.
pub fn publish(index_dir: &Path, dir: &Path) -> io::Result<()> {
    write(index_dir, CURRENT, dir)?;
    // What the content says now is newer than what a step back would lead to.
    let _ = fs::remove_file(index_dir.join(PREVIOUS));
    collect_garbage(index_dir)
}

/// Makes the generation in `dir` the current one; [`roll_back`] leads to the one before.
///
/// # Errors
/// When a pointer cannot be written.
pub fn publish_keeping_previous(index_dir: &Path, dir: &Path) -> io::Result<()> {
    if let Some(previous) = current(index_dir) {
        write(index_dir, PREVIOUS, &previous)?;
    }
    write(index_dir, CURRENT, dir)?;
    collect_garbage(index_dir)
}

/// Makes the previous generation the current one again, and the current one the previous; `None` where there
/// is no previous one.
///
/// # Errors
/// When a pointer cannot be written.
pub fn roll_back(index_dir: &Path) -> io::Result<Option<PathBuf>> {
    let Some(dir) = previous(index_dir) else { return Ok(None) };
    publish_keeping_previous(index_dir, &dir)?;
    Ok(Some(dir))
}

/// Removes the generations that are neither current nor previous and that nobody reads or writes; only for
/// the one who may write the index directory.
///
/// # Errors
/// When the directory cannot be listed. What cannot be removed stays.
pub fn collect_garbage(index_dir: &Path) -> io::Result<()> {
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
    fn what_somebody_reads_stays_until_they_have_gone() {
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
    fn a_step_back_leads_to_the_generation_before_and_forward_again() {
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
    fn a_switch_that_was_cut_short_leaves_no_step_back_to_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let first = create(dir.path()).unwrap();
        publish(dir.path(), &first).unwrap();
        write(dir.path(), PREVIOUS, &first).unwrap();
        assert_eq!(roll_back(dir.path()).unwrap(), None);
        assert_eq!(current(dir.path()), Some(first));
    }

    #[test]
    fn a_pointer_out_of_the_directory_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(CURRENT), "../gen-x").unwrap();
        assert_eq!(current(dir.path()), None);
    }
}
