//! Jekyll: posts in `_posts` folders at any depth, collections, permalink styles, and excluded files.

mod collection;
mod defaults;
mod exclusion;

use jiff::tz::TimeZone;

pub use self::collection::JekyllCollection;
use self::defaults::FrontMatterDefaults;
use self::exclusion::Exclusion;
use super::file_name::split_date_in;
use super::machine_zone::guessed_jekyll_day;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::{fill, normalize_slashes};
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::category::{Category, humanize};
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::date_keys::DateKeys;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;
use crate::content::value_digest;

/// Jekyll's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct JekyllRules {
    /// `permalink`: the name of a style, or a pattern.
    pub permalink: String,
    /// `exclude`: files and folders that are not rendered.
    pub exclude: Exclusion,
    /// `include`: names that are rendered although they begin with `_`, `.` or `#` or end with `~`.
    pub include: Vec<String>,
    /// `timezone`: the time zone of dates in URLs.
    #[serde(serialize_with = "value_digest::time_zone")]
    pub time_zone: TimeZone,
    /// Whether `timezone` is set; else Jekyll uses that of its machine, for which UTC is assumed.
    pub has_time_zone: bool,
    /// `collections`.
    pub collections: Vec<JekyllCollection>,
    /// `defaults`.
    pub defaults: Vec<FrontMatterDefaults>,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Splits a text value at white space, as Jekyll does where it expects a list.
fn split_words(data: &mut Data, key: &str) {
    let Some(text) = data.get(key).and_then(|value| value.as_str()) else { return };
    let words: Vec<&str> = text.split_whitespace().collect();
    let list = Data::from_value(&serde_json::json!({ key: words })).unwrap_or_default();
    data.override_with(&list);
}

