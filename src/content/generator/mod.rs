//! The static-site generators: which page, if any, a source file becomes.
//!
//! There is one module per generator, with the settings that it reads and the rules that it applies.
//! [`Generator`] dispatches to them, and [`detection`] determines which one builds a site, by the table in
//! [`known`]; only `Generator` and the table import all generators. Below the generators are the modules that they share: the settings files
//! ([`settings`]), the page that a file becomes ([`page`]), permalink patterns ([`pattern`]),
//! dates in file names ([`file_name`]), folders in settings ([`folders`]), settings in JavaScript
//! ([`super::script`]), the other files of a JavaScript project ([`js_project`]), and reading all these files ([`site_files`]).

pub(crate) mod astro;
pub(crate) mod detection;
pub(crate) mod docusaurus;
pub(crate) mod eleventy;
pub(crate) mod file_name;
mod folder_values;
pub(crate) mod folders;
pub(crate) mod gatsby;
pub(crate) mod globs;
pub(crate) mod hexo;
pub mod hugo;
pub(crate) mod ignore_lines;
pub mod jekyll;
pub(crate) mod js_project;
mod known;
mod machine_zone;
pub(crate) mod mdbook;
pub(crate) mod mkdocs;
pub(crate) mod nuxt;
pub(crate) mod page;
pub mod pattern;
pub(crate) mod permalink;
pub(crate) mod regexes;
mod rivals;
pub(crate) mod settings;
pub(crate) mod site_files;
pub(crate) mod sites_below;
pub(crate) mod unknown;
pub(crate) mod vitepress;
pub(crate) mod zola;

use std::borrow::Cow;

use self::astro::AstroRules;
use self::docusaurus::DocusaurusRules;
use self::eleventy::EleventyRules;
use self::gatsby::GatsbyRules;
use self::hexo::HexoRules;
use self::hugo::HugoRules;
use self::jekyll::JekyllRules;
use self::mdbook::MdBookRules;
use self::mkdocs::MkDocsRules;
use self::nuxt::NuxtRules;
use self::page::{PageOutcome, PageSource};
use self::unknown::UnknownRules;
use self::vitepress::VitePressRules;
use self::zola::ZolaRules;
use super::anchor::AnchorStyle;
use super::data::Data;
use super::date::DateDialect;
use super::date_keys::DateKeys;
use super::front_matter::FrontMatterSyntax;
use super::inventory::Inventory;
use super::source_id::extension;
use super::template::Dialect;

/// The role of a source file for the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceRole {
    /// The file may be a page.
    Page,
    /// The file holds values for the pages in and below its folder.
    FolderData,
}

/// A static-site generator, with the settings that decide which page a source file becomes.
///
/// The settings fingerprint covers the variant's position: add new variants at the end.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub enum Generator {
    /// Hugo.
    Hugo(HugoRules),
    /// Zola.
    Zola(ZolaRules),
    /// Jekyll.
    Jekyll(JekyllRules),
    /// Hexo.
    Hexo(HexoRules),
    /// Eleventy.
    Eleventy(EleventyRules),
    /// Astro.
    Astro(AstroRules),
    /// Docusaurus.
    Docusaurus(DocusaurusRules),
    /// Gatsby.
    Gatsby(GatsbyRules),
    /// Nuxt Content.
    Nuxt(NuxtRules),
    /// `MkDocs`.
    MkDocs(MkDocsRules),
    /// mdBook.
    MdBook(MdBookRules),
    /// An unknown generator.
    Unknown(UnknownRules),
    /// `VitePress`.
    VitePress(VitePressRules),
}

impl Default for Generator {
    fn default() -> Self {
        Self::Unknown(UnknownRules::default())
    }
}

