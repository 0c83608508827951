//! mdBook: the chapters that `SUMMARY.md` lists; their URLs follow the paths of files.

use std::path::Path;

use serde_json::{Map, Value};

use super::folders;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::anchor::AnchorStyle;
use crate::content::chapter_links::{ChapterLink, chapter_links};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;

/// The name of the file that lists the chapters.
pub(super) const SUMMARY: &str = "SUMMARY.md";

/// mdBook's settings.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MdBookRules {
    /// Style of heading ids, which depends on `output.html.smart-punctuation`.
    pub anchors: AnchorStyle,
    /// `output.html.search.chapter`: paths of chapters and folders, and whether they are searched.
    pub searched: Vec<(String, bool)>,
    /// Whether `README` is the page of its folder: the preprocessor `index` does that, which is on by default.
    pub has_readme_index: bool,
    /// Front matter keys of dates: none, because chapters have no dates.
    pub date_keys: DateKeys,
}

/// Returns whether a site without settings is a book.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    site_files::is_file(&site_dir.join("src").join(SUMMARY))
}

/// Reads the rules and the site's defaults from `book.toml`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (MdBookRules, SiteDefaults) {
    let book = settings.data.table("book");
    let html = settings.data.table("output").table("html");
    let host = html.text("cname").map(|host| format!("https://{host}")).unwrap_or_default();
    let prefix = html.text("site-url").unwrap_or_default();
    let base = match absolute_base(&prefix) {
        base if base.is_empty() => format!("{host}{}", normalize_slashes(&prefix).trim_end_matches('/')),
        base => base,
    };
    let defaults = SiteDefaults {
        base,
        title: book.text("title"),
        language: Some(book.text("language").unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![folders::folder_name(&book.text("src").unwrap_or_else(|| "src".to_owned()))],
        ..SiteDefaults::default()
    };
    let none = DateKeys { date: Vec::new(), publish: Vec::new(), expiry: Vec::new(), updated: Vec::new() };
    let is_smart = html.flag("smart-punctuation").or_else(|| html.flag("curly-quotes")) != Some(false);
    let anchors = if is_smart { AnchorStyle::MdBookSmart } else { AnchorStyle::MdBook };
    let of_chapters = html.table("search").table("chapter");
    let setting =
        |path: &str| Some((path.trim_end_matches('/').to_owned(), of_chapters.table(path).flag("enable")?));
    let searched = of_chapters.keys().filter_map(setting).collect();
    let uses_defaults = settings.data.table("build").flag("use-default-preprocessors") != Some(false);
    let has_readme_index = uses_defaults || settings.data.table("preprocessor").get("index").is_some();
    (MdBookRules { anchors, searched, has_readme_index, date_keys: none }, defaults)
}

/// Returns the titles of the chapters in `SUMMARY.md`, by path.
#[must_use]
pub(super) fn chapters(summary: &str) -> Data {
    let mut chapters = Map::new();
    for ChapterLink { title, target } in chapter_links(summary) {
        let path = path_of(&target);
        if !path.is_empty() {
            chapters.entry(path).or_insert(Value::String(title));
        }
    }
    Data::from_value(&Value::Object(chapters)).unwrap_or_default().under("chapters")
}

/// Returns the path to which a link leads, below the folder of `SUMMARY.md`. Of encoded characters, mdBook decodes only
/// spaces.
fn path_of(target: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/").replace("%20", " ")
}

/// Returns the listed chapters, or `None` without a `SUMMARY.md`.
fn listed_chapters(inventory: &Inventory) -> Option<&Map<String, Value>> {
    let (_, cascade) = inventory.cascades_of("", SUMMARY).into_iter().next()?;
    cascade.values.get("chapters")?.as_object()
}

