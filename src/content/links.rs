//! Symbolic links below the content directory, and the targets that they may have.

use std::path::{Component, Path, PathBuf};

use crate::config::FollowLinks;
use crate::config::regular_file::real_path;

/// The rules for symbolic links below a content directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRules {
    /// The site's root.
    pub site_dir: PathBuf,
    /// The locations that targets may have.
    pub follow: FollowLinks,
}

impl LinkRules {
    /// Returns the targets that links below the content folders may have, given the folders that are on disk now.
    pub(crate) fn targets<'a>(&self, content_folders: impl Iterator<Item = &'a Path>) -> LinkTargets {
        LinkTargets {
            content_folders: content_folders.filter_map(|folder| real_path(folder).ok()).collect(),
            site_dir: real_path(&self.site_dir).ok(),
            follow: self.follow,
        }
    }
}

/// The allowed targets of links; all paths are canonical.
#[derive(Debug, Clone)]
pub(crate) struct LinkTargets {
    /// The content directory and the mounted folders that exist.
    content_folders: Vec<PathBuf>,
    /// The site's root; `None` if it is unknown.
    site_dir: Option<PathBuf>,
    follow: FollowLinks,
}

impl LinkTargets {
    /// Returns whether a file or folder at this canonical path may be read: it is in a content folder, or it is in the
    /// site's root and not hidden, as git's files and `.env` are.
    pub(crate) fn allow(&self, target: &Path) -> bool {
        let is_in_content = self.content_folders.iter().any(|folder| target.starts_with(folder));
        let below_site = self.site_dir.as_ref().and_then(|site_dir| target.strip_prefix(site_dir).ok());
        self.follow == FollowLinks::Anywhere
            || is_in_content
            || below_site.is_some_and(|below| !below.components().any(is_hidden))
    }
}

fn is_hidden(part: Component<'_>) -> bool {
    part.as_os_str().as_encoded_bytes().starts_with(b".")
}

/// Returns the message about a link that is not followed.
pub(super) fn refusal(target: &Path) -> String {
    format!(
        "the link leads to {}, which is hidden or outside of the site; replace the link with a copy, or set \
         `follow_links = \"anywhere\"` in the table `[content]` of bloghound.toml",
        target.display()
    )
}
