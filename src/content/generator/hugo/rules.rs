//! Hugo's rules: the page that a file becomes, and the values that the page inherits.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::languages::{self, HugoLanguages};
use super::permalink::{PagePath, path_by_pattern, sanitize};
use crate::content::cascade::{Cascade, CascadeTarget};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::generator::file_name::split_date;
use crate::content::generator::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use crate::content::generator::pattern::normalize_slashes;
use crate::content::generator::regexes::RegexList;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::extension;
use crate::content::source_id::folder_and_stem;

/// Hugo's settings that decide which page a file becomes.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct HugoRules {
    /// `disablePathToLower`: paths keep their case.
    pub keeps_case: bool,
    /// `removePathAccents`.
    pub removes_accents: bool,
    /// `uglyURLs`: where pages have the path `name.html` instead of `name/`.
    pub ugly_urls: UglyUrls,
    /// `[permalinks]`: pairs of a section and the permalink pattern of its pages.
    pub page_patterns: Vec<(String, String)>,
    /// `[permalinks.section]`: pairs of a section and the permalink pattern of its section pages.
    pub section_patterns: Vec<(String, String)>,
    /// `[languages]`.
    pub languages: HugoLanguages,
    /// `[cascade]`: values for pages of the whole site.
    pub cascades: Vec<Cascade>,
    /// `[frontmatter]`.
    pub date_keys: DateKeys,
    /// `ignoreFiles`.
    pub ignored_files: RegexList,
    /// `contentDir`.
    pub content_dir: String,
}

/// The sections whose pages have the path `name.html` instead of `name/`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum UglyUrls {
    /// All sections.
    All,
    /// The sections with these names.
    Sections(Vec<String>),
}

impl Default for UglyUrls {
    fn default() -> Self {
        Self::Sections(Vec::new())
    }
}

impl UglyUrls {
    fn apply_to(&self, section: &str) -> bool {
        match self {
            Self::All => true,
            Self::Sections(sections) => sections.iter().any(|ugly| ugly == section),
        }
    }
}

impl HugoRules {
    /// Returns rules for sites of an unknown generator: dates under all common keys and in file names.
    #[must_use]
    pub fn lenient() -> Self {
        let mut date_keys = DateKeys::common();
        date_keys.date.push(":filename".to_owned());
        Self { date_keys, ..Self::default() }
    }

    /// Returns whether `ignoreFiles` matches the path of a file. Hugo looks at absolute paths; this leaves out what is
    /// above the site, which says nothing about the file.
    pub(crate) fn excludes(&self, id: &str) -> bool {
        self.ignored_files.matches(&format!("/{}/{id}", self.content_dir.trim_matches('/')))
    }

    pub(crate) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        let Some(located) = self.languages.locate(id) else { return };
        let lang = located.language.map(|language| language.code.as_str());
        let kind = match folder_and_stem(&located.path) {
            ("", "_index") => "home",
            (_, "_index") => "section",
            _ => "page",
        };
        let page = CascadeTarget { path: &located.path, kind, lang: lang.unwrap_or_default() };
        let is_same_language = |source: &str| {
            let source = self.languages.locate(source).and_then(|located| located.language);
            source.map(|language| language.code.as_str()) == lang
        };
        let of_folders = inventory.cascades_for(id).filter(|(source, _)| is_same_language(source));
        for cascade in of_folders.map(|(_, cascade)| cascade).chain(&self.cascades) {
            if cascade.applies_to(&page) {
                own.fill_from(&cascade.values);
            }
        }
    }

    pub(crate) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let Some(located) = self.languages.locate(file.id) else {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        };
        let (folder, stem) = folder_and_stem(&located.path);
        let is_home = folder.is_empty() && stem == "_index";
        if is_home || file.inventory.is_list(file.id) {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let is_off = located.language.is_some_and(|language| language.is_disabled);
        if is_off || is_not_rendered(file) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        if is_unlisted(file.data) {
            return PageOutcome::Skipped(SkipReason::Unlisted);
        }
        let lang = located.language.map(languages::HugoLanguage::tag);
        PageOutcome::Page(GeneratedPage {
            path: self.path(file, &located),
            base: located.language.and_then(|language| language.base.clone()),
            categories: {
                let category = file.inventory.category(file.id, located.root, lang.as_deref().unwrap_or(""));
                category.into_iter().collect()
            },
            lang,
            translation_key: Some(folder_and_stem(&located.path)).map(|(folder, stem)| {
                normalize_slashes(&format!("{folder}/{stem}")).trim_start_matches('/').to_owned()
            }),
            ..GeneratedPage::default()
        })
    }

    pub(super) fn path(&self, file: &PageSource<'_>, located: &languages::LocatedFile<'_>) -> String {
        let prefix = self.languages.prefix(located.language);
        if let Some(url) = file.data.text("url") {
            let is_file = url.rsplit('/').next().is_some_and(|name| name.contains('.'));
            let end = if is_file { "" } else { "/" };
            return encode_path(&normalize_slashes(&format!("{prefix}/{url}{end}")));
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
            normalize_slashes(&path_by_pattern(pattern, file, &page))
        } else {
            let name = page.slug.filter(|_| !is_branch).unwrap_or(name);
            normalize_slashes(&format!("{}/{}/", sanitize(above), sanitize(name)))
        };
        let path = normalize_slashes(&format!("{prefix}{path}"));
        encode_path(&self.finish(path, section))
    }

    /// Returns the part of a file's name that follows its date, if the settings take dates from names.
    fn slug_of_name(&self, name: &str) -> Option<String> {
        let (_, rest) = split_date(name, &['-', '_']).filter(|_| self.date_keys.uses_file_name())?;
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
        if self.ugly_urls.apply_to(section) && path.len() > 1 && path.ends_with('/') {
            path = format!("{}.html", path.trim_end_matches('/'));
        }
        path
    }
}

/// Returns whether Hugo renders no page for the file: a resource of a bundle, a file with `headless` or
/// `build.render`, or HTML without front matter, which Hugo copies.
fn is_not_rendered(file: &PageSource<'_>) -> bool {
    let is_html = matches!(extension(file.id), "html" | "htm");
    let render = build_options(file.data).text("render");
    let is_rendered = !matches!(render.as_deref(), Some("never" | "link" | "false"));
    file.inventory.is_bundled(file.id)
        || file.data.flag("headless") == Some(true)
        || !is_rendered
        || is_html && !file.has_front_matter
}

/// Returns whether Hugo omits the page from all lists.
fn is_unlisted(data: &Data) -> bool {
    matches!(build_options(data).text("list").as_deref(), Some("never" | "local" | "false"))
}

/// Returns the table `build`, which older versions of Hugo call `_build`.
fn build_options(data: &Data) -> Data {
    let mut options = data.table("build");
    options.fill_from(&data.table("_build"));
    options
}
