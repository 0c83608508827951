//! Bounded reading of regular files.
//!
//! Every file of a site is read here. Only regular files are opened: a named pipe would block its reader, a device may
//! never end, and opening a device can have side effects. The size is bounded before and while a file is read: a sparse
//! file of gigabytes takes no room on disk, and the files of `/proc` have no size.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Name of a folder in messages.
const FOLDER: &str = "a folder";

/// Why a file was not read. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RegularFileError {
    /// The operating system refuses to open or read the file, now.
    #[error("{0}; check that the file can be read")]
    Io(#[from] io::Error),
    /// The path does not lead to a regular file.
    #[error("it is {0} instead of a regular file; replace or delete it")]
    Irregular(&'static str),
    /// The file is too large.
    #[error("it is larger than {}; make it smaller or delete it", shown_size(*.0))]
    TooLarge(u64),
    /// The file is not a text in UTF-8.
    #[error("invalid UTF-8; save the file as UTF-8")]
    NotUtf8,
}

impl RegularFileError {
    /// Returns whether there is no file at the path.
    pub(crate) fn is_not_found(&self) -> bool {
        let kinds = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
        matches!(self, Self::Io(error) if kinds.contains(&error.kind()))
    }

    /// Returns whether the operating system prevents reading the file now, and may allow it later.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(self, Self::Io(error) if !is_link_loop(error))
    }

    /// Returns whether the path leads to a folder.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self, Self::Irregular(FOLDER))
    }
}

/// Opens a regular file without waiting, and returns it with its metadata.
///
/// # Errors
/// If the path does not lead to a regular file or the file cannot be opened.
pub(crate) fn open(path: &Path) -> Result<(File, Metadata), RegularFileError> {
    // Even opening a device can have side effects.
    check_kind(std::fs::metadata(path)?.file_type())?;
    let file = options().open(path)?;
    let metadata = file.metadata()?;
    // Another file may have taken the path in the meantime.
    check_kind(metadata.file_type())?;
    Ok((file, metadata))
}

/// Returns the bytes of a regular file.
///
/// # Errors
/// If the path does not lead to a regular file, or the file cannot be read or is larger than `max_bytes`.
pub(crate) fn read(path: &Path, max_bytes: u64) -> Result<Vec<u8>, RegularFileError> {
    let (file, metadata) = open(path)?;
    if metadata.len() > max_bytes {
        return Err(RegularFileError::TooLarge(max_bytes));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len() + 1).unwrap_or_default());
    file.take(max_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes { Err(RegularFileError::TooLarge(max_bytes)) } else { Ok(bytes) }
}

/// Returns the text of a regular file.
///
/// # Errors
/// As [`read`], and if the file is not UTF-8.
pub(crate) fn read_text(path: &Path, max_bytes: u64) -> Result<String, RegularFileError> {
    String::from_utf8(read(path, max_bytes)?).map_err(|_| RegularFileError::NotUtf8)
}

/// Returns the text of a regular file; `None` if there is no file.
///
/// # Errors
/// As [`read_text`].
pub(crate) fn read_text_if_exists(path: &Path, max_bytes: u64) -> Result<Option<String>, RegularFileError> {
    match read_text(path, max_bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the path of a file or folder without symbolic links.
///
/// [`std::fs::canonicalize`] resolves each prefix of the path separately, which takes time quadratic in the number of
/// its folders.
///
/// # Errors
/// If there is nothing at the path, or a folder on it cannot be searched.
#[cfg(target_os = "linux")]
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;
    // `O_PATH` neither blocks nor has side effects.
    let handle = File::options().read(true).custom_flags(libc::O_PATH).open(path)?;
    let link = format!("/proc/self/fd/{}", handle.as_raw_fd());
    std::fs::read_link(link).or_else(|_| std::fs::canonicalize(path))
}

/// Returns the path of a file or folder without symbolic links.
///
/// # Errors
/// If there is nothing at the path, or a folder on it cannot be searched.
#[cfg(not(target_os = "linux"))]
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}

fn check_kind(kind: FileType) -> Result<(), RegularFileError> {
    if kind.is_file() { Ok(()) } else { Err(RegularFileError::Irregular(name_of(kind))) }
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true);
    options
}

#[cfg(unix)]
fn name_of(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        _ if kind.is_dir() => FOLDER,
        _ if kind.is_fifo() => "a named pipe",
        _ if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(unix)]
fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_link_loop(_: &io::Error) -> bool {
    false
}

#[cfg(not(unix))]
fn name_of(kind: FileType) -> &'static str {
    if kind.is_dir() { FOLDER } else { "a device" }
}

fn shown_size(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_BYTES: u64 = 4 << 10;

    fn message(path: &Path) -> String {
        read(path, MAX_BYTES).unwrap_err().to_string()
    }

    #[test]
    fn reads_files_up_to_the_bound() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        assert!(read(&path, MAX_BYTES).unwrap_err().is_not_found());
        assert_eq!(read_text_if_exists(&path, MAX_BYTES).unwrap(), None);
        for len in [0, MAX_BYTES] {
            File::create(&path).unwrap().set_len(len).unwrap();
            assert_eq!(read(&path, MAX_BYTES).unwrap().len() as u64, len);
        }
        for len in [MAX_BYTES + 1, 1 << 40] {
            File::create(&path).unwrap().set_len(len).unwrap();
            assert_eq!(message(&path), "it is larger than 4 KiB; make it smaller or delete it");
        }
        std::fs::write(&path, b"\xff").unwrap();
        assert!(read_text(&path, MAX_BYTES).unwrap_err().to_string().contains("save the file as UTF-8"));
    }

    #[cfg(unix)]
    #[test]
    fn refuses_pipes_sockets_devices_and_folders_without_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let (pipe, socket) = (dir.path().join("pipe"), dir.path().join("socket"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = dir.path().join("zero.md");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        let cases = [
            (pipe.as_path(), "a named pipe"),
            (&socket, "a socket"),
            (&link, "a device"),
            (dir.path(), "a folder"),
        ];
        for (path, kind) in cases {
            let expected = format!("it is {kind} instead of a regular file; replace or delete it");
            assert_eq!(message(path), expected, "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_real_path_has_no_links() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a b");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("c.md"), "").unwrap();
        std::os::unix::fs::symlink("a b", dir.path().join("link")).unwrap();
        for path in ["link/c.md", "link", "link/../a b", "."] {
            let path = dir.path().join(path);
            assert_eq!(real_path(&path).unwrap(), std::fs::canonicalize(&path).unwrap());
        }
        assert_eq!(real_path(&dir.path().join("gone")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(real_path(&folder.join("c.md/x")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn bounds_files_without_a_size() {
        let path = Path::new("/proc/self/maps");
        assert_eq!(std::fs::metadata(path).unwrap().len(), 0);
        assert!(matches!(read(path, 10), Err(RegularFileError::TooLarge(10))));
    }
}
