//! Hugo's languages: which one a file is in, by its name or its folder, and where its pages go.

use crate::content::data::Data;
use crate::content::language::primary_language;

/// A language of the site.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Language {
    /// Its key in the settings, in lower case: `fr`, `zh-cn`.
    pub code: String,
    /// `baseURL`, where the language has its own.
    pub base: Option<String>,
    /// Its content directory below that of the site, with `/` at the end; empty for the same.
    pub root: String,
    /// Its pages are not made.
    pub is_disabled: bool,
}

/// All languages; without any the site has one that nothing names.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Languages {
    all: Vec<Language>,
    default: String,
    /// `defaultContentLanguageInSubdir`.
    default_in_subdir: bool,
}

/// A file among the languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<'a> {
    /// The language, if the site has several.
    pub language: Option<&'a Language>,
    /// The language's content directory below that of the site.
    pub root: &'a str,
    /// The path below that, without the language in the file's name.
    pub path: String,
}

impl Languages {
    /// Reads them; `content_dir` is the site's content directory as the settings name it.
    #[must_use]
    pub fn from_config(config: &Data, content_dir: &str) -> Self {
        let table = config.table("languages");
        let disabled = config.texts("disableLanguages");
        let read = |code: &str| {
            let language = table.table(code);
            let is_off = language.flag("disabled").unwrap_or(false)
                || disabled.iter().any(|off| off.eq_ignore_ascii_case(code));
            Language {
                code: code.to_lowercase(),
                base: language.text("baseURL").map(|base| base.trim_end_matches('/').to_owned()),
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

    /// Folders of languages outside of the site's content directory, which are not read.
    #[must_use]
    pub fn folders_outside(config: &Data, content_dir: &str) -> Vec<String> {
        let table = config.table("languages");
        let dirs = table.keys().filter_map(|code| table.table(code).text("contentDir"));
        dirs.filter(|dir| root_below(dir, content_dir).is_none()).collect()
    }

    /// Which language a file is in; `None` when it is in the content directory of none.
    #[must_use]
    pub fn locate(&self, id: &str) -> Option<Located<'_>> {
        if self.all.is_empty() {
            return Some(Located { language: None, root: "", path: id.to_owned() });
        }
        let by_root = self.all.iter().filter(|language| id.starts_with(language.root.as_str()));
        // Where several share a folder, names tell them apart and the default has none.
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
        Some(Located { language: Some(language), root: &by_root.root, path })
    }

    /// What stands before the paths of a language's pages: nothing or `/fr`.
    #[must_use]
    pub fn prefix(&self, language: Option<&Language>) -> String {
        match language {
            Some(language) if language.base.is_some() => String::new(),
            Some(language) if language.code != self.default || self.default_in_subdir => {
                format!("/{}", language.code)
            }
            _ => String::new(),
        }
    }
}

impl Language {
    /// Its primary subtag, such as `en`.
    #[must_use]
    pub fn tag(&self) -> String {
        primary_language(&self.code)
    }
}

/// `fr/` of `content/fr`; `None` for a folder elsewhere.
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

    fn languages(config: &str) -> Languages {
        Languages::from_config(&Data::parse(config, DataFormat::Toml).unwrap(), "content")
    }

    fn locate(languages: &Languages, id: &str) -> String {
        let Some(located) = languages.locate(id) else { return "none".to_owned() };
        let code = located.language.map_or("-", |language| &language.code);
        format!("{code} {}{}", languages.prefix(located.language), located.path)
    }

    #[test]
    fn names_tell_languages_apart() {
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
    fn folders_tell_languages_apart() {
        let config = "defaultContentLanguage = 'de'\ndefaultContentLanguageInSubdir = true\n\
                      [languages.de]\ncontentDir = 'content/de'\n[languages.fr]\ncontentDir = 'content/fr/'\n";
        let languages = languages(config);
        assert_eq!(locate(&languages, "de/x.md"), "de /dex.md");
        assert_eq!(locate(&languages, "fr/a/x.md"), "fr /fra/x.md");
        assert_eq!(locate(&languages, "x.md"), "none");
        let config = Data::parse("[languages.it]\ncontentDir = 'content_it'\n", DataFormat::Toml).unwrap();
        assert_eq!(Languages::folders_outside(&config, "content"), ["content_it"]);
    }
}
