//! Hugo: bundles and branches, languages, sanitised paths, permalink patterns by section.

mod languages;
mod permalink;
mod settings;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use self::languages::Languages;
use self::permalink::{PagePath, sanitize, value};
pub use self::settings::{fits, load_folder, read};
use super::cascade::{Cascade, Target};
use super::file_name::split_date;
use super::pattern::{fill, tidy_slashes};
use super::{Place, Placed, Placement, encode_path, folder_and_stem};
use crate::content::SkipReason;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::source::extension;

/// Hugo's settings that decide what becomes of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// `disablePathToLower`: the case of names is kept.
    pub keeps_case: bool,
    /// `removePathAccents`.
    pub removes_accents: bool,
    /// `uglyURLs`: pages are `name.html` instead of `name/`.
    pub ugly_urls: UglyUrls,
    /// `[permalinks]`: patterns of pages by their first folder.
    pub page_patterns: Vec<(String, String)>,
    /// `[permalinks.section]`: patterns of sections by their first folder.
    pub section_patterns: Vec<(String, String)>,
    /// `[languages]`.
    pub languages: Languages,
    /// `[cascade]`: values for pages anywhere.
    pub cascades: Vec<Cascade>,
    /// `[frontmatter]`.
    pub date_keys: DateKeys,
}

/// Where pages are files instead of folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UglyUrls {
    /// Everywhere.
    All,
    /// In these sections.
    Sections(Vec<String>),
}

impl Default for UglyUrls {
    fn default() -> Self {
        Self::Sections(Vec::new())
    }
}

impl UglyUrls {
    fn are_in(&self, section: &str) -> bool {
        match self {
            Self::All => true,
            Self::Sections(sections) => sections.iter().any(|ugly| ugly == section),
        }
    }
}

impl Rules {
    /// For sites of an unknown generator: dates under all usual keys and in file names too.
    #[must_use]
    pub fn lenient() -> Self {
        let mut date_keys = DateKeys::usual();
        date_keys.date.push(":filename".to_owned());
        Self { date_keys, ..Self::default() }
    }

