//! The file of the keys, in TOML: for each key a name, a scope, the time of its creation, and its SHA-256.
//!
//! The commands `bloghound keys` write it; a running service reads it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::api_key::{KeyDigest, KeyScope, NewKey, is_id};
use super::file_replacement::{FileLock, replace_file};
use crate::config::{RegularFileError, limits, line_of, regular_file};

/// The first lines of a file.
const HEADER: &str =
    "# Keys, written by `bloghound keys`. Each has the SHA-256 of the key; the key itself is nowhere.\n";

/// A failure to read or change the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file exists but cannot be read.
    #[error("cannot read the keys: {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason, and what to do.
        source: RegularFileError,
    },
    /// The file is not what `bloghound keys` writes.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line of the error, from 1.
        line: usize,
        /// What is wrong and what is expected.
        message: String,
    },
    /// The file cannot be written.
    #[error(
        "cannot write the keys: {path}: {source}; make its folder writable, or set `keys_file` in the table [http] of \
         bloghound.toml"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Another process is changing the file.
    #[error("another process is changing the keys in {0}; try again")]
    Locked(PathBuf),
    /// The operating system provides no random numbers.
    #[error("cannot create a key: the operating system provides no random numbers")]
    NoRandomNumbers,
    /// A new key cannot have this name.
    #[error("invalid name {name:?}: {reason}")]
    Name {
        /// The name.
        name: String,
        /// Why, and what is expected.
        reason: String,
    },
    /// There are too many keys.
    #[error("there are {} keys already, which is the maximum; revoke one", limits::MAX_KEYS)]
    TooMany,
}

impl KeysError {
    /// Returns whether the user can fix the error by calling the command differently.
    pub(crate) fn is_usage_error(&self) -> bool {
        matches!(self, Self::Name { .. })
    }
}

/// A key as it is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredKey {
    pub(crate) name: String,
    pub(crate) scope: KeyScope,
    pub(crate) created: Timestamp,
    sha256: KeyDigest,
}

impl StoredKey {
    /// Returns the id: the first digits of the digest.
    pub(crate) fn id(&self) -> String {
        self.sha256.id()
    }

    pub(super) fn digest(&self) -> KeyDigest {
        self.sha256
    }
}

/// The contents of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTables {
    #[serde(default, rename = "key", skip_serializing_if = "Vec::is_empty")]
    keys: Vec<StoredKey>,
}

