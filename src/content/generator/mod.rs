//! The site generators: which page, if any, each makes of a source file.
//!
//! There is one module per generator, with the settings that it reads and the rules that it applies.
//! [`Generator`] dispatches to them, and [`detection`] finds out which one builds a site; only these two
//! know all generators. Below the generators are the modules that they share: the settings files
//! ([`settings`]), the input and result of placing a file ([`place`]), permalink patterns ([`pattern`]),
//! dates in file names ([`file_name`]), settings that are JavaScript programs ([`script`]), and the other
//! files of a JavaScript project ([`project`]).

pub mod astro;
pub mod detection;
pub mod docusaurus;
pub mod eleventy;
pub mod file_name;
pub mod gatsby;
pub mod globs;
pub mod hexo;
pub mod hugo;
pub mod jekyll;
pub mod mdbook;
pub mod mkdocs;
pub mod nuxt;
pub mod pattern;
pub mod permalink;
pub mod place;
pub mod project;
pub mod script;
pub mod settings;
pub mod zola;

use self::place::{Placed, Placement};
use super::anchor::AnchorStyle;
use super::cascade::{self, Cascade};
use super::data::Data;
use super::date_keys::DateKeys;
use super::front_matter::ParsedSource;
use super::inventory::{Inventory, is_section_index};
use super::source_id::extension;
use super::template::Dialect;

/// What a file is to the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceRole {
    /// It may be a page.
    Page,
    /// It holds values for the pages in and below its folder.
    FolderData,
}

/// The program that makes HTML of the content, with those of its settings that decide what it
/// makes of a file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub enum Generator {
    /// Hugo.
    Hugo(hugo::Rules),
    /// Zola.
    Zola(zola::Rules),
    /// Jekyll.
    Jekyll(jekyll::Rules),
    /// Hexo.
    Hexo(hexo::Rules),
    /// Eleventy.
    Eleventy(eleventy::Rules),
    /// Astro.
    Astro(astro::Rules),
    /// Docusaurus.
    Docusaurus(docusaurus::Rules),
    /// Gatsby.
    Gatsby(gatsby::Rules),
    /// Nuxt Content.
    Nuxt(nuxt::Rules),
    /// `MkDocs`.
    MkDocs(mkdocs::Rules),
    /// mdBook.
    MdBook(mdbook::Rules),
    /// None that is known: Hugo's default rules are used.
    Unknown(hugo::Rules),
}

impl Default for Generator {
    fn default() -> Self {
        Self::Unknown(hugo::Rules::default())
    }
}

