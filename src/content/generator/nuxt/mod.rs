//! Nuxt Content: URLs follow the paths of files, without number prefixes.

mod collections;

use std::path::Path;

use self::collections::NuxtCollections;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::script::ParsedScript;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Nuxt's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NuxtRules {
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
    /// The collections, to which published files belong.
    pub collections: NuxtCollections,
}

/// Returns whether the project depends on Nuxt Content.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "@nuxt/content")
}

/// Returns whether a `nuxt.config.ts` is that of a site with Nuxt Content.
#[must_use]
pub(super) fn matches_settings(settings: &GeneratorSettings) -> bool {
    ParsedScript::parse(&settings.script).mentions("@nuxt/content") || matches_project(&settings.site_dir)
}

/// Reads the rules and the site's defaults from `nuxt.config.ts` and the site's pages.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (NuxtRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let config = script.data();
    let public = config.table("runtimeConfig").table("public");
    let site = config.table("site");
    let url =
        site.text("url").or_else(|| ["siteUrl", "baseUrl", "url"].iter().find_map(|key| public.text(key)));
    let prefix = normalize_slashes(&config.table("app").text("baseURL").unwrap_or_default());
    let language = site.text("defaultLocale").or_else(|| config.table("i18n").text("defaultLocale"));
    let html_language = config.table("app").table("head").table("htmlAttrs").text("lang");
    let defaults = SiteDefaults {
        base: format!("{}{}", absolute_base(&url.unwrap_or_default()), prefix.trim_end_matches('/')),
        title: site.text("name"),
        language: language.or(html_language),
        future: true,
        expired: true,
        content_folders: vec!["content".to_owned()],
        note: (!serves_all(&settings.site_dir)).then(|| {
            guessed_urls_note(
                "URLs are guessed by file path: no page of the Nuxt site serves all content by its path",
            )
        }),
        ..SiteDefaults::default()
    };
    let date_keys = DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() };
    let collections = NuxtCollections::read(&settings.site_dir, config);
    (NuxtRules { date_keys, collections }, defaults)
}

/// Returns whether a page serves all content, or all content of one folder, by its path.
fn serves_all(site_dir: &Path) -> bool {
    let pages =
        ["pages", "app/pages"].map(|folder| site_files::files_below(&site_dir.join(folder), &[".vue"]));
    let is_for_content = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        name.starts_with('[')
            && (folder.is_empty() || site_files::is_dir(&site_dir.join("content").join(folder)))
    };
    pages.iter().flatten().any(|(path, _)| is_for_content(path))
}

impl NuxtRules {
    /// Returns whether no collection publishes the file, or a name in its path begins with `_` or `.`.
    pub(super) fn excludes(&self, id: &str) -> bool {
        id.split('/').any(|part| part.starts_with(['_', '.'])) || !self.collections.publish(id)
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let in_collection = self.collections.path_of(file.id);
        let stem = in_collection.rsplit_once('.').map_or(&*in_collection, |(stem, _)| stem);
        let is_draft = stem.strip_suffix(".draft").is_some();
        let parts: Vec<String> = stem.split('/').map(|part| slugs::npm_slugify(url_segment(part))).collect();
        let own = ["path", "_path"].iter().find_map(|key| file.data.text(key));
        let path = normalize_slashes(&own.unwrap_or_else(|| parts.join("/")));
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let folder = file.id.split_once('/').map(|(folder, _)| url_segment(folder));
        let category = folder.map(|slug| crate::content::category::Category {
            name: crate::content::category::humanize(slug),
            slug: slug.to_owned(),
        });
        PageOutcome::Page(GeneratedPage {
            path: encode_path(path),
            is_draft,
            categories: category.into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

/// Returns a name without its number prefix, `.draft` and `index`, as it appears in URLs. Versions such as
/// `1.2.3` are kept.
fn url_segment(name: &str) -> &str {
    let is_version = name.split('.').count() == 3 && name.split('.').all(|part| part.parse::<u32>().is_ok());
    if is_version {
        return name;
    }
    let numbered = name
        .split_once('.')
        .filter(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    let name = numbered.map_or(name, |(_, rest)| rest);
    let name = name.strip_suffix(".draft").unwrap_or(name);
    if name == "index" { "" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::inventory::Inventory;

    #[test]
    fn resolves_paths_as_nuxt_does() {
        let cases = [
            ("index.md", "", "List"),
            ("1.guide/2.My Page.md", "", "/guide/my-page"),
            ("blog/index.md", "", "/blog"),
            ("blog/2024-01-02-x.md", "", "/blog/2024-01-02-x"),
            ("blog/x.draft.md", "", "/blog/x draft"),
            ("1.2.3/x.md", "", "/1.2.3/x"),
            ("a.md", "path: /own", "/own"),
        ];
        let rules = read_settings(&GeneratorSettings::default()).0;
        for (id, front_matter, expected) in cases {
            let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
            let inventory = Inventory::default();
            let file = PageSource::complete(id, &data, &inventory);
            let outcome = match rules.resolve_page(&file) {
                PageOutcome::Page(page) => {
                    format!("{}{}", page.path, if page.is_draft { " draft" } else { "" })
                }
                PageOutcome::Skipped(reason) => format!("{reason:?}"),
            };
            assert_eq!(outcome, expected, "{id} {front_matter}");
        }
        assert!(rules.excludes("_parts/x.md") && !rules.excludes("a/x.md"));
    }

    #[test]
    fn reads_base_url_and_language_from_settings() {
        let script = "export default defineNuxtConfig({ modules: ['@nuxt/content'], site: { url: 'https://a.org' }, app: { baseURL: '/b/', head: { htmlAttrs: { lang: 'de' } } } })";
        let settings = GeneratorSettings { script: script.to_owned(), ..GeneratorSettings::default() };
        let defaults = read_settings(&settings).1;
        assert!(matches_settings(&settings));
        assert_eq!((defaults.base.as_str(), defaults.language.as_deref()), ("https://a.org/b", Some("de")));
        assert!(!matches_settings(&GeneratorSettings {
            script: "export default {}".to_owned(),
            ..GeneratorSettings::default()
        }));
    }
}
