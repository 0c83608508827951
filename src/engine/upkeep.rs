//! What the thread of the index does again and again.
//!
//! Whatever fails, the last good state keeps answering, what is wrong is said once, and the next try is never
//! far: the index is opened anew, for nobody knows in which state a failure left it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::Engine;
use super::health::Concern;
use super::maintenance::{Reload, SharedWaker, Tell, Work};
use super::stamp::{IndexStamp, SettingsStamp};
use crate::config::Config;
use crate::content::Site;
use crate::index::{Snapshot, Verified, generation};
use crate::reindex::{Change, Dirty, Indexer, Mode, ReindexError, Report, Watcher};

/// How soon something that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// How often settings, the content directory and the index are looked at: that takes a few system calls.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the thread has.
pub(super) struct Upkeep {
    engine: Arc<Engine>,
    config: Config,
    site: Site,
    follows: bool,
    /// None where another process writes, where nobody can, and where changes are not followed.
    indexer: Option<Indexer>,
    watcher: Watcher,
    waker: SharedWaker,
    reload: Reload,
    settings: SettingsStamp,
    reader: Reader,
    reconcile_at: Instant,
    retry_at: Instant,
}

/// Follows what other processes make of the index.
#[derive(Default)]
struct Reader {
    seen: Option<IndexStamp>,
    verified: Verified,
    dir: PathBuf,
}

impl Upkeep {
    /// Follows the content, where that is wanted: what changes from now on is seen afterwards.
    pub(super) fn begin(engine: Arc<Engine>, work: Work, waker: SharedWaker) -> (Self, Option<Tell>) {
        let Work { config, site, follows, indexer, watcher, on_compared, reload } = work;
        let following = follows.then(|| Work::following(&config, &site));
        let now = Instant::now();
        let mut upkeep = Self {
            watcher: watcher.unwrap_or_else(|| Watcher::new(following)),
            settings: SettingsStamp::of(&config.site_dir),
            reader: Reader::default(),
            reconcile_at: now + config.reconcile_every,
            retry_at: now + RETRY_AFTER,
            engine,
            config,
            site,
            follows,
            indexer,
            waker,
            reload,
        };
        *upkeep.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(upkeep.watcher.waker());
        upkeep.reader.seen = IndexStamp::of(&upkeep.config.index_dir);
        if on_compared.is_none() && upkeep.indexer.is_some() {
            upkeep.engine.health.compared();
        }
        upkeep.say_how_it_watches();
        if *upkeep.watcher.mode() != Mode::Off {
            tracing::info!("following changes of {}", upkeep.site.content_dir.display());
        }
        (upkeep, on_compared)
    }

    pub(super) fn run(mut self, on_compared: Option<Tell>, should_stop: &AtomicBool) {
        if let Some(on_compared) = on_compared {
            self.reconcile(Some(on_compared));
        }
        while !should_stop.load(Ordering::Acquire) {
            if !self.follows {
                self.give_free();
            }
            let patience = LOOK_EVERY.min(self.reconcile_at.saturating_duration_since(Instant::now()));
            let change = self.watcher.next(if self.follows { patience } else { LOOK_EVERY });
            if should_stop.load(Ordering::Acquire) {
                break;
            }
            self.look_around();
            match change {
                Some(change) => self.take(change),
                None if self.reconcile_at <= Instant::now() => self.reconcile(None),
                None => {}
            }
        }
        self.give_free();
    }

    fn give_free(&mut self) {
        if let Some(Err(error)) = self.indexer.take().map(Indexer::close) {
            tracing::error!("the index was not closed cleanly: {error}");
        }
        if !self.follows {
            self.reader.seen = self.reader.seen.take().or_else(|| IndexStamp::of(&self.config.index_dir));
        }
    }

    /// Looks after what gives no events.
    fn look_around(&mut self) {
        let settings = SettingsStamp::of(&self.config.site_dir);
        if settings != self.settings {
            self.settings = settings;
            self.take_settings();
        }
        if self.watcher.renew() {
            self.reconcile_at = Instant::now();
        }
        self.say_how_it_watches();
        match &self.indexer {
            Some(indexer) if indexer.is_replaced() => {
                tracing::warn!("another process has replaced the index; it is taken over");
                self.indexer = None;
                self.open();
            }
            Some(_) => {}
            None => {
                self.follow_index();
                if self.follows && self.retry_at <= Instant::now() {
                    self.open();
                }
            }
        }
    }

    fn say_how_it_watches(&mut self) {
        let health = &self.engine.health;
        health.watching(self.watcher.mode());
        match self.watcher.mode() {
            Mode::Polling(Some(why)) => {
                let seconds = self.config.poll_every.as_secs_f32();
                let message = format!(
                    "changes are looked for every {seconds} s, because the system does not tell them: {why}"
                );
                health.trouble(Concern::Watching, message);
            }
            Mode::Missing => {
                let dir = self.site.content_dir.display();
                health.trouble(
                    Concern::Watching,
                    format!("there is no {dir} to follow; it is looked for every second"),
                );
            }
            Mode::Off | Mode::Events | Mode::Polling(None) => health.well(Concern::Watching),
        }
    }