impl Generator {
    /// Returns the generator's name, for status and messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hugo(_) => "Hugo",
            Self::Zola(_) => "Zola",
            Self::Jekyll(_) => "Jekyll",
            Self::Hexo(_) => "Hexo",
            Self::Eleventy(_) => "Eleventy",
            Self::Astro(_) => "Astro",
            Self::Docusaurus(_) => "Docusaurus",
            Self::Gatsby(_) => "Gatsby",
            Self::Nuxt(_) => "Nuxt",
            Self::MkDocs(_) => "MkDocs",
            Self::MdBook(_) => "mdBook",
            Self::Unknown(_) => "an unknown generator",
            Self::VitePress(_) => "VitePress",
        }
    }

    /// Returns the Markdown dialect of a source file.
    #[must_use]
    pub(crate) fn dialect(&self, id: &str) -> Dialect {
        let by_extension = |anchors| if is_mdx(id) { Dialect::Mdx(anchors) } else { Dialect::Plain(anchors) };
        match self {
            Self::Unknown(_) if is_mdx(id) => Dialect::Mdx(AnchorStyle::GitHub),
            Self::Hugo(rules) => rules.dialect,
            Self::Unknown(_) => Dialect::Hugo,
            Self::Zola(rules) => rules.dialect,
            Self::Jekyll(_) => Dialect::Jekyll,
            Self::Hexo(_) => Dialect::Hexo,
            Self::Eleventy(rules) => rules.dialect,
            Self::Astro(_) => by_extension(AnchorStyle::Astro),
            Self::Docusaurus(_) => Dialect::Docusaurus,
            Self::Gatsby(rules) => by_extension(rules.anchors),
            Self::Nuxt(_) => Dialect::Nuxt,
            Self::MkDocs(rules) => Dialect::MkDocs { anchors: rules.anchors, has_icons: rules.has_icons },
            Self::MdBook(rules) => Dialect::MdBook(rules.anchors),
            Self::VitePress(_) => Dialect::Plain(AnchorStyle::GitHub),
        }
    }

    /// Returns the role of a file by its name, or `None` if search does not need the file.
    #[must_use]
    pub(crate) fn role(&self, id: &str) -> Option<SourceRole> {
        match self {
            Self::Eleventy(rules) if rules.is_data_file(id) => return Some(SourceRole::FolderData),
            Self::MdBook(_) if id == mdbook::SUMMARY => return Some(SourceRole::FolderData),
            _ => {}
        }
        let is_page = match extension(id).to_ascii_lowercase().as_str() {
            "md" | "markdown" => true,
            "html" | "htm" => {
                matches!(self, Self::Hugo(_) | Self::Jekyll(_) | Self::Hexo(_) | Self::Eleventy(_))
            }
            // The extensions of hexo-renderer-marked and of Jekyll's `markdown_ext`.
            "mkd" | "mkdn" => matches!(self, Self::Hexo(_) | Self::Jekyll(_)),
            "mdwn" | "mdtxt" | "mdtext" => matches!(self, Self::Hexo(_)),
            "mkdown" => matches!(self, Self::Jekyll(_)),
            "mdx" => {
                matches!(self, Self::Unknown(_) | Self::Astro(_) | Self::Docusaurus(_) | Self::Gatsby(_))
            }
            _ => false,
        };
        is_page.then_some(SourceRole::Page)
    }

    /// Returns a file with its front matter in the common form, and the number of lines that this adds at the top.
    pub(crate) fn in_common_form<'a>(&self, text: &'a str) -> (Cow<'a, str>, usize) {
        match self {
            Self::Hexo(_) => hexo::front_matter::in_common_form(text),
            _ => (Cow::Borrowed(text), 0),
        }
    }

    /// Returns whether a folder, given by its path below the content directory, may contain source files.
    #[must_use]
    pub(crate) fn may_contain_sources(&self, folder: &str) -> bool {
        let is_installed = folder.rsplit('/').next() == Some("node_modules");
        !is_installed
            && match self {
                Self::Astro(rules) => rules.may_contain_sources(folder),
                Self::Docusaurus(rules) => rules.may_contain_sources(folder),
                Self::Gatsby(rules) => rules.may_contain_sources(folder),
                Self::Unknown(rules) => rules.may_contain_sources(folder),
                Self::Jekyll(rules) => rules.may_contain_sources(folder),
                _ => true,
            }
    }

    /// Returns whether the file's path alone excludes it from the site's pages.
    #[must_use]
    pub(crate) fn excludes(&self, id: &str) -> bool {
        match self {
            Self::Jekyll(rules) => rules.excludes(id),
            Self::Hexo(rules) => rules.excludes(id),
            Self::Eleventy(rules) => rules.excludes(id),
            Self::Astro(rules) => rules.excludes(id),
            Self::Docusaurus(rules) => rules.excludes(id),
            Self::Nuxt(rules) => rules.excludes(id),
            Self::MkDocs(rules) => rules.excludes(id),
            Self::Hugo(rules) => rules.excludes(id),
            Self::Zola(rules) => rules.excludes(id),
            Self::Gatsby(rules) => rules.excludes(id),
            Self::Unknown(rules) => rules.excludes(id),
            Self::VitePress(rules) => rules.excludes(id),
            Self::MdBook(_) => false,
        }
    }

    /// Returns whether the front matter marks the post as a draft.
    #[must_use]
    pub(crate) fn is_draft(&self, data: &Data) -> bool {
        // In Hugo, `published` is a date.
        match self {
            Self::Hugo(_) => hugo::is_draft(data),
            Self::Unknown(_) => is_marked_draft(data) || UnknownRules::is_draft(data),
            _ => is_marked_draft(data),
        }
    }

    /// Returns how metadata between lines of dashes is read.
    #[must_use]
    pub(crate) fn front_matter_syntax(&self) -> FrontMatterSyntax {
        match self {
            Self::Unknown(rules) => rules.front_matter,
            _ => FrontMatterSyntax::Yaml,
        }
    }

    /// Returns the front matter keys that hold dates, by precedence.
    #[must_use]
    pub(crate) fn date_keys(&self) -> &DateKeys {
        match self {
            Self::Hugo(rules) => &rules.date_keys,
            Self::Unknown(rules) => &rules.date_keys,
            Self::Zola(rules) => &rules.date_keys,
            Self::Jekyll(rules) => &rules.date_keys,
            Self::Hexo(rules) => &rules.date_keys,
            Self::Eleventy(rules) => &rules.date_keys,
            Self::Astro(rules) => &rules.date_keys,
            Self::Docusaurus(rules) => &rules.date_keys,
            Self::Gatsby(rules) => &rules.date_keys,
            Self::Nuxt(rules) => &rules.date_keys,
            Self::MkDocs(rules) => &rules.date_keys,
            Self::MdBook(rules) => &rules.date_keys,
            Self::VitePress(rules) => &rules.date_keys,
        }
    }

    /// Returns the rules by which the generator reads dates.
    #[must_use]
    pub(crate) fn date_dialect(&self) -> DateDialect {
        match self {
            Self::Hugo(_) => DateDialect::Hugo,
            Self::Zola(_) => DateDialect::Zola,
            Self::Jekyll(_) => DateDialect::Ruby,
            Self::Hexo(_) => DateDialect::Hexo,
            Self::Eleventy(_) => DateDialect::Eleventy,
            Self::Astro(_) => DateDialect::JavaScript,
            Self::Docusaurus(_) => DateDialect::Docusaurus,
            Self::MkDocs(_) => DateDialect::Python,
            // Themes and programs of the site read the dates.
            _ => DateDialect::Lenient,
        }
    }

    /// Returns the file's front matter, completed with values from settings, folders and the file's text.
    #[must_use]
    pub(crate) fn inherit(&self, id: &str, mut own: Data, body: &str, inventory: &Inventory) -> Data {
        match self {
            Self::Hugo(rules) => rules.inherit(id, &mut own, inventory),
            Self::Unknown(_) => UnknownRules::inherit(id, &mut own, inventory),
            Self::Jekyll(rules) => rules.inherit(id, &mut own, body),
            Self::Eleventy(rules) => rules.inherit(id, &mut own, body, inventory),
            Self::Docusaurus(_) => docusaurus::inherit(&mut own),
            Self::MkDocs(rules) => rules.inherit(id, &mut own, body),
            Self::MdBook(rules) => rules.inherit(id, &mut own, inventory),
            Self::Zola(_) => ZolaRules::inherit(id, &mut own, inventory),
            Self::Astro(rules) => rules.inherit(id, &mut own),
            Self::Hexo(_) | Self::Gatsby(_) | Self::Nuxt(_) | Self::VitePress(_) => {}
        }
        own
    }

    /// Returns the text of a page with the values of its front matter that it prints.
    #[must_use]
    pub(crate) fn with_values<'a>(&self, file: &PageSource<'_>, text: &'a str) -> Cow<'a, str> {
        match self {
            Self::Eleventy(rules) => rules.with_values(file, text),
            _ => Cow::Borrowed(text),
        }
    }

    /// Decides which page, if any, a source file becomes.
    #[must_use]
    pub(crate) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        match self {
            Self::Hugo(rules) => rules.resolve_page(file),
            Self::Unknown(_) => UnknownRules::resolve_page(file),
            Self::Zola(rules) => rules.resolve_page(file),
            Self::Jekyll(rules) => rules.resolve_page(file),
            Self::Hexo(rules) => rules.resolve_page(file),
            Self::Eleventy(rules) => rules.resolve_page(file),
            Self::Astro(rules) => rules.resolve_page(file),
            Self::Docusaurus(rules) => rules.resolve_page(file),
            Self::Gatsby(rules) => rules.resolve_page(file),
            Self::Nuxt(rules) => rules.resolve_page(file),
            Self::MkDocs(rules) => rules.resolve_page(file),
            Self::MdBook(rules) => rules.resolve_page(file),
            Self::VitePress(rules) => rules.resolve_page(file),
        }
    }
}

fn is_marked_draft(data: &Data) -> bool {
    data.flag("draft") == Some(true) || data.flag("published") == Some(false)
}

fn is_mdx(id: &str) -> bool {
    extension(id).eq_ignore_ascii_case("mdx")
}
