//! Hugo's settings: what they say of the site and of its pages.

use std::path::Path;

use super::config_dir;
use super::languages::HugoLanguages;
use super::mounts::ContentLayout;
use super::outputs::Outputs;
use super::rules::HugoRules;
use super::url_rules::UrlRules;
use crate::content::anchor::AnchorStyle;
use crate::content::cascade;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::error::SiteError;
use crate::content::generator::regexes::RegexList;
use crate::content::generator::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::generator::site_files;
use crate::content::goldmark::{GoldmarkSettings, kept_in_ids};
use crate::content::language_tag::primary_subtag;
use crate::content::template::Dialect;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Returns whether settings are Hugo's: by the name of the file or folder, or by the key `baseURL`.
#[must_use]
pub(crate) fn matches_settings(settings: &GeneratorSettings) -> bool {
    let path = settings.file.as_deref().unwrap_or(Path::new(""));
    let is_own = site_files::is_dir(path) || path.file_stem().is_some_and(|stem| stem == "hugo");
    is_own || settings.data.get("baseURL").is_some()
}

/// Reads the settings folder `config`, given its subfolder `_default`.
///
/// # Errors
/// If a file cannot be read or is invalid.
pub(crate) fn load_folder(default: &Path) -> Result<Data, SiteError> {
    config_dir::of_folder(default.parent().unwrap_or(default))
}

/// Reads the rules and the site's defaults from the settings.
///
/// # Errors
/// If a file of settings is invalid, or if nobody knows to which pages a cascade applies.
pub(crate) fn read_settings(settings: &GeneratorSettings) -> Result<(HugoRules, SiteDefaults), SiteError> {
    let config = &config_dir::merged(settings)?;
    let flag = |key| config.flag(key).unwrap_or(false);
    let mut languages = HugoLanguages::from_config(config);
    let layout = ContentLayout::new(&settings.site_dir, config, &languages.codes());
    languages.mounts = layout.mounts;
    let defaults = SiteDefaults {
        base: absolute_base(&config.text("baseURL").unwrap_or_default()),
        title: title(config),
        language: language(config),
        time_zone: config.text("timeZone").and_then(|name| TimeZone::get(&name).ok()),
        drafts: flag("buildDrafts"),
        future: flag("buildFuture"),
        expired: flag("buildExpired"),
        content_folders: vec![layout.content_dir.clone()],
        mounts: layout.outside,
        ..SiteDefaults::default()
    };
    let invalid = |line, message| SiteError::Settings {
        path: settings.file.clone().unwrap_or_default(),
        line,
        message,
    };
    let rules = HugoRules {
        urls: UrlRules::from_config(config),
        languages,
        cascades: cascade::of_front_matter(config).map_err(|error| invalid(error.line, error.message))?,
        date_keys: DateKeys::from_config(&config.table("frontmatter")),
        ignored_files: RegexList::new(config.texts("ignoreFiles"))
            .map_err(|error| invalid(1, format!("invalid expression in `ignoreFiles`: {error}")))?,
        outputs: Outputs::from_config(config),
        content_dir: layout.content_dir,
        dialect: dialect(config),
    };
    Ok((rules, defaults))
}

/// Returns the default language. A site without languages has only `languageCode` (`en-us`, as in Hugo's own example), which
/// describes the site and does not name the language of its pages, the key `en`; so its region is left out.
fn language(config: &Data) -> Option<String> {
    let of_site = || ["languageCode", "locale"].into_iter().find_map(|key| config.text(key));
    config.text("defaultContentLanguage").or_else(|| of_site().map(|code| primary_subtag(&code).to_owned()))
}

/// Returns the title of the site in its default language.
fn title(config: &Data) -> Option<String> {
    let language = config.text("defaultContentLanguage").unwrap_or_else(|| "en".to_owned());
    config.table("languages").table(&language).text("title").or_else(|| config.text("title"))
}

