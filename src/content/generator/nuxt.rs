//! Nuxt Content: paths follow the files, without the numbers that order them.

use std::path::Path;

use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::project;
use super::script::Script;
use super::settings::{Facts, Settings, absolute_base};
use crate::content::date_keys::DateKeys;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Nuxt's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// The keys of dates.
    pub date_keys: DateKeys,
}

/// Whether the project needs Nuxt Content.
#[must_use]
pub(super) fn has_marks(site_dir: &Path) -> bool {
    project::depends_on(site_dir, "@nuxt/content")
}

/// Whether a `nuxt.config.ts` is that of a site with content.
#[must_use]
pub(super) fn fits(settings: &Settings) -> bool {
    Script::parse(&settings.script).mentions("@nuxt/content") || has_marks(&settings.site_dir)
}

/// The rules and facts that a `nuxt.config.ts` makes.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let script = Script::parse(&settings.script);
    let config = script.data();
    let public = config.table("runtimeConfig").table("public");
    let site = config.table("site");
    let url =
        site.text("url").or_else(|| ["siteUrl", "baseUrl", "url"].iter().find_map(|key| public.text(key)));
    let prefix = tidy_slashes(&config.table("app").text("baseURL").unwrap_or_default());
    let language = site.text("defaultLocale").or_else(|| config.table("i18n").text("defaultLocale"));
    let html_language = config.table("app").table("head").table("htmlAttrs").text("lang");
    let facts = Facts {
        base: format!("{}{}", absolute_base(&url.unwrap_or_default()), prefix.trim_end_matches('/')),
        language: language.or(html_language),
        future: true,
        expired: true,
        content_folders: vec!["content".to_owned()],
        guess: if serves_all(&settings.site_dir) {
            None
        } else {
            project::guessed(
                "no page of Nuxt serves all content by its path: URLs are guessed to follow the files",
            )
        },
        ..Facts::default()
    };
    let date_keys = DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() };
    (Rules { date_keys }, facts)
}

/// Whether there is a page for any path, or for all in a folder of the content.
fn serves_all(site_dir: &Path) -> bool {
    let pages = ["pages", "app/pages"].map(|folder| project::files_below(&site_dir.join(folder), &[".vue"]));
    let is_for_content = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        name.starts_with('[') && (folder.is_empty() || site_dir.join("content").join(folder).is_dir())
    };
    pages.iter().flatten().any(|(path, _)| is_for_content(path))
}

impl Rules {
    /// Whether the file's path alone makes it no page.
    pub(super) fn leaves_out(id: &str) -> bool {
        id.split('/').any(|part| part.starts_with(['_', '.']))
    }

    pub(super) fn place(file: &Placed<'_>) -> Placement {
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        let is_draft = stem.strip_suffix(".draft").is_some();
        let parts: Vec<String> = stem.split('/').map(|part| slugs::npm_slugify(part_of_url(part))).collect();
        let own = ["path", "_path"].iter().find_map(|key| file.data.text(key));
        let path = tidy_slashes(&own.unwrap_or_else(|| parts.join("/")));
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return Placement::Skipped(SkipReason::List);
        }
        let folder = file.id.split_once('/').map(|(folder, _)| part_of_url(folder));
        let category = folder.map(|slug| crate::content::category::Category {
            name: crate::content::category::humanize(slug),
            slug: slug.to_owned(),
        });
        Placement::Page(Place {
            path: encode_path(path),
            is_draft,
            categories: category.into_iter().collect(),
            ..Place::default()
        })
    }
}

/// A name without the number that orders it; versions keep theirs.
fn part_of_url(name: &str) -> &str {
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
    fn paths_follow_nuxt() {
        let cases = [
            ("index.md", "", "List"),
            ("1.guide/2.My Page.md", "", "/guide/my-page"),
            ("blog/index.md", "", "/blog"),
            ("blog/2024-01-02-x.md", "", "/blog/2024-01-02-x"),
            ("blog/x.draft.md", "", "/blog/x draft"),
            ("1.2.3/x.md", "", "/1.2.3/x"),
            ("a.md", "path: /own", "/own"),
        ];
        for (id, front_matter, expected) in cases {
            let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
            let inventory = Inventory::default();
            let file = Placed {
                id,
                data: &data,
                date: None,
                inventory: &inventory,
                has_body: true,
                has_front_matter: true,
            };
            let placed = match Rules::place(&file) {
                Placement::Page(place) => {
                    format!("{}{}", place.path, if place.is_draft { " draft" } else { "" })
                }
                Placement::Skipped(reason) => format!("{reason:?}"),
            };
            assert_eq!(placed, expected, "{id} {front_matter}");
        }
        assert!(Rules::leaves_out("_parts/x.md") && !Rules::leaves_out("a/x.md"));
    }

    #[test]
    fn settings_are_read() {
        let script = "export default defineNuxtConfig({ modules: ['@nuxt/content'], site: { url: 'https://a.org' }, app: { baseURL: '/b/', head: { htmlAttrs: { lang: 'de' } } } })";
        let settings = Settings { script: script.to_owned(), ..Settings::default() };
        let facts = read(&settings).1;
        assert!(fits(&settings));
        assert_eq!((facts.base.as_str(), facts.language.as_deref()), ("https://a.org/b", Some("de")));
        assert!(!fits(&Settings { script: "export default {}".to_owned(), ..Settings::default() }));
    }
}