/// Reads the rules and the site's defaults from `_config.yml`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (JekyllRules, SiteDefaults) {
    let config = &settings.data;
    let rules = JekyllRules::from_config(config);
    let base = config.text("url").map(|url| absolute_base(&url)).unwrap_or_default();
    let prefix = config.text("baseurl").unwrap_or_default();
    let mut content_folders = vec!["content".to_owned(), ".".to_owned()];
    if let Some(source) = config.text("source") {
        content_folders.insert(0, source);
    }
    let defaults = SiteDefaults {
        base: format!("{base}{}", prefix.trim_end_matches('/')),
        title: config.text("title"),
        language: config.text("lang").or_else(|| config.text("locale")),
        time_zone: Some(rules.time_zone.clone()),
        drafts: config.flag("show_drafts").unwrap_or(false),
        future: config.flag("future").unwrap_or(false),
        expired: true,
        content_folders,
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

impl Default for JekyllRules {
    fn default() -> Self {
        Self {
            permalink: "date".to_owned(),
            exclude: Exclusion::default(),
            include: vec![".htaccess".to_owned()],
            time_zone: TimeZone::UTC,
            has_time_zone: false,
            collections: Vec::new(),
            defaults: Vec::new(),
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
            exclude: Exclusion::new(config.texts("exclude")),
            include: config.texts("include"),
            has_time_zone: time_zone.is_some(),
            time_zone: time_zone.unwrap_or(defaults.time_zone),
            collections: collection::of_config(config),
            defaults: defaults::of_config(config),
            date_keys: defaults.date_keys,
        }
    }

    pub(super) fn inherit(&self, id: &str, own: &mut Data) {
        let (folder, _) = folder_and_stem(id);
        let kind = match self.collection_of(id) {
            Some(collection) => collection.name.as_str(),
            None if split_at_folder(folder, "_drafts").is_some() => "drafts",
            None if split_at_folder(folder, "_posts").is_some() => "posts",
            None => "pages",
        };
        if kind == "pages" {
            // Only a page's own front matter can set `published` to false, not `defaults`.
            own.set_default("published", &true.into());
        }
        defaults::fill(own, &self.defaults, id, kind);
        split_words(own, "tags");
    }

    /// Returns the collection that contains a file, except for `posts`.
    fn collection_of(&self, id: &str) -> Option<&JekyllCollection> {
        self.collections.iter().find(|collection| {
            collection.name != "posts"
                && id.strip_prefix(&collection.folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if !file.has_front_matter || file.data.flag("published") == Some(false) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let (folder, stem) = folder_and_stem(file.id);
        if let Some((above, _)) = split_at_folder(folder, "_drafts") {
            let (date, slug) = split_date_in(stem, &['-'], &self.time_zone)
                .map_or((None, stem), |(date, slug)| (Some(date), slug));
            return PageOutcome::Page(GeneratedPage { is_draft: true, ..self.post(file, above, date, slug) });
        }
        if let Some(collection) = self.collection_of(file.id) {
            return self.document(file, collection);
        }
        match split_at_folder(folder, "_posts") {
            Some((above, _)) => match split_date_in(stem, &['-'], &self.time_zone) {
                Some((date, slug)) => PageOutcome::Page(self.post(file, above, Some(date), slug)),
                None => PageOutcome::Skipped(SkipReason::NotAPage),
            },
            None if folder.is_empty() && stem == "index" => PageOutcome::Skipped(SkipReason::List),
            None => PageOutcome::Page(self.page(file, folder, stem)),
        }
    }

    /// Returns whether `exclude` matches the file, or the name of the file or of one of its folders begins with `_`, `.`
    /// or `#` or ends with `~`.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let is_marked = |part: &str| {
            (part.starts_with(['_', '.', '#']) || part.ends_with('~'))
                && !matches!(part, "_posts" | "_drafts")
                && !self.include.iter().any(|name| name == part)
        };
        let below_collection = self.collection_of(id).map_or(id, |collection| &id[collection.folder.len()..]);
        self.exclude.matches(id) || below_collection.split('/').any(is_marked)
    }

    fn post(
        &self,
        file: &PageSource<'_>,
        above: &str,
        name_date: Option<PostDate>,
        slug: &str,
    ) -> GeneratedPage {
        let folders: Vec<&str> = above.split('/').filter(|part| !part.is_empty()).collect();
        let mut named = file.data.texts("categories");
        if named.is_empty() {
            // Unlike `categories`, `category` is one name even if it has several words.
            named = file.data.texts("category");
        } else if let Some(text) = file.data.get("categories").and_then(|value| value.as_str()) {
            named = text.split_whitespace().map(str::to_owned).collect();
        }
        let categories: Vec<String> =
            folders.iter().map(|folder| (*folder).to_owned()).chain(named.iter().cloned()).collect();
        let date = file.date.or(name_date);
        let of_collection = self.collections.iter().find(|collection| collection.name == "posts");
        let of_collection = of_collection.and_then(|collection| collection.permalink.clone());
        let style = file.data.text("permalink").or(of_collection).unwrap_or_else(|| self.permalink.clone());
        let style = pattern_of(&style);
        let slug = file.data.text("slug").unwrap_or_else(|| slug.to_owned());
        let path = fill(&style, |token| self.value(token, &slug, date, &categories));
        GeneratedPage {
            path: encode_path(&normalize_slashes(&path)),
            guessed: guessed_jekyll_day(if self.has_time_zone { "" } else { &style }, date),
            date: name_date,
            categories: folders
                .iter()
                .map(|folder| Category { name: humanize(folder), slug: (*folder).to_owned() })
                .collect(),
            ..GeneratedPage::default()
        }
    }

    fn value(
        &self,
        token: &str,
        slug: &str,
        date: Option<PostDate>,
        categories: &[String],
    ) -> Option<String> {
        let time = |format: &str| {
            date.map(|date| self.time_zone.to_datetime(date.timestamp).strftime(format).to_string())
        };
        match token {
            "categories" => Some(categories.join("/").to_lowercase()),
            "slugified_categories" => Some(
                categories.iter().map(|name| slugify(name, SlugMode::Default)).collect::<Vec<_>>().join("/"),
            ),
            "title" => Some(slugify(slug, SlugMode::Pretty)),
            "slug" => Some(slugify(slug, SlugMode::Default)),
            "output_ext" => Some(".html".to_owned()),
            "year" => time("%Y"),
            "month" => time("%m"),
            "i_month" => time("%-m"),
            "short_month" => time("%b"),
            "long_month" => time("%B"),
            "day" => time("%d"),
            "i_day" => time("%-d"),
            "y_day" => time("%j"),
            "short_year" => time("%y"),
            "hour" => time("%H"),
            "minute" => time("%M"),
            "second" => time("%S"),
            _ => None,
        }
    }

    fn page(&self, file: &PageSource<'_>, folder: &str, stem: &str) -> GeneratedPage {
        let pattern = match file.data.text("permalink") {
            Some(pattern) => pattern,
            None if stem == "index" => "/:path/".to_owned(),
            None => self.with_suffix("/:path/:basename"),
        };
        let path = fill(&pattern, |token| match token {
            "path" => Some(folder.to_owned()),
            "basename" => Some(stem.to_owned()),
            "output_ext" => Some(".html".to_owned()),
            _ => None,
        });
        GeneratedPage { path: encode_path(&normalize_slashes(&path)), ..GeneratedPage::default() }
    }

    fn document(&self, file: &PageSource<'_>, collection: &JekyllCollection) -> PageOutcome {
        if !collection.output {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let below = file.id[collection.folder.len()..].trim_start_matches('/');
        let (folder, stem) = folder_and_stem(below);
        let (date, name) = split_date_in(stem, &['-'], &self.time_zone)
            .map_or((None, stem), |(date, name)| (Some(date), name));
        let own = file.data.text("permalink").or_else(|| collection.permalink.clone());
        let pattern = own.map_or_else(|| self.with_suffix("/:collection/:path"), |style| pattern_of(&style));
        let slug = file.data.text("slug").unwrap_or_else(|| name.to_owned());
        let path = fill(&pattern, |token| match token {
            "collection" => Some(collection.name.clone()),
            "path" => Some(format!("{folder}/{stem}")),
            "name" => Some(slugify(stem, SlugMode::Default)),
            _ => self.value(token, &slug, file.date.or(date), &file.data.texts("categories")),
        });
        let category = Category { name: humanize(&collection.name), slug: collection.name.clone() };
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&normalize_slashes(&path)),
            date,
            categories: vec![category],
            ..GeneratedPage::default()
        })
    }

    /// Appends the suffix that the site's permalink style gives to the URLs of pages and documents.
    fn with_suffix(&self, pattern: &str) -> String {
        let style = self.permalink.as_str();
        let end = match style {
            "pretty" => "/",
            "date" | "ordinal" | "none" => ":output_ext",
            _ if style.ends_with('/') => "/",
            _ if style.ends_with(":output_ext") => ":output_ext",
            _ => "",
        };
        format!("{pattern}{end}")
    }
}

