//! The file of the log: appending, and renaming it when it is long enough.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::config::QueryLogSettings;

/// The file, opened when it is written.
pub(super) struct LogFile {
    settings: QueryLogSettings,
    open: Option<OpenFile>,
}

struct OpenFile {
    file: File,
    bytes: u64,
}

impl LogFile {
    pub(super) fn new(settings: QueryLogSettings) -> Self {
        Self { settings, open: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.settings.path
    }

    /// Closes the file, so that the next line opens the one that has its name then.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// Opens the file unless it is open.
    ///
    /// # Errors
    /// If it cannot be opened for writing, or is not a regular file.
    pub(super) fn open(&mut self) -> io::Result<()> {
        self.opened().map(|_| ())
    }

    /// Appends whole lines. After a failure, the file is opened again.
    ///
    /// # Errors
    /// If the file cannot be opened, renamed or written.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let (max_bytes, added) = (self.settings.max_bytes, lines.len() as u64);
        let bytes = self.opened()?.bytes;
        if bytes > 0 && bytes.saturating_add(added) > max_bytes {
            self.close();
            self.rename_files()?;
        }
        let open = self.opened()?;
        let written = open.file.write_all(lines);
        open.bytes = open.bytes.saturating_add(added);
        if written.is_err() {
            self.close();
        }
        written
    }

    fn opened(&mut self) -> io::Result<&mut OpenFile> {
        let open = match self.open.take() {
            Some(open) => open,
            None => OpenFile::open(&self.settings.path)?,
        };
        Ok(self.open.insert(open))
    }

    /// Renames the file to the first old one, that to the second one, and so on. The last one is deleted.
    fn rename_files(&self) -> io::Result<()> {
        let path = &self.settings.path;
        if self.settings.old_files == 0 {
            return std::fs::remove_file(path);
        }
        for number in (1..self.settings.old_files).rev() {
            match std::fs::rename(old_file(path, number), old_file(path, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        std::fs::rename(path, old_file(path, 1))
    }
}

impl OpenFile {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Queries are nobody's business but the owner's. A named pipe must not block.
            options.mode(0o600).custom_flags(libc::O_NONBLOCK);
        }
        let mut file = options.open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut bytes = metadata.len();
        // A line may be incomplete because the disk was full or the process was killed.
        if bytes > 0 && !ends_with_newline(&mut file)? {
            file.write_all(b"\n")?;
            bytes += 1;
        }
        Ok(Self { file, bytes })
    }
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Returns the path of an old file, from 1.
pub(super) fn old_file(path: &Path, number: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(dir: &Path, old_files: usize) -> LogFile {
        LogFile::new(QueryLogSettings { path: dir.join("q.jsonl"), max_bytes: 10, old_files })
    }

    fn texts(dir: &Path) -> Vec<(String, String)> {
        let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        let text = |path: PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        };
        let mut texts: Vec<_> = files.map(text).collect();
        texts.sort();
        texts
    }

    #[test]
    fn a_long_file_is_renamed_and_the_oldest_one_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = log(dir.path(), 2);
        for line in ["1234\n", "5678\n", "second\n", "third\n", "fourth, which is long\n", "fifth\n"] {
            file.append(line.as_bytes()).unwrap();
        }
        let expected =
            [("q.jsonl", "fifth\n"), ("q.jsonl.1", "fourth, which is long\n"), ("q.jsonl.2", "third\n")];
        assert_eq!(texts(dir.path()), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn without_old_files_a_new_one_begins() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = log(dir.path(), 0);
        file.append(b"1234567\n").unwrap();
        file.append(b"8901\n").unwrap();
        assert_eq!(texts(dir.path()), [("q.jsonl".to_owned(), "8901\n".to_owned())]);
    }

    #[test]
    fn an_incomplete_line_is_completed_and_the_length_is_that_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("q.jsonl"), "12345").unwrap();
        let mut file = log(dir.path(), 1);
        file.append(b"678\n").unwrap();
        assert_eq!(texts(dir.path()), [("q.jsonl".to_owned(), "12345\n678\n".to_owned())]);
        file.append(b"9\n").unwrap();
        assert_eq!(texts(dir.path()).len(), 2);
    }

    #[test]
    fn a_closed_file_is_opened_under_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = log(dir.path(), 1);
        file.append(b"1\n").unwrap();
        std::fs::rename(dir.path().join("q.jsonl"), dir.path().join("moved")).unwrap();
        file.append(b"2\n").unwrap();
        file.close();
        file.append(b"3\n").unwrap();
        let expected = [("moved", "1\n2\n"), ("q.jsonl", "3\n")];
        assert_eq!(texts(dir.path()), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_a_new_file_and_only_regular_files_are_written() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let mut file = log(dir.path(), 1);
        file.append(b"1\n").unwrap();
        let mode = std::fs::metadata(dir.path().join("q.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for path in ["/dev/null", dir.path().to_str().unwrap(), "/nowhere/q.jsonl"] {
            let settings = QueryLogSettings { path: path.into(), max_bytes: 10, old_files: 1 };
            assert!(LogFile::new(settings).append(b"1\n").is_err(), "{path}");
        }
        let status = std::process::Command::new("mkfifo").arg(dir.path().join("pipe")).status().unwrap();
        assert!(status.success());
        let settings = QueryLogSettings { path: dir.path().join("pipe"), max_bytes: 10, old_files: 1 };
        assert!(LogFile::new(settings).append(b"1\n").is_err());
    }
}
