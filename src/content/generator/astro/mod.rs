//! Astro: content collections, which the routes of `src/pages` serve, and Markdown pages in `src/pages`.

mod collection;
mod entry;
mod query;
mod route;
mod starlight;

use std::path::Path;

use serde_json::Value;

use self::collection::{AstroCollection, assign_routes, collections};
use self::entry::AstroEntry;
use self::query::ProjectCode;
use self::route::{AstroRoute, RoutePath};
use self::starlight::Starlight;
use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use super::site_files;
use crate::content::category::{Category, humanize};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::language_tag::language_tag;
use crate::content::script::ParsedScript;
use crate::content::skip_reason::SkipReason;

/// Astro's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AstroRules {
    /// The collections.
    pub collections: Vec<AstroCollection>,
    /// The folder of pages, relative to the content directory; `None` if it is outside.
    pub pages: Option<String>,
    /// The ending of URLs.
    pub ending: UrlEnding,
    /// Folders of languages, and their languages: `i18n.locales`, or those of Starlight.
    pub locales: Vec<(String, String)>,
    /// `i18n.defaultLocale`.
    pub default_locale: String,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// The ending of URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum UrlEnding {
    /// `/`.
    Slash,
    /// None.
    Bare,
    /// `.html`.
    Html,
}

/// Returns whether the project depends on Astro.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "astro")
}

/// Reads the rules and the site's defaults from `astro.config.mjs`, the collection settings and the routes.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (AstroRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let config = script.data();
    let site_dir = &settings.site_dir;
    let sources = folders::folder_name(&config.text("srcDir").unwrap_or_else(|| "src".to_owned()));
    let (mut collections, mounts) = collections(site_dir, &sources);
    let pages = format!("{sources}/pages");
    let has_pages = site_files::has_files_below(&site_dir.join(&pages), &[".md", ".mdx"]);
    let root = root(&collections, &sources, has_pages);
    let project = ProjectCode::read(site_dir.join(&sources));
    let routes = route::find_routes(&project);
    let starlight = script.mentions("starlight").then(|| Starlight::read(&script));
    assign_routes(&mut collections, &routes, starlight.is_some(), !project.pages.is_empty());
    for collection in &mut collections {
        let below = folders::below(&collection.folder, root.trim_start_matches('.'));
        collection.folder = below.unwrap_or(&collection.folder).to_owned();
    }
    let i18n = config.table("i18n");
    let base = origin(&config.text("site").unwrap_or_default());
    let prefix = normalize_slashes(&config.text("base").unwrap_or_default());
    let language = i18n.text("defaultLocale");
    let defaults = SiteDefaults {
        base: format!("{base}{}", prefix.trim_end_matches('/')),
        title: starlight.as_ref().and_then(|starlight| starlight.title.clone()),
        language: starlight
            .as_ref()
            .and_then(|starlight| starlight.language.clone())
            .or_else(|| language.clone()),
        future: !collections.iter().flat_map(|own| &own.routes).any(AstroRoute::hides_future),
        expired: true,
        content_folders: vec![root.clone()],
        note: unknown_routes_note(&collections, &pages),
        mounts,
        ..SiteDefaults::default()
    };
    let rules = AstroRules {
        collections,
        pages: folders::below(&pages, root.trim_start_matches('.')).map(str::to_owned),
        ending: ending(config),
        locales: locales(&i18n, starlight),
        default_locale: language.unwrap_or_default(),
        date_keys: DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() },
    };
    (rules, defaults)
}

/// Returns the note about collections whose route is not known.
fn unknown_routes_note(collections: &[AstroCollection], pages: &str) -> Option<String> {
    let unknown = collections.iter().filter(|own| own.routes.is_empty() && !own.is_unserved);
    let names: Vec<&str> = unknown.map(|own| own.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        guessed_urls_note(&format!(
            "URLs of the collection {names} are guessed as /collection/entry: no page in {pages} serves it"
        ))
    })
}

/// Returns scheme and host of `site`: Astro replaces the path by that of the page.
fn origin(site: &str) -> String {
    let url = absolute_base(site);
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    url[..end].to_owned()
}

/// Returns the folders of languages and their languages.
fn locales(i18n: &Data, starlight: Option<Starlight>) -> Vec<(String, String)> {
    if let Some(starlight) = starlight {
        return starlight.locales;
    }
    let plain = i18n.texts("locales").into_iter().map(|locale| (locale.clone(), locale));
    // A locale may be a table of a path and language codes.
    let tables = i18n.tables("locales").into_iter().filter_map(|locale| {
        let path = locale.text("path")?;
        let code = locale.texts("codes").first().cloned();
        Some((path.clone(), code.unwrap_or(path)))
    });
    plain.chain(tables).collect()
}

fn ending(config: &Data) -> UrlEnding {
    let format = config.table("build").text("format");
    match (format.as_deref(), config.text("trailingSlash").as_deref()) {
        (Some("file"), _) => UrlEnding::Html,
        (_, Some("never")) => UrlEnding::Bare,
        _ => UrlEnding::Slash,
    }
}

/// Returns the smallest of the usual folders that contains all content.
fn root(collections: &[AstroCollection], sources: &str, has_pages: bool) -> String {
    let all_below =
        |folder: &str| collections.iter().all(|own| folders::below(&own.folder, folder).is_some());
    let content = format!("{sources}/content");
    if !has_pages && !collections.is_empty() && all_below(&content) {
        content
    } else if all_below(sources) {
        sources.to_owned()
    } else {
        ".".to_owned()
    }
}