/// The file, which need not exist.
#[derive(Debug, Clone)]
pub(crate) struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns all keys; none if there is no file.
    ///
    /// # Errors
    /// If the file cannot be read or is not valid.
    pub(crate) fn read(&self) -> Result<Vec<StoredKey>, KeysError> {
        self.parse(&self.read_text()?)
    }

    /// Returns the text of the file; an empty one if there is no file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn read_text(&self) -> Result<String, KeysError> {
        let text = regular_file::read_text_if_exists(&self.path, limits::MAX_KEYS_FILE_BYTES);
        let text = text.map_err(|source| KeysError::Unreadable { path: self.path.clone(), source })?;
        Ok(text.unwrap_or_default())
    }

    /// Returns the keys in the text of the file.
    ///
    /// # Errors
    /// If it is not valid. The message repeats nothing that could be a key.
    pub(super) fn parse(&self, text: &str) -> Result<Vec<StoredKey>, KeysError> {
        let invalid = |line, message: String| KeysError::Invalid { path: self.path.clone(), line, message };
        let KeyTables { keys } = toml::from_str(text).map_err(|error| {
            let line = line_of(text.as_bytes(), error.span().map_or(0, |span| span.start));
            let message = error.message().lines().next().unwrap_or_default();
            invalid(
                line,
                format!("invalid keys: {}; revoke and add them again, or restore the file", masked(message)),
            )
        })?;
        let (mut names, mut digests) = (BTreeSet::new(), BTreeSet::new());
        let is_new = |key: &StoredKey| names.insert(key.name.clone()) && digests.insert(key.sha256);
        if !keys.iter().all(is_new) {
            return Err(invalid(
                1,
                "invalid keys: two keys have the same name or the same `sha256`; remove one".to_owned(),
            ));
        }
        if keys.len() > limits::MAX_KEYS {
            return Err(invalid(1, format!("invalid keys: more than {}; remove some", limits::MAX_KEYS)));
        }
        Ok(keys)
    }

    /// Adds a key with this name and scope.
    ///
    /// # Errors
    /// If the name is invalid or taken, there are too many keys, or the file cannot be read or written.
    pub(crate) fn add(&self, name: &str, scope: KeyScope) -> Result<NewKey, KeysError> {
        check_name(name)?;
        self.change(|keys| {
            if keys.len() >= limits::MAX_KEYS {
                return Err(KeysError::TooMany);
            }
            if keys.iter().any(|key| key.name == name) {
                let reason =
                    "there is a key with this name; choose another one, or revoke that key".to_owned();
                return Err(KeysError::Name { name: name.to_owned(), reason });
            }
            let is_new = |new: &NewKey| keys.iter().all(|key| key.id() != new.digest().id());
            // The ids of two keys are equal once in a million pairs or less.
            let mut candidates = std::iter::repeat_with(|| NewKey::random(scope)).take(limits::MAX_KEYS);
            let new = candidates.find(|new| new.as_ref().is_none_or(is_new)).flatten();
            let new = new.ok_or(KeysError::NoRandomNumbers)?;
            // Fractions of a second tell nothing.
            let created = Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default();
            keys.push(StoredKey { name: name.to_owned(), scope, created, sha256: new.digest() });
            Ok(new)
        })
    }

    /// Removes the key with this id or name, and returns it; `None` if there is none.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub(crate) fn revoke(&self, id_or_name: &str) -> Result<Option<StoredKey>, KeysError> {
        let is_named = |key: &StoredKey| key.name == id_or_name || key.id().eq_ignore_ascii_case(id_or_name);
        if !self.read()?.iter().any(is_named) {
            return Ok(None);
        }
        self.change(|keys| Ok(keys.iter().position(is_named).map(|at| keys.remove(at))))
    }

    /// Changes the keys while no other process does.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<StoredKey>) -> Result<T, KeysError>,
    ) -> Result<T, KeysError> {
        let unwritable = |source| KeysError::Unwritable { path: self.path.clone(), source };
        let lock = FileLock::acquire(&self.path).map_err(unwritable)?;
        let _lock = lock.ok_or_else(|| KeysError::Locked(self.path.clone()))?;
        let mut keys = self.read()?;
        let changed = change(&mut keys)?;
        let text =
            toml::to_string(&KeyTables { keys }).map_err(|error| unwritable(io::Error::other(error)))?;
        replace_file(&self.path, format!("{HEADER}\n{text}").as_bytes()).map_err(unwritable)?;
        Ok(changed)
    }
}

fn check_name(name: &str) -> Result<(), KeysError> {
    let max = limits::MAX_KEY_NAME_BYTES;
    let reason = if name.trim().is_empty() || name.trim() != name {
        "a name is not blank, and neither starts nor ends with a space".to_owned()
    } else if name.len() > max {
        format!("a name has at most {max} bytes")
    } else if name.chars().any(char::is_control) {
        "a name has no control characters".to_owned()
    } else if is_id(name) {
        "it looks like the id of a key; choose another name".to_owned()
    } else if name.starts_with("bh_") {
        "it looks like a key; choose another name".to_owned()
    } else {
        return Ok(());
    };
    // A key by mistake must not appear in a log.
    let shown = if name.starts_with("bh_") { "bh_…".to_owned() } else { name.chars().take(max).collect() };
    Err(KeysError::Name { name: shown, reason })
}

