//! The generators: what each makes of a source file, by its place and its front matter.
//!
//! One module a generator: its settings, read from its configuration, and its rules. Which one builds
//! a site is found out in [`detection`]. What they share is in modules of its own: tokens of permalink
//! patterns ([`pattern`]), dates in file names ([`file_name`]), values that folders or settings give to
//! posts ([`cascade`]), slugs by the rules of several libraries ([`slugs`]), settings that are programs
//! ([`script`]), what else a JavaScript project says ([`project`]).

pub mod astro;
pub mod cascade;
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
pub mod project;
pub mod script;
pub mod slugs;
pub mod zola;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::cascade::Cascade;
use super::SkipReason;
use super::anchor::AnchorStyle;
use super::data::Data;
use super::date::PostDate;
use super::date_keys::DateKeys;
use super::inventory::{Category, Inventory};
use super::source::{Role, extension};
use super::template::Dialect;

/// The program that makes HTML of the content, with those of its settings that decide what it
/// makes of a file.
#[derive(Debug, Clone, PartialEq)]
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

/// Where a generator puts a source file, and what the file's place says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// The root-relative path of the page's URL, percent-encoded.
    pub path: String,
    /// Scheme and host of the page's language, where it has its own.
    pub base: Option<String>,
    /// The date in the file's name, where that counts.
    pub date: Option<PostDate>,
    /// The file's folder makes it a draft.
    pub is_draft: bool,
    /// The language that the file's name or folder says.
    pub lang: Option<String>,
    /// The categories that the folders make, where the front matter names none.
    pub categories: Vec<Category>,
    /// What translations of the page have in common, where it is not the file's path.
    pub translation_key: Option<String>,
}

/// What a generator makes of a source file.
#[derive(Debug, Clone, PartialEq)]
pub enum Placement {
    /// A page of its own.
    Page(Place),
    /// Nothing that is searched.
    Skipped(SkipReason),
}

/// The file that is placed.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Its path below the content directory.
    pub id: &'a str,
    /// Its front matter, with what it inherits.
    pub data: &'a Data,
    /// The date in its front matter.
    pub date: Option<PostDate>,
    /// The other files.
    pub inventory: &'a Inventory,
    /// It has front matter, if only an empty one.
    pub has_front_matter: bool,
    /// Something stands below the front matter.
    pub has_body: bool,
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
    pub fn role(&self, id: &str) -> Option<Role> {
        match self {
            Self::Eleventy(rules) if eleventy::is_data(id, &rules.input) => return Some(Role::FolderData),
            Self::MdBook(_) if id == mdbook::SUMMARY => return Some(Role::FolderData),
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
        is_page.then_some(Role::Page)
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

/// What the unit tests of the generators share.
#[cfg(test)]
impl Generator {
    /// What it makes of a file that stands alone; in place of a page, the reason why there is none.
    fn place_alone(&self, id: &str, data: &Data) -> Result<Place, String> {
        if self.leaves_out(id) {
            return Err("left out".to_owned());
        }
        let inventory = Inventory::default();
        let date = data.text("date").and_then(|date| super::date::parse_date(&date));
        let file = Placed { id, data, date, inventory: &inventory, has_body: true, has_front_matter: true };
        match self.place(&file) {
            Placement::Page(place) => Ok(place),
            Placement::Skipped(reason) => Err(format!("{reason:?}")),
        }
    }
}

/// Characters that stay as they are in a URL's path: those that Go's `net/url` and Ruby's
/// Addressable leave alone.
const PATH_SAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'%');

/// Percent-encodes a path.
fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH_SAFE).to_string()
}

/// Folder, name without extension of an id; the folder is empty at the root.
fn folder_and_stem(id: &str) -> (&str, &str) {
    let stem = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
    stem.rsplit_once('/').unwrap_or(("", stem))
}
