//! Replacing a private file at once, and the lock for those that read it, change it and write it.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::index::storage::lock::retry_while_busy;

/// Writes a file that only its owner can read, so that readers see either all of the old or all of the new contents. A
/// file that is replaced keeps its owner and permissions, and a symbolic link stays one.
///
/// # Errors
/// If its folder cannot be written.
pub(super) fn replace_file(path: &Path, contents: &[u8]) -> io::Result<()> {
    let path = target(path);
    let dir = folder(&path);
    // Such files have the mode 0600.
    let mut file = tempfile::Builder::new().prefix(".bloghound-").tempfile_in(dir)?;
    file.write_all(contents)?;
    keep_access(&path, file.as_file());
    file.as_file().sync_all()?;
    file.persist(&path)?;
    sync_folder(dir)
}

/// Makes the replacement permanent: otherwise a crash of the system could bring the old file back.
#[cfg(unix)]
fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns the path without symbolic links, if there is a file.
fn target(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a new file the owner and the permissions of the one that it replaces, as far as the system allows it: root may
/// change the keys of a service that another user runs.
#[cfg(unix)]
fn keep_access(path: &Path, file: &File) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(metadata) = std::fs::metadata(path) else { return };
    if fchown(file, Some(metadata.uid()), Some(metadata.gid())).is_ok() {
        let _ = file.set_permissions(metadata.permissions());
    }
}

#[cfg(not(unix))]
fn keep_access(_: &Path, _: &File) {}

/// An exclusive lock, held until dropped.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock of a file, which is a file beside it; `None` if another process holds it for two seconds.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(super) fn acquire(path: &Path) -> io::Result<Option<Self>> {
        let path = target(path).with_extension("lock");
        let acquired = retry_while_busy(|| Self::try_acquire(&path), is_busy);
        match acquired {
            Err(error) if is_busy(&error) => Ok(None),
            acquired => acquired.map(Some),
        }
    }

    fn try_acquire(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn is_busy(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_private_and_a_replaced_one_keeps_its_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        replace_file(&path, b"one").unwrap();
        assert_eq!(mode(&path), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        replace_file(&path, b"two").unwrap();
        assert_eq!((mode(&path), std::fs::read(&path).unwrap().as_slice()), (0o640, &b"two"[..]));
        // Nothing is left beside it.
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_symbolic_link_stays_and_its_target_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let (link, real) = (dir.path().join("keys"), elsewhere.path().join("real"));
        std::fs::write(&real, "one").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace_file(&link, b"two").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "two");
    }

    #[test]
    fn a_lock_excludes_others_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        let lock = FileLock::acquire(&path).unwrap().unwrap();
        let of_lock = dir.path().join("keys.lock");
        assert!(FileLock::try_acquire(&of_lock).is_err_and(|error| is_busy(&error)));
        assert_eq!(mode(&of_lock), 0o600);
        drop(lock);
        assert!(FileLock::try_acquire(&of_lock).is_ok());
    }
}
