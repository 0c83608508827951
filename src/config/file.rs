//! The file `bloghound.toml`: its tables, its defaults, and the checks of its values.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::toml_message::{offset_of_key, parse_message};
use super::url_parts::{is_base_path, is_base_url, is_host, is_origin};
use super::{
    ConfigError, FollowLinks, SynonymRule, TrustedProxies, TypoLimits, limits, line_of, regular_file,
};

#[derive(Debug, Deserialize)]
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
#[derive(Debug)]
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
    pub(super) follow_links: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UrlsTable {
    pub(super) permalink: Option<PermalinkSetting>,
}

/// Permalink patterns: one for all posts, or one for each folder.
#[derive(Debug)]
pub(super) enum PermalinkSetting {
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
    pub(super) header_timeout_s: u64,
    pub(super) idle_timeout_s: u64,
    pub(super) write_timeout_s: u64,
    pub(super) request_timeout_s: u64,
    pub(super) max_connections: usize,
    pub(super) max_streams: u32,
    pub(super) max_uri_bytes: usize,
    pub(super) max_header_bytes: usize,
    pub(super) max_body_bytes: usize,
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
    pub(super) private: bool,
    pub(super) keys_file: PathBuf,
    pub(super) tls: Option<TlsTable>,
}

/// The files of a certificate, relative to the site.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsTable {
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WatchTable {
    pub(super) debounce_ms: u64,
    pub(super) reconcile_s: u64,
    pub(super) poll: bool,
    pub(super) poll_s: f32,
    pub(super) unready_after_s: u64,
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
            max_body_bytes: 16 << 10,
            max_partial_heads_bytes: 16 << 20,
            shutdown_s: 10,
            queue_ms: 1_000,
            cache_max_age_s: 0,
            rate_per_second: 100,
            rate_burst: 1_000,
            trusted_proxies: Vec::new(),
            base_path: String::new(),
            private: false,
            keys_file: PathBuf::from("bloghound.keys.toml"),
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

/// A key whose value is not allowed.
struct InvalidSetting {
    key: &'static str,
    /// The value, with quotes if it is a string.
    value: String,
    expected: String,
}

impl SettingsFile {
    /// Reads and checks the file; a missing file gives the defaults.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = match regular_file::read_text_if_exists(path, limits::MAX_SETTINGS_BYTES) {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Self::default()),
            Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        };
        let invalid = |offset, message: String| {
            let line = line_of(text.as_bytes(), offset);
            ConfigError::Invalid { path: path.to_owned(), line, message }
        };
        let file: Self = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            invalid(start, parse_message(&text, start, error.message()))
        })?;
        file.validate().map_err(|InvalidSetting { key, value, expected }| {
            let offset = offset_of_key(&text, key).unwrap_or(0);
            invalid(offset, format!("invalid value {value} for `{key}`; expected {expected}"))
        })?;
        Ok(file)
    }

    /// Returns the first key whose value is not allowed.
    fn validate(&self) -> Result<(), InvalidSetting> {
        self.validate_numbers()?;
        self.validate_connections()?;
        self.validate_urls()?;
        let is_rule = |rule: &&String| SynonymRule::parse(rule).is_some();
        let synonyms = &self.search.synonyms;
        check_all("synonyms", synonyms, is_rule, "rules like \"k8s = kubernetes\" or \"js => javascript\"")?;
        let count = synonyms.len();
        let at_most = format!("at most {} rules", limits::MAX_SYNONYMS);
        check("synonyms", format!("({count} rules)"), count <= limits::MAX_SYNONYMS, at_most)?;
        let (patterns, links) = match &self.content {
            Some(ContentTable::Table(keys)) => (keys.ignore.as_slice(), &keys.follow_links),
            _ => (&[][..], &None),
        };
        let is_links = |name: &&String| FollowLinks::of_name(name).is_some();
        check_all("follow_links", links, is_links, "\"site\" or \"anywhere\"")?;
        let mut rules = ignore::gitignore::GitignoreBuilder::new("");
        let is_pattern = |pattern: &&String| can_match(pattern) && rules.add_line(None, pattern).is_ok();
        check_all("ignore", patterns, is_pattern, "patterns as in a .gitignore: \"drafts/\" or \"*.tmp.md\"")
    }

    fn validate_numbers(&self) -> Result<(), InvalidSetting> {
        let Self { search, watch, .. } = self;
        check_range("snippet_chars", search.snippet_chars, &limits::SNIPPET_CHARS, "characters")?;
        let (one, two) = (search.one_typo_from, search.two_typos_from);
        let at_least = limits::MIN_ONE_TYPO_LETTERS;
        check("one_typo_from", one, one >= at_least, format!("{at_least} or more letters"))?;
        if two == TypoLimits::default().two_from {
            check("one_typo_from", one, one <= two, format!("at most {two}, the value of `two_typos_from`"))?;
        }
        check("two_typos_from", two, two >= one, format!("at least {one}, the value of `one_typo_from`"))?;
        let (days, at_least) = (search.recency_half_life_days, limits::MIN_RECENCY_HALF_LIFE_DAYS);
        check("recency_half_life_days", days, days >= at_least, format!("{at_least} or more days"))?;
        check_range("queue_ms", self.http.queue_ms, &limits::QUEUE_MS, "milliseconds")?;
        check_range("cache_max_age_s", self.http.cache_max_age_s, &limits::CACHE_MAX_AGE_S, "seconds")?;
        check_range("rate_per_second", self.http.rate_per_second, &limits::RATE_PER_SECOND, "requests")?;
        check_range("rate_burst", self.http.rate_burst, &limits::RATE_BURST, "requests")?;
        check_range("debounce_ms", watch.debounce_ms, &limits::DEBOUNCE_MS, "milliseconds")?;
        check_range("reconcile_s", watch.reconcile_s, &limits::RECONCILE_S, "seconds")?;
        let unready_after_s = watch.unready_after_s;
        check_range("unready_after_s", unready_after_s, &limits::UNREADY_AFTER_S, "seconds")?;
        check_range("poll_s", watch.poll_s, &limits::POLL_S, "seconds")
    }

    fn validate_connections(&self) -> Result<(), InvalidSetting> {
        let http = &self.http;
        for (key, seconds) in [
            ("header_timeout_s", http.header_timeout_s),
            ("idle_timeout_s", http.idle_timeout_s),
            ("write_timeout_s", http.write_timeout_s),
            ("request_timeout_s", http.request_timeout_s),
            ("shutdown_s", http.shutdown_s),
        ] {
            check_range(key, seconds, &limits::CONNECTION_TIMEOUT_S, "seconds")?;
        }
        check_range("max_connections", http.max_connections, &limits::CONNECTIONS, "connections")?;
        check_range("max_streams", http.max_streams, &limits::STREAMS, "requests")?;
        check_range("max_uri_bytes", http.max_uri_bytes, &limits::URI_BYTES, "bytes")?;
        check_range("max_header_bytes", http.max_header_bytes, &limits::HEADER_BYTES, "bytes")?;
        check_range("max_body_bytes", http.max_body_bytes, &limits::BODY_BYTES, "bytes")?;
        let max_bytes = http.max_partial_heads_bytes;
        check_range("max_partial_heads_bytes", max_bytes, &limits::PARTIAL_HEADS_BYTES, "bytes")
    }

    fn validate_urls(&self) -> Result<(), InvalidSetting> {
        let expected = "a URL that starts with http:// or https:// and a host, without a query";
        check_all("base_url", &self.base_url, |url| is_base_url(url), expected)?;
        let is_allowed = |origin: &&String| *origin == "*" || is_origin(origin);
        let expected = "\"*\" or origins like \"https://example.org\": no path, no wildcard, in lower case, a port only \
                        if it is not the default one";
        check_all("allow_origins", &self.http.allow_origins, is_allowed, expected)?;
        let expected = "the URL of the service, such as \"https://search.example.org\"";
        check_all("public_url", &self.http.public_url, |url| is_base_url(url), expected)?;
        let expected = "names of hosts like \"search.example.org\", without scheme, port and wildcard";
        check_all("hosts", &self.http.hosts, |host| is_host(host), expected)?;
        let is_proxy = |proxy: &&String| TrustedProxies::parse([proxy.as_str()]).is_some();
        let expected = "addresses like \"127.0.0.1\", networks like \"10.0.0.0/8\", or \"unix\"";
        check_all("trusted_proxies", &self.http.trusted_proxies, is_proxy, expected)?;
        let is_base_path = |path: &&String| path.is_empty() || is_base_path(path);
        check_all(
            "base_path",
            [&self.http.base_path],
            is_base_path,
            "a path like \"/search\", without a slash at its end",
        )?;
        let is_pattern = |pattern: &&String| pattern.starts_with('/') && pattern.contains(':');
        let expected = "a pattern like \"/blog/:year/:slug/\", or a table of patterns by folder";
        match &self.urls.permalink {
            None => Ok(()),
            Some(PermalinkSetting::OfAll(pattern)) => check_all("permalink", [pattern], is_pattern, expected),
            Some(PermalinkSetting::ByFolder(patterns)) => {
                check_all("permalink", patterns.values(), is_pattern, expected)?;
                let is_folder = |folder: &&String| !folder.contains('/');
                check_all("permalink", patterns.keys(), is_folder, "first folders, without a slash")
            }
        }
    }
}

