//! Jekyll: posts in `_posts` folders at any depth, collections, permalink styles, and excluded files.

mod collection;
mod config_files;
mod defaults;
mod distinct;
mod entry_filter;
mod file_name;
mod flags;
mod place;
mod places;
mod plugins;
mod urls;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

pub use self::collection::JekyllCollection;
use self::defaults::FrontMatterDefaults;
use self::distinct::distinct;
use self::entry_filter::EntryFilter;
use self::place::Place;
use self::plugins::JekyllPlugins;
use super::page::{GeneratedPage, PageOutcome, PageSource};
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use super::site_files;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::date_keys::DateKeys;
use crate::content::error::SiteError;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;
use crate::content::value_digest;

/// Jekyll's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct JekyllRules {
    /// `permalink`: the name of a style, or a pattern.
    pub permalink: String,
    /// `include` and `exclude`.
    pub entries: EntryFilter,
    /// `destination`, relative to the content directory: the folder of the rendered site, which is not read.
    pub destination: String,
    /// Whether posts with `published: false` are rendered: `unpublished`.
    pub unpublished: bool,
    /// `timezone`: the time zone of dates in URLs.
    #[serde(serialize_with = "value_digest::time_zone")]
    pub time_zone: TimeZone,
    /// Whether `timezone` is set; else Jekyll uses that of its machine, for which UTC is assumed.
    pub has_time_zone: bool,
    /// `collections`.
    pub collections: Vec<JekyllCollection>,
    /// `collections_dir`; empty if the collections are in the content directory.
    pub collections_dir: String,
    /// `defaults`.
    pub defaults: Vec<FrontMatterDefaults>,
    /// The plugins that make pages of other files.
    pub plugins: JekyllPlugins,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Reads the rules and the site's defaults from the configuration files.
///
/// # Errors
/// If a configuration file that the site's build command names is unreadable or invalid.
pub(crate) fn read_settings(settings: &GeneratorSettings) -> Result<(JekyllRules, SiteDefaults), SiteError> {
    let config = &config_files::merged(settings)?;
    let plugins = JekyllPlugins::read(config, &settings.site_dir);
    let rules = JekyllRules { plugins, ..JekyllRules::from_config(config) };
    let base = config.text("url").map(|url| absolute_base(&url)).unwrap_or_default();
    let prefix = config.text("baseurl").unwrap_or_default();
    let is_limited = config.get("limit_posts").and_then(Value::as_i64).is_some_and(|limit| limit > 0);
    let defaults = SiteDefaults {
        base: match prefix.trim_matches('/') {
            "" => base,
            prefix => format!("{}/{prefix}", base.trim_end_matches('/')),
        },
        title: config.text("title"),
        language: config.text("lang").or_else(|| config.text("locale")),
        time_zone: Some(rules.time_zone.clone()),
        drafts: flags::is_true(config.get("show_drafts")),
        future: flags::is_true(config.get("future")),
        expired: true,
        content_folders: content_folders(config, settings),
        note: is_limited.then(|| {
            "`limit_posts` is not supported: posts that Jekyll leaves out because of it are found, too"
                .to_owned()
        }),
        ..SiteDefaults::default()
    };
    Ok((rules, defaults))
}

/// Returns the candidates for the content directory: the source folder, which is the site's root by default.
fn content_folders(config: &Data, settings: &GeneratorSettings) -> Vec<String> {
    // Jekyll reads these folders only in the source folder. If they are in `content` alone, that is the source folder, which
    // only the command line names.
    let has_own = |folder: &str| {
        let root = settings.site_dir.join(folder);
        ["_includes", "_layouts", "_data"].iter().any(|name| site_files::is_dir(&root.join(name)))
    };
    let source = config.text("source");
    let content = (source.is_none() && !has_own(".") && has_own("content")).then(|| "content".to_owned());
    source.into_iter().chain(content).chain([".".to_owned()]).collect()
}

/// Returns `destination` relative to the source folder; both are relative to the site's root.
fn destination(config: &Data) -> String {
    let folder = |key: &str| {
        let path = config.text(key).unwrap_or_default();
        path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
    };
    let (source, destination) = (folder("source"), folder("destination"));
    match destination.strip_prefix(&source) {
        Some(below) if !below.is_empty() && (source.is_empty() || below.starts_with('/')) => {
            below.trim_start_matches('/').to_owned()
        }
        _ => "_site".to_owned(),
    }
}

impl Default for JekyllRules {
    fn default() -> Self {
        Self {
            permalink: "date".to_owned(),
            entries: EntryFilter::default(),
            destination: "_site".to_owned(),
            unpublished: false,
            time_zone: TimeZone::UTC,
            has_time_zone: false,
            collections: Vec::new(),
            collections_dir: String::new(),
            defaults: Vec::new(),
            plugins: JekyllPlugins::default(),
            date_keys: DateKeys {
                date: vec!["date".to_owned()],
                publish: vec!["date".to_owned()],
                expiry: Vec::new(),
                updated: vec![
                    "last_modified_at".to_owned(),
                    "updated".to_owned(),
                    "modified_date".to_owned(),
                ],
            },
        }
    }
}

