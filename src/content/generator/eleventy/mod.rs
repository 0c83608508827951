//! Eleventy: URLs follow the paths of files, unless a permalink sets them in front matter, layouts or data.

mod body;
mod cascade;
mod config;
mod data_files;
mod hides;
mod ignores;
mod layouts;
mod permalink;
mod settings;
mod template;

use std::borrow::Cow;
use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::Value;

use self::cascade::{merged, without};
use self::data_files::DataFileNames;
use self::hides::HideRule;
use self::layouts::Layouts;
use self::permalink::Permalink;
pub(crate) use self::settings::read_settings;
use self::template::{TemplateContext, TemplateEngine, TemplateSettings};
use super::globs::GlobList;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use crate::content::data::{Data, DataError, DataFormat};
use crate::content::date::{DateDialect, DateText, PostDate, parse_date};
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::{extension, folder_and_stem};
use crate::content::template::Dialect;
use crate::content::unknown_values::ValueScope;

/// Values of `date` for times of the file system or of Git (11ty.dev/docs/dates).
const DATE_WORDS: [&str; 4] = ["last modified", "created", "git last modified", "git created"];

/// Eleventy's settings that decide which files are pages, and their URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EleventyRules {
    /// What templates can use besides a page's own data.
    pub templates: TemplateSettings,
    /// Patterns of files that are not content, relative to the content directory.
    pub ignored: GlobList,
    /// Extensions of the files that are pages.
    pub formats: Vec<String>,
    /// The names of data files.
    pub data_names: DataFileNames,
    /// The layouts, whose front matter is data of pages.
    pub layouts: Layouts,
    /// The rules of preprocessors that leave pages out.
    pub hides: Vec<HideRule>,
    /// Whether code of the site changes all URLs.
    pub transforms_urls: bool,
    /// The language of templates in Markdown files.
    pub markdown_engine: TemplateEngine,
    /// The language of templates in HTML files.
    pub html_engine: TemplateEngine,
    /// The Markdown dialect of posts, including the style of heading ids.
    pub dialect: Dialect,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Returns whether the project depends on Eleventy.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "@11ty/eleventy")
}

