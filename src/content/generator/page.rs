//! The input and the result of a generator's rules: a source file, and the page that it becomes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::content::category::Category;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;

/// The page that a source file becomes: its URL, and the metadata that the file's path determines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GeneratedPage {
    /// The root-relative path of the page's URL, percent-encoded.
    pub path: String,
    /// Scheme and host of the page's language, if the language has its own.
    pub base: Option<String>,
    /// The date in the file's name, if the generator uses it.
    pub date: Option<PostDate>,
    /// Whether the file's folder or name marks the page as a draft.
    pub is_draft: bool,
    /// Whether the page lists others: it is searched only if it has enough text of its own.
    pub is_list: bool,
    /// The language that the file's name or folder states.
    pub lang: Option<String>,
    /// Categories by folder, for pages whose front matter names none.
    pub categories: Vec<Category>,
    /// The key that all translations of the page share; `None` if they share the file's path.
    pub translation_key: Option<String>,
    /// Why the URL is a guess, such as "its permalink is computed by JavaScript"; `None` if it follows from the settings
    /// and the file.
    pub guessed: Option<String>,
}

/// A generator's decision about a source file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PageOutcome {
    /// The file becomes a page.
    Page(GeneratedPage),
    /// The file is not searched, for this reason.
    Skipped(SkipReason),
}

/// A source file, as the input of a generator's rules.
#[derive(Debug, Clone, Copy)]
pub struct PageSource<'a> {
    /// Path below the content directory.
    pub id: &'a str,
    /// Front matter, including inherited values.
    pub data: &'a Data,
    /// Date in the front matter.
    pub date: Option<PostDate>,
    /// All files of the site.
    pub inventory: &'a Inventory,
    /// Whether the file has front matter, even an empty one.
    pub has_front_matter: bool,
    /// Whether there is text below the front matter.
    pub has_body: bool,
}

#[cfg(test)]
impl<'a> PageSource<'a> {
    /// Returns a source file with front matter and text, without a date.
    pub(super) fn complete(id: &'a str, data: &'a Data, inventory: &'a Inventory) -> Self {
        Self { id, data, date: None, inventory, has_front_matter: true, has_body: true }
    }
}

/// Characters that are percent-encoded in URL paths: all except letters, digits, `%` and those that Go's
/// `net/url` and Ruby's Addressable keep.
const ENCODED_IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
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

/// Returns the percent-encoded path; an existing `%` is kept.
pub(super) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, ENCODED_IN_PATHS).to_string()
}

/// Returns a base URL with percent-encoded control characters, spaces and delimiters, as browsers encode them.
pub(crate) fn encode_base(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for c in url.chars() {
        let bytes = &mut [0; 4];
        match c {
            ' ' | '"' | '<' | '>' | '`' | '{' | '}' => encoded.extend(percent_encoded(c.encode_utf8(bytes))),
            c if c.is_control() => encoded.extend(percent_encoded(c.encode_utf8(bytes))),
            c => encoded.push(c),
        }
    }
    encoded
}

fn percent_encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

/// Applies a generator's rules to the only file of a site. The error is the reason why the file does not
/// become a page.
#[cfg(test)]
pub(super) fn resolve_alone(
    id: &str,
    data: &Data,
    resolve: impl FnOnce(&PageSource<'_>) -> PageOutcome,
) -> Result<GeneratedPage, String> {
    let inventory = Inventory::default();
    let date = data.text("date").and_then(|date| crate::content::date::parse_date(&date));
    let file = PageSource { date, ..PageSource::complete(id, data, &inventory) };
    match resolve(&file) {
        PageOutcome::Page(page) => Ok(page),
        PageOutcome::Skipped(reason) => Err(format!("{reason:?}")),
    }
}
