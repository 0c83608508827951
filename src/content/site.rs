//! The site: its generator, its content directory and its settings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::date::PostDate;
use super::error::SiteError;
use super::generator::page::{GeneratedPage, PageSource, encode_base};
use super::generator::sites_below::sites_below;
use super::generator::{Generator, detection, permalink, site_files};
use super::language_tag::known_language_tag;
use super::links::LinkRules;
use super::mounts::Mount;
use crate::config::{Config, IgnoreRules};

/// A site: its generator, its content directory, and the settings that decide how posts are read.
///
/// # Examples
/// ```
/// use bloghound::config::{Config, Overrides};
/// use bloghound::content::Site;
///
/// // The blog in this repository.
/// let config = Config::load(Overrides { site: ".".into(), ..Overrides::default() })?;
/// let site = Site::detect(&config)?;
/// assert_eq!(site.generator.name(), "Hugo");
/// assert!(site.content_dir.ends_with("content"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The generator, detected or set.
    pub generator: Generator,
    /// The generator's configuration file, if there is one.
    pub config_file: Option<PathBuf>,
    /// The files and folders that were read for the settings, among them missing ones. The settings may change when one of
    /// them does.
    pub settings_files: BTreeSet<PathBuf>,
    /// The content directory.
    pub content_dir: PathBuf,
    /// Folders outside of the content directory whose files are content.
    pub mounts: Vec<Mount>,
    /// Scheme, host and path prefix of all URLs, without a trailing slash; URLs are root-relative if it is
    /// empty.
    pub base: String,
    /// The title of the site, if the generator's settings have one.
    pub title: Option<String>,
    /// Tag of the default language of posts, such as `en` or `pt-BR`, if the site sets one.
    pub language: Option<String>,
    /// Time zone of dates without an offset.
    pub time_zone: TimeZone,
    /// Whether the generator publishes drafts.
    pub drafts: bool,
    /// Whether the generator publishes posts dated in the future.
    pub future: bool,
    /// Whether the generator publishes expired posts.
    pub expired: bool,
    /// Permalink patterns from `bloghound.toml`, by first folder; see [`Config::permalinks`].
    pub permalinks: Vec<(String, String)>,
    /// Files of the content directory that are not indexed.
    pub ignore: IgnoreRules,
    /// The rules for symbolic links below the content directory.
    pub links: LinkRules,
    /// A note to the site's owner about properties that were guessed or are not supported.
    pub note: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            generator: Generator::default(),
            config_file: None,
            settings_files: BTreeSet::new(),
            content_dir: PathBuf::new(),
            mounts: Vec::new(),
            base: String::new(),
            title: None,
            language: None,
            time_zone: TimeZone::UTC,
            drafts: false,
            future: false,
            expired: false,
            permalinks: Vec::new(),
            ignore: IgnoreRules::default(),
            links: LinkRules::default(),
            note: None,
        }
    }
}

impl Site {
    /// Detects the generator in the site's root and reads its settings; settings in `config` take precedence.
    ///
    /// # Errors
    /// If the generator's configuration is unreadable or invalid, or the content directory does not exist.
    pub fn detect(config: &Config) -> Result<Self, SiteError> {
        let site = Self::detect_without_content(config)?;
        match (site.content_dir.is_dir(), config.content_dir.is_some()) {
            (true, _) => Ok(site),
            (false, true) => Err(SiteError::NoContent(site.content_dir)),
            (false, false) => {
                let hint = hint_at_sites_below(&config.site_dir);
                Err(SiteError::NothingFound { dir: site.content_dir, hint })
            }
        }
    }

