//! Folders in settings, as paths relative to the site's root, and how they contain each other.

use std::path::{Path, PathBuf};

use crate::config::regular_file::real_path;

/// Returns a folder in settings, such as `./src/` or `${__dirname}/src`, relative to the site's root: `src`.
#[must_use]
pub(crate) fn folder_name(written: &str) -> String {
    let from_root = written.rsplit_once("${__dirname}").map_or(written, |(_, path)| path);
    from_root.trim_start_matches("./").trim_matches('/').trim_end_matches("/.").to_owned()
}

/// Returns the real location of a folder in settings that is outside of the site: `../docs`. A folder that does not exist
/// is left as it is written.
#[must_use]
pub(crate) fn real_folder(site_dir: &Path, written: &str) -> PathBuf {
    let folder = site_dir.join(written);
    real_path(&folder).unwrap_or(folder)
}

/// Returns a path relative to `folder`, or `None` if it is outside of the folder.
#[must_use]
pub(crate) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Returns whether `folder` contains one of the `wanted` folders or is inside one.
#[must_use]
pub(crate) fn overlaps<'a>(folder: &str, wanted: impl IntoIterator<Item = &'a str>) -> bool {
    wanted.into_iter().any(|wanted| below(folder, wanted).is_some() || below(wanted, folder).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_relative_to_the_root() {
        for (written, expected) in [
            ("./src/content/", "src/content"),
            ("${__dirname}/content", "content"),
            ("docs", "docs"),
            ("./", ""),
            (".", "."),
        ] {
            assert_eq!(folder_name(written), expected, "{written}");
        }
        assert_eq!(below("a/b", "a"), Some("b"));
        assert_eq!(below("ab/c", "a"), None);
        assert!(overlaps("src", ["src/pages"]) && overlaps("src/pages/x", ["src/pages"]));
        assert!(!overlaps("source", ["src/pages"]));
    }
}
