//! Hugo's rules: the page that a file becomes, and the values that the page inherits.

use super::languages::{HugoLanguage, HugoLanguages};
use super::outputs::Outputs;
use super::sections::Sections;
use super::url_rules::{PageKind, UrlRules};
use super::visibility;
use crate::content::cascade::{Cascade, CascadeTarget};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::generator::page::{GeneratedPage, PageOutcome, PageSource};
use crate::content::generator::pattern::normalize_slashes;
use crate::content::generator::regexes::RegexList;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::extension;
use crate::content::source_id::folder_and_stem;
use crate::content::template::Dialect;

/// Hugo's settings that decide which page a file becomes.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct HugoRules {
    /// The URLs of a site without languages.
    pub(super) urls: UrlRules,
    /// `[languages]`, and the folders of content.
    pub(crate) languages: HugoLanguages,
    /// `[cascade]`: values for pages of the whole site.
    pub(super) cascades: Vec<Cascade>,
    /// `[frontmatter]`.
    pub(crate) date_keys: DateKeys,
    /// `ignoreFiles`.
    pub(super) ignored_files: RegexList,
    /// `[outputs]` and `disableKinds`.
    pub(super) outputs: Outputs,
    /// The content directory, below the site's root.
    pub(super) content_dir: String,
    /// `markup.goldmark.parser`: the Markdown of the pages.
    pub(crate) dialect: Dialect,
}

/// The page that servers show for missing pages.
const ERROR_PAGE: &str = "404.md";

impl HugoRules {
    /// Returns the rules for the URLs of a language's pages.
    pub(super) fn urls<'a>(&'a self, language: Option<&'a HugoLanguage>) -> &'a UrlRules {
        language.map_or(&self.urls, |language| &language.urls)
    }

    /// Returns whether `ignoreFiles` matches the path of a file. Hugo looks at absolute paths; this leaves out what is
    /// above the site, which says nothing about the file.
    pub(crate) fn excludes(&self, id: &str) -> bool {
        self.ignored_files.matches(&format!("/{}/{id}", self.content_dir.trim_matches('/')))
    }

    pub(crate) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        let Some(located) = self.languages.locate(id) else { return };
        let lang = located.language.map(|language| language.code.as_str());
        let kind = self.kind(&located).name();
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
        let kind = self.kind(&located);
        let is_off = located.language.is_some_and(|language| language.is_disabled);
        if is_off
            || located.path == ERROR_PAGE
            || !self.outputs.render(kind, file.data)
            || is_not_rendered(file)
        {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        if kind == PageKind::Home {
            return PageOutcome::Skipped(SkipReason::List);
        }
        if visibility::is_unlisted(file.data) {
            return PageOutcome::Skipped(SkipReason::Unlisted);
        }
        let sections = Sections::new(&self.languages, located.language, file.inventory);
        let (folder, stem) = folder_and_stem(&located.path);
        let translation_key = normalize_slashes(&format!("{folder}/{stem}"));
        PageOutcome::Page(GeneratedPage {
            path: self.path(file, &located),
            base: located.language.and_then(|language| language.base.clone()),
            categories: sections.category(&located.path).into_iter().collect(),
            lang: located.language.map(HugoLanguage::tag),
            translation_key: Some(translation_key.trim_start_matches('/').to_owned()),
            is_list: file.inventory.is_list(file.id),
            ..GeneratedPage::default()
        })
    }
}

/// Returns whether Hugo renders no page for the file: a resource of a bundle, a file with `headless` or
/// `build.render`, or HTML without front matter, which Hugo copies.
fn is_not_rendered(file: &PageSource<'_>) -> bool {
    let is_html = matches!(extension(file.id), "html" | "htm");
    file.inventory.is_bundled(file.id)
        || !visibility::is_rendered(file.data)
        || is_html && !file.has_front_matter
}
