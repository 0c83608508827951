//! Hugo's languages: the language of a file by its name or folder, and the URL prefix of its pages.

use std::cmp::Reverse;

use super::mounts::ContentMount;
use super::url_rules::UrlRules;
use crate::content::data::Data;
use crate::content::generator::page::encode_base;
use crate::content::generator::settings::absolute_base;
use crate::content::go_text::to_lower;
use crate::content::language_tag::language_tag;

/// One language of the site.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct HugoLanguage {
    /// Key in the settings, in lower case: `fr`, `zh-cn`.
    pub(crate) code: String,
    /// `baseURL`, if the language has its own.
    pub(crate) base: Option<String>,
    /// Whether the language is disabled: none of its pages are rendered.
    pub(crate) is_disabled: bool,
    /// The site's settings, overridden by those of the language.
    pub(crate) urls: UrlRules,
}

/// The languages of the site, none if its settings define no languages, and the folders of their files.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub(crate) struct HugoLanguages {
    all: Vec<HugoLanguage>,
    default: String,
    /// `defaultContentLanguageInSubdir`.
    default_in_subdir: bool,
    /// The folders of content; none if the content directory is the only one.
    pub(super) mounts: Vec<ContentMount>,
}

/// A file with its language.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LocatedFile<'a> {
    /// The language, if the settings define languages.
    pub(crate) language: Option<&'a HugoLanguage>,
    /// The path in the content of its language, without the language in the file's name.
    pub(crate) path: String,
}

impl HugoLanguages {
    /// Reads the languages from the settings.
    #[must_use]
    pub(crate) fn from_config(config: &Data) -> Self {
        let table = config.table("languages");
        let disabled = config.texts("disableLanguages");
        let read = |code: &str| {
            let language = table.table(code);
            let is_off = language.flag("disabled").unwrap_or(false)
                || disabled.iter().any(|off| off.eq_ignore_ascii_case(code));
            let mut own = config.clone();
            own.override_with(&language);
            HugoLanguage {
                code: code.to_lowercase(),
                base: language.text("baseURL").and_then(|url| base_of(&url)),
                is_disabled: is_off,
                urls: UrlRules::from_config(&own),
            }
        };
        Self {
            all: table.keys().map(read).collect(),
            default: config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase(),
            default_in_subdir: config.flag("defaultContentLanguageInSubdir").unwrap_or(false),
            mounts: Vec::new(),
        }
    }

    /// Returns the codes of the languages, the default one first.
    pub(super) fn codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = self.all.iter().map(|language| language.code.clone()).collect();
        codes.sort_by_key(|code| *code != self.default);
        codes
    }

    /// Returns the base URLs of the languages that have their own.
    pub(crate) fn base_urls(&self) -> Vec<String> {
        self.all.iter().filter_map(|language| language.base.clone()).collect()
    }

    /// Returns the language of a file and its place in the content, or `None` if no folder of content has the file.
    #[must_use]
    pub(crate) fn locate(&self, id: &str) -> Option<LocatedFile<'_>> {
        let (below, target, of_folder) = match self.mount_of(id) {
            Some(mount) => (&id[mount.root.len()..], mount.target.as_str(), mount.languages.as_slice()),
            None if self.mounts.is_empty() => (id, "", &[][..]),
            None => return None,
        };
        let (code, path) = self.without_language(below);
        let is_default = || of_folder.is_empty() || of_folder.contains(&self.default);
        let code = code.unwrap_or_else(|| if is_default() { &self.default } else { &of_folder[0] });
        let language = self.all.iter().find(|language| language.code == code).or(self.all.first());
        Some(LocatedFile { language, path: format!("{target}{path}") })
    }

    /// Returns the folder of content that has a file: the deepest one, preferably of the default language.
    fn mount_of(&self, id: &str) -> Option<&ContentMount> {
        let is_outside = self.mounts.iter().any(|mount| mount.is_around(id));
        let mounts = self.mounts.iter().enumerate();
        let mounts = mounts.filter(|(_, mount)| mount.has(id) && mount.is_outside == is_outside);
        let best = mounts.max_by_key(|(number, mount)| {
            let is_default = mount.languages.is_empty() || mount.languages.contains(&self.default);
            (mount.root.len(), is_default, Reverse(*number))
        });
        best.map(|(_, mount)| mount)
    }

    /// Returns the language in the name of a file, and the path without it and what follows it: `a.fr.md` and `a.fr.x.md`
    /// are `a.md` (`parseIdentifier` in Hugo's `common/paths/pathparser.go`).
    fn without_language(&self, path: &str) -> (Option<&str>, String) {
        let name_start = path.rfind('/').map_or(0, |slash| slash + 1);
        let known = |code: &str| {
            let code = to_lower(code);
            let mut codes = self.all.iter().map(|language| language.code.as_str());
            let only = self.all.is_empty().then_some(self.default.as_str());
            codes.find(|known| *known == code).or(only.filter(|only| *only == code))
        };
        let dots: Vec<usize> = path[name_start..].match_indices('.').map(|(at, _)| name_start + at).collect();
        for pair in dots.windows(2).rev().filter(|pair| pair[0] > name_start) {
            if let Some(code) = known(&path[pair[0] + 1..pair[1]]) {
                let extension = dots.last().map_or("", |last| &path[*last..]);
                return (Some(code), format!("{}{extension}", &path[..pair[0]]));
            }
        }
        (None, path.to_owned())
    }

    /// Returns the folders whose files may be in a folder of the content, as they begin ids.
    pub(super) fn sources_of(&self, folder: &str) -> Vec<String> {
        if self.mounts.is_empty() {
            return vec![folder.to_owned()];
        }
        self.mounts.iter().filter_map(|mount| mount.source_of(folder)).collect()
    }

    /// Returns the prefix of the URL paths of a language's pages: empty, or such as `/fr`.
    #[must_use]
    pub(crate) fn prefix(&self, language: Option<&HugoLanguage>) -> String {
        match language {
            Some(language) if language.base.is_some() => String::new(),
            Some(language) if language.code != self.default || self.default_in_subdir => {
                format!("/{}", language.code)
            }
            None if self.default_in_subdir => format!("/{}", self.default),
            _ => String::new(),
        }
    }
}

