//! URLs of posts, documents and pages (jekyllrb.com/docs/permalinks).

use super::JekyllRules;
use super::collection::JekyllCollection;
use super::distinct::distinct;
use super::file_name::slug;
use crate::content::category::{Category, humanize};
use crate::content::date::PostDate;
use crate::content::generator::machine_zone::guessed_jekyll_day;
use crate::content::generator::page::{GeneratedPage, PageSource, encode_path};
use crate::content::generator::pattern::{fill, normalize_slashes};
use crate::content::source_id::folder_and_stem;

impl JekyllRules {
    /// Returns the page of a post or draft, whose name may have a date; `above` are the folders above `_posts`.
    pub(super) fn post(
        &self,
        file: &PageSource<'_>,
        above: &str,
        name_date: Option<PostDate>,
    ) -> GeneratedPage {
        let (_, stem) = folder_and_stem(file.id);
        let folders: Vec<&str> = above.split('/').filter(|part| !part.is_empty()).collect();
        let mut categories: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        categories.extend(file.data.texts("categories"));
        let of_collection = self.collections.iter().find(|collection| collection.name == "posts");
        let of_collection = of_collection.and_then(|collection| collection.permalink.clone());
        let style = file.data.text("permalink").or(of_collection).unwrap_or_else(|| self.permalink.clone());
        let style = pattern_of(&style);
        let date = file.date.or(name_date);
        let slug = file.data.text("slug").unwrap_or_else(|| slug(stem).to_owned());
        let path = fill(&style, |token| self.value(token, &slug, date, &categories));
        GeneratedPage {
            path: encode_path(&sanitize(&path)),
            guessed: guessed_jekyll_day(if self.has_time_zone { "" } else { &style }, date),
            date: name_date,
            categories: folders
                .iter()
                .map(|folder| Category { name: humanize(folder), slug: (*folder).to_owned() })
                .collect(),
            ..GeneratedPage::default()
        }
    }

    /// Returns the page of a document in a collection; `below` is its path below the folder of the collection.
    pub(super) fn document(
        &self,
        file: &PageSource<'_>,
        collection: &JekyllCollection,
        below: &str,
    ) -> GeneratedPage {
        let (folder, stem) = folder_and_stem(below);
        let name_date = self.split_date(stem).map(|(date, _)| date);
        let own = file.data.text("permalink").or_else(|| collection.permalink.clone());
        let pattern = own.map_or_else(|| self.with_suffix("/:collection/:path"), |style| pattern_of(&style));
        let slug = file.data.text("slug").unwrap_or_else(|| slug(stem).to_owned());
        let date = file.date.or(name_date);
        let path = fill(&pattern, |token| match token {
            "collection" => Some(collection.name.clone()),
            "path" => Some(format!("{folder}/{}", stem.trim_end_matches('.'))),
            "name" => Some(slugify(stem, SlugMode::Default)),
            _ => self.value(token, &slug, date, &file.data.texts("categories")),
        });
        let category = Category { name: humanize(&collection.name), slug: collection.name.clone() };
        GeneratedPage {
            path: encode_path(&sanitize(&path)),
            date: name_date,
            categories: vec![category],
            ..GeneratedPage::default()
        }
    }

    /// Returns a page that is neither a post nor a document.
    pub(super) fn page(&self, file: &PageSource<'_>) -> GeneratedPage {
        let (folder, stem) = folder_and_stem(file.id);
        let pattern = match file.data.text("permalink") {
            Some(pattern) => pattern,
            None if stem == "index" => "/:path/".to_owned(),
            None if self.plugins.is_index(file.id, file.has_front_matter, file.inventory) => {
                "/:path/".to_owned()
            }
            None => self.with_suffix("/:path/:basename"),
        };
        let path = fill(&pattern, |token| match token {
            "path" => Some(folder.to_owned()),
            "basename" => Some(stem.trim_end_matches('.').to_owned()),
            "output_ext" => Some(".html".to_owned()),
            _ => None,
        });
        GeneratedPage { path: encode_path(&sanitize(&path)), ..GeneratedPage::default() }
    }

    /// Returns the value of a token that posts and documents have (`lib/jekyll/drops/url_drop.rb`).
    fn value(
        &self,
        token: &str,
        slug: &str,
        date: Option<PostDate>,
        categories: &[String],
    ) -> Option<String> {
        if let Some(format) = time_format(token) {
            return date.map(|date| self.time_zone.to_datetime(date.timestamp).strftime(format).to_string());
        }
        match token {
            "categories" => Some(distinct(categories.iter().map(|name| name.to_lowercase())).join("/")),
            "slugified_categories" => {
                Some(distinct(categories.iter().map(|name| slugify(name, SlugMode::Default))).join("/"))
            }
            "title" => Some(slugify(slug, SlugMode::Pretty)),
            "slug" => Some(slugify(slug, SlugMode::Default)),
            "output_ext" => Some(".html".to_owned()),
            _ => None,
        }
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

/// Returns the format of a token that is a part of the date.
fn time_format(token: &str) -> Option<&'static str> {
    let format = match token {
        "year" => "%Y",
        "month" => "%m",
        "i_month" => "%-m",
        "short_month" => "%b",
        "long_month" => "%B",
        "day" => "%d",
        "i_day" => "%-d",
        "y_day" => "%j",
        "w_year" => "%G",
        "week" => "%V",
        "w_day" => "%u",
        "short_day" => "%a",
        "long_day" => "%A",
        "short_year" => "%y",
        "hour" => "%H",
        "minute" => "%M",
        "second" => "%S",
        _ => return None,
    };
    Some(format)
}

/// Returns the pattern of a named style; a pattern is returned unchanged.
fn pattern_of(style: &str) -> String {
    match style {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
    .to_owned()
}

/// Returns a path without dots that lead to other folders, and with single slashes (`sanitize_url` of `lib/jekyll/url.rb`).
fn sanitize(path: &str) -> String {
    normalize_slashes(&path.replace("..", "/").replace("./", ""))
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
