//! Watches the content directory. Events are hints: they only mark paths as dirty.
//!
//! On Linux, a folder that is created and filled at once, moved in or renamed causes events for the folder
//! only, and a queue overflow loses events. Therefore a dirty path includes everything below it, and an
//! overflow marks everything as dirty. Read events are ignored; otherwise indexing would trigger itself. If
//! file events are unavailable, the directory is polled, and they are tried again, see [`EventRetry`].

mod event_retry;
mod notify_events;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, Watcher as _};

use self::event_retry::EventRetry;
use self::notify_events::{dirty_of, is_access, is_folder, may_hide_a_folder, reason, watch_folder};
use super::change::{ContentChange, Dirty, merge};
use super::directory_id::DirectoryId;
use super::git_work_tree::GitWorkTree;
use super::scan::{Scanner, linked_folders};
use crate::content::LinkRules;

/// Longest delay of a change while further changes keep arriving, in multiples of the debounce.
const DELAY_DEBOUNCES: u32 = 8;
/// Time without changes after which a git lock is considered left behind by a killed process.
const CHECKOUT_PAUSE: Duration = Duration::from_secs(3);
/// Longest time that a git checkout delays indexing.
const CHECKOUT_TIMEOUT: Duration = Duration::from_mins(1);
/// Quiet time after a checkout, in multiples of the debounce: its events come in bursts.
const CHECKOUT_DEBOUNCES: u32 = 6;
/// Time without events after which none are considered outstanding.
const DRAINED_AFTER: Duration = Duration::from_millis(20);
/// Longest wait for outstanding events.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// The directories to watch, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchOptions {
    /// The content directory.
    pub dir: PathBuf,
    /// Folders outside of it whose files are content, see [`Mount`](crate::content::Mount).
    pub mounted: Vec<PathBuf>,
    /// Quiet time after a change before it is reported.
    pub debounce: Duration,
    /// Whether to poll even if file events are available; on network file systems and in containers, events
    /// may be missing.
    pub polls: bool,
    /// The polling interval.
    pub poll_every: Duration,
    /// The rules for symbolic links below the directory.
    pub links: LinkRules,
}

impl WatchOptions {
    /// Returns the directories, the content directory first.
    fn dirs(&self) -> Vec<PathBuf> {
        std::iter::once(&self.dir).chain(&self.mounted).cloned().collect()
    }

    fn directory_ids(&self) -> Vec<Option<DirectoryId>> {
        self.dirs().iter().map(|dir| DirectoryId::of(dir)).collect()
    }
}

/// Returns whether the content directory exists.
fn has_content(directory_ids: &[Option<DirectoryId>]) -> bool {
    directory_ids.first().is_some_and(Option::is_some)
}

/// How changes are detected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchMode {
    /// Changes are not detected.
    Off,
    /// By file events of the operating system.
    Events,
    /// By polling, with the reason if the settings do not ask for it.
    Polling(Option<String>),
    /// Not at all: the content directory does not exist.
    Missing,
}

enum EventSource {
    None,
    Events { watcher: RecommendedWatcher },
    Polling { _scanner: Scanner },
}

/// A watcher of one directory; it stops when it is dropped.
pub struct Watcher {
    options: Option<WatchOptions>,
    source: EventSource,
    mode: WatchMode,
    /// Set while file events are unavailable.
    retry: Option<EventRetry>,
    /// Folders that notify may have failed to watch, without a report.
    unsure_folders: BTreeSet<PathBuf>,
    /// Identities of the watched directories, because another directory may take the path of one; `None` for those that do
    /// not exist. The first one is the content directory.
    directory_ids: Vec<Option<DirectoryId>>,
    work_tree: Option<GitWorkTree>,
    sender: Sender<notify::Result<Event>>,
    events: Receiver<notify::Result<Event>>,
    last_event_at: LastEventAt,
}

/// Time of the last event of any kind.
type LastEventAt = Arc<Mutex<Instant>>;

/// Interrupts [`Watcher::next`] from another thread.
#[derive(Clone)]
pub struct Waker(Sender<notify::Result<Event>>);

impl Waker {
    /// Makes [`Watcher::next`] return [`Dirty::Everything`] soon.
    pub fn wake(&self) {
        // Sending fails if the watcher is dropped; then there is nothing to interrupt.
        let _ = self.0.send(Err(notify::Error::generic("woken")));
    }
}

