//! The engine: searches over the newest commit of one index.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::build_progress::{BuildCounter, BuildProgress};
use super::health::{Freshness, Health, HealthCheck, HealthProblem};
use super::log_health::LogHealth;
use super::pinned_commit::PinnedCommit;
use super::request::{ApiRequest, ResponseError};
use super::response_cache::to_json;
use super::search_state::{SearchSettings, SearchState};
use super::trimmed_hits::with_fields;
use crate::config::Config;
use crate::content::SourceError;
use crate::index::{IndexError, Snapshot, generation};
use crate::query::cancellation::NEVER;
use crate::query::post::{PostFormat, post};
use crate::query::records::{RecordRequest, RecordResponse, records};
use crate::query::related::{RelatedRequest, RelatedResponse, related};
use crate::query::suggest::{SuggestRequest, SuggestResponse, suggest};
use crate::query::{
    Cancellation, HitFields, PostLookupError, SearchRequest, SearchResponse, Weights, facet_values, rank,
    search,
};
use crate::reindex::{GuessedUrls, IndexingReport, SkippedCounts};

/// A failure to open the index for searching.
#[derive(Debug, thiserror::Error)]
pub enum EngineOpenError {
    /// There is no index yet.
    #[error("there is no index in {0}; build it with `bloghound index`")]
    NoIndex(PathBuf),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// A search engine over one index, shared by all threads. A new commit replaces the served one atomically.
///
/// Without a commit, while the index is built for the first time, all requests fail with [`IndexError::NotBuilt`].
pub struct Engine {
    /// `None` before the first commit.
    state: ArcSwapOption<SearchState>,
    /// The last commit whose suggestion table is loaded; suggestions come from it.
    suggest_state: ArcSwapOption<SearchState>,
    /// The progress towards the first commit.
    build: BuildCounter,
    /// Set by the first request for suggestions: from then on, the suggestion table of every commit is loaded.
    serves_suggestions: AtomicBool,
    /// Settings of the next search state.
    settings: ArcSwap<SearchSettings>,
    weights: Weights,
    report: Mutex<IndexingReport>,
    pub(super) health: Health,
}

/// The state of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Status {
    /// Number of posts and pages in the index.
    pub posts: u64,
    /// The progress of building the index; `None` once there is one to serve.
    pub build: Option<BuildProgress>,
    /// Name of the served commit; empty if there is none.
    pub generation: String,
    /// Time of the served commit.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub indexed_at: Option<Timestamp>,
    /// Digest of the indexed content, once the index was compared with the content. Equal content and
    /// settings have equal digests on every machine.
    pub content_digest: Option<String>,
    /// Number of source files that are not indexed, by reason.
    pub skipped: SkippedCounts,
    /// Number of posts and pages whose URL is a guess, by reason.
    pub guessed_urls: Vec<GuessedUrls>,
    /// Source files that could not be read.
    pub failed: Vec<SourceError>,
    /// Failed health checks; the last good state keeps serving.
    pub problems: Vec<HealthProblem>,
    /// The delay of the index behind the content.
    #[serde(flatten)]
    pub freshness: Freshness,
}

impl Engine {
    /// Returns an engine over this snapshot.
    #[must_use]
    pub fn new(config: &Config, snapshot: Snapshot) -> Self {
        let engine = Self::without_index(config);
        let state = Arc::new(SearchState::new(Arc::new(snapshot), engine.settings.load_full()));
        engine.state.store(Some(Arc::clone(&state)));
        engine.suggest_state.store(Some(state));
        engine
    }

    /// Returns an engine without an index: requests fail until one is [published](Engine::publish).
    #[must_use]
    pub fn without_index(config: &Config) -> Self {
        Self {
            state: ArcSwapOption::empty(),
            suggest_state: ArcSwapOption::empty(),
            build: BuildCounter::default(),
            serves_suggestions: AtomicBool::new(false),
            settings: ArcSwap::from_pointee(SearchSettings::of(config)),
            weights: Weights::default(),
            report: Mutex::default(),
            health: Health::default(),
        }
    }

    /// Opens the current index of a site for searching only.
    ///
    /// # Errors
    /// If there is no index, or it cannot be read.
    pub fn open(config: &Config) -> Result<Self, EngineOpenError> {
        let (dir, _lease) = generation::lease_current(&config.index_dir)
            .ok_or_else(|| EngineOpenError::NoIndex(config.index_dir.clone()))?;
        Ok(Self::new(config, Snapshot::open_dir(&dir)?))
    }

