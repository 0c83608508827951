//! The thread that keeps an engine up to date: it waits for changes and publishes what they made.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::Engine;
use super::upkeep::Upkeep;
use crate::config::Config;
use crate::content::Site;
use crate::reindex::{Following, Indexer, Report, Waker, Watcher};

/// Tells what a comparison found.
pub type Tell = Box<dyn FnOnce(&Report) + Send>;
/// Reads the settings again; else what is wrong with them.
pub type Reload = Box<dyn Fn() -> Result<(Config, Site), String> + Send>;

/// What there is to do.
pub struct Work {
    /// The settings.
    pub config: Config,
    /// The site.
    pub site: Site,
    /// Changes of the content are followed. Where they are not, the index is given free as soon as it says what
    /// the content says, and what other processes make of it is followed.
    pub follows: bool,
    /// What writes the index; none where that is not possible yet.
    pub indexer: Option<Indexer>,
    /// What follows the content already, if something does.
    pub watcher: Option<Watcher>,
    /// Called when the content was compared for the first time; none where it has been compared already.
    pub on_compared: Option<Tell>,
    /// Called when a settings file has changed.
    pub reload: Reload,
}

impl Work {
    /// What is to be followed, with these settings.
    #[must_use]
    pub fn following(config: &Config, site: &Site) -> Following {
        Following {
            dir: site.content_dir.clone(),
            debounce: config.debounce,
            polls: config.polls,
            poll_every: config.poll_every,
        }
    }
}

/// Ends the waiting for changes, once that has begun.
pub(super) type SharedWaker = Arc<Mutex<Option<Waker>>>;

/// Keeps an engine up to date until it is stopped.
pub struct Maintenance {
    thread: JoinHandle<()>,
    should_stop: Arc<AtomicBool>,
    waker: SharedWaker,
}

impl Maintenance {
    /// Starts the work.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(engine: Arc<Engine>, work: Work) -> std::io::Result<Self> {
        let should_stop = Arc::new(AtomicBool::new(false));
        let waker = SharedWaker::default();
        let (stop, wakes) = (Arc::clone(&should_stop), Arc::clone(&waker));
        let run = move || {
            if let Err(error) = engine.warm() {
                tracing::error!("the index was not made ready: {error}");
            }
            let (upkeep, on_compared) = Upkeep::begin(engine, work, wakes);
            upkeep.run(on_compared, &stop);
        };
        let thread = std::thread::Builder::new().name("indexer".to_owned()).spawn(run)?;
        Ok(Self { thread, should_stop, waker })
    }

    /// Finishes the commit under way and ends the thread.
    pub fn stop(self) {
        self.should_stop.store(true, Ordering::Release);
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake();
        }
        if self.thread.join().is_err() {
            tracing::error!("the indexing thread had failed");
        }
    }
}
