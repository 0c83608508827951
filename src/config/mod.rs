//! Settings: `bloghound.toml`, environment variables and command-line flags become one validated [`Config`].
//!
//! [`limits`] defines every limit of the program. Settings of the site's generator, such as its base URL
//! and languages, are not read here but by [`content`](crate::content).

mod checks;
mod connections;
mod effective;
mod file;
pub mod limits;
mod merged;
mod query_log;
mod rate_limit;
pub(crate) mod regular_file;
mod search;
#[cfg(test)]
mod tests;
mod toml_message;
mod trusted_proxies;
mod url_parts;
mod variables;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

pub use connections::ConnectionLimits;
pub use effective::{EffectiveSetting, EffectiveSettings, SettingSource};
use file::{ContentKeys, ContentTable, PermalinkSetting, TlsTable};
use merged::MergedSettings;
pub use query_log::QueryLogSettings;
pub use rate_limit::RateLimitSettings;
pub use regular_file::RegularFileError;
pub use search::{SynonymRule, TypoLimits};
pub use trusted_proxies::TrustedProxies;
pub(crate) use url_parts::{host_of_url, is_base_url, is_ip_address, is_loopback_host, split_port};
pub use variables::{UnknownVariable, Variables};

/// Name of the settings file in the site's root.
pub(crate) const FILE_NAME: &str = "bloghound.toml";

/// An error in the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The settings file exists but cannot be read.
    #[error("cannot read the settings: {path}: {source}")]
    Unreadable {
        /// The settings file.
        path: PathBuf,
        /// The reason, and what to do.
        source: RegularFileError,
    },
    /// The settings file is not valid TOML, or has an unknown key or an invalid value.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// The settings file.
        path: PathBuf,
        /// Line of the error, from 1.
        line: usize,
        /// What is wrong and what is expected.
        message: String,
    },
    /// An environment variable has an invalid value.
    #[error("{name}: {message}")]
    Variable {
        /// The name of the variable.
        name: String,
        /// What is wrong and what is expected.
        message: String,
    },
    /// The site's root is not a directory.
    #[error("cannot open the site: {0}: no such directory; pass the site's root with --site DIR")]
    NoSite(PathBuf),
}

/// Values of environment variables and command-line flags, which override the settings file in this order.
///
/// `None` leaves the value to the file or to the default.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--site`: the site's root.
    pub site: PathBuf,
    /// The environment variables.
    pub variables: Variables,
    /// `--content`: the content directory.
    pub content: Option<PathBuf>,
    /// `--index`: the index directory.
    pub index: Option<PathBuf>,
    /// `--base-url`: the base URL of the site.
    pub base_url: Option<String>,
    /// `--drafts`: whether to index drafts.
    pub drafts: bool,
    /// `--future`: whether to index posts dated in the future.
    pub future: bool,
    /// `--query-log`: the file of the query log.
    pub query_log: Option<PathBuf>,
}

/// The validated settings of one site.
///
/// # Examples
/// ```
/// use bloghound::config::{Config, Overrides};
///
/// let config = Config::load(Overrides { site: ".".into(), drafts: true, ..Overrides::default() })?;
/// assert!(config.drafts);
/// assert_eq!(config.snippet_chars, 200);
/// # Ok::<(), bloghound::config::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The site's root.
    pub site_dir: PathBuf,
    /// The content directory; `None` selects the generator's own folder.
    pub content_dir: Option<PathBuf>,
    /// The index directory.
    pub index_dir: PathBuf,
    /// Name of the generator; `None` detects it.
    pub generator: Option<String>,
    /// Base URL that overrides the one in the generator's configuration.
    pub base_url: Option<String>,
    /// Permalink patterns of dated posts, by first folder, that override the generator's; the pattern of
    /// the empty folder applies to all other folders.
    pub permalinks: BTreeMap<String, String>,
    /// Whether to index drafts.
    pub drafts: bool,
    /// Whether to index posts dated in the future.
    pub future: bool,
    /// Target length of a snippet, in characters.
    pub snippet_chars: usize,
    /// Maximum typos per query word.
    pub typos: TypoLimits,
    /// Synonym rules.
    pub synonyms: Vec<SynonymRule>,
    /// Half-life of the recency bonus, in days.
    pub recency_half_life_days: u32,
    /// Origins from which browsers may call the API; `*` allows all.
    pub allow_origins: Vec<String>,
    /// The certificate for TLS; `None` serves plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Limits on the connections of the service.
    pub connections: ConnectionLimits,
    /// Maximum time that a search waits for a thread before it is refused.
    pub max_queue_wait: Duration,
    /// Time for which clients and proxies use a response without asking whether it has changed.
    pub cache_max_age: Duration,
    /// The rate of requests that each client may send; `None` if it is not limited.
    pub rate_limit: Option<RateLimitSettings>,
    /// Proxies whose header fields tell the addresses of clients.
    pub trusted_proxies: TrustedProxies,
    /// Path below which a proxy makes the service available, such as `/search`.
    pub base_path: Option<String>,
    /// Whether posts have a preview, to which the search page links; `None` decides by the address of the service.
    pub preview: Option<bool>,
    /// Whether searches and pages need a key.
    pub private: bool,
    /// The file of the keys, which need not exist.
    pub keys_file: PathBuf,
    /// Host names that requests may use, in addition to those of the base URL and of this machine.
    pub hosts: Vec<String>,
    /// The URL at which clients reach the service, for documents with absolute URLs.
    pub public_url: Option<String>,
    /// Time without further changes before a change is indexed.
    pub debounce: Duration,
    /// Interval between full comparisons of the content with the index.
    pub reconcile_every: Duration,
    /// Whether to poll the content directory even if file events are available.
    pub polls: bool,
    /// Interval between polls.
    pub poll_every: Duration,
    /// Time for which the index may be out of sync with the content before the service counts as not ready.
    pub unready_after: Duration,
    /// Files of the content directory that are not indexed.
    pub ignore: IgnoreRules,
    /// Which symbolic links below the content directory are followed.
    pub follow_links: FollowLinks,
    /// The log of queries; `None` if queries are not logged.
    pub query_log: Option<QueryLogSettings>,
    /// All settings of the file, with the sources of their values.
    pub effective: EffectiveSettings,
}

