//! `MkDocs`: URLs follow the paths of files below `docs`; posts of Material's blog plugin have dates in theirs.

mod metadata;
mod plugins;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::DateTime;
use serde_json::Value;

use self::plugins::{ExcludedFiles, MaterialBlog, MkDocsLanguages, PluginList, named_options};
use self::yaml::OBJECT_KEY;
pub(super) use self::yaml::without_tags;
use super::folders;
use super::ignore_lines::IgnoreLines;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, parse, read_text};
use crate::config::limits;
use crate::content::anchor::AnchorStyle;
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::error::SiteError;
use crate::content::language_tag::language_tag;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;
use crate::content::source_id::folder_and_stem;

/// `MkDocs`' settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MkDocsRules {
    /// `use_directory_urls`.
    pub has_directory_urls: bool,
    /// Lines of `exclude_docs` and `draft_docs`.
    pub excluded: [IgnoreLines; 2],
    /// Files that the plugin `exclude` leaves out.
    pub excluded_by_plugin: ExcludedFiles,
    /// Blogs of Material's blog plugin.
    pub blogs: Vec<MaterialBlog>,
    /// Languages of the plugin `i18n`.
    pub languages: MkDocsLanguages,
    /// Front matter of the plugin `meta`: folders and the values for the pages in and below them, outer folders first.
    pub metadata: Vec<(String, Data)>,
    /// Titles of files in `nav`.
    pub titles: BTreeMap<String, String>,
    /// Style of heading ids.
    pub anchors: AnchorStyle,
    /// Whether `:name:` is an icon or emoji.
    pub has_icons: bool,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Reads the rules and the site's defaults from `mkdocs.yml`.
///
/// # Errors
/// If a file that it inherits cannot be read or is invalid, or if a regular expression is invalid.
pub(crate) fn read_settings(settings: &GeneratorSettings) -> Result<(MkDocsRules, SiteDefaults), SiteError> {
    let config = &inherited(settings, settings.data.clone())?;
    let theme = config.table("theme");
    let plugins = PluginList::read(config);
    let blogs = plugins.blogs();
    let languages = plugins.languages();
    let default = Some(languages.default.clone()).filter(|language| !language.is_empty());
    let language = default.or_else(|| theme.text("language")).or_else(|| theme.text("locale"));
    let content = folders::folder_name(&config.text("docs_dir").unwrap_or_else(|| "docs".to_owned()));
    let defaults = SiteDefaults {
        base: absolute_base(&config.text("site_url").unwrap_or_default()),
        title: config.text("site_name"),
        language: Some(language.unwrap_or_else(|| "en".to_owned())),
        drafts: blogs.iter().any(|blog| blog.shows_drafts),
        future: !blogs.iter().any(|blog| blog.hides_future),
        expired: true,
        content_folders: vec![content.clone()],
        ..SiteDefaults::default()
    };
    let excluded_by_plugin = plugins.excluded().map_err(|error| SiteError::Settings {
        path: settings.file.clone().unwrap_or_default(),
        line: 1,
        message: format!("invalid regular expression of the plugin `exclude`: {error}"),
    })?;
    let meta_files =
        plugins.options("meta").map(|own| own.text("meta_file").unwrap_or_else(|| ".meta.yml".to_owned()));
    let metadata = meta_files.flat_map(|name| metadata::read_all(&settings.site_dir.join(&content), &name));
    let extensions = Extensions::read(config);
    let lines = |key: &str| IgnoreLines::new(config.text(key).unwrap_or_default());
    let rules = MkDocsRules {
        has_directory_urls: config.flag("use_directory_urls") != Some(false),
        excluded: [lines("exclude_docs"), lines("draft_docs")],
        excluded_by_plugin,
        blogs,
        languages,
        metadata: metadata.collect(),
        titles: titles(config.get("nav")),
        anchors: extensions.anchors(),
        has_icons: extensions.options("pymdownx.emoji").is_some(),
        date_keys: date_keys(),
    };
    Ok((rules, defaults))
}