    /// Detects a site like [`detect`](Self::detect), even if its content directory does not exist yet.
    ///
    /// # Errors
    /// If the generator's configuration is unreadable or invalid.
    pub fn detect_without_content(config: &Config) -> Result<Self, SiteError> {
        let (found, settings_files) = site_files::recorded(|| {
            let detected = detection::detect(&config.site_dir, config.generator.as_deref())?;
            let content_dir = content_dir(config, &detected.defaults.content_folders);
            Ok::<_, SiteError>((detected, content_dir))
        });
        let (detected, content_dir) = found?;
        let defaults = detected.defaults;
        let mut generator = detected.generator;
        if let Generator::Unknown(rules) = &mut generator {
            rules.set_content_at_root(content_dir == config.site_dir);
        }
        let mounts = if config.content_dir.is_some() { Vec::new() } else { defaults.mounts };
        let base = config.base_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            generator,
            config_file: detected.settings_file,
            settings_files,
            content_dir,
            mounts,
            base: base.unwrap_or_else(|| encode_base(&defaults.base)),
            title: defaults.title,
            language: defaults.language.and_then(|language| known_language_tag(&language)),
            time_zone: defaults.time_zone.unwrap_or(TimeZone::UTC),
            drafts: defaults.drafts,
            future: defaults.future,
            expired: defaults.expired,
            permalinks: config.permalinks.clone().into_iter().collect(),
            ignore: config.ignore.clone(),
            links: LinkRules { site_dir: config.site_dir.clone(), follow: config.follow_links },
            note: defaults.note.filter(|_| config.permalinks.is_empty()),
        })
    }

    /// Returns the base URLs of the site and of the languages that have their own.
    #[must_use]
    pub(crate) fn base_urls(&self) -> Vec<String> {
        let of_languages = match &self.generator {
            Generator::Hugo(rules) => rules.languages.base_urls(),
            _ => Vec::new(),
        };
        std::iter::once(self.base.clone()).chain(of_languages).collect()
    }

    /// Returns the URL of a page: by the permalink pattern in `bloghound.toml` if the page is dated and a pattern
    /// applies to it, else the URL of the generator's `page`.
    #[must_use]
    pub fn url(
        &self,
        file: &PageSource<'_>,
        page: &GeneratedPage,
        date: Option<PostDate>,
        lang: &str,
    ) -> String {
        let base = page.base.as_deref().unwrap_or(&self.base);
        match self.permalink_of(file.id).filter(|_| date.is_some()) {
            Some(pattern) => format!("{base}{}", permalink::path_by_pattern(pattern, file, date, lang)),
            None => format!("{base}{}", page.path),
        }
    }

    /// Returns whether a permalink pattern in `bloghound.toml` applies to the page `id` if it has a date.
    pub(crate) fn has_permalink(&self, id: &str) -> bool {
        self.permalink_of(id).is_some()
    }

    fn permalink_of(&self, id: &str) -> Option<&str> {
        let folder = id.split_once('/').map_or("", |(folder, _)| folder);
        let find = |folder: &str| self.permalinks.iter().find(|(of, _)| of == folder);
        find(folder).or_else(|| find("")).map(|(_, pattern)| pattern.as_str())
    }
}

/// Returns the end of a message that names the sites in folders below; empty if there are none.
#[must_use]
pub(crate) fn hint_at_sites_below(site_dir: &Path) -> String {
    let sites = sites_below(site_dir);
    let named = sites.iter().map(|(folder, generator)| {
        let folder = folder.strip_prefix(site_dir).unwrap_or(folder);
        format!("{} ({generator})", folder.display())
    });
    match named.collect::<Vec<_>>().join(", ") {
        named if named.is_empty() => named,
        named => format!("; there are sites below: {named}"),
    }
}

