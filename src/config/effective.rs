//! The settings in force, each with the source of its value.

use std::path::PathBuf;

use toml::Value;

/// The keys of all settings, in the order in which they are printed: those of a table follow each other.
pub(super) const KEYS: [&str; 47] = [
    "index",
    "generator",
    "base_url",
    "content.dir",
    "content.ignore",
    "content.gitignore",
    "content.follow_links",
    "urls.permalink",
    "search.snippet_chars",
    "search.one_typo_from",
    "search.two_typos_from",
    "search.synonyms",
    "search.recency_half_life_days",
    "http.allow_origins",
    "http.public_url",
    "http.hosts",
    "http.header_timeout_s",
    "http.idle_timeout_s",
    "http.write_timeout_s",
    "http.request_timeout_s",
    "http.max_connections",
    "http.max_streams",
    "http.max_uri_bytes",
    "http.max_header_bytes",
    "http.max_body_bytes",
    "http.max_bodies_bytes",
    "http.max_partial_heads_bytes",
    "http.shutdown_s",
    "http.cache_max_age_s",
    "http.rate_per_second",
    "http.rate_burst",
    "http.trusted_proxies",
    "http.base_path",
    "http.preview",
    "http.private",
    "http.keys_file",
    "http.queue_ms",
    "http.query_log",
    "http.query_log_max_bytes",
    "http.query_log_old_files",
    "http.tls.cert",
    "http.tls.key",
    "watch.debounce_ms",
    "watch.reconcile_s",
    "watch.poll",
    "watch.poll_s",
    "watch.unready_after_s",
];

/// The source of the value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// The default.
    Default,
    /// The settings file.
    File {
        /// Its path.
        path: PathBuf,
        /// The line of the key, from 1.
        line: usize,
    },
    /// An environment variable with this name.
    Variable(String),
    /// A command-line option with this name.
    Flag(&'static str),
}

/// A setting with its value.
#[derive(Debug, Clone)]
pub struct EffectiveSetting {
    /// The key, with those of its tables: `http.queue_ms`.
    pub key: &'static str,
    /// The value; `None` if there is none.
    pub value: Option<Value>,
    /// The source of the value.
    pub source: SettingSource,
}

/// All settings in force, in the order of the documentation. They are equal if their values are.
#[derive(Debug, Clone)]
pub struct EffectiveSettings(pub(super) Vec<EffectiveSetting>);

impl EffectiveSettings {
    /// Iterates over the settings.
    pub fn iter(&self) -> impl Iterator<Item = &EffectiveSetting> {
        self.0.iter()
    }

    /// Returns the keys of the settings with other values.
    pub(crate) fn changed_from(&self, before: &Self) -> impl Iterator<Item = &'static str> {
        let pairs = self.0.iter().zip(&before.0);
        pairs.filter(|(now, before)| now.value != before.value).map(|(now, _)| now.key)
    }

    /// Replaces the value of a setting by that of a command-line option.
    pub(super) fn override_by(&mut self, key: &str, flag: &'static str, value: &str) {
        for setting in self.0.iter_mut().filter(|setting| setting.key == key) {
            (setting.value, setting.source) =
                (Some(Value::String(value.to_owned())), SettingSource::Flag(flag));
        }
    }
}

impl PartialEq for EffectiveSettings {
    fn eq(&self, other: &Self) -> bool {
        self.changed_from(other).next().is_none()
    }
}

// No setting can be NaN.
impl Eq for EffectiveSettings {}