/// Which symbolic links below the content directory are followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FollowLinks {
    /// Links whose targets are within the site's root or the content directory.
    #[default]
    Site,
    /// All links.
    Anywhere,
}

/// The files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those of its issuers, in the PEM format.
    pub cert: PathBuf,
    /// The private key, in the PEM format.
    pub key: PathBuf,
}

impl FollowLinks {
    /// Returns the value with this name in the settings.
    fn of_name(name: &str) -> Option<Self> {
        match name {
            "site" => Some(Self::Site),
            "anywhere" => Some(Self::Anywhere),
            _ => None,
        }
    }
}

/// Rules that exclude files of the content directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRules {
    /// Patterns in the syntax of `.gitignore`, relative to the content directory.
    pub patterns: Vec<String>,
    /// Whether the site's `.gitignore` files apply as well.
    pub gitignore: bool,
}

impl Default for IgnoreRules {
    fn default() -> Self {
        Self { patterns: Vec::new(), gitignore: true }
    }
}

impl Config {
    /// Reads `bloghound.toml` in the site's root, if it exists, and applies the variables and flags in `overrides`.
    ///
    /// # Errors
    /// If the site's root is not a directory, the settings file is unreadable, or a setting is invalid.
    pub fn load(overrides: Overrides) -> Result<Self, ConfigError> {
        let site_dir = overrides.site;
        if !site_dir.is_dir() {
            return Err(ConfigError::NoSite(site_dir));
        }
        let MergedSettings { settings: file, mut effective } =
            MergedSettings::load(&site_dir.join(FILE_NAME), &overrides.variables)?;
        // File events carry absolute paths, which are compared with these.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        for (key, flag, path) in [
            ("content.dir", "--content", &overrides.content),
            ("index", "--index", &overrides.index),
            ("http.query_log", "--query-log", &overrides.query_log),
        ] {
            if let Some(path) = path {
                effective.override_by(key, flag, &absolute(path.clone()).to_string_lossy());
            }
        }
        if let Some(url) = &overrides.base_url {
            effective.override_by("base_url", "--base-url", url);
        }
        let content = match file.content {
            None => ContentKeys::default(),
            Some(ContentTable::Dir(dir)) => ContentKeys { dir: Some(dir), ..ContentKeys::default() },
            Some(ContentTable::Table(keys)) => keys,
        };
        let content_dir = overrides.content.or_else(|| Some(site_dir.join(content.dir.as_ref()?)));
        Ok(Self {
            content_dir: content_dir.map(absolute),
            index_dir: absolute(overrides.index.unwrap_or_else(|| site_dir.join(&file.index))),
            generator: file.generator,
            base_url: overrides.base_url.or(file.base_url),
            permalinks: match file.urls.permalink {
                None => BTreeMap::new(),
                Some(PermalinkSetting::OfAll(pattern)) => BTreeMap::from([(String::new(), pattern)]),
                Some(PermalinkSetting::ByFolder(patterns)) => patterns,
            },
            drafts: overrides.drafts,
            future: overrides.future,
            snippet_chars: file.search.snippet_chars,
            typos: TypoLimits {
                one_from: file.search.one_typo_from,
                two_from: file.search.two_typos_from,
                ..TypoLimits::default()
            },
            synonyms: file.search.synonyms.iter().filter_map(|rule| SynonymRule::parse(rule)).collect(),
            recency_half_life_days: file.search.recency_half_life_days,
            connections: ConnectionLimits::from(&file.http),
            rate_limit: RateLimitSettings::of(&file.http),
            query_log: QueryLogSettings::of(&file.http, &site_dir, overrides.query_log),
            tls: file.http.tls.and_then(|TlsTable { cert, key }| {
                Some(TlsFiles { cert: absolute(site_dir.join(cert?)), key: absolute(site_dir.join(key?)) })
            }),
            allow_origins: file.http.allow_origins,
            max_queue_wait: Duration::from_millis(file.http.queue_ms),
            cache_max_age: Duration::from_secs(file.http.cache_max_age_s),
            trusted_proxies: TrustedProxies::parse(file.http.trusted_proxies.iter().map(String::as_str))
                .unwrap_or_default(),
            base_path: Some(file.http.base_path).filter(|path| !path.is_empty()),
            preview: file.http.preview,
            private: file.http.private,
            keys_file: absolute(site_dir.join(&file.http.keys_file)),
            hosts: file.http.hosts,
            public_url: file.http.public_url,
            debounce: Duration::from_millis(file.watch.debounce_ms),
            reconcile_every: Duration::from_secs(file.watch.reconcile_s),
            unready_after: Duration::from_secs(file.watch.unready_after_s),
            polls: file.watch.poll,
            poll_every: Duration::from_secs_f64(file.watch.poll_s),
            ignore: IgnoreRules { patterns: content.ignore, gitignore: content.gitignore.unwrap_or(true) },
            follow_links: content
                .follow_links
                .and_then(|name| FollowLinks::of_name(&name))
                .unwrap_or_default(),
            effective,
            site_dir: absolute(site_dir),
        })
    }
}

/// Returns the line of the byte `offset` in `text`, from 1.
#[must_use]
pub(crate) fn line_of(text: &[u8], offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text[..end].iter().filter(|byte| **byte == b'\n').count()
}
