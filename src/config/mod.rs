//! Settings: `bloghound.toml` and command-line flags become one validated [`Config`].
//!
//! Every limit of the program stands in [`limits`]. What the site's own generator configures
//! (base URL, language) belongs to the content's site, not here.

mod file;
pub mod limits;
mod search;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use file::{ContentKeys, ContentTable, File, Permalink};
pub use search::{SynonymRule, TypoLimits};

/// The settings file, looked for in the site's root.
pub const FILE_NAME: &str = "bloghound.toml";

/// What is wrong with the settings, and where.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file exists but cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The settings file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The file is not valid TOML, or holds an unknown key or a value of the wrong type.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// The settings file.
        path: PathBuf,
        /// Line of the mistake, from 1.
        line: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// The site's root is not a directory.
    #[error("there is no site at {0}: no such directory; pass the blog's root with --site DIR")]
    NoSite(PathBuf),
}

/// What the command line says; `None` leaves the choice to the file or the default.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--site`: the site's root.
    pub site: PathBuf,
    /// `--content`: the content directory.
    pub content: Option<PathBuf>,
    /// `--index`: the index directory.
    pub index: Option<PathBuf>,
    /// `--drafts`: index drafts too.
    pub drafts: bool,
    /// `--future`: index posts dated in the future too.
    pub future: bool,
}

/// Validated settings of one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The site's root.
    pub site_dir: PathBuf,
    /// Where the posts are, if that is said; else the generator's own folder is looked for.
    pub content_dir: Option<PathBuf>,
    /// Where the index is kept.
    pub index_dir: PathBuf,
    /// Name of the generator, instead of the one that is detected.
    pub generator: Option<String>,
    /// Overrides the base URL of the generator's configuration.
    pub base_url: Option<String>,
    /// Permalink patterns of dated posts, instead of the generator's, by the first folder of those
    /// that they are for; an empty folder stands for all.
    pub permalinks: BTreeMap<String, String>,
    /// Index drafts too.
    pub drafts: bool,
    /// Index posts dated in the future too.
    pub future: bool,
    /// Length that a snippet aims at, in characters.
    pub snippet_chars: usize,
    /// How many typos words of queries may have.
    pub typos: TypoLimits,
    /// Names that mean the same.
    pub synonyms: Vec<SynonymRule>,
    /// Days in which half of what a post gains by being new is lost.
    pub recency_half_life_days: u32,
    /// Origins that a browser may call the API from; `*` stands for all.
    pub allow_origins: Vec<String>,
    /// Quiet time after a change before it is indexed.
    pub debounce: Duration,
    /// How often the whole content directory is compared with the index.
    pub reconcile_every: Duration,
    /// The content directory is looked at, though the system may tell of changes.
    pub polls: bool,
    /// How often it is looked at then.
    pub poll_every: Duration,
    /// What of the content is left out.
    pub ignore: IgnoreRules,
}

/// What of the content is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRules {
    /// Patterns as in a `.gitignore` in the content directory.
    pub patterns: Vec<String>,
    /// What git ignores is left out too.
    pub gitignore: bool,
}

impl Default for IgnoreRules {
    fn default() -> Self {
        Self { patterns: Vec::new(), gitignore: true }
    }
}

