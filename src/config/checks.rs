//! The checks of the settings' values.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use super::file::{ContentTable, PermalinkSetting, SettingsFile, TlsTable};
use super::url_parts::{is_base_path, is_base_url, is_host, is_origin};
use super::{FollowLinks, SynonymRule, TrustedProxies, TypoLimits, limits};

/// A key whose value is not allowed.
#[derive(Debug)]
pub(super) struct InvalidSetting {
    /// The key, with those of its tables.
    pub(super) key: &'static str,
    /// What is wrong and what is expected.
    pub(super) message: String,
}

impl SettingsFile {
    /// Returns the first key whose value is not allowed.
    pub(super) fn validate(&self) -> Result<(), InvalidSetting> {
        self.validate_numbers()?;
        self.validate_connections()?;
        self.validate_urls()?;
        self.validate_files()?;
        let is_rule = |rule: &&String| SynonymRule::parse(rule).is_some();
        let synonyms = &self.search.synonyms;
        check_all(
            "search.synonyms",
            synonyms,
            is_rule,
            "rules like \"k8s = kubernetes\" or \"js => javascript\"",
        )?;
        let count = synonyms.len();
        let at_most = format!("at most {} rules", limits::MAX_SYNONYMS);
        check("search.synonyms", format!("({count} rules)"), count <= limits::MAX_SYNONYMS, at_most)?;
        let (patterns, links) = match &self.content {
            Some(ContentTable::Table(keys)) => (keys.ignore.as_slice(), &keys.follow_links),
            _ => (&[][..], &None),
        };
        let is_links = |name: &&String| FollowLinks::of_name(name).is_some();
        check_all("content.follow_links", links, is_links, "\"site\" or \"anywhere\"")?;
        let mut rules = ignore::gitignore::GitignoreBuilder::new("");
        let is_pattern = |pattern: &&String| can_match(pattern) && rules.add_line(None, pattern).is_ok();
        check_all(
            "content.ignore",
            patterns,
            is_pattern,
            "patterns as in a .gitignore: \"drafts/\" or \"*.tmp.md\"",
        )
    }

    fn validate_numbers(&self) -> Result<(), InvalidSetting> {
        let Self { search, watch, .. } = self;
        check_range("search.snippet_chars", search.snippet_chars, &limits::SNIPPET_CHARS, "characters")?;
        let (one, two) = (search.one_typo_from, search.two_typos_from);
        let at_least = limits::MIN_ONE_TYPO_LETTERS;
        check("search.one_typo_from", one, one >= at_least, format!("{at_least} or more letters"))?;
        if two == TypoLimits::default().two_from {
            check(
                "search.one_typo_from",
                one,
                one <= two,
                format!("at most {two}, the value of `two_typos_from`"),
            )?;
        }
        check(
            "search.two_typos_from",
            two,
            two >= one,
            format!("at least {one}, the value of `one_typo_from`"),
        )?;
        let (days, at_least) = (search.recency_half_life_days, limits::MIN_RECENCY_HALF_LIFE_DAYS);
        check("search.recency_half_life_days", days, days >= at_least, format!("{at_least} or more days"))?;
        check_range("http.queue_ms", self.http.queue_ms, &limits::QUEUE_MS, "milliseconds")?;
        check_range("http.cache_max_age_s", self.http.cache_max_age_s, &limits::CACHE_MAX_AGE_S, "seconds")?;
        check_range("http.rate_per_second", self.http.rate_per_second, &limits::RATE_PER_SECOND, "requests")?;
        check_range("http.rate_burst", self.http.rate_burst, &limits::RATE_BURST, "requests")?;
        check_range("watch.debounce_ms", watch.debounce_ms, &limits::DEBOUNCE_MS, "milliseconds")?;
        check_range("watch.reconcile_s", watch.reconcile_s, &limits::RECONCILE_S, "seconds")?;
        let unready_after_s = watch.unready_after_s;
        check_range("watch.unready_after_s", unready_after_s, &limits::UNREADY_AFTER_S, "seconds")?;
        check_range("watch.poll_s", watch.poll_s, &limits::POLL_S, "seconds")
    }

    fn validate_connections(&self) -> Result<(), InvalidSetting> {
        let http = &self.http;
        for (key, seconds) in [
            ("http.header_timeout_s", http.header_timeout_s),
            ("http.idle_timeout_s", http.idle_timeout_s),
            ("http.write_timeout_s", http.write_timeout_s),
            ("http.request_timeout_s", http.request_timeout_s),
            ("http.shutdown_s", http.shutdown_s),
        ] {
            check_range(key, seconds, &limits::CONNECTION_TIMEOUT_S, "seconds")?;
        }
        check_range("http.max_connections", http.max_connections, &limits::CONNECTIONS, "connections")?;
        check_range("http.max_streams", http.max_streams, &limits::STREAMS, "requests")?;
        check_range("http.max_uri_bytes", http.max_uri_bytes, &limits::URI_BYTES, "bytes")?;
        check_range("http.max_header_bytes", http.max_header_bytes, &limits::HEADER_BYTES, "bytes")?;
        check_range("http.max_body_bytes", http.max_body_bytes, &limits::BODY_BYTES, "bytes")?;
        check_range("http.max_bodies_bytes", http.max_bodies_bytes, &limits::BODIES_BYTES, "bytes")?;
        let max_bytes = http.max_partial_heads_bytes;
        check_range("http.max_partial_heads_bytes", max_bytes, &limits::PARTIAL_HEADS_BYTES, "bytes")
    }