/// Returns settings, completed with those of the file that `INHERIT` names (`yaml_load` in `mkdocs/utils/yaml.py`).
fn inherited(settings: &GeneratorSettings, own: Data) -> Result<Data, SiteError> {
    let mut config = own;
    let mut folder = settings.file.as_deref().and_then(Path::parent).unwrap_or(&settings.site_dir).to_owned();
    for _ in 0..limits::MAX_INHERITED_SETTINGS {
        let Some(parent) = config.text("INHERIT") else { break };
        let path = folder.join(parent);
        let mut merged = parse(&path, &without_tags(&read_text(&path)?))?;
        let above = merged.text("INHERIT");
        merged.override_with(&config);
        let link = serde_json::json!({ "INHERIT": above });
        merged.override_with(&Data::parse(&link.to_string(), DataFormat::Json).unwrap_or_default());
        config = merged;
        path.parent().unwrap_or(Path::new("")).clone_into(&mut folder);
    }
    Ok(config)
}

/// Returns the common date keys, and that of the last change in the table `date` of the blog plugin of Material for
/// `MkDocs` (squidfunk.github.io/mkdocs-material/plugins/blog).
fn date_keys() -> DateKeys {
    let mut keys = DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() };
    keys.updated.insert(0, "date.updated".to_owned());
    keys
}