/// Returns the Markdown dialect (gohugo.io/configuration/markup).
fn dialect(config: &Data) -> Dialect {
    let goldmark = config.table("markup").table("goldmark");
    let (parser, extensions) = (goldmark.table("parser"), goldmark.table("extensions"));
    let typographer = extensions.table("typographer");
    let is_on = |table: &Data, key: &str| table.flag(key) != Some(false);
    let settings = GoldmarkSettings {
        ids: match parser.text("autoHeadingIDType").unwrap_or_default().to_ascii_lowercase().as_str() {
            _ if !is_on(&parser, "autoHeadingID") => AnchorStyle::None,
            "github-ascii" => AnchorStyle::GoldmarkAscii,
            "blackfriday" => AnchorStyle::Blackfriday,
            _ => AnchorStyle::Goldmark,
        },
        has_heading_ids: is_on(&parser.table("attribute"), "title"),
        has_term_ids: parser.flag("autoDefinitionTermID") == Some(true),
        is_smart: is_on(&extensions, "typographer") && typographer.flag("disable") != Some(true),
        dashes: ["enDash", "emDash"].map(|key| {
            let replacement = typographer.get(key).and_then(Value::as_str);
            kept_in_ids(replacement.unwrap_or("–"))
        }),
        links_urls: is_on(&extensions, "linkify"),
    };
    if settings == GoldmarkSettings::default() { Dialect::Hugo } else { Dialect::HugoWith(settings) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_folder_make_the_rules() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("config/_default/hugo.toml", "baseURL = 'https://a.org'\ndefaultContentLanguage = 'it'\n"),
            ("config/_default/languages.it.toml", "title = 'Uno'\ncontentDir = 'content/it'\n"),
            ("config/_default/languages.fr.yaml", "contentDir: texte\n"),
            ("config/production/config.toml", "baseurl = 'https://b.org'\n"),
        ];
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let file = dir.path().join("config/_default");
        let data = load_folder(&file).unwrap();
        let site_dir = dir.path().to_owned();
        let settings = GeneratorSettings { site_dir, file: Some(file), data, ..GeneratorSettings::default() };
        let (rules, defaults) = read_settings(&settings).unwrap();
        assert_eq!((defaults.base.as_str(), defaults.title.as_deref()), ("https://b.org", Some("Uno")));
        assert_eq!(defaults.content_folders, ["content"]);
        assert_eq!(defaults.mounts[0].folder, dir.path().join("texte"));
        let language =
            |id: &str| rules.languages.locate(id).map(|located| located.language.unwrap().code.clone());
        assert_eq!(language("it/x.md").as_deref(), Some("it"));
        assert_eq!(language("texte/x.md").as_deref(), Some("fr"));
        assert_eq!(language("drafts/x.md"), None);
    }

    #[test]
    fn settings_choose_the_heading_ids() {
        let plain = GoldmarkSettings::default();
        let with_dashes = |en_dash, em_dash| GoldmarkSettings {
            dashes: [kept_in_ids(en_dash), kept_in_ids(em_dash)],
            ..plain
        };
        let with_ids = |ids| GoldmarkSettings { ids, ..plain };
        for (goldmark, expected) in [
            ("", plain),
            ("parser.autoHeadingIDType = 'github'", plain),
            ("parser.autoHeadingIDType = 'GitHub-ASCII'", with_ids(AnchorStyle::GoldmarkAscii)),
            ("parser.autoHeadingIDType = 'blackfriday'", with_ids(AnchorStyle::Blackfriday)),
            ("parser.autoHeadingID = false", with_ids(AnchorStyle::None)),
            ("parser.attribute.title = false", GoldmarkSettings { has_heading_ids: false, ..plain }),
            ("parser.autoDefinitionTermID = true", GoldmarkSettings { has_term_ids: true, ..plain }),
            ("extensions.typographer = false", GoldmarkSettings { is_smart: false, ..plain }),
            ("extensions.typographer.disable = true", GoldmarkSettings { is_smart: false, ..plain }),
            ("extensions.typographer.enDash = '--'", with_dashes("--", "—")),
            ("extensions.typographer.emDash = ' - '", with_dashes("–", " - ")),
            ("extensions.typographer.enDash = '&ndash;'", plain),
            ("extensions.linkify = false", GoldmarkSettings { links_urls: false, ..plain }),
        ] {
            let text = format!("[markup.goldmark]\n{goldmark}");
            let config = Data::parse(&text, crate::content::data::DataFormat::Toml).unwrap();
            assert_eq!(dialect(&config).goldmark(), Some(expected), "{goldmark}");
        }
    }
}
