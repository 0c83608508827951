//! Which generator builds the site, and those of its settings that decide what search shows.

use std::path::{Path, PathBuf};

use super::data::{Data, Format};
use super::generator::{Generator, hugo, jekyll, zola};

/// What a site's configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The generator that was detected.
    pub generator: Generator,
    /// The configuration file that was read.
    pub config_file: Option<PathBuf>,
    /// Scheme, host and path prefix of all URLs, without a slash at the end; empty makes
    /// URLs root-relative.
    pub base: String,
    /// The language of posts that say nothing else, such as `en`.
    pub language: String,
    /// The generator publishes drafts.
    pub drafts: bool,
    /// The generator publishes posts dated in the future.
    pub future: bool,
    /// The generator publishes expired posts.
    pub expired: bool,
}

/// A configuration file that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct SiteError {
    /// The configuration file.
    pub path: PathBuf,
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Configuration files in the order in which they are looked for.
const CONFIG_FILES: [&str; 13] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config/_default/hugo.toml",
    "config/_default/config.toml",
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
];

impl Default for Site {
    fn default() -> Self {
        Self {
            generator: Generator::Unknown(hugo::Rules::default()),
            config_file: None,
            base: String::new(),
            language: "en".to_owned(),
            drafts: false,
            future: false,
            expired: false,
        }
    }
}

impl Site {
    /// Looks at the site's root; `base_url` overrides what its configuration says.
    ///
    /// # Errors
    /// When the configuration file is unreadable or invalid.
    pub fn detect(site_dir: &Path, base_url: Option<&str>) -> Result<Self, SiteError> {
        let mut site = Self::default();
        for name in CONFIG_FILES {
            let path = site_dir.join(name);
            if !path.is_file() {
                continue;
            }
            if let Some(detected) = Self::from_config(name, &read_settings(&path)?) {
                site = Self { config_file: Some(path), ..detected };
                break;
            }
        }
        if let Some(base_url) = base_url {
            site.base = absolute_base(base_url);
        }
        Ok(site)
    }

    /// The site that a configuration file of this name describes, if it is a generator's.
    fn from_config(name: &str, config: &Data) -> Option<Self> {
        if name.starts_with("_config") {
            Some(Self::from_jekyll(config))
        } else if name.contains("hugo") || name.contains("_default") || config.get("baseURL").is_some() {
            Some(Self::from_hugo(config))
        } else if config.get("base_url").is_some() {
            Some(Self::from_zola(config))
        } else {
            None
        }
    }

    fn from_hugo(config: &Data) -> Self {
        let flag = |key| config.flag(key).unwrap_or(false);
        let languages = ["defaultContentLanguage", "languageCode", "locale"];
        let language = languages.into_iter().find_map(|key| config.text(key));
        Self {
            generator: Generator::Hugo(hugo::Rules::from_config(config)),
            base: absolute_base(&config.text("baseURL").unwrap_or_default()),
            language: language.map_or_else(|| "en".to_owned(), |language| primary_language(&language)),
            drafts: flag("buildDrafts"),
            future: flag("buildFuture"),
            expired: flag("buildExpired"),
            ..Self::default()
        }
    }

    fn from_zola(config: &Data) -> Self {
        let rules = zola::Rules::from_config(config);
        Self {
            base: absolute_base(&config.text("base_url").unwrap_or_default()),
            language: primary_language(&rules.default_language),
            generator: Generator::Zola(rules),
            // Zola knows neither future nor expired pages.
            future: true,
            ..Self::default()
        }
    }

    fn from_jekyll(config: &Data) -> Self {
        let base = config.text("url").map(|url| absolute_base(&url)).unwrap_or_default();
        let prefix = config.text("baseurl").unwrap_or_default();
        Self {
            generator: Generator::Jekyll(jekyll::Rules::from_config(config)),
            base: format!("{base}{}", prefix.trim_end_matches('/')),
            language: config.text("lang").map_or_else(|| "en".to_owned(), |lang| primary_language(&lang)),
            drafts: config.flag("show_drafts").unwrap_or(false),
            future: config.flag("future").unwrap_or(false),
            ..Self::default()
        }
    }

    /// The URL of a root-relative `path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// A base URL without the slash at its end; one that is not absolute counts for nothing.
fn absolute_base(url: &str) -> String {
    let is_absolute = url.starts_with("http://") || url.starts_with("https://");
    if is_absolute { url.trim_end_matches('/').to_owned() } else { String::new() }
}

fn read_settings(path: &Path) -> Result<Data, SiteError> {
    let fail = |line, message: String| SiteError { path: path.to_owned(), line, message };
    let text = std::fs::read_to_string(path).map_err(|error| fail(1, format!("cannot be read: {error}")))?;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = Format::of_extension(extension).unwrap_or(Format::Toml);
    Data::parse(&text, format).map_err(|error| fail(error.line, error.message))
}

/// `en` of `en-us`.
pub(super) fn primary_language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(name: &str, text: &str) -> Result<Site, SiteError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), text).unwrap();
        Site::detect(dir.path(), None)
    }

    #[test]
    fn generators_are_known_by_their_files() {
        let cases = [
            ("hugo.toml", "baseURL = 'https://a.org/'\nlanguageCode = 'en-us'", "Hugo", "https://a.org"),
            ("hugo.yaml", "baseurl: https://a.org/blog/\n", "Hugo", "https://a.org/blog"),
            ("config.json", "{\"baseurl\": \"https://a.org\"}", "Hugo", "https://a.org"),
            ("hugo.toml", "baseURL = '/'", "Hugo", ""),
            ("config.toml", "base_url = 'https://a.org'", "Zola", "https://a.org"),
            ("_config.yml", "url: https://a.org\nbaseurl: /blog\n", "Jekyll", "https://a.org/blog"),
            ("config.toml", "name = 'x'", "an unknown generator", ""),
            ("other.toml", "", "an unknown generator", ""),
        ];
        for (name, text, generator, base) in cases {
            let site = detect(name, text).unwrap();
            assert_eq!((site.generator.name(), site.base.as_str()), (generator, base), "{name}: {text}");
            assert_eq!(site.language, "en");
        }
    }

    #[test]
    fn the_override_wins() {
        let dir = tempfile::tempdir().unwrap();
        let site = Site::detect(dir.path(), Some("https://b.org/")).unwrap();
        assert_eq!(site.url("/x/"), "https://b.org/x/");
    }

    #[test]
    fn a_broken_configuration_names_file_and_line() {
        let message = detect("hugo.toml", "a = 1\nb = \n").unwrap_err().to_string();
        assert!(message.contains("hugo.toml:2: invalid TOML"), "{message}");
    }
}