impl EleventyRules {
    /// Returns whether the path of a page excludes it, by a pattern or its extension.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let is_template = self.formats.iter().any(|format| format == extension(id));
        !is_template || self.ignored.matches(id)
    }

    /// Returns whether a file is a data file, of a folder or of one page.
    pub(super) fn is_data_file(&self, id: &str) -> bool {
        self.data_names.is_data_file(id)
    }

    /// Returns the pages to which a data file passes values; `None` if it is no data file.
    pub(super) fn value_scope(&self, id: &str) -> Option<ValueScope> {
        self.data_names.value_scope(id, &self.templates.input)
    }

    /// Returns the values in a data file.
    ///
    /// # Errors
    /// If the text is invalid.
    pub(super) fn parse_data_file(&self, id: &str, text: &str) -> Result<Data, DataError> {
        self.data_names.parse(id, text, &self.templates.input)
    }

    /// Merges the values of the data cascade: global data, layouts, data files of folders and of the page, and front
    /// matter. `tags` are not inherited, because a folder's tag only defines a collection.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, body: &str, inventory: &Inventory) {
        let (of_folders, of_page) = self.data_files_of(id, inventory);
        let local = merged([&without(&merged(of_folders), "tags"), &merged(of_page)]);
        let global = self.templates.global.of_pages();
        let layout = [&*own, &local, &global].iter().find_map(|data| data.text("layout"));
        let layout = layout.map(|layout| self.layouts.values(&layout)).unwrap_or_default();
        *own = merged([&global, &without(&layout, "tags"), &local, own]);
        // Only Eleventy knows the dates of these words.
        let is_word = own.text("date").is_some_and(|date| DATE_WORDS.contains(&date.to_lowercase().as_str()));
        if is_word {
            let none = Data::parse("{\"date\": null}", DataFormat::Json).unwrap_or_default();
            own.override_with(&none);
        }
        self.add_computed_values(id, own);
        if let Some(title) = body::navigation_title(own, body) {
            own.set_default("title", &title.into());
        }
    }

    /// Returns the text of a page with the values of its data that it prints.
    pub(super) fn with_values<'a>(&self, file: &PageSource<'_>, text: &'a str) -> Cow<'a, str> {
        let date = file.date.or_else(|| date_in_path(file.id));
        let context = TemplateContext { settings: &self.templates, id: file.id, data: file.data, date };
        body::with_values(&context, self.engine_of(file.id, file.data), text)
    }

    /// Returns the values of the data files of the folders of a page, and of the page itself; those with the lowest
    /// precedence come first.
    fn data_files_of<'a>(&self, id: &str, inventory: &'a Inventory) -> (Vec<&'a Data>, Vec<&'a Data>) {
        let (folder, stem) = folder_and_stem(id);
        let folders = std::iter::once("").chain(id.match_indices('/').map(|(at, _)| &id[..at]));
        let names = &self.data_names;
        let files_of = |folder: &str, name: &str| {
            let mut files: Vec<(usize, &'a Data)> = Vec::new();
            for (file, cascade) in inventory.cascades_of(folder, &format!("{name}.")) {
                if let Some((_, rank)) = names.target(file).filter(|(target, _)| *target == name) {
                    files.push((rank, &cascade.values));
                }
            }
            files.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
            files.into_iter().map(|(_, data)| data)
        };
        let of_folders =
            folders.flat_map(|folder| files_of(folder, names.name_of_folder(folder, &self.templates.input)));
        let is_of_folder = names.name_of_folder(folder, &self.templates.input) == stem;
        (of_folders.collect(), files_of(folder, stem).filter(|_| !is_of_folder).collect())
    }

    /// Sets the values of `eleventyComputed`, as far as they are literals or templates that can be rendered.
    fn add_computed_values(&self, id: &str, own: &mut Data) {
        let computed = own.table("eleventyComputed");
        if computed.is_empty() {
            return;
        }
        let date = own.text("date").and_then(|date| {
            DateDialect::Eleventy.read(DateText { text: &date, is_plain: true }, &TimeZone::UTC)
        });
        let date = date.or_else(|| date_in_path(id));
        let engine = self.data_engine(id, own);
        let context = TemplateContext { settings: &self.templates, id, data: own, date };
        let mut values = serde_json::Map::new();
        // A permalink that is not computed itself sees the values before they are computed.
        if let (Some(Value::String(template)), None) = (own.get("permalink"), computed.get("permalink"))
            && let Ok(path) = context.render(template, engine)
        {
            values.insert("permalink".to_owned(), path.into());
        }
        for (key, value) in computed.entries().filter(|(key, _)| *key != "permalink") {
            match value {
                Value::String(template) => {
                    if let Ok(text) = context.render(template, engine) {
                        values.insert(key.to_owned(), text.into());
                    }
                }
                Value::Null | Value::Object(_) => {}
                value => {
                    values.insert(key.to_owned(), value.clone());
                }
            }
        }
        let values = Data::from_value(&Value::Object(values)).unwrap_or_default();
        own.override_with(&values);
    }

    /// Returns the language of templates in the text of a file.
    fn engine_of(&self, id: &str, data: &Data) -> TemplateEngine {
        match data.get("templateEngineOverride") {
            Some(Value::String(name)) => TemplateEngine::named(name),
            Some(Value::Bool(false)) => TemplateEngine::Off,
            _ => self.data_engine(id, data),
        }
    }

    /// Returns the language of templates in the data of a file, which `templateEngineOverride` can only turn off.
    fn data_engine(&self, id: &str, data: &Data) -> TemplateEngine {
        match data.get("templateEngineOverride") {
            Some(Value::Bool(false)) => TemplateEngine::Off,
            _ if extension(id) == "md" => self.markdown_engine,
            _ => self.html_engine,
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let data = file.data;
        if data.get("pagination").is_some() {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let in_path = date_in_path(file.id);
        let date = file.date.or(in_path);
        let context = TemplateContext { settings: &self.templates, id: file.id, data, date };
        let (path, guessed) = match permalink::of_page(&context, self.data_engine(file.id, data)) {
            Permalink::Unwritten => return PageOutcome::Skipped(SkipReason::NotAPage),
            Permalink::Path(path) => (path, None),
            Permalink::Default => (permalink::default_path(file.id), None),
            Permalink::Unknown(reason) => (permalink::default_path(file.id), Some(reason)),
        };
        let path = permalink::url_path(&path);
        if path == "/" {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let transformed =
            || self.transforms_urls.then(|| "code in the configuration changes URLs".to_owned());
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&path),
            date: in_path,
            is_draft: self.hides.iter().any(|rule| rule.hides(extension(file.id), data)),
            guessed: guessed.or_else(transformed),
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

/// Returns the first date anywhere in a path.
fn date_in_path(id: &str) -> Option<PostDate> {
    let is_date = |text: &str| {
        let digits = |range: std::ops::Range<usize>| text.as_bytes()[range].iter().all(u8::is_ascii_digit);
        digits(0..4) && &text[4..5] == "-" && digits(5..7) && &text[7..8] == "-" && digits(8..10)
    };
    let starts =
        (0..id.len().saturating_sub(9)).filter_map(|at| id.get(at..at + 10).filter(|text| text.is_ascii()));
    starts.filter(|text| is_date(text)).find_map(parse_date)
}

#[cfg(test)]
mod tests;