/// Splits a path at the folder `name` into the folders above and below it.
fn split_at_folder<'a>(folder: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for part in folder.split('/') {
        if part == name {
            return Some((folder[..at].trim_end_matches('/'), &folder[at + part.len()..]));
        }
        at += part.len() + 1;
    }
    None
}

/// Returns the pattern of a named style; a pattern is returned unchanged.
fn pattern_of(style: &str) -> String {
    match style {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
    .to_owned()
}

/// Jekyll's modes of `slugify`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SlugMode {
    /// Lower case; only letters, digits and combining marks.
    Default,
    /// The text's own case; also keeps `._~!$&'()+,;=@`.
    Pretty,
}

/// Returns Jekyll's slug of a text: each run of characters other than letters and digits becomes one hyphen.
fn slugify(text: &str, mode: SlugMode) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        let is_kept = c.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(c)
            || mode == SlugMode::Pretty && "._~!$&'()+,;=@".contains(c);
        if is_kept {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    match mode {
        SlugMode::Default => slug.to_lowercase(),
        SlugMode::Pretty => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::page::resolve_alone;

    fn resolve_page(style: &str, id: &str, front_matter: &str) -> String {
        let config =
            Data::parse(&format!("permalink: {style}\nexclude: [vendor]\n"), DataFormat::Yaml).unwrap();
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        let rules = JekyllRules::from_config(&config);
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        resolve_alone(id, &data, |file| rules.resolve_page(file))
            .map_or_else(|reason| reason, |page| page.path)
    }

    #[test]
    fn resolves_paths_as_jekyll_does() {
        let cases = [
            ("date", "_posts/2024-03-05-a-title.md", "", "/2024/03/05/a-title.html"),
            ("pretty", "en/news/_posts/2024-03-05-a-title.md", "", "/en/news/2024/03/05/a-title/"),
            ("ordinal", "_posts/2024-03-05-x.md", "", "/2024/065/x.html"),
            ("none", "_posts/2024-03-05-x.md", "categories: [One, Two words]", "/one/two%20words/x.html"),
            ("/blog/:i_month/:slug/", "_posts/2024-03-05-X.y.md", "", "/blog/3/x-y/"),
            ("pretty", "_posts/2024-03-05-x.md", "date: 2025-01-02 03:04:05 +0000", "/2025/01/02/x/"),
            ("pretty", "_posts/2024-03-05-x.md", "permalink: /own/:title.html", "/own/x.html"),
            ("pretty", "about.md", "", "/about/"),
            ("date", "about.md", "", "/about.html"),
            ("pretty", "a/b/index.md", "", "/a/b/"),
            ("pretty", "index.md", "", "List"),
            ("pretty", "404.md", "permalink: /404.html", "/404.html"),
            ("pretty", "_includes/x.md", "", "excluded"),
            ("pretty", "vendor/x.md", "", "excluded"),
            ("pretty", "_posts/no-date.md", "", "NotAPage"),
            ("pretty", "x.md", "published: false", "NotAPage"),
        ];
        for (style, id, front_matter, expected) in cases {
            assert_eq!(resolve_page(style, id, front_matter), expected, "{style} {id} {front_matter}");
        }
    }
}
