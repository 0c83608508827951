//! Zola: slugs from file names, dates in file names, and `path` in the front matter.
//!
//! Source: `components/content/src/{file_info,page,section,library}.rs` and `components/utils/src/slugs.rs` of Zola.

mod file_name;
mod section;

use slug::slugify;

use self::file_name::{DatedName, LocalizedName};
pub(super) use self::section::cascades;
use super::file_name::date_in_path;
use super::globs::GlobList;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::anchor::AnchorStyle;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::language_tag::language_tag;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::{extension, folder_and_stem};
use crate::content::template::Dialect;

/// How Zola turns names into slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Slugify {
    /// ASCII and lower case.
    #[default]
    On,
    /// Without characters that are invalid in file names.
    Safe,
    /// Unchanged.
    Off,
}

/// Zola's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ZolaRules {
    /// `slugify.paths`.
    pub slugify: Slugify,
    /// `slugify.paths_keep_dates`: whether the date of a file's name stays in the path.
    pub keeps_dates: bool,
    /// `slugify.anchors`, with Zola's shortcodes.
    pub dialect: Dialect,
    /// The default language, whose pages have no language in their URL.
    pub default_language: String,
    /// The other languages, which file names state: `about.fr.md`.
    pub languages: Vec<String>,
    /// `ignored_content`.
    pub ignored_content: GlobList,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Reads the rules and the site's defaults from `config.toml`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (ZolaRules, SiteDefaults) {
    let config = &settings.data;
    let defaults = SiteDefaults {
        base: absolute_base(&config.text("base_url").unwrap_or_default()),
        title: config.text("title"),
        language: default_language(config),
        // Zola has no publication or expiry dates.
        future: true,
        expired: true,
        content_folders: vec!["content".to_owned()],
        ..SiteDefaults::default()
    };
    (ZolaRules::from_config(config), defaults)
}

impl Slugify {
    fn of(settings: &Data, key: &str) -> Self {
        match settings.text(key).as_deref() {
            Some("safe") => Self::Safe,
            Some("off") => Self::Off,
            _ => Self::On,
        }
    }
}

/// Returns `default_language`. Without it Zola's default is `en`, which says something only on a site with several
/// languages: many others are not in English.
fn default_language(config: &Data) -> Option<String> {
    let has_languages = config.table("languages").keys().next().is_some();
    config.text("default_language").or_else(|| has_languages.then(|| "en".to_owned()))
}

impl ZolaRules {
    fn from_config(config: &Data) -> Self {
        let slugify = config.table("slugify");
        let default_language = config.text("default_language").unwrap_or_else(|| "en".to_owned());
        let languages = config.table("languages");
        let others = languages.keys().filter(|language| *language != default_language);
        Self {
            slugify: Slugify::of(&slugify, "paths"),
            keeps_dates: slugify.flag("paths_keep_dates") == Some(true),
            dialect: match Slugify::of(&slugify, "anchors") {
                Slugify::On => Dialect::Zola,
                Slugify::Safe | Slugify::Off => Dialect::ZolaIds(AnchorStyle::ZolaSafe),
            },
            languages: others.map(str::to_owned).collect(),
            default_language,
            ignored_content: GlobList::across_folders(config.texts("ignored_content")),
            date_keys: DateKeys {
                date: vec!["date".to_owned()],
                publish: Vec::new(),
                expiry: Vec::new(),
                updated: vec!["updated".to_owned()],
            },
        }
    }