impl MdBookRules {
    /// Sets a chapter's title to the one in `SUMMARY.md`, and whether it is searched.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        if !self.is_searched(id) {
            own.set_default("search", &Value::Bool(false));
        }
        if let Some(title) = listed_chapters(inventory).and_then(|chapters| chapters.get(id)) {
            own.set_default("title", title);
        }
    }

    /// Returns whether the settings of the chapter, or else those of the innermost of its folders, leave it searched.
    fn is_searched(&self, id: &str) -> bool {
        let is_above =
            |path: &str| id.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let nearest =
            self.searched.iter().filter(|(path, _)| is_above(path)).max_by_key(|(path, _)| path.len());
        nearest.is_none_or(|(_, is_searched)| *is_searched)
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if listed_chapters(file.inventory).is_some_and(|chapters| !chapters.contains_key(file.id)) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let (folder, stem) = folder_and_stem(file.id);
        let is_index = stem == "index" || self.has_readme_index && stem.eq_ignore_ascii_case("readme");
        let path = if is_index { format!("{folder}/") } else { format!("{folder}/{stem}.html") };
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&normalize_slashes(&path)),
            ..GeneratedPage::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn only_listed_chapters_become_pages() {
        let summary = "# Summary\n\n[Introduction](README.md)\n\n# Part\n\n- [First `one`](./first.md)\n  * [Deep](a/b%20c.md)\n- [Draft]()\n  - [In it](a/../below.md)\n\
                       <!-- - [Later](later.md) -->\n\n---\n\n[Index](a/ReadMe.md)\n[Other](b/Index.md)\n";
        let mut inventory = Inventory::default();
        inventory.insert_data(SUMMARY, chapters(summary));
        let (rules, _) = read_settings(&GeneratorSettings::default());
        let outcome = |id: &str| {
            let mut data = Data::default();
            rules.inherit(id, &mut data, &inventory);
            let file = PageSource { has_front_matter: false, ..PageSource::complete(id, &data, &inventory) };
            match rules.resolve_page(&file) {
                PageOutcome::Page(page) => {
                    format!("{} {}", page.path, data.text("title").unwrap_or_default())
                }
                PageOutcome::Skipped(reason) => format!("{reason:?}"),
            }
        };
        let cases = [
            ("README.md", "/ Introduction"),
            ("first.md", "/first.html First one"),
            ("a/b c.md", "/a/b%20c.html Deep"),
            ("below.md", "/below.html In it"),
            ("a/ReadMe.md", "/a/ Index"),
            ("b/Index.md", "/b/Index.html Other"),
            ("later.md", "NotAPage"),
            ("unlisted.md", "NotAPage"),
        ];
        for (id, expected) in cases {
            assert_eq!(outcome(id), expected, "{id}");
        }
    }

    #[test]
    fn the_preprocessor_index_makes_a_readme_the_page_of_its_folder() {
        let off = "[build]\nuse-default-preprocessors = false\n";
        for (toml, expected) in [
            ("", true),
            (off, false),
            (&format!("{off}[preprocessor.index]"), true),
            ("[preprocessor.links]", true),
        ] {
            let data = Data::parse(toml, DataFormat::Toml).unwrap();
            let (rules, _) = read_settings(&GeneratorSettings { data, ..GeneratorSettings::default() });
            assert_eq!(rules.has_readme_index, expected, "{toml}");
        }
    }

    #[test]
    fn settings_leave_chapters_out_of_the_search() {
        let toml = "[output.html.search.chapter]\n'a.md' = {enable = false}\nb = {enable = false}\n'b/c/' = {enable = true}\n\
                    'b/c/e.md' = {enable = false}\n'd.md' = {}\n";
        let data = Data::parse(toml, DataFormat::Toml).unwrap();
        let (rules, _) = read_settings(&GeneratorSettings { data, ..GeneratorSettings::default() });
        let searched =
            ["a.md", "b/x.md", "b/c/x.md", "b/c/e.md", "bc.md", "d.md"].map(|id| rules.is_searched(id));
        assert_eq!(searched, [false, false, true, false, true, true]);
    }

    #[test]
    fn base_url_combines_host_and_path() {
        for (toml, base) in [
            ("[output.html]\nsite-url = '/book/'", "/book"),
            ("[output.html]\nsite-url = '/book/'\ncname = 'a.org'", "https://a.org/book"),
            ("[output.html]\nsite-url = 'https://a.org/b/'", "https://a.org/b"),
            ("", ""),
        ] {
            let data = Data::parse(toml, DataFormat::Toml).unwrap();
            assert_eq!(
                read_settings(&GeneratorSettings { data, ..GeneratorSettings::default() }).1.base,
                base,
                "{toml}"
            );
        }
    }
}