impl Config {
    /// Reads `bloghound.toml` in the site's root, if there is one, and lays the flags over it.
    ///
    /// # Errors
    /// When the site is missing, or the file is unreadable or invalid.
    pub fn load(overrides: Overrides) -> Result<Self, ConfigError> {
        let site_dir = overrides.site;
        if !site_dir.is_dir() {
            return Err(ConfigError::NoSite(site_dir));
        }
        let file = File::read(&site_dir.join(FILE_NAME))?;
        let content = match file.content {
            None => ContentKeys::default(),
            Some(ContentTable::Dir(dir)) => ContentKeys { dir: Some(dir), ..ContentKeys::default() },
            Some(ContentTable::Table(keys)) => keys,
        };
        let content_dir = overrides.content.or_else(|| Some(site_dir.join(content.dir.as_ref()?)));
        // Watched paths come back absolute.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Ok(Self {
            content_dir: content_dir.map(absolute),
            index_dir: absolute(overrides.index.unwrap_or_else(|| site_dir.join(&file.index))),
            site_dir: absolute(site_dir),
            generator: file.generator,
            base_url: file.base_url,
            permalinks: match file.urls.permalink {
                None => BTreeMap::new(),
                Some(Permalink::OfAll(pattern)) => BTreeMap::from([(String::new(), pattern)]),
                Some(Permalink::ByFolder(patterns)) => patterns,
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
            allow_origins: file.http.allow_origins,
            debounce: Duration::from_millis(file.watch.debounce_ms),
            reconcile_every: Duration::from_secs(file.watch.reconcile_s),
            polls: file.watch.poll,
            poll_every: Duration::from_secs_f32(file.watch.poll_s),
            ignore: IgnoreRules { patterns: content.ignore, gitignore: content.gitignore.unwrap_or(true) },
        })
    }
}

/// The line, from 1, on which the byte `offset` of `text` stands.
#[must_use]
pub fn line_of(text: &[u8], offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text[..end].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(settings: &str) -> Result<Config, ConfigError> {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("content")).unwrap();
        std::fs::write(site.path().join(FILE_NAME), settings).unwrap();
        Config::load(Overrides { site: site.path().to_owned(), ..Overrides::default() })
    }

    #[test]
    fn defaults_stand_where_the_file_is_silent() {
        let config = load("").unwrap();
        assert_eq!(config.snippet_chars, 200);
        assert!(config.index_dir.ends_with("index"));
        assert_eq!(config.allow_origins, ["*"]);
    }

    #[test]
    fn permalinks_are_one_pattern_or_one_a_folder() {
        let patterns = |settings| load(settings).unwrap().permalinks;
        assert_eq!(patterns("[urls]\npermalink = '/:slug/'")[""], "/:slug/");
        assert_eq!(patterns("[urls.permalink]\nblog = '/b/:slug/'")["blog"], "/b/:slug/");
    }

    #[test]
    fn mistakes_name_the_line_and_what_is_allowed() {
        let cases = [
            ("contnet = \"posts\"", ":1: unknown field `contnet`"),
            ("\n[watch]\ndebounce_ms = 0", ":3: `debounce_ms` must be from 1"),
            ("base_url = \"example.org\"", ":1: `base_url` must start with http"),
            ("[search]\nsnippet_chars = \"long\"", ":2: invalid type"),
            ("[search]\none_typo_from = 2", ":2: `one_typo_from` must be 3"),
            ("[search]\none_typo_from = 9", "`two_typos_from` must not be less"),
            ("[search]\nsynonyms = ['k8s']", ":2: `synonyms` must list rules"),
            ("[search]\nsynonyms = ['a = = b']", ":2: `synonyms` must list rules"),
            ("[search]\nrecency_half_life_days = 0", ":2: `recency_half_life_days` must be 1"),
            ("[http\n", ":1: "),
            ("[urls]\npermalink = \"blog\"", ":2: `permalink` must be a pattern"),
            ("[urls.permalink]\nblog = \"x/:slug\"", ":1: `permalink` must be a pattern"),
            ("[http]\nallow_origins = [\"example.org\"]", ":2: `allow_origins` must list"),
        ];
        for (settings, expected) in cases {
            let message = load(settings).unwrap_err().to_string();
            assert!(message.contains(expected), "{settings:?} gave {message:?}");
        }
    }

    #[test]
    fn a_missing_site_says_what_to_do() {
        let overrides = Overrides { site: PathBuf::from("/no/such/site"), ..Overrides::default() };
        assert!(Config::load(overrides).unwrap_err().to_string().contains("--site"));
    }
}
