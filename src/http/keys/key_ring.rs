//! The keys of a running service: looks presented keys up, follows the file, and records last uses.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::Notify;

use super::api_key::{KeyDigest, KeyScope};
use super::key_file::{KeyFile, KeysError};
use super::last_use::{LastUseFile, LastUses};
use crate::config::Config;
use crate::engine::{Engine, HealthCheck};

/// Interval at which the file of the keys is read. It is read and not only examined, because a change that leaves the
/// same size and time must not keep a revoked key valid, and because it is small.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// Interval at which last uses are written.
const LAST_USE_INTERVAL: Duration = Duration::from_mins(1);
/// Value of a key that was not used.
const UNUSED: i64 = i64::MIN;

/// The valid keys, shared by all requests.
pub struct KeyRing {
    file: KeyFile,
    last_uses: LastUseFile,
    /// Whether searches and pages need a key.
    is_private: bool,
    current: ArcSwap<ActiveKeys>,
    checks: Mutex<CheckState>,
    /// Asks for a check at once.
    check_now: Notify,
}

/// The keys by digest.
type ActiveKeys = HashMap<KeyDigest, Arc<ActiveKey>>;

/// A valid key.
struct ActiveKey {
    id: String,
    scope: KeyScope,
    /// Second of the last use in this process, since 1970.
    used_at_s: AtomicI64,
}

/// What the checks of the files remember.
#[derive(Default)]
struct CheckState {
    /// The text of the file that is in force.
    text: String,
    /// Time of the last write of last uses.
    written_at: Option<Instant>,
    /// The last uses that were written.
    written: HashMap<String, i64>,
}

impl KeyRing {
    /// Loads the keys.
    ///
    /// # Errors
    /// If there is a file that cannot be read or is not valid.
    pub(in crate::http) fn load(config: &Config) -> Result<Self, KeysError> {
        let file = KeyFile::at(&config.keys_file);
        let ring = Self {
            last_uses: LastUseFile::beside(file.path()),
            file,
            is_private: config.private,
            current: ArcSwap::default(),
            checks: Mutex::default(),
            check_now: Notify::new(),
        };
        ring.reload()?;
        Ok(ring)
    }

    /// Returns the scope of a presented key, and records its use; `None` if it is unknown.
    pub(in crate::http) fn scope_of(&self, key: &[u8]) -> Option<KeyScope> {
        let keys = self.current.load();
        let key = keys.get(&KeyDigest::of(key))?;
        key.used_at_s.store(Timestamp::now().as_second(), Ordering::Relaxed);
        Some(key.scope)
    }

    /// Asks for the file to be read at once.
    pub fn request_reload(&self) {
        self.check_now.notify_one();
    }

    /// Loads the keys again whenever their file has changed, and writes last uses. What fails is reported.
    pub(in crate::http) async fn follow_file(self: &Arc<Self>, engine: Option<&Engine>) {
        loop {
            let ring = Arc::clone(self);
            match (tokio::task::spawn_blocking(move || ring.check()).await, engine) {
                (Ok(Ok(())), Some(engine)) => engine.report_recovery(HealthCheck::Keys),
                (Ok(Err(problem)), Some(engine)) => engine.report_problem(HealthCheck::Keys, problem),
                (_, None) | (Err(_), _) => {}
            }
            let _ = tokio::time::timeout(CHECK_INTERVAL, self.check_now.notified()).await;
        }
    }

    /// Reads the file and writes last uses.
    ///
    /// # Errors
    /// A message about the most important problem.
    fn check(&self) -> Result<(), String> {
        self.reload().map_err(|error| format!("{error}; the previous keys stay valid"))?;
        if self.is_private && self.current.load().is_empty() {
            return Err(format!(
                "the blog is private, and no key is valid, so that nobody can search: {} has none; create one with \
                 `bloghound keys add`",
                self.file.path().display()
            ));
        }
        self.write_due_last_uses().map_err(|error| {
            format!(
                "cannot record when keys are used: {}: {error}; make its folder writable, or set `keys_file` in the table \
                 [http] of bloghound.toml",
                self.last_uses_path().display()
            )
        })
    }

    fn last_uses_path(&self) -> &Path {
        self.last_uses.path()
    }

    fn checks(&self) -> MutexGuard<'_, CheckState> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the keys in the file in force. Without a file, no key is valid.
    fn reload(&self) -> Result<(), KeysError> {
        let text = self.file.read_text()?;
        let mut checks = self.checks();
        if text == checks.text {
            return Ok(());
        }
        let stored = self.file.parse(&text)?;
        let previous = self.current.load();
        let active = |stored: &super::StoredKey| {
            let known = previous.get(&stored.digest()).filter(|known| known.scope == stored.scope);
            let new = || {
                let (id, scope) = (stored.id(), stored.scope);
                Arc::new(ActiveKey { id, scope, used_at_s: AtomicI64::new(UNUSED) })
            };
            (stored.digest(), known.map_or_else(new, Arc::clone))
        };
        let keys: ActiveKeys = stored.iter().map(active).collect();
        tracing::info!("keys are loaded: {} in {}", keys.len(), self.file.path().display());
        self.current.store(Arc::new(keys));
        checks.text = text;
        Ok(())
    }

    /// Writes last uses unless this was done less than a minute ago.
    fn write_due_last_uses(&self) -> io::Result<()> {
        let is_due = self.checks().written_at.is_none_or(|at| at.elapsed() >= LAST_USE_INTERVAL);
        if is_due { self.write_last_uses() } else { Ok(()) }
    }

