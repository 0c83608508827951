//! Jekyll: posts in `_posts` folders at any depth, permalink styles, files that are no pages.

use jiff::tz::TimeZone;

use super::file_name::split_date;
use super::pattern::{fill, tidy_slashes};
use super::{Place, Placed, Placement, encode_path, folder_and_stem};
use crate::content::SkipReason;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::source::{Category, humanize};

/// Jekyll's settings that decide URLs.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// `permalink`: a style's name or a pattern.
    pub permalink: String,
    /// `exclude`: files and folders that are left out.
    pub exclude: Vec<String>,
    /// `include`: names that count although they begin with a mark.
    pub include: Vec<String>,
    /// `timezone`, in which dates of posts are told.
    pub time_zone: TimeZone,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            permalink: "date".to_owned(),
            exclude: Vec::new(),
            include: vec![".htaccess".to_owned()],
            time_zone: TimeZone::UTC,
        }
    }
}

impl Rules {
    /// Reads a `_config.yml`.
    #[must_use]
    pub fn from_config(config: &Data) -> Self {
        let defaults = Self::default();
        let time_zone = config.text("timezone").and_then(|name| TimeZone::get(&name).ok());
        Self {
            permalink: config.text("permalink").unwrap_or(defaults.permalink),
            exclude: config.texts("exclude"),
            include: config.texts("include"),
            time_zone: time_zone.unwrap_or(defaults.time_zone),
        }
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        if !file.has_front_matter || self.is_left_out(file.id) || file.data.flag("published") == Some(false) {
            return Placement::Skipped(SkipReason::NotAPage);
        }
        let (folder, stem) = folder_and_stem(file.id);
        if let Some((above, _)) = split_at_folder(folder, "_drafts") {
            let (date, slug) =
                split_date(stem, &['-']).map_or((None, stem), |(date, slug)| (Some(date), slug));
            return Placement::Page(Place { is_draft: true, ..self.post(file, above, date, slug) });
        }
        match split_at_folder(folder, "_posts") {
            Some((above, _)) => match split_date(stem, &['-']) {
                Some((date, slug)) => Placement::Page(self.post(file, above, Some(date), slug)),
                None => Placement::Skipped(SkipReason::NotAPage),
            },
            None => Placement::Page(self.page(file, folder, stem)),
        }
    }

    /// Whether a folder or the file itself begins with a mark that Jekyll leaves out.
    fn is_left_out(&self, id: &str) -> bool {
        let is_excluded = self.exclude.iter().any(|entry| {
            let entry = entry.trim_matches('/');
            id.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let is_marked = |part: &str| {
            (part.starts_with(['_', '.', '#']) || part.ends_with('~'))
                && !matches!(part, "_posts" | "_drafts")
                && !self.include.iter().any(|name| name == part)
        };
        is_excluded || id.split('/').any(is_marked)
    }

    fn post(&self, file: &Placed<'_>, above: &str, name_date: Option<PostDate>, slug: &str) -> Place {
        let folders: Vec<&str> = above.split('/').filter(|part| !part.is_empty()).collect();
        let mut named = file.data.texts("categories");
        if named.is_empty() {
            // One text is a list of words.
            named = file.data.texts("category");
        } else if let Some(text) = file.data.get("categories").and_then(|value| value.as_str()) {
            named = text.split_whitespace().map(str::to_owned).collect();
        }
        let categories: Vec<String> =
            folders.iter().map(|folder| (*folder).to_owned()).chain(named.iter().cloned()).collect();
        let date = file.date.or(name_date);
        let style = file.data.text("permalink").unwrap_or_else(|| pattern_of(&self.permalink));
        let slug = file.data.text("slug").unwrap_or_else(|| slug.to_owned());
        let path = fill(&style, |token| self.value(token, &slug, date, &categories));
        Place {
            path: encode_path(&tidy_slashes(&path)),
            date: name_date,
            categories: folders
                .iter()
                .map(|folder| Category { name: humanize(folder), slug: (*folder).to_owned() })
                .collect(),
            ..Place::default()
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
            date.map(|date| self.time_zone.to_datetime(date.moment).strftime(format).to_string())
        };
        match token {
            "categories" => Some(categories.join("/").to_lowercase()),
            "slugified_categories" => {
                Some(categories.iter().map(|name| slugified(name, false)).collect::<Vec<_>>().join("/"))
            }
            "title" => Some(slugified(slug, true)),
            "slug" => Some(slugified(slug, false)),
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

    fn page(&self, file: &Placed<'_>, folder: &str, stem: &str) -> Place {
        let ends_in_slash = matches!(self.permalink.as_str(), "pretty") || self.permalink.ends_with('/');
        let path = match file.data.text("permalink") {
            Some(pattern) => fill(&pattern, |token| match token {
                "path" => Some(folder.to_owned()),
                "basename" => Some(stem.to_owned()),
                "output_ext" => Some(".html".to_owned()),
                _ => None,
            }),
            None if stem == "index" => format!("/{folder}/"),
            None if ends_in_slash => format!("/{folder}/{stem}/"),
            None => format!("/{folder}/{stem}.html"),
        };
        Place { path: encode_path(&tidy_slashes(&path)), ..Place::default() }
    }
}

/// The folders above and below the folder `name`.
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

/// The pattern of a named style; a pattern stands for itself.
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

/// Jekyll's slug: what is neither letter nor digit becomes one hyphen; `pretty` slugs keep
/// `._~!$&'()+,;=@` and the case of letters.
fn slugified(text: &str, is_pretty: bool) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        let is_kept = c.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(c)
            || is_pretty && "._~!$&'()+,;=@".contains(c);
        if is_kept {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    if is_pretty { slug.to_owned() } else { slug.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::Format;
    use crate::content::source::Inventory;

    fn place(style: &str, id: &str, front_matter: &str) -> String {
        let config = Data::parse(&format!("permalink: {style}\nexclude: [vendor]\n"), Format::Yaml).unwrap();
        let data = Data::parse(front_matter, Format::Yaml).unwrap();
        let inventory = Inventory::default();
        let date = data.text("date").and_then(|date| crate::content::date::parse_date(&date));
        let file =
            Placed { id, data: &data, date, inventory: &inventory, has_body: true, has_front_matter: true };
        match Rules::from_config(&config).place(&file) {
            Placement::Page(place) => place.path,
            Placement::Skipped(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn paths_follow_jekyll() {
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
            ("pretty", "index.md", "", "/"),
            ("pretty", "404.md", "permalink: /404.html", "/404.html"),
            ("pretty", "_includes/x.md", "", "NotAPage"),
            ("pretty", "vendor/x.md", "", "NotAPage"),
            ("pretty", "_posts/no-date.md", "", "NotAPage"),
            ("pretty", "x.md", "published: false", "NotAPage"),
        ];
        for (style, id, front_matter, expected) in cases {
            assert_eq!(place(style, id, front_matter), expected, "{style} {id} {front_matter}");
        }
    }
}