impl AstroRules {
    fn folders(&self) -> impl Iterator<Item = &str> {
        self.collections.iter().map(|own| own.folder.as_str()).chain(self.pages.as_deref())
    }

    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        folders::overlaps(folder, self.folders())
    }

    pub(super) fn excludes(&self, id: &str) -> bool {
        if let Some(path) = self.pages.as_ref().and_then(|pages| folders::below(id, pages)) {
            return path.split('/').any(|part| part.starts_with('_'));
        }
        match self.collection_of(id) {
            Some((own, _)) => own.is_unserved,
            // A site may have neither collections nor settings; then all files are shown.
            None => !self.collections.is_empty() || self.pages.is_some(),
        }
    }

    /// Returns the innermost collection that has a file as its entry, and the file's path in it. Of several with the
    /// same folder, one that is served comes first.
    fn collection_of<'a>(&self, id: &'a str) -> Option<(&AstroCollection, &'a str)> {
        let found = self.collections.iter().filter_map(|own| Some((own, folders::below(id, &own.folder)?)));
        let entries = found.filter(|(own, path)| own.contains(path));
        entries.max_by_key(|(own, _)| (!own.is_unserved, own.folder.len()))
    }

    /// Completes the front matter of an entry whose page shows another value as its title.
    pub(super) fn inherit(&self, id: &str, own: &mut Data) {
        let Some((collection, _)) = self.collection_of(id) else { return };
        let key = collection.routes.first().and_then(|route| route.title_key.as_ref());
        if let Some(title) = key.and_then(|key| own.text(key)) {
            own.set_default("title", &Value::String(title));
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if let Some(page) = self.pages.as_ref().and_then(|pages| folders::below(file.id, pages)) {
            return self.page(page.rsplit_once('.').map_or(page, |(stem, _)| stem));
        }
        if file.data.flag("pagefind") == Some(false) {
            return PageOutcome::Skipped(SkipReason::Excluded);
        }
        let unknown = AstroCollection::default();
        let (collection, path) = self.collection_of(file.id).unwrap_or((&unknown, file.id));
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let entry = AstroEntry::new(collection, path, file.data);
        let route = match collection.routes.iter().find(|route| route.accepts(&entry.value)) {
            None if !collection.routes.is_empty() => return PageOutcome::Skipped(SkipReason::Draft),
            route => route,
        };
        let (url, guessed) = self.url(collection, route, &entry);
        if is_error_page(&url) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let folder = stem.split_once('/').map(|(folder, _)| folder);
        let lang = self.locales.iter().find(|(path, _)| folder == Some(path));
        let category = folder.filter(|_| lang.is_none());
        PageOutcome::Page(GeneratedPage {
            path: self.with_ending(&url),
            guessed: guessed.map(str::to_owned),
            lang: lang.map(|(_, lang)| language_tag(lang)),
            categories: category
                .map(|slug| Category { name: humanize(slug), slug: slug.to_owned() })
                .into_iter()
                .collect(),
            translation_key: lang.map(|(path, _)| stem[path.len()..].trim_start_matches('/').to_owned()),
            ..GeneratedPage::default()
        })
    }

    /// Returns the URL path of an entry, and why it is a guess.
    fn url(
        &self,
        collection: &AstroCollection,
        route: Option<&AstroRoute>,
        entry: &AstroEntry,
    ) -> (String, Option<&'static str>) {
        let Some(route) = route else {
            let reason =
                (!collection.name.is_empty()).then_some("no page of the Astro site serves its collection");
            return (format!("{}/{}", collection.name, entry.id), reason);
        };
        let id = if entry.id == "index" && route.is_root() { "" } else { &entry.id };
        match route.path(&entry.value) {
            RoutePath::Known(path) => (if path == "index" { String::new() } else { path }, None),
            RoutePath::InUtc(path) => (
                path,
                Some("its URL has a part of a date in the time zone of the build, which is taken for UTC"),
            ),
            RoutePath::Unknown if route.is_computed() => (
                route.fill(id, &self.default_locale),
                Some("the parameters of its route are computed by JavaScript in getStaticPaths"),
            ),
            RoutePath::Unknown => (route.fill(id, &self.default_locale), None),
        }
    }

    fn page(&self, path: &str) -> PageOutcome {
        if path == "index" {
            return PageOutcome::Skipped(SkipReason::List);
        }
        if is_error_page(path) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let path = path.strip_suffix("/index").unwrap_or(path);
        let lang = self.locales.iter().find(|(locale, _)| path.split('/').next() == Some(locale));
        PageOutcome::Page(GeneratedPage {
            path: self.with_ending(path),
            lang: lang.map(|(_, lang)| language_tag(lang)),
            translation_key: lang.map(|(locale, _)| path[locale.len()..].trim_start_matches('/').to_owned()),
            ..GeneratedPage::default()
        })
    }

    fn with_ending(&self, path: &str) -> String {
        let path = path.trim_matches('/');
        let ended = match self.ending {
            _ if path.is_empty() => "/".to_owned(),
            UrlEnding::Slash => format!("/{path}/"),
            UrlEnding::Bare => format!("/{path}"),
            UrlEnding::Html => format!("/{path}.html"),
        };
        encode_path(&normalize_slashes(&ended))
    }
}

/// Returns whether a path is that of a page for errors, which servers show in place of others.
fn is_error_page(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("404" | "500"))
}

#[cfg(test)]
mod tests;
