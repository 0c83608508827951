//! Follows the content directory. Events are hints: they only say where to look again.
//!
//! On Linux a folder made and filled at once, moved in or renamed gives events for folders only,
//! and an overflow gives none at all; so a path stands for all below it, and an overflow for
//! everything. Reading a file gives events too, which are ignored: indexing would cause itself.
//! Where the system gives no events, the directory is looked at every few seconds instead.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::git::Checkout;
use super::identity::Identity;
use super::scan::Scanner;

/// Times the debounce that changes wait at most while new ones keep coming.
const MAX_DEBOUNCES: u32 = 8;
/// Times the debounce that it is quiet after a checkout.
const CHECKOUT_DEBOUNCES: u32 = 6;
/// How long a checkout may take before its changes are looked at all the same.
const MAX_CHECKOUT: Duration = Duration::from_mins(1);
/// Silence after which the system has told all that it has to tell, and how long that is waited for.
const SILENCE: Duration = Duration::from_millis(20);
const MAX_WAIT_FOR_SILENCE: Duration = Duration::from_secs(1);

/// What may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dirty {
    /// These files and folders, with all below them.
    Paths(BTreeSet<PathBuf>),
    /// Anything.
    Everything,
}

/// Changes that were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What may have changed.
    pub dirty: Dirty,
    /// When the first of them was seen.
    pub seen: Instant,
}

/// What is followed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// The content directory.
    pub dir: PathBuf,
    /// Quiet time after a change before it is told.
    pub debounce: Duration,
    /// The directory is looked at, though the system may give events: those of network file systems and
    /// containers may be missing.
    pub polls: bool,
    /// How often it is looked at then.
    pub poll_every: Duration,
}

/// How changes come to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// They are not followed.
    Off,
    /// The system tells.
    Events,
    /// The directory is looked at again and again; why, where that was not asked for.
    Polling(Option<String>),
    /// There is no directory to follow.
    Missing,
}

enum Source {
    None,
    Events { _watcher: RecommendedWatcher },
    Polling { _scanner: Scanner },
}

/// A directory that is followed while this lives.
pub struct Watcher {
    following: Option<Following>,
    source: Source,
    mode: Mode,
    /// The directory that is followed: another may take its name.
    identity: Option<Identity>,
    checkout: Option<Checkout>,
    sender: Sender<notify::Result<Event>>,
    events: Receiver<notify::Result<Event>>,
    last_told: LastTold,
}

/// When the system told something last, of any kind.
type LastTold = Arc<Mutex<Instant>>;

/// Ends [`Watcher::next`] from another thread.
#[derive(Clone)]
pub struct Waker(Sender<notify::Result<Event>>);

impl Waker {
    /// Makes the watcher return [`Dirty::Everything`] soon, so that its owner looks around.
    pub fn wake(&self) {
        // Nobody is asleep when nobody listens.
        let _ = self.0.send(Err(notify::Error::generic("woken")));
    }
}

impl Watcher {
    /// Follows all below a directory, which may not be there yet, see [`Watcher::renew`]; a change is told once
    /// nothing changed for a while, or some times that while changes keep coming, and not while a checkout by
    /// git is under way. Without a directory nothing is told.
    #[must_use]
    pub fn new(following: Option<Following>) -> Self {
        let (sender, events) = channel();
        let mut watcher = Self {
            following,
            source: Source::None,
            mode: Mode::Off,
            identity: None,
            checkout: None,
            sender,
            events,
            last_told: Arc::new(Mutex::new(Instant::now())),
        };
        watcher.begin();
        watcher
    }

