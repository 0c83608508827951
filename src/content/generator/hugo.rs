//! Hugo: bundles and branches, sanitised paths, permalink patterns by section.

use jiff::civil::DateTime;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::pattern::{fill, tidy_slashes};
use super::{Place, Placed, Placement, encode_path, folder_and_stem};
use crate::content::SkipReason;
use crate::content::data::Data;
use crate::content::date::PostDate;

/// Hugo's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// `disablePathToLower`: the case of names is kept.
    pub keeps_case: bool,
    /// `removePathAccents`.
    pub removes_accents: bool,
    /// `uglyURLs`: pages are `name.html` instead of `name/`.
    pub ugly_urls: bool,
    /// `[permalinks]`: patterns of pages by their first folder.
    pub page_patterns: Vec<(String, String)>,
    /// `[permalinks.section]`: patterns of sections by their first folder.
    pub section_patterns: Vec<(String, String)>,
}

impl Rules {
    /// Reads a `hugo.toml`, or one in another format.
    #[must_use]
    pub fn from_config(config: &Data) -> Self {
        let flag = |key| config.flag(key).unwrap_or(false);
        let permalinks = config.table("permalinks");
        let mut page_patterns = patterns(&permalinks);
        page_patterns.extend(patterns(&permalinks.table("page")));
        Self {
            keeps_case: flag("disablePathToLower"),
            removes_accents: flag("removePathAccents"),
            ugly_urls: flag("uglyURLs"),
            page_patterns,
            section_patterns: patterns(&permalinks.table("section")),
        }
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        if file.inventory.is_list(file.id) {
            return Placement::Skipped(SkipReason::List);
        }
        Placement::Page(Place { path: self.path(file), ..Place::default() })
    }

    fn path(&self, file: &Placed<'_>) -> String {
        if let Some(url) = file.data.text("url") {
            let is_file = url.rsplit('/').next().is_some_and(|name| name.contains('.'));
            let end = if is_file { "" } else { "/" };
            return encode_path(&tidy_slashes(&format!("/{url}{end}")));
        }
        let (folder, stem) = folder_and_stem(file.id);
        let is_branch = stem == "_index";
        let is_bundle = is_branch || stem == "index";
        let (above, name) =
            if is_bundle { folder.rsplit_once('/').unwrap_or(("", folder)) } else { (folder, stem) };
        let section = folder.split('/').next().unwrap_or_default();
        let patterns = if is_branch { &self.section_patterns } else { &self.page_patterns };
        let pattern = patterns.iter().find(|(of, _)| of == section && !section.is_empty());
        let path = if let Some((_, pattern)) = pattern {
            tidy_slashes(&fill(pattern, |token| value(token, file, above, name)))
        } else {
            let slug = file.data.text("slug").filter(|_| !is_branch);
            let name = slug.as_deref().unwrap_or(name);
            tidy_slashes(&format!("{}/{}/", sanitize(above), sanitize(name).replace('/', "")))
        };
        encode_path(&self.finish(path, is_branch))
    }

    fn finish(&self, path: String, is_branch: bool) -> String {
        let mut path = path;
        if self.removes_accents {
            path = path.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect();
        }
        if !self.keeps_case {
            path = path.to_lowercase();
        }
        if self.ugly_urls && !is_branch && path.len() > 1 && path.ends_with('/') {
            path = format!("{}.html", path.trim_end_matches('/'));
        }
        path
    }
}

/// The patterns in a table; the tables in it are of other kinds of pages.
fn patterns(table: &Data) -> Vec<(String, String)> {
    let entry = |key: &str| match table.get(key) {
        Some(Value::String(pattern)) => Some((key.to_owned(), pattern.clone())),
        _ => None,
    };
    table.keys().filter_map(entry).collect()
}