/// Returns whether a pattern in the syntax of `.gitignore` can match a path below the content directory. Blank lines
/// and comments match nothing, and paths have no part that is empty, `.` or `..`.
fn can_match(pattern: &str) -> bool {
    let path = pattern.strip_prefix('!').unwrap_or(pattern);
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    !pattern.starts_with('#') && path.split('/').all(|part| !matches!(part.trim(), "" | "." | ".."))
}

fn check(
    key: &'static str,
    value: impl Display,
    is_allowed: bool,
    expected: String,
) -> Result<(), InvalidSetting> {
    if is_allowed { Ok(()) } else { Err(InvalidSetting { key, value: value.to_string(), expected }) }
}

fn check_range<T: PartialOrd + Display>(
    key: &'static str,
    value: T,
    allowed: &RangeInclusive<T>,
    unit: &str,
) -> Result<(), InvalidSetting> {
    let expected = format!("{} to {} {unit}", allowed.start(), allowed.end());
    let is_allowed = allowed.contains(&value);
    check(key, value, is_allowed, expected)
}

/// Checks each string of a list; the error quotes the first one that is not allowed.
fn check_all<'a>(
    key: &'static str,
    values: impl IntoIterator<Item = &'a String>,
    mut is_allowed: impl FnMut(&&'a String) -> bool,
    expected: &str,
) -> Result<(), InvalidSetting> {
    match values.into_iter().find(|value| !is_allowed(value)) {
        None => Ok(()),
        Some(value) => check(key, format!("\"{value}\""), false, expected.to_owned()),
    }
}