impl HugoLanguage {
    /// Returns the language's tag, such as `en` or `zh-cn`.
    #[must_use]
    pub(crate) fn tag(&self) -> String {
        language_tag(&self.code)
    }
}

/// Returns the base URL of a language without its trailing slash; `None` if it is neither absolute nor a path.
fn base_of(url: &str) -> Option<String> {
    let base = url.trim_end_matches('/');
    let is_url = base.is_empty() || base.starts_with('/') || !absolute_base(base).is_empty();
    is_url.then(|| encode_base(base))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::mounts::ContentLayout;
    use super::*;
    use crate::content::data::DataFormat;

    fn languages(config: &str) -> HugoLanguages {
        let config = Data::parse(config, DataFormat::Toml).unwrap();
        let mut languages = HugoLanguages::from_config(&config);
        languages.mounts = ContentLayout::new(Path::new(""), &config, &languages.codes()).mounts;
        languages
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
            ("a/x.FR.md", "fr /fra/x.md"),
            ("a/x.fr.md.md", "fr /fra/x.md"),
            ("a/x.fr.en.md", "en a/x.fr.md"),
            ("a/x.draft.fr.md", "fr /fra/x.draft.md"),
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
        let in_subdir = languages("defaultContentLanguageInSubdir = true");
        assert_eq!(locate(&in_subdir, "b.md"), "- /enb.md");
    }

    #[test]
    fn the_tag_of_a_language_has_its_region() {
        let languages = languages("[languages.zh-TW]\n[languages.pt_BR]\n[languages.EN]");
        let mut tags: Vec<String> = languages.all.iter().map(HugoLanguage::tag).collect();
        tags.sort();
        assert_eq!(tags, ["en", "pt-br", "zh-tw"]);
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
        assert_eq!(locate(&languages, "fr/a/x.de.md"), "de /dea/x.md");
        assert_eq!(locate(&languages, "x.md"), "none");
    }

    #[test]
    fn mounts_determine_place_and_language() {
        let mount = |source: &str, target: &str, lang: &str| {
            format!("[[module.mounts]]\nsource = '{source}'\ntarget = '{target}'\nlang = '{lang}'\n")
        };
        let config = "[languages.en]\n[languages.fr]\n".to_owned()
            + &mount("content/english", "content", "en")
            + &mount("content/french", "content", "fr")
            + &mount("content/english/old", "content/archive", "en")
            + &mount("manual", "content/docs/manual", "en");
        let languages = languages(&config);
        for (id, expected) in [
            ("english/a.md", "en a.md"),
            ("french/a.md", "fr /fra.md"),
            ("english/old/a.md", "en archive/a.md"),
            ("manual/x/a.md", "en docs/manual/x/a.md"),
            ("a.md", "none"),
        ] {
            assert_eq!(locate(&languages, id), expected, "{id}");
        }
        assert_eq!(
            languages.sources_of("docs/manual/x"),
            ["english/docs/manual/x", "french/docs/manual/x", "manual/x"]
        );
    }
}
