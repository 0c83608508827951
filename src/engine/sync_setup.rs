//! The setup of the sync loop.

use std::time::Duration;

use crate::config::Config;
use crate::content::Site;
use crate::reindex::{Clock, Indexer, IndexingReport, WatchOptions};

/// Called with the report of a comparison of content and index.
pub type ReconcileCallback = Box<dyn FnOnce(&IndexingReport) + Send>;
/// Reloads the settings; an error is a message for the user.
pub type Reload = Box<dyn Fn() -> Result<(Config, Site), String> + Send>;

/// The settings, the writer and the callbacks with which the sync loop starts.
pub struct SyncSetup {
    /// The settings of bloghound.
    pub config: Config,
    /// The settings of the site.
    pub site: Site,
    /// Whether content changes are indexed as they happen. Otherwise the index is released after the first
    /// comparison, and commits of other processes are served.
    pub watches_content: bool,
    /// The writer of the index, if it could be opened.
    pub indexer: Option<Indexer>,
    /// Called after the first comparison of content and index. `None` leaves the comparison to the interval of the settings.
    pub on_first_reconcile: Option<ReconcileCallback>,
    /// Called when a settings file has changed.
    pub reload: Reload,
    /// The clock that publication dates are compared with.
    pub clock: Clock,
    /// The intervals of checks and retries.
    pub intervals: SyncIntervals,
}

impl SyncSetup {
    /// Returns the options of a watcher of the site's content.
    #[must_use]
    pub fn watch_options(config: &Config, site: &Site) -> WatchOptions {
        WatchOptions {
            dir: site.content_dir.clone(),
            mounted: site.mounts.iter().map(|mount| mount.folder.clone()).collect(),
            debounce: config.debounce,
            polls: config.polls,
            poll_every: config.poll_every,
            links: site.links.clone(),
        }
    }
}

/// Intervals of the sync loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncIntervals {
    /// Interval of the checks of settings, content directory and index, which take a few system calls.
    pub check: Duration,
    /// Delay before a failed operation is retried.
    pub retry: Duration,
    /// Longest delay before an operation that keeps failing is retried.
    pub max_retry: Duration,
}

impl Default for SyncIntervals {
    fn default() -> Self {
        let max_retry = Duration::from_mins(5);
        Self { check: Duration::from_secs(1), retry: Duration::from_secs(5), max_retry }
    }
}
