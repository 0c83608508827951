//! A commit with all that a search of it takes.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::answers::Answers;
use crate::analysis::SiteAnalyzer;
use crate::config::{Config, SynonymRule, TypoLimits};
use crate::index::{IndexError, Snapshot};
use crate::query::suggest::Completions;
use crate::query::{Context, Synonyms, Weights};

/// The settings of searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    synonyms: Vec<SynonymRule>,
    typos: TypoLimits,
    recency_half_life_days: u32,
    snippet_chars: usize,
}

impl Settings {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            synonyms: config.synonyms.clone(),
            typos: config.typos,
            recency_half_life_days: config.recency_half_life_days,
            snippet_chars: config.snippet_chars,
        }
    }
}

/// A snapshot, and what is made of it when it is first asked for.
pub(super) struct View {
    pub(super) snapshot: Arc<Snapshot>,
    settings: Arc<Settings>,
    /// Of queries, for the languages of the posts.
    analyzer: SiteAnalyzer,
    synonyms: Synonyms,
    completions: Mutex<Option<Arc<Completions>>>,
    pub(super) answers: Answers,
    is_ready: OnceLock<bool>,
}

impl View {
    pub(super) fn new(snapshot: Arc<Snapshot>, settings: Arc<Settings>) -> Self {
        let analyzer = SiteAnalyzer::for_languages(snapshot.languages().of_queries());
        let synonyms = Synonyms::new(&settings.synonyms, &analyzer);
        Self {
            analyzer,
            synonyms,
            snapshot,
            settings,
            completions: Mutex::default(),
            answers: Answers::default(),
            is_ready: OnceLock::new(),
        }
    }

    /// Reads what every search needs, once: one that comes meanwhile waits for it instead of reading it too.
    pub(super) fn make_ready(&self) -> Result<(), IndexError> {
        let read = || -> Result<(), IndexError> {
            self.snapshot.words()?;
            self.snapshot.places()?;
            Ok(())
        };
        if *self.is_ready.get_or_init(|| read().is_ok()) { Ok(()) } else { read() }
    }

    pub(super) fn completions(&self) -> Result<Arc<Completions>, IndexError> {
        let mut known = self.completions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(completions) = &*known {
            return Ok(Arc::clone(completions));
        }
        let completions = Arc::new(Completions::read(&self.snapshot)?);
        *known = Some(Arc::clone(&completions));
        Ok(completions)
    }

    pub(super) fn context<'a>(&'a self, weights: &'a Weights) -> Context<'a> {
        Context {
            snapshot: &self.snapshot,
            analyzer: &self.analyzer,
            synonyms: &self.synonyms,
            weights,
            typos: self.settings.typos,
            recency_half_life_days: self.settings.recency_half_life_days,
            snippet_chars: self.settings.snippet_chars,
        }
    }
}