    pub(super) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        let Some(located) = self.languages.locate(id) else { return };
        let lang = located.language.map(|language| language.code.as_str());
        let kind = match folder_and_stem(&located.path) {
            ("", "_index") => "home",
            (_, "_index") => "section",
            _ => "page",
        };
        let page = Target { path: &located.path, kind, lang: lang.unwrap_or_default() };
        let is_same_language = |giver: &str| {
            let giver = self.languages.locate(giver).and_then(|located| located.language);
            giver.map(|language| language.code.as_str()) == lang
        };
        let of_folders = inventory.cascades_for(id).filter(|(giver, _)| is_same_language(giver));
        for cascade in of_folders.map(|(_, cascade)| cascade).chain(&self.cascades) {
            if cascade.fits(&page) {
                own.fill_from(&cascade.values);
            }
        }
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        let Some(located) = self.languages.locate(file.id) else {
            return Placement::Skipped(SkipReason::NotAPage);
        };
        let (folder, stem) = folder_and_stem(&located.path);
        let is_home = folder.is_empty() && stem == "_index";
        if is_home || file.inventory.is_list(file.id) {
            return Placement::Skipped(SkipReason::List);
        }
        let is_off = located.language.is_some_and(|language| language.is_disabled);
        if is_off || is_no_page(file) {
            return Placement::Skipped(SkipReason::NotAPage);
        }
        if is_unlisted(file.data) {
            return Placement::Skipped(SkipReason::Unlisted);
        }
        let lang = located.language.map(languages::Language::tag);
        Placement::Page(Place {
            path: self.path(file, &located),
            base: located.language.and_then(|language| language.base.clone()),
            categories: {
                let category = file.inventory.category(file.id, located.root, lang.as_deref().unwrap_or(""));
                category.into_iter().collect()
            },
            lang,
            translation_key: Some(folder_and_stem(&located.path)).map(|(folder, stem)| {
                tidy_slashes(&format!("{folder}/{stem}")).trim_start_matches('/').to_owned()
            }),
            ..Place::default()
        })
    }

    fn path(&self, file: &Placed<'_>, located: &languages::Located<'_>) -> String {
        let prefix = self.languages.prefix(located.language);
        if let Some(url) = file.data.text("url") {
            let is_file = url.rsplit('/').next().is_some_and(|name| name.contains('.'));
            let end = if is_file { "" } else { "/" };
            return encode_path(&tidy_slashes(&format!("{prefix}/{url}{end}")));
        }
        let (folder, stem) = folder_and_stem(&located.path);
        let is_branch = stem == "_index";
        let is_bundle = is_branch || stem == "index";
        let (above, name) =
            if is_bundle { folder.rsplit_once('/').unwrap_or(("", folder)) } else { (folder, stem) };
        let section = folder.split('/').next().unwrap_or_default();
        let slug = file.data.text("slug").or_else(|| self.slug_of_name(name));
        let page = PagePath { root: located.root, path: &located.path, above, name, slug: slug.as_deref() };
        let patterns = if is_branch { &self.section_patterns } else { &self.page_patterns };
        let pattern = patterns.iter().find(|(of, _)| of == section && !section.is_empty());
        let path = if let Some((_, pattern)) = pattern {
            tidy_slashes(&fill(pattern, |token| value(token, file, &page)))
        } else {
            let name = page.slug.filter(|_| !is_branch).unwrap_or(name);
            tidy_slashes(&format!("{}/{}/", sanitize(above), sanitize(name).replace('/', "")))
        };
        let path = tidy_slashes(&format!("{prefix}{path}"));
        encode_path(&self.finish(path, section))
    }

    /// The name behind a date that counts as the post's.
    fn slug_of_name(&self, name: &str) -> Option<String> {
        let (_, rest) = split_date(name, &['-', '_']).filter(|_| self.date_keys.takes_file_name())?;
        Some(rest.to_owned())
    }

    fn finish(&self, path: String, section: &str) -> String {
        let mut path = path;
        if self.removes_accents {
            path = path.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect();
        }
        if !self.keeps_case {
            path = path.to_lowercase();
        }
        if self.ugly_urls.are_in(section) && path.len() > 1 && path.ends_with('/') {
            path = format!("{}.html", path.trim_end_matches('/'));
        }
        path
    }
}

/// Whether Hugo makes no page of the file: a resource of a bundle, `headless`, `build.render`, HTML
/// without front matter, which is copied as it is.
fn is_no_page(file: &Placed<'_>) -> bool {
    let is_html = matches!(extension(file.id), "html" | "htm");
    let render = build_options(file.data).text("render");
    let is_rendered = !matches!(render.as_deref(), Some("never" | "link" | "false"));
    file.inventory.is_bundled(file.id)
        || file.data.flag("headless") == Some(true)
        || !is_rendered
        || is_html && !file.has_front_matter
}

/// Whether the page is in none of Hugo's lists.
fn is_unlisted(data: &Data) -> bool {
    matches!(build_options(data).text("list").as_deref(), Some("never" | "local" | "false"))
}

/// `build`, in older Hugos `_build`.
fn build_options(data: &Data) -> Data {
    let mut options = data.table("build");
    options.fill_from(&data.table("_build"));
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::Format;
    use crate::content::generator::detection::Settings;

    fn path(config: &str, id: &str, front_matter: &str) -> String {
        let config = Data::parse(config, Format::Toml).unwrap();
        let data = Data::parse(front_matter, Format::Toml).unwrap();
        let date = crate::content::date::parse_date("2024-03-05");
        let inventory = Inventory::default();
        let file =
            Placed { id, data: &data, date, inventory: &inventory, has_body: true, has_front_matter: true };
        let (rules, _) = read(&Settings { data: config, ..Settings::default() });
        rules.path(&file, &rules.languages.locate(id).unwrap())
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
            ("uglyURLs = true", "a/_index.md", "", "/a.html"),
            ("[uglyURLs]\na = true", "a/b.md", "", "/a/b.html"),
            ("[uglyURLs]\na = true", "c/b.md", "", "/c/b/"),
            ("[frontmatter]\ndate = [':filename']", "a/2024-01-02-b.md", "", "/a/b/"),
            ("", "a/2024-01-02-b.md", "", "/a/2024-01-02-b/"),
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
