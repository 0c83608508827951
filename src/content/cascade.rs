//! Cascades: front matter values that a folder or the settings pass to many pages, as Hugo's `cascade` and
//! the data files of folders do.

use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

use crate::content::data::{Data, DataError};

/// Front matter values, and the pages that inherit them.
#[derive(Debug, Clone, Serialize)]
pub struct Cascade {
    /// Values for the keys that a page does not set itself.
    pub values: Data,
    /// Pattern that the page's path must match; it starts with `/`.
    #[serde(serialize_with = "pattern")]
    path: Option<GlobMatcher>,
    /// Kind of the pages: `page`, `section` or `home`.
    kind: Option<String>,
    /// Language of the pages.
    lang: Option<String>,
}

/// Compares the patterns, because compiled matchers cannot be compared.
impl PartialEq for Cascade {
    fn eq(&self, other: &Self) -> bool {
        let glob = |cascade: &Self| cascade.path.as_ref().map(|path| path.glob().glob().to_owned());
        (&self.values, glob(self), &self.kind, &self.lang)
            == (&other.values, glob(other), &other.kind, &other.lang)
    }
}

/// Serializes a matcher as its pattern.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn pattern<S: serde::Serializer>(path: &Option<GlobMatcher>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.glob().glob()).serialize(serializer)
}

/// The properties of a page with which the target of a cascade is compared.
#[derive(Debug, Clone, Copy)]
pub struct CascadeTarget<'a> {
    /// Path below the content directory of the page's language.
    pub path: &'a str,
    /// Kind of the page: `page`, `section` or `home`.
    pub kind: &'a str,
    /// Language; empty if unknown.
    pub lang: &'a str,
}

impl Cascade {
    /// Creates a cascade for all pages.
    #[must_use]
    pub fn for_all(values: Data) -> Self {
        Self { values, path: None, kind: None, lang: None }
    }

    /// Returns whether the page inherits the values.
    #[must_use]
    pub fn applies_to(&self, page: &CascadeTarget<'_>) -> bool {
        let is_same = |wanted: &Option<String>, is: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(is))
        };
        if !is_same(&self.kind, page.kind) || !is_same(&self.lang, page.lang) {
            return false;
        }
        let Some(glob) = &self.path else { return true };
        // Old versions of Hugo match the path of the file, new ones the path of the page.
        let path = format!("/{}", page.path.to_lowercase());
        let of_page = path.rsplit_once('.').map_or(path.as_str(), |(page, _)| page);
        let of_page = of_page.strip_suffix("/_index").or(of_page.strip_suffix("/index")).unwrap_or(of_page);
        glob.is_match(&path) || glob.is_match(of_page)
    }
}

/// Reads `cascade` in front matter or settings: a table or a list of tables, each with its target
/// (`_target`, or `target` next to `params`).
///
/// # Errors
/// If the path of a target is not a valid glob, so that nobody knows to which pages the values apply.
pub(crate) fn of_front_matter(data: &Data) -> Result<Vec<Cascade>, DataError> {
    data.tables("cascade").iter().map(read).collect()
}

fn read(table: &Data) -> Result<Cascade, DataError> {
    let mut target = table.table("_target");
    target.fill_from(&table.table("target"));
    let mut values = Data::default();
    let is_value = |key: &str| !matches!(key, "_target" | "target" | "params");
    values.set_defaults(table.entries().filter(|(key, value)| is_value(key) && !value.is_null()));
    let path = match target.text("path") {
        None => None,
        Some(path) => {
            let path = if path.starts_with(['/', '{', '*']) { path } else { format!("/{path}") };
            let glob = GlobBuilder::new(&path.to_lowercase()).literal_separator(true).build();
            let glob = glob.map_err(|error| DataError {
                line: 1,
                message: format!(
                    "invalid path of a cascade's target: {error}; expected a glob such as /blog/**"
                ),
            })?;
            Some(glob.compile_matcher())
        }
    };
    Ok(Cascade { values, path, kind: target.text("kind"), lang: target.text("lang") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn fits(target: &str, page: (&str, &str, &str)) -> bool {
        let text = format!("[cascade]\nx = 1\n[cascade._target]\n{target}\n");
        let cascades = of_front_matter(&Data::parse(&text, DataFormat::Toml).unwrap()).unwrap();
        assert!(cascades.iter().all(|cascade| cascade.values.keys().eq(["x"])));
        cascades
            .iter()
            .any(|cascade| cascade.applies_to(&CascadeTarget { path: page.0, kind: page.1, lang: page.2 }))
    }

    #[test]
    fn the_target_selects_the_pages() {
        let page = ("blog/Deep/x.md", "page", "en");
        for target in ["", "path = '/blog/**'", "path = '{/blog/**}'", "kind = 'page'", "lang = 'EN'"] {
            assert!(fits(target, page), "{target}");
        }
        for target in ["path = '/blog/*'", "path = '/docs/**'", "kind = 'section'", "lang = 'fr'"] {
            assert!(!fits(target, page), "{target}");
        }
        assert!(fits("path = '/blog/x'", ("blog/x/index.md", "page", "en")));
        let data = Data::parse("[cascade._target]\npath = '['\n", DataFormat::Toml).unwrap();
        let message = of_front_matter(&data).unwrap_err().message;
        assert!(message.contains("invalid path of a cascade's target"), "{message}");
    }
}
