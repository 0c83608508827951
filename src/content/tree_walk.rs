//! A walk through a directory tree that lists each directory and each file once, even if several symbolic links lead to
//! it.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::links::LinkTargets;
use crate::config::regular_file::real_path;

/// A file in a directory tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeFile {
    /// Path through the tree; links on it are not resolved.
    pub(crate) path: PathBuf,
    /// Canonical path.
    pub(crate) target: PathBuf,
}

/// The result of a walk.
#[derive(Debug, Default)]
pub(crate) struct TreeListing {
    /// Everything except folders, in no particular order.
    pub(crate) files: Vec<TreeFile>,
    /// Links to folders that were followed.
    pub(crate) linked_folders: Vec<PathBuf>,
    /// Links to folders that are not followed, with their targets.
    pub(crate) refused: Vec<(PathBuf, PathBuf)>,
    /// Folders that could not be listed, and links that could not be followed.
    pub(crate) errors: Vec<(PathBuf, io::Error)>,
    /// Whether a link was found.
    pub(crate) has_links: bool,
}

/// Walks through directory trees, one after the other.
///
/// `is_walked` is called with each path and whether it is a folder. A file with several paths is listed at its real path
/// if that is in the tree, else at the first of its paths in alphabetical order.
pub(crate) fn walk(
    starts: impl IntoIterator<Item = impl AsRef<Path>>,
    targets: &LinkTargets,
    is_walked: impl Fn(&Path, bool) -> bool,
) -> TreeListing {
    let mut walk = TreeWalk {
        targets,
        is_walked,
        listing: TreeListing::default(),
        entered: Vec::new(),
        links: BTreeSet::new(),
        seen: None,
    };
    for (position, start) in starts.into_iter().enumerate() {
        match real_path(start.as_ref()) {
            Ok(target) if position == 0 => walk.enter(start.as_ref().to_owned(), target),
            Ok(target) => walk.enter_another(start.as_ref(), target),
            Err(error) => walk.fail(start.as_ref(), error),
        }
    }
    while let Some(link) = walk.links.pop_first() {
        walk.follow(link);
    }
    walk.listing
}

struct TreeWalk<'a, F> {
    targets: &'a LinkTargets,
    is_walked: F,
    listing: TreeListing,
    /// Canonical paths of the folders that were entered, until the first link is followed.
    entered: Vec<PathBuf>,
    /// Links that are not followed yet.
    links: BTreeSet<PathBuf>,
    /// Canonical paths of all folders and files found, from the first link on.
    seen: Option<HashSet<PathBuf>>,
}

impl<F: Fn(&Path, bool) -> bool> TreeWalk<'_, F> {
    /// Lists a folder and everything below it, without following links.
    fn enter(&mut self, path: PathBuf, target: PathBuf) {
        let mut folders = vec![(path, target)];
        while let Some((path, target)) = folders.pop() {
            match fs::read_dir(&path) {
                Ok(entries) => {
                    for entry in entries {
                        match entry {
                            Ok(entry) => self.add(&entry, &target, &mut folders),
                            Err(error) => self.fail(&path, error),
                        }
                    }
                }
                Err(error) => self.fail(&path, error),
            }
            match &mut self.seen {
                // Folders that are reached through links were inserted before they were entered.
                Some(_) => {}
                None => self.entered.push(target),
            }
        }
    }

    /// Lists a further tree, except for what was found before.
    fn enter_another(&mut self, path: &Path, target: PathBuf) {
        self.remember_found();
        if self.is_new(&target) {
            self.enter(path.to_owned(), target);
        }
    }

    fn add(&mut self, entry: &fs::DirEntry, folder: &Path, folders: &mut Vec<(PathBuf, PathBuf)>) {
        let path = entry.path();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.fail(&path, error),
        };
        if kind.is_symlink() {
            self.listing.has_links = true;
            self.links.insert(path);
        } else if (self.is_walked)(&path, kind.is_dir()) {
            let target = folder.join(entry.file_name());
            if !self.is_new(&target) {
            } else if kind.is_dir() {
                folders.push((path, target));
            } else {
                self.listing.files.push(TreeFile { path, target });
            }
        }
    }

    fn follow(&mut self, path: PathBuf) {
        let resolved = real_path(&path).and_then(|target| Ok((fs::metadata(&target)?.is_dir(), target)));
        let (is_folder, target) = match resolved {
            Ok(resolved) => resolved,
            Err(error) => return self.fail(&path, error),
        };
        if !(self.is_walked)(&path, is_folder) {
            return;
        }
        let is_allowed = self.targets.allow(&target);
        if is_folder && !is_allowed {
            return self.listing.refused.push((path, target));
        }
        self.remember_found();
        // A file that is not allowed is found at each path: reading it reports the link.
        let is_new = !is_allowed || self.is_new(&target);
        if !is_new {
        } else if is_folder {
            self.listing.linked_folders.push(path.clone());
            self.enter(path, target);
        } else {
            self.listing.files.push(TreeFile { path, target });
        }
    }

    /// Starts to remember what was found: most trees have no links.
    fn remember_found(&mut self) {
        if self.seen.is_none() {
            let files = self.listing.files.iter().map(|file| file.target.clone());
            self.seen = Some(files.chain(std::mem::take(&mut self.entered)).collect());
        }
    }

    fn is_new(&mut self, target: &Path) -> bool {
        self.seen.as_mut().is_none_or(|seen| seen.insert(target.to_owned()))
    }

    /// Records an error, except that the path does not exist any more: links may lead nowhere.
    fn fail(&mut self, path: &Path, error: io::Error) {
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            self.listing.errors.push((path.to_owned(), error));
        }
    }
}