/// Returns a message of the parser without what it quotes of the file, which could be a key.
fn masked(message: &str) -> String {
    let quotes = ["bh_search_", "bh_admin_"];
    if quotes.iter().any(|quote| message.contains(quote)) {
        "unexpected text".to_owned()
    } else {
        message.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &tempfile::TempDir) -> KeyFile {
        KeyFile::at(&dir.path().join("bloghound.keys.toml"))
    }

    #[test]
    fn keys_are_added_and_revoked_by_name_or_id() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        assert_eq!(file.read().unwrap(), []);
        let phone = file.add("phone", KeyScope::Search).unwrap();
        let laptop = file.add("Käthes Laptop", KeyScope::Admin).unwrap();
        let keys = file.read().unwrap();
        assert_eq!(keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["phone", "Käthes Laptop"]);
        assert_eq!((keys[0].digest(), keys[1].scope), (phone.digest(), KeyScope::Admin));
        let text = file.read_text().unwrap();
        assert!(
            text.starts_with("# ") && !text.contains(phone.reveal().trim_start_matches("bh_search_")),
            "{text}"
        );
        assert_eq!(file.revoke("nobody").unwrap(), None);
        assert_eq!(file.revoke("phone").unwrap().unwrap().name, "phone");
        assert_eq!(file.revoke("phone").unwrap(), None);
        assert_eq!(file.revoke(&laptop.digest().id().to_uppercase()).unwrap().unwrap().name, "Käthes Laptop");
        assert_eq!(file.read().unwrap(), []);
    }

    #[test]
    fn names_are_short_plain_unique_and_differ_from_ids_and_keys() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        file.add("a", KeyScope::Search).unwrap();
        for name in [
            "",
            " ",
            "a ",
            "\ta",
            "a\nb",
            "a\u{7f}",
            "0123abcd",
            "DEADBEEF",
            "bh_search_1",
            &"x".repeat(101),
            "a",
        ] {
            let error = file.add(name, KeyScope::Search).unwrap_err();
            assert!(error.is_usage_error(), "{name:?}: {error}");
        }
        for name in ["0123abcde", "my phone", "\"quoted\" = '''", "ü", &"x".repeat(100)] {
            file.add(name, KeyScope::Search).unwrap();
            assert!(file.read().unwrap().iter().any(|key| key.name == name), "{name:?}");
        }
    }

    #[test]
    fn invalid_contents_are_errors_with_a_line_and_without_keys() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        let digest = "0".repeat(64);
        let valid = format!(
            "[[key]]\nname = 'a'\nscope = 'search'\ncreated = '2026-01-01T00:00:00Z'\nsha256 = '{digest}'\n"
        );
        assert_eq!(file.parse(&valid).unwrap().len(), 1);
        let secret = format!("bh_search_{}", "1".repeat(64));
        for (text, line) in [
            ("x".to_owned(), 1),
            ("x = 1\n".to_owned(), 1),
            (format!("{valid}more = 1\n"), 6),
            (valid.replace("'search'", "'everything'"), 3),
            (valid.replace("2026-01-01T00:00:00Z", "yesterday"), 4),
            (valid.replace(&digest, "00"), 5),
            (valid.replace(&digest, &secret), 5),
            (valid.replace("scope", &secret), 3),
            (valid.replace("name = 'a'\n", ""), 1),
            (format!("{valid}{valid}"), 1),
            (format!("{valid}\n{secret}\n"), 7),
        ] {
            let error = file.parse(&text).unwrap_err();
            assert!(matches!(&error, KeysError::Invalid { line: at, .. } if *at == line), "{line}: {error}");
            assert!(!error.to_string().contains("11111111"), "{error}");
        }
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        let key = |at: usize| StoredKey {
            name: at.to_string(),
            scope: KeyScope::Search,
            created: Timestamp::UNIX_EPOCH,
            sha256: KeyDigest::of(&at.to_le_bytes()),
        };
        let of_size = |size| toml::to_string(&KeyTables { keys: (0..size).map(key).collect() }).unwrap();
        std::fs::write(file.path(), of_size(limits::MAX_KEYS)).unwrap();
        assert!(matches!(file.add("one more", KeyScope::Search), Err(KeysError::TooMany)));
        assert!(file.parse(&of_size(limits::MAX_KEYS + 1)).is_err());
    }

    #[test]
    fn concurrent_changes_do_not_lose_keys() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let file = &file;
                scope.spawn(move || {
                    for at in 0..5 {
                        file.add(&format!("key {thread} {at}"), KeyScope::Search).unwrap();
                    }
                });
            }
        });
        assert_eq!(file.read().unwrap().len(), 20);
    }
}
