//! The page that a generator makes of a source file: the input and the result of its rules.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::content::category::Category;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;

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
pub(super) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH_SAFE).to_string()
}

/// Applies a generator's rules to a file that is alone in its site; the error is the reason why the file
/// becomes no page.
#[cfg(test)]
pub(super) fn place_alone(
    id: &str,
    data: &Data,
    place: impl FnOnce(&Placed<'_>) -> Placement,
) -> Result<Place, String> {
    let inventory = Inventory::default();
    let date = data.text("date").and_then(|date| crate::content::date::parse_date(&date));
    let file = Placed { id, data, date, inventory: &inventory, has_body: true, has_front_matter: true };
    match place(&file) {
        Placement::Page(place) => Ok(place),
        Placement::Skipped(reason) => Err(format!("{reason:?}")),
    }
}
