//! What the HTTP service and the command line talk to: searches over the newest commit.

mod answers;
mod maintenance;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

pub use answers::{AnswerError, Question};
pub use maintenance::{Maintenance, Tell, Watch, Work};

use crate::analysis::SiteAnalyzer;
use crate::config::{Config, SynonymRule, TypoLimits};
use crate::content::Failure;
use crate::index::{IndexError, Snapshot, generation};
use crate::query::related::{RelatedError, RelatedRequest, RelatedResponse, related};
use crate::query::suggest::{Completions, SuggestRequest, SuggestResponse, suggest};
use crate::query::{Context, SearchRequest, SearchResponse, Synonyms, Weights, rank, search};
use crate::reindex::{Report, Skipped};
use answers::{Answers, to_json};

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

/// A snapshot, and what is made of it when it is first asked for.
struct View {
    snapshot: Snapshot,
    /// Of queries, for the languages of the posts.
    analyzer: SiteAnalyzer,
    synonyms: Synonyms,
    completions: Mutex<Option<Arc<Completions>>>,
    answers: Answers,
    is_ready: OnceLock<bool>,
}

impl View {
    fn new(snapshot: Snapshot, rules: &[SynonymRule]) -> Self {
        let analyzer = SiteAnalyzer::for_languages(snapshot.languages().of_queries());
        let synonyms = Synonyms::new(rules, &analyzer);
        Self {
            analyzer,
            synonyms,
            snapshot,
            completions: Mutex::default(),
            answers: Answers::default(),
            is_ready: OnceLock::new(),
        }
    }

    /// Reads what every search needs, once: one that comes meanwhile waits for it instead of reading it too.
    fn make_ready(&self) -> Result<(), IndexError> {
        let read = || -> Result<(), IndexError> {
            self.snapshot.words()?;
            self.snapshot.places()?;
            Ok(())
        };
        if *self.is_ready.get_or_init(|| read().is_ok()) { Ok(()) } else { read() }
    }

    fn completions(&self) -> Result<Arc<Completions>, IndexError> {
        let mut known = self.completions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(completions) = &*known {
            return Ok(Arc::clone(completions));
        }
        let completions = Arc::new(Completions::read(&self.snapshot)?);
        *known = Some(Arc::clone(&completions));
        Ok(completions)
    }
}

/// Answers searches; shared by all threads.
pub struct Engine {
    view: ArcSwap<View>,
    /// What suggestions come from: the last commit whose suggestions are ready.
    suggesting: ArcSwap<View>,
    /// Somebody has asked for suggestions: they are made ready with every commit.
    suggests: AtomicBool,
    weights: Weights,
    synonyms: Vec<SynonymRule>,
    typos: TypoLimits,
    recency_half_life_days: u32,
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
    /// Searches a snapshot.
    #[must_use]
    pub fn new(config: &Config, snapshot: Snapshot) -> Self {
        let view = Arc::new(View::new(snapshot, &config.synonyms));
        Self {
            view: ArcSwap::new(Arc::clone(&view)),
            suggesting: ArcSwap::new(view),
            suggests: AtomicBool::new(false),
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
        search(&self.context(&view, &self.weights), request)
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
                let mut response = search(&self.context(&view, &self.weights), request)?;
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
        rank(&self.context(&view, weights), request)
    }

    fn context<'a>(&'a self, view: &'a View, weights: &'a Weights) -> Context<'a> {
        Context {
            snapshot: &view.snapshot,
            analyzer: &view.analyzer,
            synonyms: &view.synonyms,
            weights,
            typos: self.typos,
            recency_half_life_days: self.recency_half_life_days,
            snippet_chars: self.snippet_chars,
        }
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
        let view = Arc::new(View::new(snapshot, &self.synonyms));
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
            skipped: report.skipped,
            failed: report.failed.clone(),
        }
    }
}
