//! The site: which generator builds it, where its content is, and what its settings say.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::date::PostDate;
use super::generator::place::{Place, Placed};
use super::generator::{Generator, detection, permalink};
use super::language::primary_language;
use super::site_error::SiteError;
use crate::config::{Config, IgnoreRules};

/// What a site's configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The generator that was detected.
    pub generator: Generator,
    /// The configuration file that was read.
    pub config_file: Option<PathBuf>,
    /// Where the posts are.
    pub content_dir: PathBuf,
    /// Scheme, host and path prefix of all URLs, without a slash at the end; empty makes
    /// URLs root-relative.
    pub base: String,
    /// The language of posts that say nothing else, such as `en`, if the site says one.
    pub language: Option<String>,
    /// The zone of dates without an offset.
    pub time_zone: TimeZone,
    /// The generator publishes drafts.
    pub drafts: bool,
    /// The generator publishes posts dated in the future.
    pub future: bool,
    /// The generator publishes expired posts.
    pub expired: bool,
    /// Patterns of permalinks of dated posts by first folder, instead of the generator's.
    pub permalinks: Vec<(String, String)>,
    /// What of the content is left out.
    pub ignore: IgnoreRules,
    /// What had to be guessed, in words for the site's owner.
    pub guess: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            generator: Generator::default(),
            config_file: None,
            content_dir: PathBuf::new(),
            base: String::new(),
            language: None,
            time_zone: TimeZone::UTC,
            drafts: false,
            future: false,
            expired: false,
            permalinks: Vec::new(),
            ignore: IgnoreRules::default(),
            guess: None,
        }
    }
}

impl Site {
    /// Looks at the site's root; what `config` says goes before what is found there.
    ///
    /// # Errors
    /// When the generator's configuration file is unreadable or invalid, or there is no content.
    pub fn detect(config: &Config) -> Result<Self, SiteError> {
        let site = Self::expect(config)?;
        if site.content_dir.is_dir() { Ok(site) } else { Err(SiteError::NoContent(site.content_dir)) }
    }

    /// The same for a site whose content may be yet to come.
    ///
    /// # Errors
    /// When the generator's configuration file is unreadable or invalid.
    pub fn expect(config: &Config) -> Result<Self, SiteError> {
        let (generator, facts, config_file) =
            detection::detect(&config.site_dir, config.generator.as_deref())?;
        let of_generator = || {
            let folders = facts.content_folders.iter().map(|folder| config.site_dir.join(folder));
            let first = facts.content_folders.first().map_or("content", String::as_str);
            folders.clone().find(|folder| folder.is_dir()).unwrap_or_else(|| config.site_dir.join(first))
        };
        let content_dir = config.content_dir.clone().unwrap_or_else(of_generator);
        let base = config.base_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            generator,
            config_file,
            content_dir,
            base: base.unwrap_or(facts.base),
            language: facts.language.map(|language| primary_language(&language)),
            time_zone: facts.time_zone.unwrap_or(TimeZone::UTC),
            drafts: facts.drafts,
            future: facts.future,
            expired: facts.expired,
            permalinks: config.permalinks.clone().into_iter().collect(),
            ignore: config.ignore.clone(),
            guess: facts.guess.filter(|_| config.permalinks.is_empty()),
        })
    }

    /// The URL of a page that the generator puts at `place`.
    #[must_use]
    pub fn url(&self, file: &Placed<'_>, place: &Place, date: Option<PostDate>, lang: &str) -> String {
        let base = place.base.as_deref().unwrap_or(&self.base);
        match self.permalink_of(file.id).filter(|_| date.is_some()) {
            Some(pattern) => format!("{base}{}", permalink::path_by_pattern(pattern, file, date, lang)),
            None => format!("{base}{}", place.path),
        }
    }

    fn permalink_of(&self, id: &str) -> Option<&str> {
        let folder = id.split_once('/').map_or("", |(folder, _)| folder);
        let find = |folder: &str| self.permalinks.iter().find(|(of, _)| of == folder);
        find(folder).or_else(|| find("")).map(|(_, pattern)| pattern.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    fn detect(files: &[(&str, &str)]) -> Result<Site, SiteError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("content")).unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        Site::detect(&Config::load(overrides).unwrap())
    }

    #[test]
    fn generators_are_known_by_their_files() {
        let cases = [
            ("hugo.toml", "baseURL = 'https://a.org/'\nlanguageCode = 'en-us'", "Hugo", "https://a.org"),
            ("hugo.yaml", "baseurl: https://a.org/blog/\n", "Hugo", "https://a.org/blog"),
            ("config.json", "{\"baseurl\": \"https://a.org\"}", "Hugo", "https://a.org"),
            ("config/_default/config.toml", "baseURL = 'https://a.org/'", "Hugo", "https://a.org"),
            ("hugo.toml", "baseURL = '/'", "Hugo", ""),
            ("config.toml", "base_url = 'https://a.org'", "Zola", "https://a.org"),
            ("_config.yml", "url: https://a.org\nbaseurl: /blog\n", "Jekyll", "https://a.org/blog"),
            ("config.toml", "name = 'x'", "an unknown generator", ""),
            ("other.toml", "", "an unknown generator", ""),
            ("bloghound.toml", "generator = 'zola'", "Zola", ""),
        ];
        for (name, text, generator, base) in cases {
            let site = detect(&[(name, text)]).unwrap();
            assert_eq!((site.generator.name(), site.base.as_str()), (generator, base), "{name}: {text}");
            assert!(site.content_dir.ends_with("content"));
        }
    }

    #[test]
    fn what_the_owner_says_goes_first() {
        let settings = "base_url = 'https://b.org/'\ngenerator = 'Hugo'\n[urls]\npermalink = '/b/:slug/'";
        let site = detect(&[("bloghound.toml", settings), ("_config.yml", "url: https://a.org")]).unwrap();
        assert_eq!((site.generator.name(), site.base.as_str()), ("Hugo", "https://b.org"));
        assert_eq!(site.permalink_of("x/y.md"), Some("/b/:slug/"));
        let error = detect(&[("bloghound.toml", "generator = 'wordpress'")]).unwrap_err().to_string();
        assert!(error.contains("\"wordpress\" is not known; known are hugo, zola, jekyll"), "{error}");
    }

    #[test]
    fn a_broken_configuration_names_file_and_line() {
        let message = detect(&[("hugo.toml", "a = 1\nb = \n")]).unwrap_err().to_string();
        assert!(message.contains("hugo.toml:2: invalid TOML"), "{message}");
    }

    #[test]
    fn missing_content_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        let error = Site::detect(&Config::load(overrides).unwrap()).unwrap_err().to_string();
        assert!(error.contains("--content"), "{error}");
    }
}