    /// Writes the last uses that are not written yet.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(in crate::http) fn write_last_uses(&self) -> io::Result<()> {
        let keys = self.current.load();
        let mut checks = self.checks();
        let used: HashMap<String, i64> = keys
            .values()
            .map(|key| (key.id.clone(), key.used_at_s.load(Ordering::Relaxed)))
            .filter(|(id, second)| *second != UNUSED && checks.written.get(id) != Some(second))
            .collect();
        if used.is_empty() {
            return Ok(());
        }
        let uses: LastUses = used
            .iter()
            .filter_map(|(id, second)| Some((id.clone(), Timestamp::from_second(*second).ok()?)))
            .collect();
        self.last_uses.add(&uses, |id| keys.values().any(|key| key.id == id))?;
        checks.written.extend(used);
        checks.written_at = Some(Instant::now());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    /// A ring of a site in a temporary folder.
    struct Site {
        dir: tempfile::TempDir,
        ring: KeyRing,
    }

    impl Site {
        fn new(settings: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join("bloghound.toml"), settings).unwrap();
            let config =
                Config::load(Overrides { site: dir.path().to_owned(), ..Overrides::default() }).unwrap();
            Self { ring: KeyRing::load(&config).unwrap(), dir }
        }

        fn uses(&self) -> LastUses {
            LastUseFile::beside(&self.dir.path().join("bloghound.keys.toml")).read()
        }
    }

    #[test]
    fn added_keys_become_valid_and_revoked_ones_invalid() {
        let site = Site::new("");
        let file = site.ring.file.clone();
        let search = file.add("a", KeyScope::Search).unwrap();
        assert_eq!(site.ring.scope_of(search.reveal().as_bytes()), None);
        site.ring.check().unwrap();
        let admin = file.add("b", KeyScope::Admin).unwrap();
        site.ring.check().unwrap();
        assert_eq!(site.ring.scope_of(search.reveal().as_bytes()), Some(KeyScope::Search));
        assert_eq!(site.ring.scope_of(admin.reveal().as_bytes()), Some(KeyScope::Admin));
        for unknown in [
            "",
            "a",
            &search.reveal()[1..],
            &search.reveal().to_uppercase(),
            &format!("{} ", search.reveal()),
        ] {
            assert_eq!(site.ring.scope_of(unknown.as_bytes()), None, "{unknown}");
        }
        file.revoke("a").unwrap();
        site.ring.check().unwrap();
        assert_eq!(site.ring.scope_of(search.reveal().as_bytes()), None);
    }

    #[test]
    fn broken_files_leave_the_keys_valid_and_a_missing_file_leaves_none() {
        let site = Site::new("");
        let file = site.ring.file.clone();
        let key = file.add("a", KeyScope::Search).unwrap();
        site.ring.check().unwrap();
        let good = std::fs::read(file.path()).unwrap();
        let is_valid = || site.ring.scope_of(key.reveal().as_bytes()).is_some();
        for broken in [&b"[[key]]\n"[..], b"\xff\xfe", &vec![b'#'; (1 << 20) + 1]] {
            std::fs::write(file.path(), broken).unwrap();
            let problem = site.ring.check().unwrap_err();
            assert!(
                problem.contains("bloghound.keys.toml") && problem.ends_with("the previous keys stay valid")
            );
            assert!(is_valid());
        }
        std::fs::remove_file(file.path()).unwrap();
        std::fs::create_dir(file.path()).unwrap();
        assert!(site.ring.check().unwrap_err().contains("a folder") && is_valid());
        std::fs::remove_dir(file.path()).unwrap();
        site.ring.check().unwrap();
        assert!(!is_valid());
        std::fs::write(file.path(), good).unwrap();
        site.ring.check().unwrap();
        assert!(is_valid());
    }

    #[test]
    fn a_private_blog_without_keys_is_a_problem() {
        let site = Site::new("[http]\nprivate = true\n");
        assert!(site.ring.check().unwrap_err().contains("bloghound keys add"));
        site.ring.file.add("a", KeyScope::Search).unwrap();
        site.ring.check().unwrap();
    }

    #[test]
    fn last_uses_are_written_at_most_once_a_minute_and_never_bring_a_key_back() {
        let site = Site::new("");
        let file = site.ring.file.clone();
        let (first, second) =
            (file.add("a", KeyScope::Search).unwrap(), file.add("b", KeyScope::Search).unwrap());
        site.ring.check().unwrap();
        assert!(site.uses().is_empty());
        site.ring.scope_of(first.reveal().as_bytes()).unwrap();
        site.ring.check().unwrap();
        let id = file.read().unwrap()[0].id();
        assert_eq!(site.uses().keys().collect::<Vec<_>>(), [&id]);
        let keys = std::fs::read(file.path()).unwrap();
        site.ring.scope_of(second.reveal().as_bytes()).unwrap();
        site.ring.check().unwrap();
        assert_eq!(site.uses().len(), 1);
        // At the end, they are written whatever the time is.
        site.ring.write_last_uses().unwrap();
        assert_eq!(site.uses().len(), 2);
        assert_eq!(std::fs::read(file.path()).unwrap(), keys);
        file.revoke("a").unwrap();
        site.ring.scope_of(first.reveal().as_bytes()).unwrap();
        site.ring.check().unwrap();
        assert_eq!(file.read().unwrap().len(), 1);
        assert_eq!(site.ring.scope_of(first.reveal().as_bytes()), None);
    }

    #[test]
    fn a_server_that_starts_with_a_broken_file_gets_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("bloghound.keys.toml"), "[[key]]\n").unwrap();
        let config = Config::load(Overrides { site: dir.path().to_owned(), ..Overrides::default() }).unwrap();
        assert!(matches!(KeyRing::load(&config), Err(KeysError::Invalid { .. })));
    }
}
