//! Finding the source files of a site in its content directory.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::SourceError;
use super::ignored::IgnoreMatcher;
use super::inventory::Inventory;
use super::links::{LinkTargets, refusal};
use super::site::Site;
use super::skip_reason::SkipReason;
use super::source::{SourceFile, SourceListing};
use super::source_id::is_at_or_below;
use super::tree_walk::{TreeFile, TreeListing, walk};
use crate::config::RegularFileError;
use crate::config::regular_file::real_path;

/// Returns all source files of a site; see [`SourceWalker::all`].
#[must_use]
pub fn list_sources(site: &Site) -> SourceListing {
    SourceWalker::new(site).all()
}

/// The source files that may have changed.
#[derive(Debug, Default)]
pub(crate) struct ChangedSources {
    /// Files that exist, ordered by id.
    pub(crate) present: Vec<SourceFile>,
    /// Ids of files in the inventory that do not exist any more.
    pub(crate) deleted: Vec<String>,
    /// Ids of the folders and links that could not be listed, so that the files below them are unknown.
    pub(crate) unlisted: Vec<String>,
    /// Whether there are symbolic links.
    pub(crate) has_links: bool,
}

/// A walk through the content directory; it reads each `.gitignore` once.
pub(crate) struct SourceWalker<'a> {
    site: &'a Site,
    ignored: IgnoreMatcher,
    targets: LinkTargets,
    /// See [`SourceListing::left_out`].
    left_out: RefCell<Vec<(String, SkipReason)>>,
}

impl<'a> SourceWalker<'a> {
    /// Creates a walker for the content of a site.
    pub(crate) fn new(site: &'a Site) -> Self {
        let ignored = IgnoreMatcher::new(&site.content_dir, &site.ignore);
        Self { site, ignored, targets: site.link_targets(), left_out: RefCell::default() }
    }

    /// Returns all source files.
    ///
    /// Hidden and ignored files are left out. Symbolic links are followed if [the rules](super::links::LinkRules)
    /// allow their targets; each file is listed once.
    pub(crate) fn all(&self) -> SourceListing {
        self.listing(walk(self.site.content_folders(), &self.targets, |path, is_dir| {
            self.is_walked(path, is_dir)
        }))
    }

    /// Returns the source files that may have changed, given the changed paths; `has_links` is whether the last listing
    /// had links.
    pub(crate) fn changed(
        &self,
        paths: &BTreeSet<PathBuf>,
        known: &Inventory,
        has_links: bool,
    ) -> ChangedSources {
        if has_links {
            return self.changed_with_links(paths, known);
        }
        let mut changes = ChangedSources::default();
        let mut folder: Option<&Path> = None;
        for path in paths {
            // A folder comes before what is below it, and is listed with it.
            if folder.is_some_and(|folder| path.starts_with(folder)) {
                continue;
            }
            folder = Some(path);
            let listing = self.at_or_below(path);
            if listing.has_links {
                return self.changed_with_links(paths, known);
            }
            let Some(below) = self.site.id_of(path) else { continue };
            let ids = known.pages_below(&below).chain(known.data_files_below(&below));
            changes.deleted.extend(deleted(ids, &listing));
            changes.present.extend(listing.files);
            changes.unlisted.extend(listing.unlisted);
        }
        changes
    }

    /// Returns the same as [`changed`](Self::changed) if there are links: a change at one path may add or remove files
    /// at other paths.
    fn changed_with_links(&self, paths: &BTreeSet<PathBuf>, known: &Inventory) -> ChangedSources {
        let mut listing = self.all();
        let deleted = deleted(known.pages_below("").chain(known.data_files_below("")), &listing);
        let targets: BTreeSet<PathBuf> = paths.iter().map(|path| resolve(path)).collect();
        let is_changed =
            |path: &Path| path.ancestors().any(|folder| paths.contains(folder) || targets.contains(folder));
        listing
            .files
            .retain(|file| !known.contains(&file.id) || is_changed(&file.path) || is_changed(&file.target));
        let SourceListing { files, unlisted, has_links, .. } = listing;
        ChangedSources { present: files, deleted, unlisted, has_links }
    }

    /// Returns the source files at or below a path in the content directory, unless there are links on the path. A
    /// path that does not exist gives an empty listing.
    fn at_or_below(&self, start: &Path) -> SourceListing {
        let (Some(root), Ok(kind)) = (self.site.content_folder_of(start), fs::symlink_metadata(start)) else {
            return SourceListing::default();
        };
        let below = start.strip_prefix(root).unwrap_or(start);
        let target = real_path(root).unwrap_or_default().join(below);
        if kind.is_symlink() || real_path(start).is_ok_and(|resolved| resolved != target) {
            return SourceListing { has_links: true, ..SourceListing::default() };
        }
        let is_walked = start == root
            || self.is_walked(start, kind.is_dir())
                && start
                    .ancestors()
                    .skip(1)
                    .take_while(|folder| *folder != root)
                    .all(|folder| self.is_walked(folder, true));
        match () {
            () if !is_walked => self.listing(TreeListing::default()),
            () if kind.is_dir() => {
                self.listing(walk([start], &self.targets, |path, is_dir| self.is_walked(path, is_dir)))
            }
            () => {
                let file = TreeFile { path: start.to_owned(), target };
                self.listing(TreeListing { files: vec![file], ..TreeListing::default() })
            }
        }
    }

