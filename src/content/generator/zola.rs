//! Zola: slugs from file names, dates in file names, and `path` in the front matter.

use slug::slugify;

use super::file_name::{date_in_path, split_date};
use super::globs::GlobList;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::cascade::Cascade;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;

/// How Zola turns names into slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Slugify {
    /// ASCII and lower case.
    #[default]
    On,
    /// Without characters that are invalid in file names or URLs.
    Safe,
    /// Unchanged.
    Off,
}

/// Zola's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ZolaRules {
    /// `slugify.paths`.
    pub slugify: Slugify,
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
        language: config.text("default_language"),
        // Zola has no publication or expiry dates.
        future: true,
        expired: true,
        content_folders: vec!["content".to_owned()],
        ..SiteDefaults::default()
    };
    (ZolaRules::from_config(config), defaults)
}

/// Returns what a section's front matter says about all pages in and below its folder: whether they are drafts, which
/// Zola skips, and whether they are left out of the search.
pub(super) fn cascades(section: &Data) -> Vec<Cascade> {
    let mut values = Data::default();
    for (key, flag) in [("draft", true), ("in_search_index", false)] {
        if let Some(value) = section.get(key).filter(|_| section.flag(key) == Some(flag)) {
            values.set_default(key, value);
        }
    }
    if values.keys().next().is_some() { vec![Cascade::for_all(values)] } else { Vec::new() }
}

impl ZolaRules {
    fn from_config(config: &Data) -> Self {
        let slugify = match config.table("slugify").text("paths").as_deref() {
            Some("safe") => Slugify::Safe,
            Some("off") => Slugify::Off,
            _ => Slugify::On,
        };
        Self {
            slugify,
            default_language: config.text("default_language").unwrap_or_else(|| "en".to_owned()),
            languages: config.table("languages").keys().map(str::to_owned).collect(),
            ignored_content: GlobList::across_folders(config.texts("ignored_content")),
            date_keys: DateKeys {
                date: vec!["date".to_owned()],
                publish: Vec::new(),
                expiry: Vec::new(),
                updated: vec!["updated".to_owned()],
            },
        }
    }

    /// Returns whether `ignored_content` matches the file or one of its folders, by its path below the content folder or
    /// below the site.
    pub(super) fn excludes(&self, id: &str) -> bool {
        self.ignored_content.matches_part_of(id)
            || self.ignored_content.matches_part_of(&format!("/content/{id}"))
    }

    /// Passes on what the sections above the page say.
    pub(super) fn inherit(id: &str, own: &mut Data, inventory: &Inventory) {
        for (_, cascade) in inventory.cascades_for(id) {
            own.override_with(&cascade.values);
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let (folder, stem) = folder_and_stem(file.id);
        let (name, language) = self.split_language(stem);
        if name == "_index" && (folder.is_empty() || !file.has_body) {
            return PageOutcome::Skipped(SkipReason::List);
        }
        if file.data.flag("render") == Some(false) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let (section, own) = match name {
            "index" | "_index" => folder.rsplit_once('/').unwrap_or(("", folder)),
            _ => (folder, name),
        };
        let dated = split_date(own, &['-', '_']).filter(|_| name != "_index");
        let path = file.data.text("path").unwrap_or_else(|| {
            let named = dated.map_or(own, |(_, rest)| rest);
            let slug = file.data.text("slug").map_or_else(|| self.slug(named), |slug| self.slug(&slug));
            let language = language.map(|language| format!("/{language}")).unwrap_or_default();
            format!("{language}/{section}/{slug}")
        });
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&normalize_slashes(&format!("{path}/"))),
            // Zola itself ignores dates in paths, but blogs with such paths print them.
            date: dated.map(|(date, _)| date).or_else(|| date_in_path(&path)),
            lang: language.map(primary_language),
            categories: file
                .inventory
                .category(file.id, "", language.unwrap_or_default())
                .into_iter()
                .collect(),
            translation_key: Some(format!("{section}/{own}")),
            ..GeneratedPage::default()
        })
    }

    /// Splits a file's stem into name and language; the default language is `None`.
    fn split_language<'a>(&self, stem: &'a str) -> (&'a str, Option<&'a str>) {
        match stem.rsplit_once('.') {
            Some((name, language)) if language == self.default_language => (name, None),
            Some((name, language)) if self.languages.iter().any(|known| known == language) => {
                (name, Some(language))
            }
            _ => (stem, None),
        }
    }

    fn slug(&self, name: &str) -> String {
        match self.slugify {
            Slugify::On => name.split('/').map(slugify).collect::<Vec<_>>().join("/"),
            Slugify::Safe => {
                let safe = name.trim_end_matches('.').replace(
                    ['<', '>', ':', '|', '?', '*', '#', '(', ')', '[', ']', '"', '\\', '%', '\n', '\r', '\t'],
                    "",
                );
                safe.trim().replace(' ', "_")
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

    fn resolve_page(id: &str, front_matter: &str) -> String {
        let config = Data::parse("[languages.fr]\ntitle = 'x'\n", DataFormat::Toml).unwrap();
        let data = Data::parse(front_matter, DataFormat::Toml).unwrap();
        let rules = ZolaRules::from_config(&config);
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
            ("blog/2019-05-28-first.md", "", "/blog/first/ 2019-05-28"),
            ("blog/2019-05-28_first/index.md", "", "/blog/first/ 2019-05-28"),
            ("blog/bundle/index.md", "", "/blog/bundle/"),
            ("blog/a.md", "slug = 'B b'", "/blog/b-b/"),
            ("blog/a.md", "path = 'x/Y'", "/x/Y/"),
            ("blog/a.fr.md", "", "/fr/blog/a/"),
            ("blog/a.b.md", "", "/blog/a-b/"),
            ("blog/über.md", "", "/blog/uber/"),
            ("blog/_index.md", "", "/blog/"),
            ("_index.md", "", "List"),
            ("a.md", "render = false", "NotAPage"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(id, front_matter), expected, "{id} {front_matter}");
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

    #[test]
    fn sections_pass_on_that_they_are_drafts_or_not_searched() {
        let values = |toml: &str| {
            let cascades = cascades(&Data::parse(toml, DataFormat::Toml).unwrap());
            cascades.iter().flat_map(|cascade| cascade.values.keys()).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(values("draft = true\nin_search_index = false"), ["draft", "in_search_index"]);
        assert!(values("draft = false\nin_search_index = true").is_empty());
    }
}
