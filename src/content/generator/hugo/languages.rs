//! Hugo's languages: the language of a file by its name or folder, and the URL prefix of its pages.

use crate::content::data::Data;
use crate::content::generator::page::encode_base;
use crate::content::generator::settings::absolute_base;
use crate::content::language::primary_language;

/// One language of the site.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct HugoLanguage {
    /// Key in the settings, in lower case: `fr`, `zh-cn`.
    pub(crate) code: String,
    /// `baseURL`, if the language has its own.
    pub(crate) base: Option<String>,
    /// The language's content directory, relative to that of the site, with a trailing `/`; empty if it is
    /// the same.
    pub(crate) root: String,
    /// Whether the language is disabled: none of its pages are rendered.
    pub(crate) is_disabled: bool,
}

/// All languages of the site; none if its settings define no languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct HugoLanguages {
    all: Vec<HugoLanguage>,
    default: String,
    /// `defaultContentLanguageInSubdir`.
    default_in_subdir: bool,
}

/// A file with its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocatedFile<'a> {
    /// The language, if the site has several.
    pub(crate) language: Option<&'a HugoLanguage>,
    /// The language's content directory, relative to that of the site.
    pub(crate) root: &'a str,
    /// The path below `root`, without the language in the file's name.
    pub(crate) path: String,
}

impl HugoLanguages {
    /// Reads the languages from the settings. `content_dir` is the site's content directory, as the settings
    /// state it.
    #[must_use]
    pub(crate) fn from_config(config: &Data, content_dir: &str) -> Self {
        let table = config.table("languages");
        let disabled = config.texts("disableLanguages");
        let read = |code: &str| {
            let language = table.table(code);
            let is_off = language.flag("disabled").unwrap_or(false)
                || disabled.iter().any(|off| off.eq_ignore_ascii_case(code));
            HugoLanguage {
                code: code.to_lowercase(),
                base: language.text("baseURL").and_then(|url| base_of(&url)),
                root: language
                    .text("contentDir")
                    .and_then(|dir| root_below(&dir, content_dir))
                    .unwrap_or_default(),
                is_disabled: is_off,
            }
        };
        Self {
            all: table.keys().map(read).collect(),
            default: config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase(),
            default_in_subdir: config.flag("defaultContentLanguageInSubdir").unwrap_or(false),
        }
    }

    /// Returns the base URLs of the languages that have their own.
    pub(crate) fn base_urls(&self) -> Vec<String> {
        self.all.iter().filter_map(|language| language.base.clone()).collect()
    }

    /// Returns the content folders of languages that are outside of the site's content directory; files in
    /// them are not read.
    #[must_use]
    pub(crate) fn folders_outside(config: &Data, content_dir: &str) -> Vec<String> {
        let table = config.table("languages");
        let dirs = table.keys().filter_map(|code| table.table(code).text("contentDir"));
        dirs.filter(|dir| root_below(dir, content_dir).is_none()).collect()
    }

    /// Returns the language of a file, or `None` if no language's content directory contains the file.
    #[must_use]
    pub(crate) fn locate(&self, id: &str) -> Option<LocatedFile<'_>> {
        if self.all.is_empty() {
            return Some(LocatedFile { language: None, root: "", path: self.without_default(id) });
        }
        let by_root = self.all.iter().filter(|language| id.starts_with(language.root.as_str()));
        // Languages that share a folder are marked in file names, except for the default language.
        let by_root = by_root.max_by_key(|language| (language.root.len(), language.code == self.default))?;
        let below = &id[by_root.root.len()..];
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let mut parts: Vec<&str> = name.split('.').collect();
        let in_name = parts
            .len()
            .checked_sub(2)
            .filter(|at| *at > 0)
            .and_then(|at| Some((at, self.all.iter().find(|language| language.code == parts[at])?)));
        let language = match in_name {
            Some((at, language)) => {
                parts.remove(at);
                language
            }
            None => by_root,
        };
        let slash = if folder.is_empty() { "" } else { "/" };
        let path = format!("{folder}{slash}{}", parts.join("."));
        Some(LocatedFile { language: Some(language), root: &by_root.root, path })
    }

    /// Returns a path without the default language in the name of the file: `a.en.md` is `a.md`.
    fn without_default(&self, id: &str) -> String {
        let of_default = || {
            let (stem, extension) = id.rsplit_once('.')?;
            let (stem, language) = stem.rsplit_once('.')?;
            let is_default = language == self.default && !stem.is_empty() && !stem.ends_with('/');
            is_default.then(|| format!("{stem}.{extension}"))
        };
        of_default().unwrap_or_else(|| id.to_owned())
    }

    /// Returns the prefix of the URL paths of a language's pages: empty, or such as `/fr`.
    #[must_use]
    pub(crate) fn prefix(&self, language: Option<&HugoLanguage>) -> String {
        match language {
            Some(language) if language.base.is_some() => String::new(),
            Some(language) if language.code != self.default || self.default_in_subdir => {
                format!("/{}", language.code)
            }
            _ => String::new(),
        }
    }
}