impl JekyllRules {
    fn from_config(config: &Data) -> Self {
        let defaults = Self::default();
        let time_zone = config.text("timezone").and_then(|name| TimeZone::get(&name).ok());
        Self {
            permalink: config.text("permalink").unwrap_or(defaults.permalink),
            entries: EntryFilter::of_config(config),
            destination: destination(config),
            unpublished: flags::is_true(config.get("unpublished")),
            has_time_zone: time_zone.is_some(),
            time_zone: time_zone.unwrap_or(defaults.time_zone),
            collections: collection::of_config(config),
            collections_dir: collection::folder_of_all(config),
            defaults: defaults::of_config(config),
            plugins: defaults.plugins,
            date_keys: defaults.date_keys,
        }
    }

    pub(super) fn inherit(&self, id: &str, own: &mut Data, body: &str) {
        let Some(place) = self.place(id) else { return };
        if place == Place::Page {
            // Only a page's own front matter can set `published` to false, not `defaults`.
            own.set_default("published", &true.into());
        }
        let mut categories = Vec::new();
        let relative = if place == Place::Page { id } else { self.relative_path(id) };
        let inherited = defaults::of_file(&self.defaults, relative, &self.collections_dir, place.kind());
        for data in [&inherited, &*own] {
            categories.extend(split_words(data, "categories"));
        }
        own.fill_from(&inherited);
        flags::normalize(own);
        // `category` is one name even if it has several words.
        categories.extend(own.texts("category"));
        let categories = distinct(categories.into_iter());
        if !categories.is_empty() {
            flags::set(own, &json!({ "categories": categories }));
        }
        if own.get("tags").is_some_and(Value::is_string) {
            flags::set(own, &json!({ "tags": split_words(own, "tags") }));
        }
        if self.unpublished {
            flags::set(own, &json!({ "published": true }));
        }
        self.set_title(own, place, id, body);
    }

    /// Sets the title of a post or document to the words of its slug, and what a plugin takes from headings.
    fn set_title(&self, own: &mut Data, place: Place<'_>, id: &str, body: &str) {
        let is_page = place == Place::Page;
        let is_from_heading = self.plugins.titles_from_headings
            && plugins::is_markdown(id)
            && if is_page { own.get("title").is_none() } else { self.plugins.titles_in_collections };
        if let Some(title) = plugins::title_of_heading(body).filter(|_| is_from_heading) {
            flags::set(own, &json!({ "title": title }));
        }
        let slug = file_name::slug(folder_and_stem(id).1);
        if !is_page && own.text("title").is_none() {
            flags::set(own, &json!({ "title": file_name::title(slug) }));
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let skipped = PageOutcome::Skipped(SkipReason::NotAPage);
        if file.data.flag("published") == Some(false) {
            return skipped;
        }
        let (folder, stem) = folder_and_stem(file.id);
        let name_date = self.split_date(stem).map(|(date, _)| date);
        // Posts need no front matter, unlike all other files.
        match self.place(file.id) {
            Some(Place::Draft(above)) => {
                PageOutcome::Page(GeneratedPage { is_draft: true, ..self.post(file, above, name_date) })
            }
            Some(Place::Post(above)) if name_date.is_some() => {
                PageOutcome::Page(self.post(file, above, name_date))
            }
            Some(Place::Document(collection, below)) if collection.output && file.has_front_matter => {
                PageOutcome::Page(self.document(file, collection, below))
            }
            Some(Place::Page)
                if file.has_front_matter || self.plugins.makes_page(file.id, file.inventory) =>
            {
                let is_home = folder.is_empty()
                    && (stem == "index"
                        || self.plugins.is_index(file.id, file.has_front_matter, file.inventory));
                if is_home {
                    return PageOutcome::Skipped(SkipReason::List);
                }
                PageOutcome::Page(self.page(file))
            }
            _ => skipped,
        }
    }

    /// Returns whether Jekyll does not read the file.
    pub(super) fn excludes(&self, id: &str) -> bool {
        self.place(id).is_none()
    }

    /// Splits the name of a post into its date, which is the start of a day in the site's time zone, and the rest.
    fn split_date<'a>(&self, stem: &'a str) -> Option<(PostDate, &'a str)> {
        let (date, rest) = file_name::split_date(stem)?;
        Some((date.start_of_day_in(&self.time_zone)?, rest))
    }
}

/// Returns the words of a text, and the texts of a list: Jekyll splits a text at white space where it expects a list.
fn split_words(data: &Data, key: &str) -> Vec<String> {
    match data.get(key).and_then(Value::as_str) {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => data.texts(key),
    }
}

#[cfg(test)]
mod tests;
