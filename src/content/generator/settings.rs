//! A generator's settings files: how they are read, and the defaults that they set for a site.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::site_files;
use crate::content::data::{Data, DataFormat};
use crate::content::error::SiteError;
use crate::content::mounts::Mount;

/// The settings of a generator, as found on disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct GeneratorSettings {
    /// Root folder of the site.
    pub(crate) site_dir: PathBuf,
    /// The settings file, or the folder of settings files; `None` if the site has no settings.
    pub(crate) file: Option<PathBuf>,
    /// Values of a TOML, YAML or JSON file.
    pub(crate) data: Data,
    /// Text of a JavaScript or TypeScript file, and of `mkdocs.yml`.
    pub(crate) script: String,
}

/// Properties of a site that its generator's settings define; `bloghound.toml` overrides them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SiteDefaults {
    /// Scheme, host and path prefix of all URLs, without a trailing slash; may be empty.
    pub(crate) base: String,
    /// The title of the site.
    pub(crate) title: Option<String>,
    /// Language of posts that do not state one.
    pub(crate) language: Option<String>,
    /// Time zone of dates without an offset.
    pub(crate) time_zone: Option<TimeZone>,
    /// Whether drafts are published.
    pub(crate) drafts: bool,
    /// Whether posts dated in the future are published.
    pub(crate) future: bool,
    /// Whether expired posts are published.
    pub(crate) expired: bool,
    /// Candidates for the content folder, below the site's root; the first existing one is used.
    pub(crate) content_folders: Vec<String>,
    /// Folders whose files belong to the content although they are elsewhere.
    pub(crate) mounts: Vec<Mount>,
    /// A note to the site's owner about properties that were guessed or are not supported.
    pub(crate) note: Option<String>,
}

/// Returns the extension of a file; empty if it has none.
pub(super) fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// Reads a settings file.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn read_text(path: &Path) -> Result<String, SiteError> {
    let fail = |error| SiteError::Settings {
        path: path.to_owned(),
        line: 1,
        message: format!("cannot read the settings: {error}"),
    };
    site_files::read_text(path).map_err(fail)
}

/// Reads a settings file in TOML, YAML or JSON.
///
/// # Errors
/// If the file cannot be read or is invalid.
pub(super) fn read_data(path: &Path) -> Result<Data, SiteError> {
    parse(path, &read_text(path)?)
}

/// Parses the text of a settings file in TOML, YAML or JSON, by its extension.
///
/// # Errors
/// If the text is invalid.
pub(super) fn parse(path: &Path, text: &str) -> Result<Data, SiteError> {
    let format = DataFormat::of_extension(extension(path)).unwrap_or(DataFormat::Toml);
    Data::parse(text, format).map_err(|error| SiteError::Settings {
        path: path.to_owned(),
        line: error.line,
        message: error.message,
    })
}

/// Returns an absolute base URL without its trailing slash, or an empty text for any other URL.
pub(super) fn absolute_base(url: &str) -> String {
    let is_absolute = url.starts_with("http://") || url.starts_with("https://");
    if is_absolute { url.trim_end_matches('/').to_owned() } else { String::new() }
}

/// Returns a note to the site's owner that URLs are guessed for this reason, with the setting that avoids it.
#[must_use]
pub(super) fn guessed_urls_note(reason: &str) -> String {
    format!("{reason}; set a pattern in bloghound.toml, such as `[urls] permalink = \"/blog/:year/:slug/\"`")
}