    /// Returns whether a folder is entered, or a file may be a source file.
    fn is_walked(&self, path: &Path, is_dir: bool) -> bool {
        let generator = &self.site.generator;
        let id = self.site.id_of(path);
        // A file whose name is not UTF-8 is reported.
        let is_known = match (&id, is_dir) {
            (Some(folder), true) => generator.may_contain_sources(folder),
            (Some(file), false) => generator.role(file).is_some(),
            (None, true) => true,
            (None, false) => generator.role(&path.to_string_lossy()).is_some(),
        };
        let reason = if is_hidden(path) || self.ignored.matches(path, id.as_deref(), is_dir) {
            SkipReason::Ignored
        } else if is_known {
            return true;
        } else if is_dir {
            SkipReason::NotAPage
        } else {
            SkipReason::OtherFormat
        };
        let id = id.unwrap_or_else(|| path.to_string_lossy().into_owned());
        self.left_out.borrow_mut().push((if is_dir { id + "/" } else { id }, reason));
        false
    }

    fn listing(&self, tree: TreeListing) -> SourceListing {
        let mut listing = SourceListing { has_links: tree.has_links, ..SourceListing::default() };
        for TreeFile { path, target } in tree.files {
            let Some(id) = self.site.id_of(&path) else {
                listing.errors.push(self.error_at(&path, "the file name is not UTF-8; rename the file"));
                continue;
            };
            let role = self.site.generator.role(&id);
            listing.files.extend(role.map(|role| SourceFile { id, path, target, role }));
        }
        for (link, target) in tree.refused {
            let message = format!("cannot list the folder: {}", refusal(&target));
            listing.errors.push(self.error_at(&link, &message));
        }
        for (path, error) in tree.errors {
            let message = format!("cannot list the folder: {error}; check its permissions");
            listing.errors.push(self.error_at(&path, &message));
            if RegularFileError::Io(error).is_temporary() {
                listing.unlisted.extend(self.site.id_of(&path));
            }
        }
        listing.errors.extend(self.ignored.take_errors());
        listing.left_out = self.left_out.take();
        listing.files.sort_by(|a, b| a.id.cmp(&b.id));
        // Of two files with one id, the first one was found first: a file of the content directory. The other one takes
        // its place when it is deleted, as if the id were a link.
        let found = listing.files.len();
        listing.files.dedup_by(|later, first| later.id == first.id);
        listing.has_links |= listing.files.len() < found;
        listing
    }

    fn error_at(&self, path: &Path, message: &str) -> SourceError {
        let path = self.site.id_of(path).unwrap_or_else(|| path.to_string_lossy().into_owned());
        SourceError { path, line: 1, message: message.to_owned() }
    }
}

/// Returns the ids that a listing does not have, except those whose folder could not be listed.
fn deleted<'a>(ids: impl Iterator<Item = &'a str>, listing: &SourceListing) -> Vec<String> {
    let is_present = |id: &str| listing.files.binary_search_by(|file| file.id.as_str().cmp(id)).is_ok();
    let is_unlisted = |id: &str| listing.unlisted.iter().any(|folder| is_at_or_below(id, folder));
    ids.filter(|id| !is_present(id) && !is_unlisted(id)).map(str::to_owned).collect()
}

/// Returns a path without symbolic links, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|above| Some((above, real_path(above).ok()?)));
    let Some((above, target)) = existing else { return path.to_owned() };
    match path.strip_prefix(above) {
        Ok(below) if !below.as_os_str().is_empty() => target.join(below),
        _ => target,
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_markdown_files_in_order_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "b/_index.md",
            "a.markdown",
            "b/c/D.MD",
            "b/pic.png",
            ".git/x.md",
            "node_modules/m/x.md",
            "b/.#x.md",
            "b/x.md~",
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let SourceListing { files, errors, .. } = list_sources(&site);
        let ids: Vec<_> = files.iter().map(|file| file.id.as_str()).collect();
        assert_eq!(ids, ["a.markdown", "b/_index.md", "b/c/D.MD"]);
        assert!(errors.is_empty());
        assert!(SourceWalker::new(&site).at_or_below(&dir.path().join("gone")).files.is_empty());
    }
}