    /// What ends the waiting.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker(self.sender.clone())
    }

    /// How changes come to be known.
    #[must_use]
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    fn begin(&mut self) {
        self.source = Source::None;
        let Some(following) = self.following.clone() else { return };
        self.identity = Identity::of(&following.dir);
        self.checkout = Checkout::around(&following.dir);
        if self.identity.is_none() {
            self.mode = Mode::Missing;
            return;
        }
        if following.polls {
            self.poll(&following, None);
            return;
        }
        match watch(&following.dir, self.sender.clone(), Arc::clone(&self.last_told)) {
            Ok(watcher) => {
                self.source = Source::Events { _watcher: watcher };
                self.mode = Mode::Events;
            }
            Err(error) => self.poll(&following, Some(reason(&error))),
        }
    }

    fn poll(&mut self, following: &Following, why: Option<String>) {
        let sender = self.sender.clone();
        let tell = move |paths: Vec<PathBuf>| {
            let event = paths.into_iter().fold(Event::new(EventKind::Any), Event::add_path);
            sender.send(Ok(event)).is_ok()
        };
        match Scanner::start(following.dir.clone(), following.poll_every, tell) {
            Ok(scanner) => {
                self.source = Source::Polling { _scanner: scanner };
                self.mode = Mode::Polling(why);
            }
            Err(_) => self.mode = Mode::Missing,
        }
    }

    /// Looks whether the directory is still the one that is followed, and follows the one that is there now;
    /// whether that is another one, which has to be compared.
    pub fn renew(&mut self) -> bool {
        let Some(following) = &self.following else { return false };
        let identity = Identity::of(&following.dir);
        if identity == self.identity && (identity.is_some() == (self.mode != Mode::Missing)) {
            return false;
        }
        self.begin();
        self.mode != Mode::Missing
    }

    /// Drops what was told until now, for someone who is about to look at everything. The system may have
    /// more to tell of that time, which is waited for: following thousands of folders opens them all, which is
    /// more than it remembers, and so would have everything looked at once more.
    pub fn forget(&mut self) {
        let begun = Instant::now();
        let silence = || self.last_told.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        while silence() < SILENCE && begun.elapsed() < MAX_WAIT_FOR_SILENCE {
            std::thread::sleep(SILENCE / 4);
        }
        while let Ok(event) = self.events.try_recv() {
            self.dirty_of(event);
        }
    }

    /// Waits for changes, at most for `patience`; `None` when there were none.
    pub fn next(&mut self, patience: Duration) -> Option<Change> {
        let deadline = Instant::now() + patience;
        let dirty = loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    if let Some(dirty) = self.dirty_of(event) {
                        break dirty;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        };
        let seen = Instant::now();
        Some(Change { dirty: self.gather(dirty, seen), seen })
    }

    /// Adds what changes until it is quiet.
    fn gather(&mut self, mut dirty: Dirty, seen: Instant) -> Dirty {
        let debounce = self.following.as_ref().map_or(Duration::ZERO, |following| following.debounce);
        let mut deadline = seen + debounce * MAX_DEBOUNCES;
        loop {
            let checkout = self.checkout.as_ref();
            let is_checked_out = checkout.is_some_and(Checkout::is_under_way);
            let mut quiet = debounce;
            if is_checked_out || checkout.is_some_and(Checkout::has_just_ended) {
                // Thousands of events take their time, and some of it between them.
                (deadline, quiet) = (seen + MAX_CHECKOUT, debounce * CHECKOUT_DEBOUNCES);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(quiet.min(left)) {
                Ok(event) => {
                    let more = self.dirty_of(event);
                    dirty = merge(dirty, more);
                }
                Err(RecvTimeoutError::Timeout) if is_checked_out && !left.is_zero() => continue,
                Err(_) => return dirty,
            }
            if left.is_zero() {
                return dirty;
            }
        }
    }

    fn dirty_of(&mut self, event: notify::Result<Event>) -> Option<Dirty> {
        if let (Err(error), Some(following)) = (&event, self.following.clone())
            && matches!(error.kind, ErrorKind::MaxFilesWatch)
            && self.mode == Mode::Events
        {
            // A new folder is not followed: none is, from now on, by events.
            self.poll(&following, Some(reason(error)));
        }
        dirty_of(event)
    }
}

/// Watches all below a directory. What is told of reading goes no further: in a comparison that is two events a
/// post.
fn watch(
    dir: &Path,
    events: Sender<notify::Result<Event>>,
    last_told: LastTold,
) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        *last_told.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if !is_access(&event) {
            // Nobody listens any more when the watcher is being dropped.
            let _ = events.send(event);
        }
    })?;
    watcher.watch(dir, RecursiveMode::Recursive)?;
    Ok(watcher)
}

fn is_access(event: &notify::Result<Event>) -> bool {
    event.as_ref().is_ok_and(|event| !event.need_rescan() && matches!(event.kind, EventKind::Access(_)))
}