    fn take_settings(&mut self) {
        let (config, site) = match (self.reload)() {
            Ok(read) => read,
            Err(message) => {
                let message = format!("{message}; the settings from before stay");
                return self.engine.health.trouble(Concern::Settings, message);
            }
        };
        self.engine.health.well(Concern::Settings);
        if config == self.config && site == self.site {
            return;
        }
        tracing::info!("the settings have changed");
        if config.allow_origins != self.config.allow_origins {
            tracing::warn!("`allow_origins` is read at the start only: restart to apply it");
        }
        self.engine.configure(&config);
        let following = Work::following(&config, &site);
        if self.follows && following != Work::following(&self.config, &self.site) {
            self.watcher = Watcher::new(Some(following));
            *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.watcher.waker());
        }
        (self.config, self.site) = (config, site);
        self.give_free();
        if self.follows {
            self.open();
        }
    }

    /// Opens the index for writing, to compare the content with it at once.
    fn open(&mut self) {
        self.retry_at = Instant::now() + RETRY_AFTER;
        let opened = Indexer::open(&self.config, &self.site, false).and_then(|mut indexer| {
            if let Some(why) = indexer.unfit() {
                tracing::warn!("the index is built anew: {why}");
            }
            if let Some(last) = indexer.last()?.filter(|last| last.generation() != self.engine.generation()) {
                self.engine.publish(last)?;
            }
            Ok(indexer)
        });
        match opened {
            Ok(indexer) => {
                self.indexer = Some(indexer);
                self.reconcile_at = Instant::now();
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Publishes what another process has made of the index.
    fn follow_index(&mut self) {
        let stamp = IndexStamp::of(&self.config.index_dir);
        if stamp.is_none() || stamp == self.reader.seen {
            return;
        }
        let Some((dir, _lease)) = generation::hold_current(&self.config.index_dir) else { return };
        if dir != self.reader.dir {
            self.reader = Reader { dir: dir.clone(), ..Reader::default() };
        }
        let published = Snapshot::open_verified(&dir, &mut self.reader.verified)
            .and_then(|snapshot| self.engine.publish(snapshot));
        match published {
            Ok(()) => {
                self.reader.seen = stamp;
                self.engine.health.well(Concern::Index);
                tracing::info!("answering from the index that another process has made");
            }
            // It may be half way here: the next look sees more of it.
            Err(error) => {
                let message = format!("the new index cannot be read: {error}; the last one keeps answering");
                self.engine.health.trouble(Concern::Index, message);
            }
        }
    }

    fn take(&mut self, change: Change) {
        self.engine.health.changed();
        match change.dirty {
            Dirty::Everything => self.reconcile(None),
            Dirty::Paths(paths) => {
                let Some(indexer) = &mut self.indexer else { return };
                let updated = indexer.update(&paths);
                if self.publish(updated).is_some() {
                    self.engine.health.found(change.seen.elapsed());
                }
            }
        }
    }

    fn reconcile(&mut self, tell: Option<Tell>) {
        let now = Instant::now();
        self.reconcile_at = now + self.config.reconcile_every;
        let Some(indexer) = &mut self.indexer else { return };
        self.watcher.forget();
        let reconciled = indexer.reconcile(&mut |_, _| {});
        if let Some(report) = self.publish(reconciled) {
            self.engine.health.compared();
            if let Some(indexer) = &self.indexer {
                indexer.tidy();
            }
            if let Some(tell) = tell {
                tell(&report);
            }
        }
    }

    /// Publishes what was indexed, unless that went wrong.
    fn publish(&mut self, result: Result<Report, ReindexError>) -> Option<Report> {
        let known = self.engine.status().failed;
        let published = result.and_then(|report| {
            let indexer = self.indexer.as_ref();
            if let Some(indexer) = indexer.filter(|_| report.has_changes()) {
                self.engine.publish(indexer.snapshot()?)?;
                tracing::info!(
                    "indexed in {} ms: {} added, {} updated, {} deleted",
                    report.took_ms,
                    report.added,
                    report.updated,
                    report.deleted
                );
            }
            Ok(report)
        });
        let report = published.map_err(|error| self.failed(&error)).ok()?;
        self.engine.health.well(Concern::Index);
        self.engine.health.well(Concern::Content);
        self.engine.set_report(report.clone());
        for failure in report.failed.iter().filter(|failure| !known.contains(failure)) {
            tracing::warn!("not indexed: {failure}");
        }
        Some(report)
    }

    fn failed(&mut self, error: &ReindexError) {
        let again = Instant::now() + RETRY_AFTER;
        self.reconcile_at = self.reconcile_at.min(again);
        if matches!(error, ReindexError::NoContent(_)) {
            let message = format!("{error}; the last index keeps answering");
            return self.engine.health.trouble(Concern::Content, message);
        }
        self.indexer = None;
        self.retry_at = again;
        let message = format!("the index was not updated: {error}; the last one keeps answering");
        self.engine.health.trouble(Concern::Index, message);
    }
}
