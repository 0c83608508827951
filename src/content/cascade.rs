//! Values that a folder or the settings give to many posts: Hugo's `cascade`, Jekyll's `defaults`,
//! the data files of folders.

use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

use crate::content::data::Data;

/// Values, and the pages that they are for.
#[derive(Debug, Clone, Serialize)]
pub struct Cascade {
    /// What the pages get where they say nothing themselves.
    pub values: Data,
    /// Paths that the page's path must match, with `/` before them.
    #[serde(serialize_with = "pattern")]
    path: Option<GlobMatcher>,
    /// `page`, `section` or `home`.
    kind: Option<String>,
    /// Language of the pages.
    lang: Option<String>,
}

/// Compares what was written, of which the matcher is made.
impl PartialEq for Cascade {
    fn eq(&self, other: &Self) -> bool {
        let glob = |cascade: &Self| cascade.path.as_ref().map(|path| path.glob().glob().to_owned());
        (&self.values, glob(self), &self.kind, &self.lang)
            == (&other.values, glob(other), &other.kind, &other.lang)
    }
}

/// Serializes a matcher as the pattern that it is made of.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn pattern<S: serde::Serializer>(path: &Option<GlobMatcher>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.glob().glob()).serialize(serializer)
}

/// A page as a [`Cascade`] sees it.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Path below the content directory of its language.
    pub path: &'a str,
    /// `page`, `section` or `home`.
    pub kind: &'a str,
    /// Language, if known.
    pub lang: &'a str,
}

impl Cascade {
    /// Values for all pages.
    #[must_use]
    pub fn for_all(values: Data) -> Self {
        Self { values, path: None, kind: None, lang: None }
    }

    /// Whether the values are for this page.
    #[must_use]
    pub fn fits(&self, page: &Target<'_>) -> bool {
        let is_same = |wanted: &Option<String>, is: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(is))
        };
        // Older Hugos match the file's path, newer ones the page's.
        let path = format!("/{}", page.path.to_lowercase());
        let of_page = path.rsplit_once('.').map_or(path.as_str(), |(page, _)| page);
        let of_page = of_page.strip_suffix("/_index").or(of_page.strip_suffix("/index")).unwrap_or(of_page);
        let fits_path = self.path.as_ref().is_none_or(|glob| glob.is_match(&path) || glob.is_match(of_page));
        fits_path && is_same(&self.kind, page.kind) && is_same(&self.lang, page.lang)
    }
}

/// What stands under `cascade` in front matter or settings: one table or a list of them, each with its
/// target (`_target`, or `target` beside `params`).
pub(crate) fn of_front_matter(data: &Data) -> Vec<Cascade> {
    data.tables("cascade").iter().filter_map(read).collect()
}

/// `None` where the path is no glob: it fits nothing.
fn read(table: &Data) -> Option<Cascade> {
    let mut target = table.table("_target");
    target.fill_from(&table.table("target"));
    let mut values = Data::default();
    for key in table.keys().filter(|key| !matches!(*key, "_target" | "target" | "params")) {
        if let Some(value) = table.get(key) {
            values.set_default(key, value);
        }
    }
    let path = match target.text("path") {
        None => None,
        Some(path) => {
            let path = if path.starts_with(['/', '{', '*']) { path } else { format!("/{path}") };
            let glob = GlobBuilder::new(&path.to_lowercase()).literal_separator(true).build().ok()?;
            Some(glob.compile_matcher())
        }
    };
    Some(Cascade { values, path, kind: target.text("kind"), lang: target.text("lang") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn fits(target: &str, page: (&str, &str, &str)) -> bool {
        let text = format!("[cascade]\nx = 1\n[cascade._target]\n{target}\n");
        let cascades = of_front_matter(&Data::parse(&text, DataFormat::Toml).unwrap());
        assert!(cascades.iter().all(|cascade| cascade.values.keys().eq(["x"])));
        cascades.iter().any(|cascade| cascade.fits(&Target { path: page.0, kind: page.1, lang: page.2 }))
    }

    #[test]
    fn targets_say_which_pages_are_meant() {
        let page = ("blog/Deep/x.md", "page", "en");
        for target in ["", "path = '/blog/**'", "path = '{/blog/**}'", "kind = 'page'", "lang = 'EN'"] {
            assert!(fits(target, page), "{target}");
        }
        for target in
            ["path = '/blog/*'", "path = '/docs/**'", "kind = 'section'", "lang = 'fr'", "path = '['"]
        {
            assert!(!fits(target, page), "{target}");
        }
        assert!(fits("path = '/blog/x'", ("blog/x/index.md", "page", "en")));
    }
}
