//! The search state: a snapshot with the settings and the derived data that its searches need.

use std::hash::{BuildHasher, Hash, RandomState};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::entity_tag::EntityTag;
use super::response_cache::ResponseCache;
use crate::analysis::SiteAnalyzer;
use crate::config::{Config, SynonymRule, TypoLimits};
use crate::index::{IndexError, Provenance, Snapshot};
use crate::query::suggest::SuggestionTable;
use crate::query::{Cancellation, Context, Synonyms, Weights};

/// The settings that affect searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchSettings {
    synonyms: Vec<SynonymRule>,
    typos: TypoLimits,
    recency_half_life_days: u32,
    snippet_chars: usize,
}

impl SearchSettings {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            synonyms: config.synonyms.clone(),
            typos: config.typos,
            recency_half_life_days: config.recency_half_life_days,
            snippet_chars: config.snippet_chars,
        }
    }
}

/// A snapshot, its response cache, and the data derived from it on first use.
pub(super) struct SearchState {
    pub(super) snapshot: Arc<Snapshot>,
    settings: Arc<SearchSettings>,
    /// Analyzes queries for the languages of the posts.
    analyzer: SiteAnalyzer,
    synonyms: Synonyms,
    suggestion_table: Mutex<Option<Arc<SuggestionTable>>>,
    pub(super) responses: ResponseCache,
    is_warm: OnceLock<bool>,
    /// See [`digest`].
    digest: u64,
}

impl SearchState {
    pub(super) fn new(snapshot: Arc<Snapshot>, settings: Arc<SearchSettings>) -> Self {
        let analyzer = SiteAnalyzer::for_languages(snapshot.languages().for_queries());
        let synonyms = Synonyms::new(&settings.synonyms, &analyzer);
        let digest = digest(&snapshot, &settings, BUILD);
        Self {
            analyzer,
            synonyms,
            snapshot,
            settings,
            suggestion_table: Mutex::default(),
            responses: ResponseCache::default(),
            is_warm: OnceLock::new(),
            digest,
        }
    }

    /// Returns the entity tag of what depends on the commit, the settings and the request.
    pub(super) fn entity_tag(&self, request: &impl Hash) -> EntityTag {
        EntityTag::new(self.digest, request)
    }

    /// Loads the data that every search reads. Concurrent callers wait for the first one instead of loading it again.
    pub(super) fn warm_up(&self) -> Result<(), IndexError> {
        let load = || -> Result<(), IndexError> {
            self.snapshot.vocabulary()?;
            self.snapshot.tie_break_ranks()?;
            Ok(())
        };
        if *self.is_warm.get_or_init(|| load().is_ok()) { Ok(()) } else { load() }
    }

    /// Returns the suggestion table, loaded on first use.
    pub(super) fn suggestion_table(&self) -> Result<Arc<SuggestionTable>, IndexError> {
        let mut loaded = self.suggestion_table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(suggestion_table) = &*loaded {
            return Ok(Arc::clone(suggestion_table));
        }
        let suggestion_table = Arc::new(SuggestionTable::read(&self.snapshot)?);
        *loaded = Some(Arc::clone(&suggestion_table));
        Ok(suggestion_table)
    }

    pub(super) fn context<'a>(&'a self, weights: &'a Weights, cancellation: &'a Cancellation) -> Context<'a> {
        Context {
            snapshot: &self.snapshot,
            analyzer: &self.analyzer,
            synonyms: &self.synonyms,
            weights,
            typos: self.settings.typos,
            recency_half_life_days: self.settings.recency_half_life_days,
            snippet_chars: self.settings.snippet_chars,
            cancellation,
        }
    }
}

/// The version of the program, and a digest of its sources (`build.rs`): another build of the same version may respond
/// in another way.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("BUILD_DIGEST"));

/// Returns a digest of everything that responses depend on besides the request: the content, the settings and the
/// program.
fn digest(snapshot: &Snapshot, settings: &SearchSettings, build: &str) -> u64 {
    // If the columns cannot be read, a random number never recurs, so that no client keeps a response.
    let content = snapshot
        .content_sum()
        .unwrap_or_else(|_| u128::from(RandomState::new().hash_one("unreadable columns")));
    let Provenance { schema, analysis, reading, settings: of_documents, indexed_at: _ } =
        snapshot.provenance();
    let mut hasher = blake3::Hasher::new();
    // The debug form has all settings. Writing to a hasher cannot fail.
    let _ = write!(hasher, "{content} {schema} {analysis} {reading} {of_documents:?} {settings:?} {build}");
    let mut digest = [0; size_of::<u64>()];
    hasher.finalize_xof().fill(&mut digest);
    u64::from_le_bytes(digest)
}
