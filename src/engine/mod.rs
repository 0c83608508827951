//! What the HTTP service and the command line talk to: searches over the newest commit.

mod answers;
mod health;
mod maintenance;
mod stamp;
mod upkeep;
mod view;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

pub use answers::{AnswerError, Question};
pub use health::{Concern, Freshness, Trouble};
pub use maintenance::{Maintenance, Reload, Tell, Work};

use crate::config::Config;
use crate::content::Failure;
use crate::index::{IndexError, Snapshot, generation};
use crate::query::related::{RelatedError, RelatedRequest, RelatedResponse, related};
use crate::query::suggest::{SuggestRequest, SuggestResponse, suggest};
use crate::query::{SearchRequest, SearchResponse, Weights, rank, search};
use crate::reindex::{Report, Skipped};
use answers::to_json;
use health::Health;
use view::{Settings, View};

/// Why there is nothing to search.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No index was built yet.
    #[error("there is no index in {0}; build it with `bloghound index`")]
    NoIndex(PathBuf),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Answers searches; shared by all threads.
pub struct Engine {
    view: ArcSwap<View>,
    /// What suggestions come from: the last commit whose suggestions are ready.
    suggesting: ArcSwap<View>,
    /// Somebody has asked for suggestions: they are made ready with every commit.
    suggests: AtomicBool,
    /// Of the views to come.
    settings: ArcSwap<Settings>,
    weights: Weights,
    report: Mutex<Report>,
    health: Health,
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
    /// Digest of what is searched, once the index was compared with the content; equal content and settings
    /// have equal ones on every machine.
    pub content_digest: Option<String>,
    /// Source files that are not searched, by reason.
    pub skipped: Skipped,
    /// Source files that cannot be read.
    pub failed: Vec<Failure>,
    /// What is wrong; the last good state keeps answering.
    pub problems: Vec<Trouble>,
    /// How far the answers are behind the content.
    #[serde(flatten)]
    pub freshness: Freshness,
}

impl Engine {
    /// Searches a snapshot.
    #[must_use]
    pub fn new(config: &Config, snapshot: Snapshot) -> Self {
        let settings = Arc::new(Settings::of(config));
        let view = Arc::new(View::new(Arc::new(snapshot), Arc::clone(&settings)));
        Self {
            view: ArcSwap::new(Arc::clone(&view)),
            suggesting: ArcSwap::new(view),
            suggests: AtomicBool::new(false),
            settings: ArcSwap::new(settings),
            weights: Weights::default(),
            report: Mutex::default(),
            health: Health::default(),
        }
    }

