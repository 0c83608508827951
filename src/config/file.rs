//! `bloghound.toml` as it is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ConfigError, SynonymRule, TypoLimits, limits, line_of};

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) content: Option<ContentTable>,
    pub(super) index: PathBuf,
    pub(super) generator: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) urls: UrlsTable,
    pub(super) search: SearchTable,
    pub(super) http: HttpTable,
    pub(super) watch: WatchTable,
}

/// A folder, or a table of it and what is left out.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a folder, or a table of `dir`, `ignore` and `gitignore`")]
pub(super) enum ContentTable {
    Dir(PathBuf),
    Table(ContentKeys),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContentKeys {
    pub(super) dir: Option<PathBuf>,
    pub(super) ignore: Vec<String>,
    pub(super) gitignore: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UrlsTable {
    pub(super) permalink: Option<Permalink>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Permalink {
    OfAll(String),
    ByFolder(BTreeMap<String, String>),
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SearchTable {
    pub(super) snippet_chars: usize,
    pub(super) one_typo_from: usize,
    pub(super) two_typos_from: usize,
    pub(super) synonyms: Vec<String>,
    pub(super) recency_half_life_days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HttpTable {
    pub(super) allow_origins: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WatchTable {
    pub(super) debounce_ms: u64,
    pub(super) reconcile_s: u64,
    pub(super) poll: bool,
    pub(super) poll_s: f32,
}

impl Default for File {
    fn default() -> Self {
        Self {
            content: None,
            index: PathBuf::from("index"),
            generator: None,
            base_url: None,
            urls: UrlsTable::default(),
            search: SearchTable::default(),
            http: HttpTable::default(),
            watch: WatchTable::default(),
        }
    }
}

impl Default for SearchTable {
    fn default() -> Self {
        let TypoLimits { one_from, two_from, .. } = TypoLimits::default();
        Self {
            snippet_chars: 200,
            one_typo_from: one_from,
            two_typos_from: two_from,
            synonyms: Vec::new(),
            recency_half_life_days: 1_825,
        }
    }
}

impl Default for HttpTable {
    fn default() -> Self {
        Self { allow_origins: vec!["*".to_owned()] }
    }
}

impl Default for WatchTable {
    fn default() -> Self {
        Self { debounce_ms: 50, reconcile_s: 300, poll: false, poll_s: 2.0 }
    }
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        };
        let invalid = |line, message: String| ConfigError::Invalid { path: path.to_owned(), line, message };
        let file: Self = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            invalid(line_of(text.as_bytes(), start), error.message().to_owned())
        })?;
        file.validate().map_err(|(key, allowed)| {
            let start = text.find(key).unwrap_or(0);
            invalid(line_of(text.as_bytes(), start), format!("`{key}` {allowed}"))
        })?;
        Ok(file)
    }

    /// The first key whose value makes no sense, with what is allowed.
    fn validate(&self) -> Result<(), (&'static str, &'static str)> {
        if !(40..=2_000).contains(&self.search.snippet_chars) {
            return Err(("snippet_chars", "must be from 40 to 2000 characters"));
        }
        if self.search.one_typo_from < 3 {
            return Err(("one_typo_from", "must be 3 letters or more"));
        }
        if self.search.two_typos_from < self.search.one_typo_from {
            return Err(("two_typos_from", "must not be less than `one_typo_from`"));
        }
        if self.search.synonyms.iter().any(|rule| SynonymRule::parse(rule).is_none()) {
            return Err(("synonyms", "must list rules like \"k8s = kubernetes\" or \"js => javascript\""));
        }
        if self.search.synonyms.len() > limits::MAX_SYNONYMS {
            return Err(("synonyms", "must not list more than 1000 rules"));
        }
        if self.search.recency_half_life_days == 0 {
            return Err(("recency_half_life_days", "must be 1 day or more"));
        }
        if !(1..=10_000).contains(&self.watch.debounce_ms) {
            return Err(("debounce_ms", "must be from 1 to 10000 milliseconds"));
        }
        if !(1..=86_400).contains(&self.watch.reconcile_s) {
            return Err(("reconcile_s", "must be from 1 to 86400 seconds"));
        }
        if !(0.1..=3_600.0).contains(&self.watch.poll_s) {
            return Err(("poll_s", "must be from 0.1 to 3600 seconds"));
        }
        let patterns = match &self.content {
            Some(ContentTable::Table(keys)) => keys.ignore.as_slice(),
            _ => &[],
        };
        let mut rules = ignore::gitignore::GitignoreBuilder::new("");
        if patterns.iter().any(|pattern| rules.add_line(None, pattern).is_err()) {
            return Err((
                "ignore",
                "must list patterns as in a .gitignore, such as \"drafts/\" or \"*.tmp.md\"",
            ));
        }
        let is_url = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        if self.base_url.as_ref().is_some_and(|url| !is_url(url)) {
            return Err(("base_url", "must start with http:// or https://"));
        }
        if !self.http.allow_origins.iter().all(|origin| origin == "*" || is_url(origin)) {
            return Err(("allow_origins", "must list \"*\" or origins like \"https://example.org\""));
        }
        let is_pattern = |pattern: &String| pattern.starts_with('/') && pattern.contains(':');
        let is_valid = match &self.urls.permalink {
            None => true,
            Some(Permalink::OfAll(pattern)) => is_pattern(pattern),
            Some(Permalink::ByFolder(patterns)) => patterns.values().all(is_pattern),
        };
        if !is_valid {
            return Err(("permalink", "must be a pattern like \"/blog/:year/:slug/\", or a table of such"));
        }
        Ok(())
    }
}
