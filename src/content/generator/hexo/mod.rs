//! Hexo: posts in `_posts`, which have permalink patterns, drafts in `_drafts`, and pages elsewhere below
//! `source`, whose URLs follow their paths.

pub(crate) mod front_matter;
mod languages;

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::Value;

use self::languages::PageLanguages;
use super::globs::GlobList;
use super::js_project;
use super::machine_zone::guessed_hexo_day;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::{fill, normalize_slashes};
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use crate::content::data::Data;
use crate::content::date::{PostDate, parse_date};
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;
use crate::content::source_id::folder_and_stem;
use crate::content::value_digest;

/// Settings keys that distinguish Hexo from Jekyll, whose settings file has the same name.
const OWN_KEYS: [&str; 10] = [
    "source_dir",
    "public_dir",
    "new_post_name",
    "skip_render",
    "render_drafts",
    "post_asset_folder",
    "filename_case",
    "permalink_defaults",
    "archive_dir",
    "default_layout",
];

/// Tokens of a permalink that need a date.
const DATE_TOKENS: [&str; 9] =
    [":year", ":month", ":i_month", ":day", ":i_day", ":hour", ":minute", ":second", ":timestamp"];

/// The folder of drafts, below the content directory.
const DRAFTS: &str = "_drafts/";

/// Hexo's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct HexoRules {
    /// `permalink`: the pattern of post URLs.
    pub permalink: String,
    /// `permalink_defaults`.
    pub defaults: Data,
    /// `new_post_name`, without its extension: the pattern of the file names of posts.
    pub name_pattern: String,
    /// `default_category`.
    pub default_category: String,
    /// `category_map`: slugs of categories, by name.
    pub category_map: Data,
    /// `filename_case`: whether slugs of categories are in lower case.
    pub lowers_case: bool,
    /// `pretty_urls.trailing_html`: whether URLs keep `.html`.
    pub shows_html: bool,
    /// `timezone`: the time zone of dates.
    #[serde(serialize_with = "value_digest::optional_time_zone")]
    pub time_zone: Option<TimeZone>,
    /// `skip_render` and `exclude`: files that are not rendered.
    pub skipped: GlobList,
    /// `include`: files that are rendered although a name in their path begins with `_` or `.`.
    pub included: GlobList,
    /// `source_dir`.
    pub source_dir: String,
    /// `ignore`: files and folders that are not read, by patterns of absolute paths.
    pub ignored: GlobList,
    /// How URLs name languages.
    pub(crate) languages: PageLanguages,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Returns whether a `_config.yml` is Hexo's.
#[must_use]
pub(super) fn matches_settings(settings: &GeneratorSettings) -> bool {
    OWN_KEYS.iter().any(|key| settings.data.get(key).is_some()) || matches_project(&settings.site_dir)
}

/// Returns whether a site without settings is built by Hexo.
#[must_use]
pub(super) fn matches_project(site_dir: &std::path::Path) -> bool {
    site_files::is_dir(&site_dir.join("source/_posts")) || js_project::depends_on(site_dir, "hexo")
}