    /// Opens the current index of a site for searching only.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(config: &Config) -> Result<Self, EngineError> {
        let (dir, _lease) = generation::hold_current(&config.index_dir)
            .ok_or_else(|| EngineError::NoIndex(config.index_dir.clone()))?;
        Ok(Self::new(config, Snapshot::open_dir(&dir)?))
    }

    /// Answers a search.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        let view = self.view.load();
        search(&view.context(&self.weights), request)
    }

    /// The answer to a question that this commit has answered already; this takes no time worth mentioning.
    #[must_use]
    pub fn recall(&self, question: &Question) -> Option<Bytes> {
        self.view_for(question).answers.recall(question)
    }

    /// Answers a question in JSON, and remembers the answer.
    ///
    /// # Errors
    /// When the index cannot be read, or there is no such post; never because of a query's text.
    pub fn answer(&self, question: Question) -> Result<Bytes, AnswerError> {
        let view = self.view_for(&question);
        view.make_ready()?;
        let answer = match &question {
            Question::Search { request, warnings } => {
                let mut response = search(&view.context(&self.weights), request)?;
                response.warnings.extend_from_slice(warnings);
                to_json(&response)?
            }
            Question::Suggest(request) => to_json(&self.suggest_from(&view, request)?)?,
            Question::Related(request) => to_json(&related(&view.snapshot, request)?)?,
        };
        view.answers.remember(question, &answer);
        Ok(answer)
    }

    /// The ids of the hits of a search that ranks by other constants.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the query's text.
    pub fn rank_with(&self, request: &SearchRequest, weights: &Weights) -> Result<Vec<String>, IndexError> {
        let view = self.view.load();
        rank(&view.context(weights), request)
    }

    fn view_for(&self, question: &Question) -> Arc<View> {
        match question {
            Question::Suggest(_) => self.suggesting.load_full(),
            Question::Search { .. } | Question::Related(_) => self.view.load_full(),
        }
    }

    /// Completes what a reader is typing.
    ///
    /// # Errors
    /// When the index cannot be read; never because of the text.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestResponse, IndexError> {
        self.suggest_from(&self.suggesting.load_full(), request)
    }

    fn suggest_from(&self, view: &View, request: &SuggestRequest) -> Result<SuggestResponse, IndexError> {
        let started = Instant::now();
        self.suggests.store(true, Ordering::Relaxed);
        suggest(&view.snapshot, &*view.completions()?, request, started)
    }

    /// Finds the posts closest to one.
    ///
    /// # Errors
    /// When there is no such post, or the index cannot be read.
    pub fn related(&self, request: &RelatedRequest) -> Result<RelatedResponse, RelatedError> {
        related(&self.view.load().snapshot, request)
    }

    /// The ids of all posts and pages, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, IndexError> {
        Ok(self.view.load().snapshot.manifest()?.into_keys().collect())
    }

    /// Searches `snapshot` from now on, as soon as it is ready for it; until then the last one answers, and
    /// searches under way end on the one they began with. Suggestions follow when theirs are ready, where
    /// somebody has asked for some: that takes longer, and a search need not wait for it.
    ///
    /// # Errors
    /// When the index cannot be read; the last snapshot stays.
    pub fn publish(&self, snapshot: Snapshot) -> Result<(), IndexError> {
        snapshot.learn_words(&self.view.load().snapshot)?;
        self.show(Arc::new(snapshot))
    }

    /// Answers by these settings from now on.
    pub fn configure(&self, config: &Config) {
        let settings = Settings::of(config);
        if settings == **self.settings.load() {
            return;
        }
        self.settings.store(Arc::new(settings));
        let snapshot = Arc::clone(&self.view.load().snapshot);
        if let Err(error) = self.show(snapshot) {
            tracing::error!("the new settings are not applied yet: {error}");
        }
    }

    fn show(&self, snapshot: Arc<Snapshot>) -> Result<(), IndexError> {
        let view = Arc::new(View::new(snapshot, self.settings.load_full()));
        view.make_ready()?;
        self.view.store(Arc::clone(&view));
        if self.suggests.load(Ordering::Relaxed) {
            view.completions()?;
        }
        self.suggesting.store(view);
        Ok(())
    }

    /// Makes ready what would keep the first reader waiting.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn warm(&self) -> Result<(), IndexError> {
        self.view.load().make_ready()
    }

    /// The name of the commit that answers.
    #[must_use]
    pub fn generation(&self) -> String {
        self.view.load().snapshot.generation().to_owned()
    }

    /// Takes note of what is wrong while the last good state answers; it is said once.
    pub fn trouble(&self, concern: Concern, message: String) {
        self.health.trouble(concern, message);
    }

    /// Takes note of what a reindexing found.
    pub fn set_report(&self, report: Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// How the index is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let snapshot = &self.view.load().snapshot;
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        Status {
            posts: snapshot.num_docs(),
            generation: snapshot.generation().to_owned(),
            indexed_at: snapshot.indexed_at(),
            content_digest: Some(report.content_digest.clone()).filter(|digest| !digest.is_empty()),
            skipped: report.skipped,
            failed: report.failed.clone(),
            problems: self.health.troubles(),
            freshness: self.health.freshness(),
        }
    }
}
