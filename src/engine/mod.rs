//! What the HTTP service and the command line talk to: searches over the newest commit.

mod maintenance;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde::Serialize;

pub use maintenance::Maintenance;

use crate::analysis::Analyzer;
use crate::config::Config;
use crate::content::{Failure, Site, SiteError};
use crate::index::{IndexError, Snapshot, generation};
use crate::query::{Context, SearchRequest, SearchResponse, Weights, rank, search};
use crate::reindex::{Report, Skipped};

/// Why there is nothing to search.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No index was built yet.
    #[error("there is no index in {0}; build it with `bloghound index`")]
    NoIndex(PathBuf),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The site's configuration cannot be read.
    #[error(transparent)]
    Site(#[from] SiteError),
}

/// Answers searches; shared by all threads.
pub struct Engine {
    snapshot: ArcSwap<Snapshot>,
    analyzer: Analyzer,
    weights: Weights,
    snippet_chars: usize,
    report: Mutex<Report>,
}

/// How the index is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Posts and pages that are searched.
    pub posts: u64,
    /// The commit that answers.
    pub generation: String,
    /// When it was made.
    pub indexed_at: Option<Timestamp>,
    /// Source files that are not searched, by reason.
    pub skipped: Skipped,
    /// Source files that cannot be read.
    pub failed: Vec<Failure>,
}

impl Engine {
    /// Searches a snapshot, for queries in the site's language.
    #[must_use]
    pub fn new(config: &Config, site: &Site, snapshot: Snapshot) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            analyzer: Analyzer::new(site.query_language()),
            weights: Weights::default(),
            snippet_chars: config.snippet_chars,
            report: Mutex::default(),
        }
    }

    /// Opens the current index of a site for searching only.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(config: &Config) -> Result<Self, EngineError> {
        let site = Site::detect(config)?;
        let dir = generation::current(&config.index_dir)
            .ok_or_else(|| EngineError::NoIndex(config.index_dir.clone()))?;
        Ok(Self::new(config, &site, Snapshot::open_dir(&dir)?))
    }

    /// Answers a search.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        let snapshot = self.snapshot.load();
        search(&self.context(&snapshot, &self.weights), request)
    }

    /// The ids of the hits of a search that ranks by other constants.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn rank_with(&self, request: &SearchRequest, weights: &Weights) -> Result<Vec<String>, IndexError> {
        let snapshot = self.snapshot.load();
        rank(&self.context(&snapshot, weights), request)
    }

    fn context<'a>(&'a self, snapshot: &'a Snapshot, weights: &'a Weights) -> Context<'a> {
        Context { snapshot, analyzer: &self.analyzer, weights, snippet_chars: self.snippet_chars }
    }

    /// Searches `snapshot` from now on; searches under way end on the one they began with.
    pub fn publish(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
    }

    /// Takes note of what a reindexing found.
    pub fn set_report(&self, report: Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// How the index is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let snapshot = self.snapshot.load();
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        Status {
            posts: snapshot.num_docs(),
            generation: snapshot.generation().to_owned(),
            indexed_at: snapshot.indexed_at(),
            skipped: report.skipped,
            failed: report.failed.clone(),
        }
    }
}