impl HugoLanguage {
    /// Returns the language's primary subtag, such as `en`.
    #[must_use]
    pub(crate) fn tag(&self) -> String {
        primary_language(&self.code)
    }
}

/// Returns the base URL of a language without its trailing slash; `None` if it is neither absolute nor a path.
fn base_of(url: &str) -> Option<String> {
    let base = url.trim_end_matches('/');
    let is_url = base.is_empty() || base.starts_with('/') || !absolute_base(base).is_empty();
    is_url.then(|| encode_base(base))
}

/// Returns a folder relative to the content directory, such as `fr/` for `content/fr`; `None` for a folder
/// outside of it.
fn root_below(dir: &str, content_dir: &str) -> Option<String> {
    let tidy = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let dir = tidy(dir);
    let below = dir.strip_prefix(&tidy(content_dir))?;
    if below.is_empty() { Some(String::new()) } else { Some(format!("{}/", below.strip_prefix('/')?)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn languages(config: &str) -> HugoLanguages {
        HugoLanguages::from_config(&Data::parse(config, DataFormat::Toml).unwrap(), "content")
    }

    fn locate(languages: &HugoLanguages, id: &str) -> String {
        let Some(located) = languages.locate(id) else { return "none".to_owned() };
        let code = located.language.map_or("-", |language| &language.code);
        format!("{code} {}{}", languages.prefix(located.language), located.path)
    }

    #[test]
    fn file_names_determine_the_language() {
        let languages = languages("[languages.en]\nweight = 1\n[languages.fr]\n[languages.zh-CN]\n");
        let cases = [
            ("a/x.md", "en a/x.md"),
            ("a/x.fr.md", "fr /fra/x.md"),
            ("a/x.zh-cn.md", "zh-cn /zh-cna/x.md"),
            ("a/_index.fr.md", "fr /fra/_index.md"),
            ("a/x.FR.md", "en a/x.FR.md"),
            ("a/v1.2.md", "en a/v1.2.md"),
            ("fr.md", "en fr.md"),
        ];
        for (id, expected) in cases {
            assert_eq!(locate(&languages, id), expected, "{id}");
        }
    }

    #[test]
    fn a_site_of_one_language_may_have_it_in_file_names() {
        for (id, expected) in [
            ("a.en.md", "- a.md"),
            ("walk/index.en.md", "- walk/index.md"),
            ("b.de.md", "- b.de.md"),
            ("a/.en.md", "- a/.en.md"),
            ("en.md", "- en.md"),
        ] {
            assert_eq!(locate(&languages(""), id), expected, "{id}");
        }
        assert_eq!(locate(&languages("defaultContentLanguage = 'de'"), "b.de.md"), "- b.md");
    }

    #[test]
    fn base_urls_of_languages_are_urls_or_paths() {
        let cases = [
            ("https://fr.example/", Some("https://fr.example")),
            ("https://fr.example/\\u0000 a", Some("https://fr.example/%00%20a")),
            ("/fr/", Some("/fr")),
            ("javascript:alert(1)//", None),
        ];
        for (url, base) in cases {
            let languages = languages(&format!("[languages.fr]\nbaseURL = \"{url}\""));
            assert_eq!(languages.all[0].base.as_deref(), base, "{url}");
        }
    }

    #[test]
    fn folders_determine_the_language() {
        let config = "defaultContentLanguage = 'de'\ndefaultContentLanguageInSubdir = true\n\
                      [languages.de]\ncontentDir = 'content/de'\n[languages.fr]\ncontentDir = 'content/fr/'\n";
        let languages = languages(config);
        assert_eq!(locate(&languages, "de/x.md"), "de /dex.md");
        assert_eq!(locate(&languages, "fr/a/x.md"), "fr /fra/x.md");
        assert_eq!(locate(&languages, "x.md"), "none");
        let config = Data::parse("[languages.it]\ncontentDir = 'content_it'\n", DataFormat::Toml).unwrap();
        assert_eq!(HugoLanguages::folders_outside(&config, "content"), ["content_it"]);
    }
}