/// Reads the rules and the site's defaults from `_config.yml`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (HexoRules, SiteDefaults) {
    let config = &settings.data;
    let rules = HexoRules::from_config(&settings.site_dir, config);
    let base = absolute_base(&config.text("url").unwrap_or_default());
    let root = config.text("root").unwrap_or_default().trim_matches('/').to_owned();
    let has_root = root.is_empty() || base.ends_with(&format!("/{root}"));
    let is_known = !["id", "hash"].iter().any(|token| rules.permalink.contains(&format!(":{token}")));
    let defaults = SiteDefaults {
        base: if has_root { base } else { format!("{base}/{root}") },
        title: config.text("title"),
        language: config.texts("language").into_iter().next().filter(|language| language != "default"),
        time_zone: rules.time_zone.clone(),
        drafts: config.flag("render_drafts").unwrap_or(false),
        future: config.flag("future").unwrap_or(true),
        expired: true,
        content_folders: vec![rules.source_dir.clone()],
        note: (!is_known).then(|| {
            guessed_urls_note(
                "URLs are guessed: `permalink` in _config.yml contains an id of Hexo's database",
            )
        }),
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

impl HexoRules {
    fn from_config(site_dir: &Path, config: &Data) -> Self {
        let text = |key: &str, default: &str| config.text(key).unwrap_or_else(|| default.to_owned());
        let name_pattern = text("new_post_name", ":title.md");
        let name_pattern = name_pattern.rsplit_once('.').map_or(name_pattern.as_str(), |(stem, _)| stem);
        Self {
            permalink: text("permalink", ":year/:month/:day/:title/"),
            defaults: config.table("permalink_defaults"),
            name_pattern: name_pattern.to_owned(),
            default_category: text("default_category", "uncategorized"),
            category_map: config.table("category_map"),
            lowers_case: config.text("filename_case").as_deref() == Some("1"),
            shows_html: config.table("pretty_urls").flag("trailing_html") != Some(false),
            time_zone: config.text("timezone").and_then(|name| TimeZone::get(&name).ok()),
            skipped: GlobList::new(config.texts("skip_render").into_iter().chain(config.texts("exclude"))),
            included: GlobList::new(config.texts("include")),
            source_dir: text("source_dir", "source").trim_matches('/').to_owned(),
            ignored: GlobList::new(config.texts("ignore")),
            languages: PageLanguages::read(site_dir, config),
            date_keys: DateKeys {
                date: vec!["date".to_owned()],
                publish: vec!["date".to_owned()],
                expiry: Vec::new(),
                updated: vec!["updated".to_owned()],
            },
        }
    }

    /// Returns whether the file is excluded by `skip_render` or `exclude`, or by a name that begins with `_`
    /// or `.`.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let below = post_path(id).unwrap_or(id);
        let is_marked = below.split('/').any(|part| part.starts_with(['_', '.']));
        self.skipped.matches(id) || is_marked && !self.included.matches(id) || self.ignores(id)
    }

    /// Returns whether `ignore` matches the file or a folder above it. Hexo compares absolute paths; the folders above the
    /// site are unknown here.
    fn ignores(&self, id: &str) -> bool {
        let ends = id.match_indices('/').map(|(at, _)| at).chain([id.len()]);
        ends.map(|end| format!("/site/{}/{}", self.source_dir, &id[..end]))
            .any(|path| self.ignored.matches(&path))
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if let Some(path) = post_path(file.id) {
            let is_draft = file.id.starts_with(DRAFTS);
            return PageOutcome::Page(GeneratedPage { is_draft, ..self.post(file, path) });
        }
        let (folder, stem) = folder_and_stem(file.id);
        let kind = file.data.text("type").or_else(|| file.data.text("layout")).unwrap_or_default();
        let lists = ["tags", "categories", "archives", "tag", "category"].contains(&kind.as_str());
        if folder.is_empty() && stem == "index" || lists && !file.has_body {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let path = match file.data.text("permalink") {
            Some(own)
                if own.ends_with('/') || own.rsplit('/').next().is_some_and(|name| name.contains('.')) =>
            {
                own
            }
            Some(own) => format!("{own}.html"),
            None => format!("{folder}/{stem}.html"),
        };
        let path = self.url_path(&path);
        PageOutcome::Page(GeneratedPage { lang: self.languages.of(&path), path, ..GeneratedPage::default() })
    }

    fn post(&self, file: &PageSource<'_>, path: &str) -> GeneratedPage {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let named = parse_name(&self.name_pattern, stem);
        let title = named.iter().find(|(token, _)| *token == "title").map(|(_, text)| (*text).to_owned());
        let slug = title.unwrap_or_else(|| slugs::hexo(stem));
        let zone = self.time_zone.clone().unwrap_or(TimeZone::UTC);
        let name_date = date_of(&named).and_then(|date| date.start_of_day_in(&zone));
        let date = file.date.or(name_date);
        let own = file.data.text("permalink");
        let has_own = own.is_some();
        let is_undated =
            date.is_none() && !has_own && DATE_TOKENS.iter().any(|token| self.permalink.contains(token));
        let path = own.unwrap_or_else(|| {
            fill(&self.permalink, |token| {
                let in_name =
                    || named.iter().find(|(name, _)| *name == token).map(|(_, text)| (*text).to_owned());
                self.value(token, &slug, date, file.data)
                    .or_else(|| file.data.text(token))
                    .or_else(in_name)
                    .or_else(|| self.defaults.text(token))
                    .or_else(|| DATE_TOKENS.iter().any(|date| date[1..] == *token).then(String::new))
            })
        });
        let pattern = if has_own { "" } else { &self.permalink };
        let undated =
            || is_undated.then(|| "Hexo dates a post without a date by the time of its file".to_owned());
        let path = self.url_path(&path);
        GeneratedPage {
            lang: self.languages.of(&path),
            path,
            date: name_date,
            guessed: guessed_hexo_day(pattern, date, self.time_zone.as_ref()).or_else(undated),
            ..GeneratedPage::default()
        }
    }

    fn value(&self, token: &str, slug: &str, date: Option<PostDate>, data: &Data) -> Option<String> {
        let time = |format: &str| {
            let civil = |date: PostDate| match &self.time_zone {
                Some(zone) => zone.to_datetime(date.timestamp),
                None => date.civil(),
            };
            date.map(|date| civil(date).strftime(format).to_string())
        };
        match token {
            "title" => Some(slug.to_owned()),
            "name" => slug.rsplit('/').next().map(str::to_owned),
            "post_title" => Some(slugs::hexo(&data.text("title").unwrap_or_default()).to_lowercase()),
            "category" => Some(self.category(data).unwrap_or_else(|| self.default_category.clone())),
            "year" => time("%Y"),
            "month" => time("%m"),
            "i_month" => time("%-m"),
            "day" => time("%d"),
            "i_day" => time("%-d"),
            "hour" => time("%H"),
            "minute" => time("%M"),
            "second" => time("%S"),
            "timestamp" => date.map(|date| date.timestamp.as_second().to_string()),
            _ => None,
        }
    }

    /// Returns the slug of the post's last category, including its parent categories.
    fn category(&self, data: &Data) -> Option<String> {
        let value = data.get("categories").or_else(|| data.get("category"))?;
        let names: Vec<String> = match value {
            Value::Array(items) => match items.last()? {
                // A nested list is a path of categories.
                Value::Array(path) => path.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                last => {
                    let is_text = |item: &&Value| !item.is_array();
                    let has_paths = items.iter().any(Value::is_array);
                    let path = items.iter().filter(is_text).filter(|item| !has_paths || *item == last);
                    path.filter_map(|item| {
                        item.as_str().map(str::to_owned).or_else(|| Some(item.to_string()))
                    })
                    .collect()
                }
            },
            _ => data.texts("categories").into_iter().chain(data.texts("category")).take(1).collect(),
        };
        let slug = |name: &String| {
            let slug = slugs::hexo(&self.category_map.text(name).unwrap_or_else(|| name.clone()));
            if self.lowers_case { slug.to_lowercase() } else { slug }
        };
        let path = names.iter().map(slug).collect::<Vec<_>>().join("/");
        (!path.is_empty()).then_some(path)
    }

    fn url_path(&self, path: &str) -> String {
        let path = normalize_slashes(path);
        let path =
            path.strip_suffix("/index.html").map_or_else(|| path.clone(), |folder| format!("{folder}/"));
        let path = if self.shows_html { path.as_str() } else { path.strip_suffix(".html").unwrap_or(&path) };
        encode_path(path)
    }
}

/// Returns the path of a post below `_posts`, or of a draft below `_drafts`.
fn post_path(id: &str) -> Option<&str> {
    id.strip_prefix("_posts/").or_else(|| id.strip_prefix(DRAFTS))
}

/// Returns the tokens of a file name pattern with their values in `name`; none if the pattern does not match.
fn parse_name<'a>(pattern: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let (mut pattern, mut name) = (pattern, name);
    while let Some((literal, rest)) = pattern.split_once(':') {
        let Some(after) = name.strip_prefix(literal) else { return Vec::new() };
        let (token, next) =
            rest.split_at(rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()));
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let length = match token {
            "year" => (digits >= 4).then_some(4),
            "month" | "day" => (digits >= 2).then_some(2),
            "i_month" | "i_day" => (digits >= 1).then_some(digits.min(2)),
            _ => {
                let literal = &next[..next.find(':').unwrap_or(next.len())];
                if literal.is_empty() { Some(after.len()) } else { after.find(literal) }
            }
        };
        let Some((text, rest)) =
            length.filter(|length| *length > 0).and_then(|length| after.split_at_checked(length))
        else {
            return Vec::new();
        };
        found.push((token, text));
        (pattern, name) = (next, rest);
    }
    if pattern == name { found } else { Vec::new() }
}

/// Returns the date that the tokens of a file name state.
fn date_of(named: &[(&str, &str)]) -> Option<PostDate> {
    let find =
        |tokens: [&str; 2]| named.iter().find(|(token, _)| tokens.contains(token)).map(|(_, text)| *text);
    let (year, month, day) = (find(["year", ""])?, find(["month", "i_month"])?, find(["day", "i_day"])?);
    parse_date(&format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests;
