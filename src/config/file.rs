//! The file `bloghound.toml`: its tables and its defaults.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::TypoLimits;

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SettingsFile {
    pub(super) content: Option<ContentTable>,
    pub(super) index: PathBuf,
    pub(super) generator: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) urls: UrlsTable,
    pub(super) search: SearchTable,
    pub(super) http: HttpTable,
    pub(super) watch: WatchTable,
}

/// The content directory, alone or with rules on ignored files.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum ContentTable {
    Dir(PathBuf),
    Table(ContentKeys),
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContentKeys {
    pub(super) dir: Option<PathBuf>,
    pub(super) ignore: Vec<String>,
    pub(super) gitignore: Option<bool>,
    pub(super) follow_links: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UrlsTable {
    pub(super) permalink: Option<PermalinkSetting>,
}

/// Permalink patterns: one for all posts, or one for each folder.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PermalinkSetting {
    OfAll(String),
    ByFolder(BTreeMap<String, String>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SearchTable {
    pub(super) snippet_chars: usize,
    pub(super) one_typo_from: usize,
    pub(super) two_typos_from: usize,
    pub(super) synonyms: Vec<String>,
    pub(super) recency_half_life_days: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HttpTable {
    pub(super) allow_origins: Vec<String>,
    pub(super) header_timeout_s: u64,
    pub(super) idle_timeout_s: u64,
    pub(super) write_timeout_s: u64,
    pub(super) request_timeout_s: u64,
    pub(super) max_connections: usize,
    pub(super) max_streams: u32,
    pub(super) max_uri_bytes: usize,
    pub(super) max_header_bytes: usize,
    pub(super) max_body_bytes: usize,
    pub(super) max_bodies_bytes: usize,
    pub(super) max_partial_heads_bytes: usize,
    pub(super) shutdown_s: u64,
    pub(super) queue_ms: u64,
    pub(super) hosts: Vec<String>,
    pub(super) public_url: Option<String>,
    pub(super) cache_max_age_s: u64,
    pub(super) rate_per_second: u32,
    pub(super) rate_burst: u32,
    pub(super) trusted_proxies: Vec<String>,
    pub(super) base_path: String,
    pub(super) preview: Option<bool>,
    pub(super) private: bool,
    pub(super) keys_file: PathBuf,
    pub(super) query_log: Option<PathBuf>,
    pub(super) query_log_max_bytes: u64,
    pub(super) query_log_old_files: usize,
    pub(super) tls: Option<TlsTable>,
}

/// The files of a certificate, relative to the site: both or none.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TlsTable {
    pub(super) cert: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WatchTable {
    pub(super) debounce_ms: u64,
    pub(super) reconcile_s: u64,
    pub(super) poll: bool,
    pub(super) poll_s: f64,
    pub(super) unready_after_s: u64,
}

impl SettingsFile {
    /// Gives the keys of the content directory their table and their defaults.
    pub(super) fn complete_content(self) -> Self {
        let keys = match self.content {
            None => ContentKeys::default(),
            Some(ContentTable::Dir(dir)) => ContentKeys { dir: Some(dir), ..ContentKeys::default() },
            Some(ContentTable::Table(keys)) => keys,
        };
        let gitignore = keys.gitignore.or(Some(true));
        let follow_links = keys.follow_links.or_else(|| Some("site".to_owned()));
        let keys = ContentKeys { gitignore, follow_links, ..keys };
        Self { content: Some(ContentTable::Table(keys)), ..self }
    }
}

impl Default for SettingsFile {
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
        Self {
            allow_origins: vec!["*".to_owned()],
            hosts: Vec::new(),
            public_url: None,
            header_timeout_s: 10,
            // Longer than the 60 s for which nginx keeps idle connections to its upstream servers, so that nginx closes
            // first: otherwise it could send a request on a connection that is being closed.
            idle_timeout_s: 75,
            write_timeout_s: 30,
            request_timeout_s: 60,
            max_connections: 4_096,
            max_streams: 100,
            max_uri_bytes: 16 << 10,
            max_header_bytes: 16 << 10,
            max_body_bytes: 64 << 10,
            max_bodies_bytes: 16 << 20,
            max_partial_heads_bytes: 16 << 20,
            shutdown_s: 10,
            queue_ms: 1_000,
            cache_max_age_s: 0,
            rate_per_second: 100,
            rate_burst: 1_000,
            trusted_proxies: Vec::new(),
            base_path: String::new(),
            preview: None,
            private: false,
            keys_file: PathBuf::from("bloghound.keys.toml"),
            query_log: None,
            query_log_max_bytes: 16 << 20,
            query_log_old_files: 4,
            tls: None,
        }
    }
}

impl Default for WatchTable {
    fn default() -> Self {
        Self { debounce_ms: 50, reconcile_s: 300, poll: false, poll_s: 2.0, unready_after_s: 60 }
    }
}

// The next two types implement `Deserialize` by hand, because errors of an untagged enum do not name the invalid key.

impl<'de> Deserialize<'de> for ContentTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = ContentTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a folder, or a table with `dir`, `ignore`, `gitignore` and `follow_links`")
            }

            fn visit_str<E>(self, dir: &str) -> Result<ContentTable, E> {
                Ok(ContentTable::Dir(PathBuf::from(dir)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ContentTable, A::Error> {
                ContentKeys::deserialize(MapAccessDeserializer::new(map)).map(ContentTable::Table)
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

impl<'de> Deserialize<'de> for PermalinkSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PermalinkVisitor;
        impl<'de> Visitor<'de> for PermalinkVisitor {
            type Value = PermalinkSetting;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a pattern, or a table of patterns by folder")
            }

            fn visit_str<E>(self, pattern: &str) -> Result<PermalinkSetting, E> {
                Ok(PermalinkSetting::OfAll(pattern.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PermalinkSetting, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(PermalinkSetting::ByFolder)
            }
        }
        deserializer.deserialize_any(PermalinkVisitor)
    }
}