/// Why the system gives no events, and what to do about it.
fn reason(error: &notify::Error) -> String {
    let is_out_of_instances = matches!(&error.kind, ErrorKind::Io(error) if error.raw_os_error() == Some(24));
    match error.kind {
        ErrorKind::MaxFilesWatch => "the system follows no more folders for this user: raise \
             fs.inotify.max_user_watches, for example by `sysctl fs.inotify.max_user_watches=524288`"
            .to_owned(),
        _ if is_out_of_instances => "the system has no more watchers for this user: raise \
             fs.inotify.max_user_instances, for example by `sysctl fs.inotify.max_user_instances=512`"
            .to_owned(),
        _ => error.to_string(),
    }
}

fn dirty_of(event: notify::Result<Event>) -> Option<Dirty> {
    match event {
        event if is_access(&event) => None,
        Ok(event) if event.need_rescan() => Some(Dirty::Everything),
        Ok(event) => Some(Dirty::Paths(event.paths.into_iter().collect())),
        Err(_) => Some(Dirty::Everything),
    }
}

fn merge(dirty: Dirty, more: Option<Dirty>) -> Dirty {
    match (dirty, more) {
        (dirty, None) => dirty,
        (Dirty::Paths(mut paths), Some(Dirty::Paths(more))) => {
            paths.extend(more);
            Dirty::Paths(paths)
        }
        _ => Dirty::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, AccessMode, CreateKind, Flag};

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    fn following(dir: &Path, polls: bool) -> Following {
        let (debounce, poll_every) = (Duration::from_millis(5), Duration::from_millis(20));
        Following { dir: dir.to_owned(), debounce, polls, poll_every }
    }

    #[test]
    fn reading_is_no_change_and_an_overflow_is_everything() {
        let read = event(EventKind::Access(AccessKind::Open(AccessMode::Read)), "a.md");
        assert_eq!(dirty_of(Ok(read)), None);
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(dirty_of(Ok(overflow)), Some(Dirty::Everything));
        assert_eq!(dirty_of(Err(notify::Error::generic("x"))), Some(Dirty::Everything));
    }

    #[test]
    fn paths_add_up_until_anything_may_have_changed() {
        let paths = |paths: &[&str]| Dirty::Paths(paths.iter().map(PathBuf::from).collect());
        let created = dirty_of(Ok(event(EventKind::Create(CreateKind::Folder), "b")));
        assert_eq!(merge(paths(&["a"]), created), paths(&["a", "b"]));
        assert_eq!(merge(paths(&["a"]), Some(Dirty::Everything)), Dirty::Everything);
        assert_eq!(merge(paths(&["a"]), None), paths(&["a"]));
    }

    #[test]
    fn polling_sees_changes_too() {
        let dir = tempfile::tempdir().unwrap();
        let mut watcher = Watcher::new(Some(following(dir.path(), true)));
        assert_eq!(*watcher.mode(), Mode::Polling(None));
        std::fs::write(dir.path().join("a.md"), "a").unwrap();
        assert!(watcher.next(Duration::from_secs(20)).is_some());
    }

    #[test]
    fn a_directory_that_comes_back_is_followed_again() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("content");
        let mut watcher = Watcher::new(Some(following(&dir, false)));
        assert_eq!(*watcher.mode(), Mode::Missing);
        assert!(!watcher.renew());
        std::fs::create_dir(&dir).unwrap();
        assert!(watcher.renew() && !watcher.renew());
        std::fs::remove_dir(&dir).unwrap();
        assert!(!watcher.renew() && *watcher.mode() == Mode::Missing);
        std::fs::create_dir(&dir).unwrap();
        assert!(watcher.renew());
        while watcher.next(Duration::from_millis(50)).is_some() {}
        std::fs::write(dir.join("a.md"), "a").unwrap();
        assert!(watcher.next(Duration::from_secs(20)).is_some());
    }

    #[test]
    fn a_checkout_is_one_change() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        std::fs::create_dir_all(&content).unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        let lock = dir.path().join(".git/index.lock");
        std::fs::write(&lock, "").unwrap();
        let mut watcher = Watcher::new(Some(following(&content, false)));
        let worker = std::thread::spawn(move || {
            for n in 0..20 {
                std::fs::write(content.join(format!("{n}.md")), "a").unwrap();
                std::thread::sleep(Duration::from_millis(10));
            }
            std::fs::remove_file(lock).unwrap();
        });
        let change = watcher.next(Duration::from_secs(20)).unwrap();
        worker.join().unwrap();
        let Dirty::Paths(paths) = change.dirty else { panic!("{change:?}") };
        assert_eq!(paths.len(), 20, "{paths:?}");
        assert_eq!(watcher.next(Duration::from_millis(50)), None);
    }
}
