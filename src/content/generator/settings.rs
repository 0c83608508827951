//! What a generator's settings files contain, and how they are read.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::content::data::{Data, DataFormat};
use crate::content::error::SiteError;

/// The settings of a generator, as they were found.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The site's root.
    pub site_dir: PathBuf,
    /// The file that was read, or the folder of files.
    pub file: Option<PathBuf>,
    /// Its values, where it holds data.
    pub data: Data,
    /// Its text, where it is a program.
    pub script: String,
}

/// What settings say of a site besides the rules of its generator.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Scheme, host and path prefix of all URLs, without a slash at the end, or empty.
    pub base: String,
    /// The language of posts that say nothing else.
    pub language: Option<String>,
    /// The zone of dates without an offset.
    pub time_zone: Option<TimeZone>,
    /// Drafts are published.
    pub drafts: bool,
    /// Posts dated in the future are published.
    pub future: bool,
    /// Expired posts are published.
    pub expired: bool,
    /// Folders below the site's root in which the content may be; the first one that exists is taken.
    pub content_folders: Vec<String>,
    /// What had to be guessed, in words for the site's owner.
    pub guess: Option<String>,
}

pub(super) fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

pub(super) fn read_text(path: &Path) -> Result<String, SiteError> {
    let fail = |error| SiteError::Settings {
        path: path.to_owned(),
        line: 1,
        message: format!("cannot be read: {error}"),
    };
    std::fs::read_to_string(path).map_err(fail)
}

/// Reads a settings file that holds data.
///
/// # Errors
/// When it is unreadable or invalid.
pub(super) fn read_data(path: &Path) -> Result<Data, SiteError> {
    parse(path, &read_text(path)?)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Data, SiteError> {
    let format = DataFormat::of_extension(extension(path)).unwrap_or(DataFormat::Toml);
    Data::parse(text, format).map_err(|error| SiteError::Settings {
        path: path.to_owned(),
        line: error.line,
        message: error.message,
    })
}

/// A base URL without the slash at its end; one that is not absolute counts for nothing.
pub(super) fn absolute_base(url: &str) -> String {
    let is_absolute = url.starts_with("http://") || url.starts_with("https://");
    if is_absolute { url.trim_end_matches('/').to_owned() } else { String::new() }
}