/// What a token of a permalink pattern stands for (gohugo.io/configuration/permalinks).
fn value(token: &str, file: &Placed<'_>, above: &str, name: &str) -> Option<String> {
    let time = |format: &str| {
        let date = file.date.map_or(DateTime::constant(1, 1, 1, 0, 0, 0, 0), PostDate::civil);
        Some(date.strftime(format).to_string())
    };
    let title = || file.data.text("title").map(|title| slug(&title));
    let own_slug = || file.data.text("slug").map(|own| slug(&own));
    match token {
        "year" => time("%Y"),
        "month" => time("%m"),
        "monthname" => time("%B"),
        "day" => time("%d"),
        "weekday" => time("%w"),
        "weekdayname" => time("%A"),
        "yearday" => time("%-j"),
        "section" => Some(sanitize(file.id.split_once('/').map_or("", |(section, _)| section))),
        "sections" => Some(sanitize(file.inventory.section_of(above))),
        "title" => title(),
        "slug" => own_slug().or_else(title),
        "slugorfilename" | "slugorcontentbasename" => own_slug().or_else(|| Some(sanitize(name))),
        "filename" | "contentbasename" => Some(sanitize(name)),
        _ => None,
    }
}

/// A title or slug as part of a path: no slash may be left in it.
fn slug(text: &str) -> String {
    sanitize(&text.to_lowercase()).replace('/', "-")
}

/// Hugo's path sanitising: letters, digits, marks and `. / _ # + ~ - @` stay, white space becomes
/// one hyphen where none stands already, everything else goes.
fn sanitize(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let (mut hyphen_is_due, mut after_hyphen) = (false, false);
    for c in path.chars() {
        let is_allowed = c.is_alphanumeric()
            || matches!(c, '.' | '/' | '_' | '#' | '+' | '~' | '-' | '@')
            || is_combining_mark(c);
        if is_allowed {
            after_hyphen = c == '-';
            if hyphen_is_due && !after_hyphen {
                out.push('-');
            }
            hyphen_is_due = false;
            out.push(c);
        } else if c.is_whitespace() && !out.is_empty() && !after_hyphen {
            hyphen_is_due = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::Format;
    use crate::content::source::Inventory;

    fn path(config: &str, id: &str, front_matter: &str) -> String {
        let config = Data::parse(config, Format::Toml).unwrap();
        let data = Data::parse(front_matter, Format::Toml).unwrap();
        let date = crate::content::date::parse_date("2024-03-05");
        let inventory = Inventory::default();
        let file =
            Placed { id, data: &data, date, inventory: &inventory, has_body: true, has_front_matter: true };
        Rules::from_config(&config).path(&file)
    }

    #[test]
    fn paths_follow_hugo() {
        let cases = [
            ("_index.md", "", "/"),
            ("ai/_index.md", "", "/ai/"),
            ("ai/one,-two,-and-three/_index.md", "", "/ai/one-two-and-three/"),
            ("ai/a---b--c/_index.md", "", "/ai/a---b--c/"),
            ("posts/My First Post.md", "", "/posts/my-first-post/"),
            ("posts/x & y/index.md", "", "/posts/x-y/"),
            ("posts/café.md", "", "/posts/caf%C3%A9/"),
            ("posts/c#.md", "", "/posts/c%23/"),
            ("posts/one.md", "slug = 'Zwei'", "/posts/zwei/"),
            ("posts/one/index.md", "slug = 'two'", "/posts/two/"),
            ("ai/x/_index.md", "slug = 'y'", "/ai/x/"),
            ("posts/one.md", "url = '/Two/three.html'", "/Two/three.html"),
            ("posts/one.md", "url = 'two/'", "/two/"),
            ("posts/one.md", "url = 'two'", "/two/"),
            ("one.md", "", "/one/"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(path("", id, front_matter), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn settings_change_paths() {
        let patterns =
            "[permalinks]\nposts = '/:year/:month/:slug/'\n[permalinks.page]\nnotes = '/n/:contentbasename'";
        let cases = [
            ("disablePathToLower = true", "A/B.md", "", "/A/B/"),
            ("removePathAccents = true", "a/café.md", "", "/a/cafe/"),
            ("uglyURLs = true", "a/b.md", "", "/a/b.html"),
            ("uglyURLs = true", "a/_index.md", "", "/a/"),
            (patterns, "posts/x.md", "title = 'A Title: yes'", "/2024/03/a-title-yes/"),
            (patterns, "posts/x.md", "title = 'T'\nslug = 's'", "/2024/03/s/"),
            (patterns, "notes/Deep/own name/index.md", "", "/n/own-name"),
            (patterns, "other/x.md", "", "/other/x/"),
        ];
        for (config, id, front_matter, expected) in cases {
            assert_eq!(path(config, id, front_matter), expected, "{config} {id}");
        }
    }
}
