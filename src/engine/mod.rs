//! What the HTTP service and the command line talk to: searches over the newest commit.

mod maintenance;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde::Serialize;

pub use maintenance::Maintenance;

use crate::analysis::SiteAnalyzer;
use crate::config::{Config, SynonymRule, TypoLimits};
use crate::content::{Failure, SiteError};
use crate::index::{IndexError, Snapshot, generation};
use crate::query::{Context, SearchRequest, SearchResponse, Synonyms, Weights, rank, search};
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
    searched: ArcSwap<Searched>,
    weights: Weights,
    synonyms: Vec<SynonymRule>,
    typos: TypoLimits,
    recency_half_life_days: u32,
    snippet_chars: usize,
    report: Mutex<Report>,
}

/// A snapshot, and the analysis of queries for the languages of its posts.
struct Searched {
    snapshot: Snapshot,
    analyzer: SiteAnalyzer,
    synonyms: Synonyms,
}

impl Searched {
    fn new(snapshot: Snapshot, rules: &[SynonymRule]) -> Self {
        let analyzer = SiteAnalyzer::for_languages(snapshot.languages());
        Self { synonyms: Synonyms::new(rules, &analyzer), analyzer, snapshot }
    }
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
    /// Searches a snapshot.
    #[must_use]
    pub fn new(config: &Config, snapshot: Snapshot) -> Self {
        Self {
            searched: ArcSwap::from_pointee(Searched::new(snapshot, &config.synonyms)),
            weights: Weights::default(),
            synonyms: config.synonyms.clone(),
            typos: config.typos,
            recency_half_life_days: config.recency_half_life_days,
            snippet_chars: config.snippet_chars,
            report: Mutex::default(),
        }
    }

    /// Opens the current index of a site for searching only.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(config: &Config) -> Result<Self, EngineError> {
        let dir = generation::current(&config.index_dir)
            .ok_or_else(|| EngineError::NoIndex(config.index_dir.clone()))?;
        Ok(Self::new(config, Snapshot::open_dir(&dir)?))
    }

    /// Answers a search.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        let searched = self.searched.load();
        search(&self.context(&searched, &self.weights), request)
    }

    /// The ids of the hits of a search that ranks by other constants.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn rank_with(&self, request: &SearchRequest, weights: &Weights) -> Result<Vec<String>, IndexError> {
        let searched = self.searched.load();
        rank(&self.context(&searched, weights), request)
    }

    fn context<'a>(&'a self, searched: &'a Searched, weights: &'a Weights) -> Context<'a> {
        Context {
            snapshot: &searched.snapshot,
            analyzer: &searched.analyzer,
            synonyms: &searched.synonyms,
            weights,
            typos: self.typos,
            recency_half_life_days: self.recency_half_life_days,
            snippet_chars: self.snippet_chars,
        }
    }

    /// Searches `snapshot` from now on; searches under way end on the one they began with.
    pub fn publish(&self, snapshot: Snapshot) {
        self.searched.store(Arc::new(Searched::new(snapshot, &self.synonyms)));
    }

    /// Takes note of what a reindexing found.
    pub fn set_report(&self, report: Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// How the index is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let searched = self.searched.load();
        let snapshot = &searched.snapshot;
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
