//! The generators: what each makes of a source file, by its place and its front matter.
//!
//! One file a generator: its settings, read from its configuration, and its rules. What they share
//! (tokens of permalink patterns, dates in file names) is in [`pattern`] and [`file_name`].

pub mod file_name;
pub mod hugo;
pub mod jekyll;
pub mod pattern;
pub mod zola;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::SkipReason;
use super::data::Data;
use super::date::PostDate;
use super::source::{Category, Inventory};
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
    /// None that is known: Hugo's default rules are used.
    Unknown(hugo::Rules),
}

/// Where a generator puts a source file, and what the file's place says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// The root-relative path of the page's URL, percent-encoded.
    pub path: String,
    /// The date in the file's name, where that counts.
    pub date: Option<PostDate>,
    /// The file's folder makes it a draft.
    pub is_draft: bool,
    /// The language in the file's name, where that counts.
    pub lang: Option<String>,
    /// The categories that the folders make, where the front matter names none.
    pub categories: Vec<Category>,
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
    /// Its front matter.
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
            Self::Unknown(_) => "an unknown generator",
        }
    }

    /// The Markdown that it understands.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Hugo(_) | Self::Unknown(_) => Dialect::Hugo,
            Self::Zola(_) => Dialect::Zola,
            Self::Jekyll(_) => Dialect::Jekyll,
        }
    }

    /// What it makes of a file.
    #[must_use]
    pub fn place(&self, file: &Placed<'_>) -> Placement {
        match self {
            Self::Hugo(rules) | Self::Unknown(rules) => rules.place(file),
            Self::Zola(rules) => rules.place(file),
            Self::Jekyll(rules) => rules.place(file),
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