/// Returns the titles of files in `nav`, at any depth.
fn titles(nav: Option<&Value>) -> BTreeMap<String, String> {
    let mut titles = BTreeMap::new();
    let mut left: Vec<&Value> = nav.into_iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(entries) => {
                for (title, value) in entries {
                    match value {
                        Value::String(path) => {
                            titles.insert(path.trim_start_matches("./").to_owned(), title.clone());
                        }
                        value => left.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    titles
}

/// The extensions of Python-Markdown in the settings.
struct Extensions(Vec<(String, Data)>);

impl Extensions {
    /// Reads `markdown_extensions`: a list of names and of tables, or a table.
    fn read(config: &Data) -> Self {
        Self(named_options(config, "markdown_extensions"))
    }

    /// Returns the options of an extension, if it is used.
    fn options(&self, name: &str) -> Option<&Data> {
        let is_named = |own: &str| own.strip_prefix("markdown.extensions.").unwrap_or(own) == name;
        self.0.iter().rev().find(|(own, _)| is_named(own)).map(|(_, options)| options)
    }

    /// Returns the style of heading ids that the extension `toc` makes.
    fn anchors(&self) -> AnchorStyle {
        let slugify = self.options("toc").and_then(|options| options.get("slugify"));
        let name = match slugify {
            Some(Value::String(name)) => name.clone(),
            Some(value) => Data::from_value(value).and_then(|own| own.text(OBJECT_KEY)).unwrap_or_default(),
            None => String::new(),
        };
        if name.contains("pymdownx.slugs") {
            AnchorStyle::PyMdown
        } else if name.contains("slugify_unicode") {
            AnchorStyle::PythonUnicode
        } else {
            AnchorStyle::Python
        }
    }
}

impl MkDocsRules {
    pub(super) fn excludes(&self, id: &str) -> bool {
        self.excluded.iter().any(|lines| lines.matches(id))
            || self.excluded_by_plugin.matches(id)
            || id.starts_with("templates/")
    }

    fn blog_of(&self, id: &str) -> Option<&MaterialBlog> {
        self.blogs.iter().find(|blog| folders::below(id, &blog.posts).is_some_and(|path| !path.is_empty()))
    }

    /// Completes front matter with the values of folders and titles of `nav`. In a post, dates in a table become `date`
    /// and `updated`, and the first heading becomes the title, from which the URL is made.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, body: &str) {
        // A path that begins with the folder's name counts as below it (`on_page_markdown` of the plugin `meta`).
        for (_, values) in self.metadata.iter().rev().filter(|(folder, _)| id.starts_with(folder.as_str())) {
            own.fill_from(values);
        }
        let heading = body.lines().find_map(|line| line.strip_prefix("# "));
        if heading.is_none()
            && let Some(title) = self.titles.get(id)
        {
            own.set_default("title", &Value::String(title.clone()));
        }
        if self.blog_of(id).is_none() {
            return;
        }
        if let Some(Value::Object(_)) = own.get("date") {
            let dates = own.table("date");
            let flat = serde_json::json!({ "date": dates.text("created"), "updated": dates.text("updated") });
            own.override_with(&Data::parse(&flat.to_string(), DataFormat::Json).unwrap_or_default());
        }
        if let Some(heading) = heading {
            let title = heading.trim().trim_end_matches('#').trim_end().replace(['*', '`'], "");
            own.set_default("title", &Value::String(title));
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if let Some(blog) = self.blog_of(file.id) {
            return PageOutcome::Page(self.post(file, blog));
        }
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        let localized = self.languages.split(stem);
        let (language, path) = match &localized {
            Some((language, _)) if !self.languages.built.contains(language) => {
                return PageOutcome::Skipped(SkipReason::NotAPage);
            }
            Some((language, path)) => (Some(language), path.as_str()),
            None => (None, stem),
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_index = matches!(name, "index" | "README");
        if is_index && self.blogs.iter().any(|blog| blog.folder == folder) {
            return PageOutcome::Skipped(SkipReason::List);
        }
        // `index.md` takes precedence over `README.md`.
        let index = file.id.rsplit_once("README").map(|(before, after)| format!("{before}index{after}"));
        if name == "README" && index.is_some_and(|index| file.inventory.contains(&index)) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        if path == "404" {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let page = if is_index { folder.to_owned() } else { path.to_owned() };
        let page = match language.filter(|language| **language != self.languages.default) {
            Some(language) => format!("{language}/{page}"),
            None => page,
        };
        PageOutcome::Page(GeneratedPage {
            path: if is_index { directory_path(&page) } else { self.page_path(&page) },
            lang: language.map(|language| language_tag(language)),
            translation_key: language.map(|_| path.to_owned()),
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }

    /// Returns the page of a post (`_format_path_for_post` in Material's blog plugin).
    fn post(&self, file: &PageSource<'_>, blog: &MaterialBlog) -> GeneratedPage {
        let (_, stem) = folder_and_stem(file.id);
        let slug = file
            .data
            .text("slug")
            .unwrap_or_else(|| slugs::pymdownx(&file.data.text("title").unwrap_or_else(|| stem.to_owned())));
        let date = file.date.map(|date| format_date(date.civil(), &blog.date_format)).unwrap_or_default();
        let categories = file.data.texts("categories").into_iter().take(blog.max_categories);
        let categories: Vec<String> = categories.map(|name| slugs::pymdownx(&name)).collect();
        let path = blog.format.replace("{date}", &date).replace("{slug}", &slug).replace("{file}", stem);
        let path = path.replace("{categories}", &categories.join("/"));
        GeneratedPage { path: self.page_path(&format!("{}/{path}", blog.folder)), ..GeneratedPage::default() }
    }

    fn page_path(&self, path: &str) -> String {
        if self.has_directory_urls {
            directory_path(path)
        } else {
            encode_path(&normalize_slashes(&format!("{path}.html")))
        }
    }
}

fn directory_path(path: &str) -> String {
    encode_path(&normalize_slashes(&format!("{path}/")))
}

/// Formats a date by a Unicode date pattern, of which it supports the fields that URLs use.
fn format_date(date: DateTime, format: &str) -> String {
    let letters = [("yyyy", "%Y"), ("yy", "%y"), ("MM", "%m"), ("dd", "%d")];
    let format =
        letters.iter().fold(format.to_owned(), |format, (letters, token)| format.replace(letters, token));
    let format = format.replace('M', "%-m").replace("%%-m", "%M").replace("%-%-m", "%-m");
    date.strftime(&format).to_string()
}

#[cfg(test)]
mod tests;