    /// Searches posts.
    ///
    /// # Errors
    /// If the index cannot be read; never because of the query text.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        search(&self.served()?.context(&self.weights, &NEVER), request)
    }

    /// Returns the state that requests are answered from.
    fn served(&self) -> Result<Arc<SearchState>, IndexError> {
        self.state.load_full().ok_or_else(|| self.not_built())
    }

    fn not_built(&self) -> IndexError {
        IndexError::NotBuilt { percent: self.build.progress().percent }
    }

    /// Returns whether there is a commit to serve.
    #[must_use]
    pub(crate) fn has_index(&self) -> bool {
        self.state.load().is_some()
    }

    /// Returns the progress of building the index, if there is none to serve.
    #[must_use]
    pub(crate) fn build_progress(&self) -> Option<BuildProgress> {
        (!self.has_index()).then(|| self.build.progress())
    }

    /// Returns the cached response of the served commit.
    #[must_use]
    pub fn cached_response(&self, request: &ApiRequest) -> Option<Bytes> {
        self.pin(request).ok()?.cached_response(request)
    }

    /// Computes the response in its format, and caches it.
    ///
    /// # Errors
    /// If the index cannot be read, or the requested post does not exist; never because of a query text.
    pub fn respond(&self, request: ApiRequest) -> Result<Bytes, ResponseError> {
        let commit = self.pin(&request)?;
        self.respond_from(&commit, request, &NEVER)
    }

    /// Returns the commit that answers a request, with the settings in force.
    ///
    /// # Errors
    /// [`IndexError::NotBuilt`] if there is no index yet.
    pub(crate) fn pin(&self, request: &ApiRequest) -> Result<PinnedCommit, IndexError> {
        let state = match request {
            ApiRequest::Suggest(_) => self.suggest_state.load_full(),
            ApiRequest::Search { .. }
            | ApiRequest::Facets { .. }
            | ApiRequest::Related(_)
            | ApiRequest::Post(_) => self.state.load_full(),
        };
        state.map(PinnedCommit).ok_or_else(|| self.not_built())
    }

    /// Computes the response of a commit like [`Engine::respond`], and stops soon after the request is cancelled.
    ///
    /// # Errors
    /// See [`Engine::respond`]; [`IndexError::Cancelled`] if the request was cancelled.
    pub(crate) fn respond_from(
        &self,
        PinnedCommit(state): &PinnedCommit,
        request: ApiRequest,
        cancellation: &Cancellation,
    ) -> Result<Bytes, ResponseError> {
        cancellation.check()?;
        state.warm_up()?;
        let json = match &request {
            ApiRequest::Search { request, warnings } => {
                let mut response = search(&state.context(&self.weights, cancellation), request)?;
                response.warnings.extend_from_slice(warnings);
                let json = to_json(&response)?;
                if request.fields == HitFields::ALL { json } else { with_fields(&json, request.fields)? }
            }
            ApiRequest::Facets { request, warnings } => {
                let mut response = facet_values(&state.context(&self.weights, cancellation), request)?;
                response.warnings.extend_from_slice(warnings);
                to_json(&response)?
            }
            ApiRequest::Post(request) => {
                let response = post(&state.snapshot, &request.id)?;
                match request.format {
                    PostFormat::Json => to_json(&response)?,
                    PostFormat::Markdown => response.to_markdown().into(),
                }
            }
            ApiRequest::Suggest(request) => to_json(&self.suggest_from(state, request, cancellation)?)?,
            ApiRequest::Related(request) => to_json(&related(&state.snapshot, request, cancellation)?)?,
        };
        state.responses.insert(request, &json);
        Ok(json)
    }

    /// Searches records.
    ///
    /// # Errors
    /// When the index cannot be read; [`IndexError::Cancelled`] if the request was cancelled.
    pub(crate) fn records(
        &self,
        request: &RecordRequest,
        cancellation: &Cancellation,
    ) -> Result<RecordResponse, IndexError> {
        cancellation.check()?;
        let state = self.served()?;
        state.warm_up()?;
        records(&state.context(&self.weights, cancellation), request)
    }

    /// Searches with other ranking weights. Returns the ids of the hits, best first.
    ///
    /// # Errors
    /// If the index cannot be read; never because of the query text.
    pub fn rank_with(&self, request: &SearchRequest, weights: &Weights) -> Result<Vec<String>, IndexError> {
        rank(&self.served()?.context(weights, &NEVER), request)
    }

    /// Suggests completions for a partly typed query.
    ///
    /// # Errors
    /// If the index cannot be read; never because of the text.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestResponse, IndexError> {
        let state = self.suggest_state.load_full().ok_or_else(|| self.not_built())?;
        self.suggest_from(&state, request, &NEVER)
    }

    fn suggest_from(
        &self,
        state: &SearchState,
        request: &SuggestRequest,
        cancellation: &Cancellation,
    ) -> Result<SuggestResponse, IndexError> {
        let started = Instant::now();
        self.serves_suggestions.store(true, Ordering::Relaxed);
        suggest(&state.context(&self.weights, cancellation), &*state.suggestion_table()?, request, started)
    }

    /// Finds posts related to one post.
    ///
    /// # Errors
    /// If there is no such post, or the index cannot be read.
    pub fn related(&self, request: &RelatedRequest) -> Result<RelatedResponse, PostLookupError> {
        related(&self.served()?.snapshot, request, &NEVER)
    }

    /// Returns the ids of all posts and pages, sorted.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, IndexError> {
        Ok(self.served()?.snapshot.manifest()?.into_keys().collect())
    }

    /// Warms `snapshot` up and serves it from then on. Running searches finish on the commit with which they started.
    /// Suggestions switch to the new commit a little later, because loading their table takes longer and searches need
    /// not wait for it.
    ///
    /// # Errors
    /// If the index cannot be read; the previous snapshot keeps serving.
    pub fn publish(&self, snapshot: Snapshot) -> Result<(), IndexError> {
        if let Some(previous) = self.state.load_full() {
            snapshot.derive_vocabulary_from(&previous.snapshot)?;
            snapshot.derive_content_sum_from(&previous.snapshot)?;
        }
        self.switch_to(Arc::new(snapshot))
    }

    /// Applies new settings.
    pub(crate) fn configure(&self, config: &Config) {
        let settings = SearchSettings::of(config);
        if settings == **self.settings.load() {
            return;
        }
        self.settings.store(Arc::new(settings));
        let Some(state) = self.state.load_full() else { return };
        if let Err(error) = self.switch_to(Arc::clone(&state.snapshot)) {
            tracing::error!("cannot apply the new settings yet: {error}; the next commit applies them");
        }
    }

    fn switch_to(&self, snapshot: Arc<Snapshot>) -> Result<(), IndexError> {
        let state = Arc::new(SearchState::new(snapshot, self.settings.load_full()));
        state.warm_up()?;
        self.state.store(Some(Arc::clone(&state)));
        if self.serves_suggestions.load(Ordering::Relaxed) {
            state.suggestion_table()?;
        }
        self.suggest_state.store(Some(state));
        Ok(())
    }

    /// Loads the data that the first search would otherwise load.
    ///
    /// # Errors
    /// If there is no index, or it cannot be read.
    pub fn warm_up(&self) -> Result<(), IndexError> {
        self.served()?.warm_up()
    }

    /// Returns the number of posts and pages of the served commit; 0 if there is none.
    #[must_use]
    pub(crate) fn num_posts(&self) -> u64 {
        self.state.load().as_ref().map_or(0, |state| state.snapshot.num_docs())
    }

    /// Returns the name of the served commit; empty if there is none.
    #[must_use]
    pub fn generation(&self) -> String {
        self.state.load().as_ref().map_or_else(String::new, |state| state.snapshot.generation().to_owned())
    }

    /// Records a failed health check. It is logged once and stays in the status until the check succeeds.
    pub(crate) fn report_problem(&self, check: HealthCheck, message: String) {
        self.health.report_problem(check, message);
    }

    /// Removes the problem of a check, if there is one, and logs the recovery.
    pub fn report_recovery(&self, check: HealthCheck) {
        self.health.report_recovery(check);
    }

    /// Returns the check that has failed for longer than `limit` so that the index does not follow the content;
    /// `None` if the index follows.
    #[must_use]
    pub(crate) fn failing_sync_check(&self, limit: Duration) -> Option<HealthCheck> {
        self.health.failing_sync_check(limit)
    }

    /// Returns the number of panics of indexing that were caught.
    #[must_use]
    pub(crate) fn caught_panics(&self) -> u64 {
        self.health.panics()
    }

    /// Records that indexing makes progress.
    pub(super) fn record_progress(&self, done: usize, total: usize) {
        self.health.record_heartbeat();
        if !self.has_index() {
            self.build.record(done, total);
        }
    }

    /// Records the report of an indexing run, for the status.
    pub fn set_report(&self, report: IndexingReport) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// Returns the state of the index.
    #[must_use]
    pub fn status(&self) -> Status {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        let mut problems = self.health.problems();
        problems.extend(LogHealth::global().problem());
        Status {
            posts: self.num_posts(),
            build: self.build_progress(),
            generation: self.generation(),
            indexed_at: self.state.load().as_ref().and_then(|state| state.snapshot.indexed_at()),
            content_digest: Some(report.content_digest.clone()).filter(|digest| !digest.is_empty()),
            skipped: report.skipped,
            guessed_urls: report.guessed_urls.clone(),
            failed: report.failed.clone(),
            problems,
            freshness: self.health.freshness(),
        }
    }
}