impl Watcher {
    /// Starts to watch a directory with everything below it; without options, nothing is watched. The
    /// directory need not exist yet, see [`Watcher::renew`]. A change is reported after the debounce without
    /// further changes, or after eight times the debounce if changes keep arriving, but not during a git
    /// checkout.
    #[must_use]
    pub fn new(options: Option<WatchOptions>) -> Self {
        let (sender, events) = channel();
        let mut watcher = Self {
            options,
            source: EventSource::None,
            mode: WatchMode::Off,
            retry: None,
            unsure_folders: BTreeSet::new(),
            directory_ids: Vec::new(),
            work_tree: None,
            sender,
            events,
            last_event_at: Arc::new(Mutex::new(Instant::now())),
        };
        watcher.start();
        watcher
    }

    /// Returns a handle that interrupts [`Watcher::next`].
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker(self.sender.clone())
    }

    /// Returns how changes are detected.
    #[must_use]
    pub fn mode(&self) -> &WatchMode {
        &self.mode
    }

    /// Returns the path of a git lock that a killed process has left behind. Changes are not delayed by it.
    #[must_use]
    pub fn left_git_lock(&self) -> Option<&Path> {
        self.work_tree.as_ref()?.left_lock()
    }

    fn start(&mut self) {
        self.source = EventSource::None;
        self.retry = None;
        let Some(options) = self.options.clone() else { return };
        self.directory_ids = options.directory_ids();
        self.work_tree = GitWorkTree::around(&options.dir);
        if !has_content(&self.directory_ids) {
            self.mode = WatchMode::Missing;
        } else if options.polls {
            self.start_polling(&options, None);
        } else if let Err(error) = self.start_events(&options) {
            self.poll_without_events(&options, &error);
        }
    }

    fn start_events(&mut self, options: &WatchOptions) -> notify::Result<()> {
        let watcher = watch(options, self.sender.clone(), Arc::clone(&self.last_event_at))?;
        self.source = EventSource::Events { watcher };
        self.mode = WatchMode::Events;
        self.retry = None;
        self.unsure_folders.clear();
        Ok(())
    }

    /// Polls until file events are available again.
    fn poll_without_events(&mut self, options: &WatchOptions, error: &notify::Error) {
        self.start_polling(options, Some(reason(error)));
        self.retry = Some(EventRetry::new(Instant::now()));
    }

    fn start_polling(&mut self, options: &WatchOptions, reason: Option<String>) {
        let sender = self.sender.clone();
        let send = move |paths: Vec<PathBuf>| {
            let event = paths.into_iter().fold(Event::new(EventKind::Any), Event::add_path);
            sender.send(Ok(event)).is_ok()
        };
        match Scanner::start(options.dirs(), options.links.clone(), options.poll_every, send) {
            Ok(scanner) => {
                self.source = EventSource::Polling { _scanner: scanner };
                self.mode = WatchMode::Polling(reason);
            }
            Err(_) => self.mode = WatchMode::Missing,
        }
    }

    /// Checks that the watched directory still has its path; otherwise starts to watch the directory that has
    /// it now. If file events were unavailable, they are tried again from time to time. Returns whether the content
    /// must be compared with the index: the directory is a new one, or is watched in another way.
    pub fn renew(&mut self) -> bool {
        let Some(options) = self.options.clone() else { return false };
        let directory_ids = options.directory_ids();
        let is_watchable = has_content(&directory_ids);
        if directory_ids == self.directory_ids && is_watchable == (self.mode != WatchMode::Missing) {
            return self.retry_events(&options);
        }
        self.start();
        self.mode != WatchMode::Missing
    }

    /// Tries file events again if it is time. Returns whether they are available now.
    fn retry_events(&mut self, options: &WatchOptions) -> bool {
        if !self.retry.as_mut().is_some_and(|retry| retry.is_due(Instant::now())) {
            return false;
        }
        match self.start_events(options) {
            Ok(()) => true,
            Err(error) => {
                // The scanner goes on.
                self.mode = WatchMode::Polling(Some(reason(&error)));
                false
            }
        }
    }

    /// Discards the events up to now, before a full comparison. Outstanding events are awaited first:
    /// starting to watch thousands of folders opens each of them, which can overflow the event queue and
    /// would cause a second full comparison.
    pub fn discard_pending(&mut self) {
        let started = Instant::now();
        let quiet = || self.last_event_at.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        while quiet() < DRAINED_AFTER && started.elapsed() < DRAIN_TIMEOUT {
            std::thread::sleep(DRAINED_AFTER / 4);
        }
        while let Ok(event) = self.events.try_recv() {
            self.dirty_of(event);
        }
    }

    /// Waits for changes, at most for `timeout`. Returns `None` if there were none.
    pub fn next(&mut self, timeout: Duration) -> Option<ContentChange> {
        let deadline = Instant::now() + timeout;
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
        let detected_at = Instant::now();
        let dirty = self.collect(dirty, detected_at);
        self.watch_unsure_folders();
        Some(ContentChange { dirty, detected_at })
    }

    /// Adds further changes until the debounce or the maximum delay has passed.
    fn collect(&mut self, mut dirty: Dirty, detected_at: Instant) -> Dirty {
        let debounce = self.options.as_ref().map_or(Duration::ZERO, |options| options.debounce);
        let mut deadline = detected_at + debounce * DELAY_DEBOUNCES;
        let mut changed_at = Instant::now();
        loop {
            let work_tree = self.work_tree.as_ref();
            let is_checkout = work_tree.is_some_and(GitWorkTree::is_changing);
            let mut quiet_time = debounce;
            if is_checkout || work_tree.is_some_and(GitWorkTree::has_just_changed) {
                // The thousands of events of a checkout arrive with pauses.
                deadline = detected_at + CHECKOUT_TIMEOUT;
                quiet_time = debounce * CHECKOUT_DEBOUNCES;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(quiet_time.min(left)) {
                Ok(event) => {
                    changed_at = Instant::now();
                    let more = self.dirty_of(event);
                    dirty = merge(dirty, more);
                }
                Err(RecvTimeoutError::Timeout) if is_checkout && !left.is_zero() => {
                    if changed_at.elapsed() < CHECKOUT_PAUSE {
                        continue;
                    }
                    self.work_tree.iter_mut().for_each(GitWorkTree::ignore_lock);
                    return dirty;
                }
                Err(_) => return dirty,
            }
            if left.is_zero() {
                return dirty;
            }
        }
    }

    fn dirty_of(&mut self, event: notify::Result<Event>) -> Option<Dirty> {
        match (&event, self.options.clone()) {
            (Err(error), Some(options))
                if matches!(error.kind, ErrorKind::MaxFilesWatch) && self.mode == WatchMode::Events =>
            {
                // A new folder exceeds the watch limit, so the whole directory is polled from now on.
                self.poll_without_events(&options, error);
            }
            (Ok(event), _) if may_hide_a_folder(event) => {
                self.unsure_folders.extend(event.paths.iter().filter(|path| is_folder(path)).cloned());
            }
            _ => {}
        }
        dirty_of(event)
    }

    /// Watches new folders once more: notify does not report that one of them could not be watched, for example
    /// because of its permissions, and then leaves out others, too.
    fn watch_unsure_folders(&mut self) {
        let folders = std::mem::take(&mut self.unsure_folders);
        let (EventSource::Events { watcher }, Some(options)) = (&mut self.source, self.options.clone())
        else {
            return;
        };
        let mut outer: Option<&Path> = None;
        for folder in &folders {
            // In the order of paths, a folder comes before those below it, which are watched with it.
            if outer.is_some_and(|outer| folder.starts_with(outer)) {
                continue;
            }
            outer = Some(folder);
            match watch_folder(watcher, folder) {
                Err(error) if folder.is_dir() => return self.poll_without_events(&options, &error),
                // The folder has gone again, which is an event of its own.
                Ok(()) | Err(_) => {}
            }
        }
    }
}

/// Watches a directory with everything below it. Read events are dropped here: a full comparison causes two
/// per post.
fn watch(
    options: &WatchOptions,
    events: Sender<notify::Result<Event>>,
    last_event_at: LastEventAt,
) -> notify::Result<RecommendedWatcher> {
    let on_event = move |event: notify::Result<Event>| {
        *last_event_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if !is_access(&event) {
            // Sending fails only while the watcher is being dropped.
            let _ = events.send(event);
        }
    };
    // notify must not follow links: one of them could lead to the whole disk.
    let config = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(on_event, config)?;
    watch_folder(&mut watcher, &options.dir)?;
    for folder in options.mounted.iter().filter(|folder| folder.is_dir()) {
        watch_folder(&mut watcher, folder)?;
    }
    for folder in linked_folders(&options.dirs(), &options.links) {
        watch_folder(&mut watcher, &folder)?;
    }
    Ok(watcher)
}

#[cfg(test)]
mod tests;
