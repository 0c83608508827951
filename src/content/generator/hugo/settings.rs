//! Hugo's settings: one file, or a folder of files.

use std::path::Path;

use super::languages::HugoLanguages;
use super::rules::{HugoRules, UglyUrls};
use crate::content::cascade::{self, Cascade};
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::error::SiteError;
use crate::content::generator::regexes::RegexList;
use crate::content::generator::settings::{
    GeneratorSettings, SiteDefaults, absolute_base, extension, read_data,
};
use crate::content::generator::site_files;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Returns whether settings are Hugo's: by the name of the file or folder, or by the key `baseURL`.
#[must_use]
pub(crate) fn matches_settings(settings: &GeneratorSettings) -> bool {
    let path = settings.file.as_deref().unwrap_or(Path::new(""));
    let is_own = path.is_dir() || path.file_stem().is_some_and(|stem| stem == "hugo");
    is_own || settings.data.get("baseURL").is_some()
}

/// Reads the folder `config/_default`, and `config/production`, which overrides it, as Hugo does by default.
///
/// `hugo.toml` and `config.toml` hold top-level settings; any other file holds the table of its name.
///
/// # Errors
/// If a file cannot be read or is invalid.
pub(crate) fn load_folder(default: &Path) -> Result<Data, SiteError> {
    let mut settings = Data::default();
    for folder in [default.to_owned(), default.with_file_name("production")] {
        let mut files = site_files::entries(&folder);
        files.retain(|path| DataFormat::of_extension(extension(path)).is_some());
        for path in files {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            // The second part of a name such as `menus.fr` is a language.
            let key = stem.split('.').next().unwrap_or_default();
            let data = read_data(&path)?;
            settings.override_with(&if matches!(key, "hugo" | "config") { data } else { data.under(key) });
        }
    }
    Ok(settings)
}

/// Reads the rules and the site's defaults from the settings.
///
/// # Errors
/// If nobody knows to which pages a cascade applies.
pub(crate) fn read_settings(settings: &GeneratorSettings) -> Result<(HugoRules, SiteDefaults), SiteError> {
    let config = &settings.data;
    let flag = |key| config.flag(key).unwrap_or(false);
    let content_dir = config.text("contentDir").unwrap_or_else(|| "content".to_owned());
    let languages = ["defaultContentLanguage", "languageCode", "locale"];
    let outside = HugoLanguages::folders_outside(config, &content_dir);
    let defaults = SiteDefaults {
        base: absolute_base(&config.text("baseURL").unwrap_or_default()),
        title: title(config),
        language: languages.into_iter().find_map(|key| config.text(key)),
        time_zone: config.text("timeZone").and_then(|name| TimeZone::get(&name).ok()),
        drafts: flag("buildDrafts"),
        future: flag("buildFuture"),
        expired: flag("buildExpired"),
        note: (!outside.is_empty()).then(|| {
            format!(
                "content of languages outside of {content_dir} is not indexed: {}; move it below {content_dir}",
                outside.join(", ")
            )
        }),
        content_folders: vec![content_dir],
        ..SiteDefaults::default()
    };
    let invalid = |line, message| SiteError::Settings {
        path: settings.file.clone().unwrap_or_default(),
        line,
        message,
    };
    let cascades = cascade::of_front_matter(config).map_err(|error| invalid(error.line, error.message))?;
    let mut rules = rules(config, cascades, &defaults.content_folders[0]);
    rules.ignored_files = RegexList::new(config.texts("ignoreFiles"))
        .map_err(|error| invalid(1, format!("invalid expression in `ignoreFiles`: {error}")))?;
    Ok((rules, defaults))
}

/// Returns the title of the site in its default language.
fn title(config: &Data) -> Option<String> {
    let language = config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
    config.table("languages").table(&language).text("title").or_else(|| config.text("title"))
}

fn rules(config: &Data, cascades: Vec<Cascade>, content_dir: &str) -> HugoRules {
    let flag = |key| config.flag(key).unwrap_or(false);
    let permalinks = config.table("permalinks");
    let mut page_patterns = patterns(&permalinks);
    page_patterns.extend(patterns(&permalinks.table("page")));
    let ugly_sections = config.table("uglyURLs");
    HugoRules {
        keeps_case: flag("disablePathToLower"),
        removes_accents: flag("removePathAccents"),
        ugly_urls: match config.flag("uglyURLs") {
            Some(true) => UglyUrls::All,
            _ => UglyUrls::Sections(
                ugly_sections
                    .keys()
                    .filter(|key| ugly_sections.flag(key) == Some(true))
                    .map(str::to_owned)
                    .collect(),
            ),
        },
        page_patterns,
        section_patterns: patterns(&permalinks.table("section")),
        languages: HugoLanguages::from_config(config, content_dir),
        cascades,
        date_keys: DateKeys::from_config(&config.table("frontmatter")),
        ignored_files: RegexList::default(),
        content_dir: content_dir.to_owned(),
    }
}

/// Returns the patterns in a table; nested tables hold the patterns of other kinds of pages.
fn patterns(table: &Data) -> Vec<(String, String)> {
    let entry = |key: &str| match table.get(key) {
        Some(Value::String(pattern)) => Some((key.to_owned(), pattern.clone())),
        _ => None,
    };
    table.keys().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_a_folder_of_settings() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("_default/hugo.toml", "baseURL = 'https://a.org'\nuglyURLs = true\n"),
            ("_default/permalinks.yaml", "posts: /:year/\n"),
            ("_default/languages.json", "{\"fr\": {\"weight\": 1}}"),
            ("_default/menus.fr.toml", "[[main]]\nname = 'x'\n"),
            ("production/config.toml", "baseurl = 'https://b.org'\n"),
        ];
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let data = load_folder(&dir.path().join("_default")).unwrap();
        let (rules, defaults) =
            read_settings(&GeneratorSettings { data, ..GeneratorSettings::default() }).unwrap();
        assert_eq!(defaults.base, "https://b.org");
        assert_eq!(rules.page_patterns, [("posts".to_owned(), "/:year/".to_owned())]);
        assert_eq!(rules.ugly_urls, UglyUrls::All);
        assert!(rules.languages.locate("x.fr.md").unwrap().language.is_some());
    }
}