    /// Returns whether Zola does not read the file: its name does not end in `.md`, it is an `_index` of no language that
    /// the settings name, or `ignored_content` matches it or one of its folders, by its path below the content folder or
    /// below the site.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let (_, stem) = folder_and_stem(id);
        let index_language = stem.strip_prefix("_index.");
        extension(id) != "md"
            || index_language.is_some_and(|language| !self.languages.iter().any(|known| known == language))
            || self.ignored_content.matches_part_of(id)
            || self.ignored_content.matches_part_of(&format!("/content/{id}"))
    }

    /// Passes on what the sections above the page say.
    pub(super) fn inherit(id: &str, own: &mut Data, inventory: &Inventory) {
        for (_, cascade) in inventory.cascades_for(id) {
            section::pass_on(&cascade.values, own);
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let (folder, stem) = folder_and_stem(file.id);
        let LocalizedName { name, language } =
            LocalizedName::parse(stem, &self.languages, &self.default_language);
        let is_section = name == "_index";
        if is_section && (folder.is_empty() || !file.has_body) {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let redirects = is_section && file.data.text("redirect_to").is_some();
        if file.data.flag("render") == Some(false) || redirects {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        // `index.en` counts as the page of its folder here, although its slug is that of a file.
        let above = match name.split('.').next() {
            Some("index" | "_index") => folder.rsplit_once('/').map_or("", |(above, _)| above),
            _ => folder,
        };
        let own = match name {
            "index" | "_index" => folder.rsplit('/').next().unwrap_or_default(),
            name => name,
        };
        let dated = DatedName::parse(own).filter(|_| !is_section);
        let date = dated.as_ref().and_then(|dated| dated.date);
        if !is_section && section::leaves_out(file, above, language, date) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let stated = file.data.text("path").filter(|_| !is_section);
        let path = stated.unwrap_or_else(|| {
            let slug = match (is_section, dated.and_then(|dated| dated.slug)) {
                (true, _) => own.to_owned(),
                (false, dated) => {
                    let named = dated.filter(|_| !self.keeps_dates).unwrap_or(own);
                    self.slug(file.data.text("slug").as_deref().unwrap_or(named))
                }
            };
            let language = language.map(|language| format!("/{language}")).unwrap_or_default();
            format!("{language}/{above}/{slug}")
        });
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&normalize_slashes(&format!("/{path}/"))),
            // Zola itself ignores dates in paths, but blogs with such paths print them.
            date: date.or_else(|| date_in_path(&path)),
            lang: language.map(language_tag),
            categories: file
                .inventory
                .category(file.id, "", language.unwrap_or_default())
                .into_iter()
                .collect(),
            translation_key: Some(format!("{above}/{own}")),
            ..GeneratedPage::default()
        })
    }

    /// Returns a slug as `slugify_paths` makes it.
    fn slug(&self, name: &str) -> String {
        match self.slugify {
            Slugify::On => slugify(name),
            Slugify::Safe => {
                name.trim_end_matches([' ', '.']).replace(['<', '>', ':', '"', '/', '\\', '|', '?', '*'], "")
            }
            Slugify::Off => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::page::resolve_alone;

    fn resolve_page(config: &str, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Toml).unwrap();
        let rules = ZolaRules::from_config(&Data::parse(config, DataFormat::Toml).unwrap());
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(
            |reason| reason,
            |page| {
                let date = page.date.map(|date| format!(" {}", date.day())).unwrap_or_default();
                format!("{}{date}", page.path)
            },
        )
    }

    #[test]
    fn resolves_paths_as_zola_does() {
        let cases = [
            ("post.md", "", "/post/"),
            ("blog/My Post.md", "", "/blog/my-post/"),
            ("Blog Posts/a.md", "", "/Blog%20Posts/a/"),
            ("blog/2019-05-28-first.md", "", "/blog/first/ 2019-05-28"),
            ("blog/2019-05-28_first/index.md", "", "/blog/first/ 2019-05-28"),
            ("blog/2019-05-28 -first one.md", "", "/blog/first-one/ 2019-05-28"),
            ("blog/2019-05-28T23:10:00-04:00-first.md", "", "/blog/first/ 2019-05-28"),
            ("blog/2019-05-28.md", "", "/blog/2019-05-28/ 2019-05-28"),
            ("blog/2019-05-28.md", "slug = 'x'", "/blog/x/ 2019-05-28"),
            ("blog/bundle/index.md", "", "/blog/bundle/"),
            ("blog/a.md", "slug = 'B b'", "/blog/b-b/"),
            ("blog/a.md", "slug = 'b/c'", "/blog/b-c/"),
            ("blog/a.md", "path = 'x/Y'", "/x/Y/"),
            ("blog/a.fr.md", "path = '/x/y/'", "/x/y/"),
            ("blog/a.fr.md", "", "/fr/blog/a/"),
            ("blog/a/index.fr.md", "", "/fr/blog/a/"),
            ("blog/a.b.md", "", "/blog/a-b/"),
            // Zola removes no default language from names.
            ("blog/a.en.md", "", "/blog/a-en/"),
            ("blog/a/index.en.md", "", "/blog/index-en/"),
            ("blog/über.md", "", "/blog/uber/"),
            ("blog/_index.md", "", "/blog/"),
            ("2020-01-02-My Blog/_index.md", "slug = 'x'", "/2020-01-02-My%20Blog/"),
            ("blog/_index.fr.md", "", "/fr/blog/"),
            ("blog/_index.de.md", "", "excluded"),
            ("blog/_index.en.md", "", "excluded"),
            ("blog/a.markdown", "", "excluded"),
            ("_index.md", "", "List"),
            ("a.md", "render = false", "NotAPage"),
            ("blog/_index.md", "redirect_to = 'x'", "NotAPage"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(
                resolve_page("[languages.fr]\n[languages.en]", id, front_matter),
                expected,
                "{id} {front_matter}"
            );
        }
        assert_eq!(resolve_page("", "blog/a.fr.md", ""), "/blog/a-fr/");
    }

    #[test]
    fn settings_decide_about_slugs() {
        let keep = "[slugify]\npaths_keep_dates = true\n";
        let (safe, off) = ("[slugify]\npaths = 'safe'\n", "[slugify]\npaths = 'off'\n");
        let both = "[slugify]\npaths = 'safe'\npaths_keep_dates = true\n";
        for (config, id, front_matter, expected) in [
            (keep, "a/2019-05-28-b c.md", "", "/a/2019-05-28-b-c/ 2019-05-28"),
            (keep, "a/2019-05-28_b/index.md", "", "/a/2019-05-28-b/ 2019-05-28"),
            (keep, "a/2019-05-28-b.md", "slug = 'd'", "/a/d/ 2019-05-28"),
            (both, "a/2019-05-28_B é.md", "", "/a/2019-05-28_B%20%C3%A9/ 2019-05-28"),
            (safe, "a/Hé? (b) c..md", "", "/a/H%C3%A9%20%28b%29%20c/"),
            (safe, "a/b.md", "slug = 'C/d'", "/a/Cd/"),
            (off, "a/B: c?.md", "", "/a/B:%20c%3F/"),
            (off, "a/2019-05-28-B.md", "", "/a/B/ 2019-05-28"),
        ] {
            assert_eq!(resolve_page(config, id, front_matter), expected, "{config} {id} {front_matter}");
        }
        for (config, dialect) in [
            ("", Dialect::Zola),
            ("[slugify]\nanchors = 'on'", Dialect::Zola),
            ("[slugify]\nanchors = 'safe'", Dialect::ZolaIds(AnchorStyle::ZolaSafe)),
            ("[slugify]\nanchors = 'off'", Dialect::ZolaIds(AnchorStyle::ZolaSafe)),
        ] {
            let rules = ZolaRules::from_config(&Data::parse(config, DataFormat::Toml).unwrap());
            assert_eq!(rules.dialect, dialect, "{config}");
        }
    }

    #[test]
    fn english_is_the_default_language_of_a_site_with_several() {
        for (toml, expected) in [
            ("default_language = 'zh-CN'", Some("zh-CN")),
            ("default_language = 'fr'\n[languages.de]", Some("fr")),
            ("[languages.de]\n[languages.pt-BR]", Some("en")),
            ("title = 'x'", None),
        ] {
            let config = Data::parse(toml, DataFormat::Toml).unwrap();
            assert_eq!(default_language(&config).as_deref(), expected, "{toml}");
        }
    }

    #[test]
    fn ignored_content_is_excluded() {
        let toml = "ignored_content = ['*.private.md', '**/attic', 'temp.*', '**/b/c*']\n";
        let rules = ZolaRules::from_config(&Data::parse(toml, DataFormat::Toml).unwrap());
        let ids =
            ["a.private.md", "x/a.private.md", "attic/a/b.md", "temp.md", "b/cd/e.md", "a.md", "attics/a.md"];
        assert_eq!(ids.map(|id| rules.excludes(id)), [true, true, true, true, true, false, false]);
    }
}