/// Returns the content directory that is set, else the first of the generator's folders that exists.
fn content_dir(config: &Config, of_generator: &[String]) -> PathBuf {
    let folders = of_generator.iter().map(|folder| config.site_dir.join(folder));
    let existing = || folders.clone().find(|folder| site_files::is_dir(folder));
    let first = || config.site_dir.join(of_generator.first().map_or("content", String::as_str));
    config.content_dir.clone().or_else(existing).unwrap_or_else(first)
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
    fn detects_the_generator_by_its_configuration_file() {
        let cases = [
            ("hugo.toml", "baseURL = 'https://a.org/'\nlanguageCode = 'en-us'", "Hugo", "https://a.org"),
            ("hugo.yaml", "baseurl: https://a.org/blog/\n", "Hugo", "https://a.org/blog"),
            ("config.json", "{\"baseurl\": \"https://a.org\"}", "Hugo", "https://a.org"),
            ("config/_default/config.toml", "baseURL = 'https://a.org/'", "Hugo", "https://a.org"),
            ("hugo.toml", "baseURL = '/'", "Hugo", ""),
            (
                "hugo.toml",
                r#"baseURL = "https://a.org/a\u0000 b\u0085é<%20/""#,
                "Hugo",
                "https://a.org/a%00%20b%C2%85é%3C%20",
            ),
            ("_config.yml", "url: \"https://a.org/\\0x\"\n", "Jekyll", "https://a.org/%00x"),
            ("config.toml", "base_url = 'https://a.org'", "Zola", "https://a.org"),
            ("_config.yml", "url: https://a.org\nbaseurl: /blog\n", "Jekyll", "https://a.org/blog"),
            ("config.toml", "name = 'x'", "an unknown generator", ""),
            ("other.toml", "", "an unknown generator", ""),
            ("bloghound.toml", "generator = 'zola'", "Zola", ""),
        ];
        for (name, text, generator, base) in cases {
            let site = detect(&[(name, text)]).unwrap();
            assert_eq!((site.generator.name(), site.base.as_str()), (generator, base), "{name}: {text}");
            // Jekyll's source folder is the root of the site.
            assert_eq!(site.content_dir.ends_with("content"), generator != "Jekyll", "{name}");
        }
    }

    #[test]
    fn the_title_is_that_of_the_generators_settings() {
        for (name, text, title) in [
            ("hugo.toml", "title = 'A'", Some("A")),
            ("hugo.toml", "title = 'A'\n[languages.en]\ntitle = 'B'\n[languages.de]\ntitle = 'C'", Some("B")),
            (
                "hugo.toml",
                "title = 'A'\ndefaultContentLanguage = 'de'\n[languages.de]\ntitle = 'C'",
                Some("C"),
            ),
            ("hugo.toml", "title = ''", None),
            ("hugo.toml", "title = ['A']", None),
            ("config.toml", "base_url = 'https://a.org'\ntitle = 'Z'", Some("Z")),
            ("_config.yml", "title: J\n", Some("J")),
            ("_config.yml", "title: X\nsource_dir: content\nnew_post_name: ':title.md'\n", Some("X")),
            ("mkdocs.yml", "site_name: M\ndocs_dir: content\n", Some("M")),
            ("book.toml", "[book]\ntitle = 'R'\nsrc = 'content'", Some("R")),
            ("docusaurus.config.js", "module.exports = { title: 'D' };", Some("D")),
            ("other.toml", "title = 'O'", None),
        ] {
            let site = detect(&[(name, text)]).unwrap();
            assert_eq!(site.title.as_deref(), title, "{name}: {text}");
        }
    }

    #[test]
    fn the_language_is_a_tag_that_the_settings_state() {
        for (name, text, language) in [
            ("hugo.toml", "languageCode = 'en-us'", Some("en")),
            ("hugo.toml", "locale = 'pt_BR'", Some("pt")),
            ("hugo.toml", "languageCode = 'en-us'\ndefaultContentLanguage = 'zh-tw'", Some("zh-tw")),
            ("_config.yml", "lang: pt-BR\n", Some("pt-BR")),
            ("_config.yml", "locale: de_AT.UTF-8\n", Some("de-AT")),
            ("_config.yml", "lang: php\n", None),
            (
                "mkdocs.yml",
                "theme: {name: material, language: zh-Hant}\ndocs_dir: content\n",
                Some("zh-Hant"),
            ),
            ("config.toml", "base_url = '/'\ndefault_language = 'weight'", None),
        ] {
            assert_eq!(detect(&[(name, text)]).unwrap().language.as_deref(), language, "{name}: {text}");
        }
    }

    #[test]
    fn settings_of_bloghound_toml_take_precedence() {
        let settings = "base_url = 'https://b.org/'\ngenerator = 'Hugo'\n[urls]\npermalink = '/b/:slug/'";
        let site = detect(&[("bloghound.toml", settings), ("_config.yml", "url: https://a.org")]).unwrap();
        assert_eq!((site.generator.name(), site.base.as_str()), ("Hugo", "https://b.org"));
        assert_eq!(site.permalink_of("x/y.md"), Some("/b/:slug/"));
        let error = detect(&[("bloghound.toml", "generator = 'wordpress'")]).unwrap_err().to_string();
        assert!(
            error.contains("\"wordpress\" for `generator`; expected one of hugo, zola, jekyll"),
            "{error}"
        );
    }

    #[test]
    fn an_invalid_configuration_is_reported_with_file_and_line() {
        let message = detect(&[("hugo.toml", "a = 1\nb = \n")]).unwrap_err().to_string();
        assert!(message.contains("hugo.toml:2: invalid TOML"), "{message}");
    }

    #[test]
    fn the_error_about_missing_content_names_the_flag() {
        let dir = tempfile::tempdir().unwrap();
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        let error = Site::detect(&Config::load(overrides).unwrap()).unwrap_err().to_string();
        assert!(error.contains("--content"), "{error}");
    }
}