impl Generator {
    /// Its name.
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
        }
    }

    /// The Markdown that it understands in a file.
    #[must_use]
    pub fn dialect(&self, id: &str) -> Dialect {
        let by_extension = |anchors| if is_mdx(id) { Dialect::Mdx(anchors) } else { Dialect::Plain(anchors) };
        match self {
            Self::Unknown(_) if is_mdx(id) => Dialect::Mdx(AnchorStyle::GitHub),
            Self::Hugo(_) | Self::Unknown(_) => Dialect::Hugo,
            Self::Zola(_) => Dialect::Zola,
            Self::Jekyll(_) => Dialect::Jekyll,
            Self::Hexo(_) => Dialect::Hexo,
            Self::Eleventy(rules) => rules.dialect,
            Self::Astro(_) => by_extension(AnchorStyle::Astro),
            Self::Docusaurus(_) => Dialect::Docusaurus,
            Self::Gatsby(rules) => by_extension(rules.anchors),
            Self::Nuxt(_) => Dialect::Nuxt,
            Self::MkDocs(rules) => Dialect::MkDocs(rules.anchors),
            Self::MdBook(rules) => Dialect::MdBook(rules.anchors),
        }
    }

    /// What a file is to it, by its name; `None` when it is nothing that search needs.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<SourceRole> {
        match self {
            Self::Eleventy(rules) if eleventy::is_data(id, &rules.input) => {
                return Some(SourceRole::FolderData);
            }
            Self::MdBook(_) if id == mdbook::SUMMARY => return Some(SourceRole::FolderData),
            _ => {}
        }
        let is_page = match extension(id).to_ascii_lowercase().as_str() {
            "md" | "markdown" => true,
            "html" | "htm" => {
                matches!(self, Self::Hugo(_) | Self::Jekyll(_) | Self::Hexo(_) | Self::Eleventy(_))
            }
            "mdx" => {
                matches!(self, Self::Unknown(_) | Self::Astro(_) | Self::Docusaurus(_) | Self::Gatsby(_))
            }
            _ => false,
        };
        is_page.then_some(SourceRole::Page)
    }

    /// Adds a source file to the inventory; `read` returns its text and is called only for files that
    /// describe their folder.
    pub fn add_to_inventory(
        &self,
        inventory: &mut Inventory,
        id: &str,
        read: impl FnOnce() -> Option<String>,
    ) {
        if self.role(id) == Some(SourceRole::FolderData) {
            inventory.insert_data(id, read().map(|text| self.folder_data(id, &text)).unwrap_or_default());
        } else if is_section_index(id) {
            let data = read().and_then(|text| ParsedSource::parse(&text).ok().map(|source| source.data));
            let data = data.unwrap_or_default();
            inventory.insert_section(id, data.text("title"), self.cascades(&data));
        } else {
            inventory.insert_page(id);
        }
    }

    /// The values in a file that gives them to its folder.
    #[must_use]
    pub fn folder_data(&self, id: &str, text: &str) -> Data {
        match self {
            Self::MdBook(_) => mdbook::chapters(text),
            _ => eleventy::data_of(id, text),
        }
    }

    /// Whether there may be sources in a folder, by its path below the content directory.
    #[must_use]
    pub fn walks_into(&self, folder: &str) -> bool {
        let is_installed = folder.rsplit('/').next() == Some("node_modules");
        !is_installed
            && match self {
                Self::Astro(rules) => rules.walks_into(folder),
                Self::Docusaurus(rules) => rules.walks_into(folder),
                Self::Gatsby(rules) => rules.walks_into(folder),
                _ => true,
            }
    }

    /// Whether a file is none of the site's pages by its path alone, whatever it says.
    #[must_use]
    pub fn leaves_out(&self, id: &str) -> bool {
        match self {
            Self::Jekyll(rules) => rules.leaves_out(id),
            Self::Hexo(rules) => rules.leaves_out(id),
            Self::Eleventy(rules) => rules.leaves_out(id),
            Self::Astro(rules) => rules.leaves_out(id),
            Self::Docusaurus(rules) => rules.leaves_out(id),
            Self::Nuxt(_) => nuxt::Rules::leaves_out(id),
            Self::MkDocs(rules) => rules.leaves_out(id),
            Self::Hugo(_) | Self::Zola(_) | Self::Gatsby(_) | Self::MdBook(_) | Self::Unknown(_) => false,
        }
    }

    /// Whether the front matter says that the post is not for readers yet.
    #[must_use]
    pub fn is_draft(&self, data: &Data) -> bool {
        // In Hugo, `published` is a date.
        let is_unpublished = !matches!(self, Self::Hugo(_)) && data.flag("published") == Some(false);
        data.flag("draft") == Some(true) || is_unpublished
    }

    /// The front matter keys that hold dates, in the order in which they count.
    #[must_use]
    pub fn date_keys(&self) -> &DateKeys {
        match self {
            Self::Hugo(rules) | Self::Unknown(rules) => &rules.date_keys,
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
        }
    }

    /// The values that a file with this front matter gives to the pages in and below its folder.
    #[must_use]
    pub fn cascades(&self, data: &Data) -> Vec<Cascade> {
        match self {
            Self::Hugo(_) | Self::Unknown(_) => cascade::of_front_matter(data),
            _ => Vec::new(),
        }
    }

    /// The file's front matter with what it inherits from settings and folders, and takes from its text.
    #[must_use]
    pub fn inherit(&self, id: &str, mut own: Data, body: &str, inventory: &Inventory) -> Data {
        match self {
            Self::Hugo(rules) | Self::Unknown(rules) => rules.inherit(id, &mut own, inventory),
            Self::Jekyll(rules) => rules.inherit(id, &mut own),
            Self::Eleventy(rules) => rules.inherit(id, &mut own, inventory),
            Self::Docusaurus(_) => docusaurus::inherit(&mut own),
            Self::MkDocs(rules) => rules.inherit(id, &mut own, body),
            Self::MdBook(_) => mdbook::Rules::inherit(id, &mut own, inventory),
            Self::Zola(_) | Self::Hexo(_) | Self::Astro(_) | Self::Gatsby(_) | Self::Nuxt(_) => {}
        }
        own
    }

    /// What it makes of a file.
    #[must_use]
    pub fn place(&self, file: &Placed<'_>) -> Placement {
        match self {
            Self::Hugo(rules) | Self::Unknown(rules) => rules.place(file),
            Self::Zola(rules) => rules.place(file),
            Self::Jekyll(rules) => rules.place(file),
            Self::Hexo(rules) => rules.place(file),
            Self::Eleventy(rules) => rules.place(file),
            Self::Astro(rules) => rules.place(file),
            Self::Docusaurus(rules) => rules.place(file),
            Self::Gatsby(rules) => rules.place(file),
            Self::Nuxt(_) => nuxt::Rules::place(file),
            Self::MkDocs(rules) => rules.place(file),
            Self::MdBook(_) => mdbook::Rules::place(file),
        }
    }
}

fn is_mdx(id: &str) -> bool {
    extension(id).eq_ignore_ascii_case("mdx")
}