    fn validate_files(&self) -> Result<(), InvalidSetting> {
        let http = &self.http;
        if let Some(path) = &http.query_log {
            let expected = "the path of a file whose name ends with .jsonl".to_owned();
            check("http.query_log", format!("\"{}\"", path.display()), is_query_log(path), expected)?;
        }
        let (path, expected) = (&http.keys_file, "the path of a file whose name ends with .toml".to_owned());
        check("http.keys_file", format!("\"{}\"", path.display()), is_keys_file(path), expected)?;
        let (max_bytes, allowed) = (http.query_log_max_bytes, &limits::QUERY_LOG_BYTES);
        check_range("http.query_log_max_bytes", max_bytes, allowed, "bytes")?;
        let old_files = http.query_log_old_files;
        check_range("http.query_log_old_files", old_files, &limits::QUERY_LOG_OLD_FILES, "files")?;
        let missing = |key, name| {
            let message = format!("`http.tls` has no `{name}`; expected both `cert` and `key`");
            Err(InvalidSetting { key, message })
        };
        match &http.tls {
            Some(TlsTable { cert: None, key: None }) => missing("http.tls", "cert"),
            Some(TlsTable { cert: None, .. }) => missing("http.tls.key", "cert"),
            Some(TlsTable { key: None, .. }) => missing("http.tls.cert", "key"),
            _ => Ok(()),
        }
    }

    fn validate_urls(&self) -> Result<(), InvalidSetting> {
        let expected = "a URL that starts with http:// or https:// and a host, without a query";
        check_all("base_url", &self.base_url, |url| is_base_url(url), expected)?;
        let is_allowed = |origin: &&String| *origin == "*" || is_origin(origin);
        let expected = "\"*\" or origins like \"https://example.org\": no path, no wildcard, in lower case, a port only \
                        if it is not the default one";
        check_all("http.allow_origins", &self.http.allow_origins, is_allowed, expected)?;
        let expected = "the URL of the service, such as \"https://search.example.org\"";
        check_all("http.public_url", &self.http.public_url, |url| is_base_url(url), expected)?;
        let expected = "names of hosts like \"search.example.org\", without scheme, port and wildcard";
        check_all("http.hosts", &self.http.hosts, |host| is_host(host), expected)?;
        let is_proxy = |proxy: &&String| TrustedProxies::parse([proxy.as_str()]).is_some();
        let expected = "addresses like \"127.0.0.1\", networks like \"10.0.0.0/8\", or \"unix\"";
        check_all("http.trusted_proxies", &self.http.trusted_proxies, is_proxy, expected)?;
        let is_base_path = |path: &&String| path.is_empty() || is_base_path(path);
        check_all(
            "http.base_path",
            [&self.http.base_path],
            is_base_path,
            "a path like \"/search\", without a slash at its end",
        )?;
        let is_pattern = |pattern: &&String| pattern.starts_with('/') && pattern.contains(':');
        let expected = "a pattern like \"/blog/:year/:slug/\", or a table of patterns by folder";
        match &self.urls.permalink {
            None => Ok(()),
            Some(PermalinkSetting::OfAll(pattern)) => {
                check_all("urls.permalink", [pattern], is_pattern, expected)
            }
            Some(PermalinkSetting::ByFolder(patterns)) => {
                check_all("urls.permalink", patterns.values(), is_pattern, expected)?;
                let is_folder = |folder: &&String| !folder.contains('/');
                check_all("urls.permalink", patterns.keys(), is_folder, "first folders, without a slash")
            }
        }
    }
}

/// Returns whether a path can be that of the query log. With another extension, the log could be taken for a file of
/// the site: a post, or settings that change with every search.
pub(super) fn is_query_log(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl")
}

/// Returns whether a path can be that of the file of the keys. The files beside it have the same name with the extensions
/// `.used` and `.lock`: with one of these, the last uses would replace the keys.
fn is_keys_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

/// Returns whether a pattern in the syntax of `.gitignore` can match a path below the content directory. Blank lines
/// and comments match nothing, and paths have no part that is empty, `.` or `..`.
fn can_match(pattern: &str) -> bool {
    let path = pattern.strip_prefix('!').unwrap_or(pattern);
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    !pattern.starts_with('#') && path.split('/').all(|part| !matches!(part.trim(), "" | "." | ".."))
}

/// Checks a value; the error quotes it.
fn check(
    key: &'static str,
    value: impl Display,
    is_allowed: bool,
    expected: impl Display,
) -> Result<(), InvalidSetting> {
    if is_allowed {
        return Ok(());
    }
    let name = key.rsplit('.').next().unwrap_or(key);
    Err(InvalidSetting { key, message: format!("invalid value {value} for `{name}`; expected {expected}") })
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
