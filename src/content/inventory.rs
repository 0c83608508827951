//! The inventory: how the source files of a site relate to each other.
//!
//! It answers which pages are lists, which files belong to a page bundle, which titles sections have, and
//! which values folders pass to their pages.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::Path;

use foldhash::HashMap;

use super::cascade::Cascade;
use super::category::{Category, humanize};
use super::data::Data;
use super::error::ReadFailure;
use super::folder_files::{FolderFile, FolderFileKind, FolderFiles};
use super::source_id::{folder_of, is_at_or_below};
use super::unknown_values::{UnknownValues, ValueScope};
use super::value_digest::digest_of;
use crate::config::limits::MAX_INDEX_FILES;

/// The ids of all source files, and the values of the files that describe a folder.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    pages: BTreeSet<String>,
    /// The data files, which are not pages.
    data_files: BTreeSet<String>,
    /// The files that describe a folder; by folder, without a trailing `/`.
    folders: HashMap<String, FolderFiles>,
    /// Number of `index` files by folder; the folders are page bundles.
    bundles: HashMap<String, usize>,
    /// The files whose values for other pages are unknown.
    unknown: UnknownValues,
}

/// What the front matter of a section's page, an `_index`, says of the section and the pages in and below it.
#[derive(Debug, Default)]
pub(super) struct SectionValues {
    pub(super) title: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) cascades: Vec<Cascade>,
}

impl Inventory {
    /// Adds a page.
    pub(super) fn insert_page(&mut self, id: &str) {
        if self.pages.insert(id.to_owned()) && index_name(id) == Some("index") {
            *self.bundles.entry(folder_of(id).to_owned()).or_default() += 1;
        }
    }

    /// Adds the page of a section, an `_index`, with its title and the values that it passes to the pages in
    /// and below its folder.
    pub(super) fn insert_section(&mut self, id: &str, section: SectionValues) {
        self.insert_page(id);
        let SectionValues { title, slug, cascades } = section;
        self.insert_folder_file(id, FolderFile { kind: FolderFileKind::Branch, title, slug, cascades });
    }

    /// Adds a data file, with the values that it passes to the pages in and below its folder.
    pub(super) fn insert_data(&mut self, id: &str, values: Data) {
        self.data_files.insert(id.to_owned());
        let title = values.text("title");
        let cascades = vec![Cascade::for_all(values)];
        self.insert_folder_file(id, FolderFile { kind: FolderFileKind::Data, title, slug: None, cascades });
    }

    fn insert_folder_file(&mut self, id: &str, file: FolderFile) {
        self.unknown.remove(id);
        self.folders.entry(folder_of(id).to_owned()).or_default().insert(id, file);
    }

    /// Gives the file `id` the values for its folder that it has in another inventory, if it has any there.
    ///
    /// Returns whether it has any.
    pub(crate) fn restore_folder_values(&mut self, id: &str, other: &Self) -> bool {
        let known = other.file(id).filter(|_| !other.unknown.has(id));
        if let Some(file) = known {
            self.insert_folder_file(id, file.clone());
            self.unknown.remove(id);
        }
        known.is_some()
    }

    /// Notes that the values that the file `id` passes to other pages are unknown.
    pub(super) fn insert_unknown(&mut self, id: &str, scope: ValueScope, failure: ReadFailure) {
        self.unknown.insert(id, scope, failure);
    }

    /// Returns why values that the page `id` inherits are unknown; `None` if all are known.
    pub(crate) fn unknown_values(&self, id: &str) -> Option<&ReadFailure> {
        self.unknown.of(id)
    }

    /// Returns an inventory with nothing but the values that the file `id` has for its folder.
    pub(crate) fn folder_values_of(&self, id: &str) -> Self {
        let mut inventory = Self::default();
        inventory.restore_folder_values(id, self);
        inventory
    }

    /// Returns whether the file `id` is a page or a data file of the inventory.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.pages.contains(id) || self.file(id).is_some()
    }

    /// Removes a file.
    pub fn remove(&mut self, id: &str) {
        self.remove_all(&[id]);
    }

    /// Removes files.
    pub(crate) fn remove_all(&mut self, ids: &[impl AsRef<str>]) {
        let mut by_folder: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for id in ids.iter().map(AsRef::as_ref) {
            self.data_files.remove(id);
            self.unknown.remove(id);
            if self.pages.remove(id) && index_name(id) == Some("index") {
                self.remove_from_bundle(folder_of(id));
            }
            by_folder.entry(folder_of(id)).or_default().insert(id);
        }
        for (folder, ids) in by_folder {
            if let Some(files) = self.folders.get_mut(folder) {
                files.remove(&ids);
                if files.is_empty() {
                    self.folders.remove(folder);
                }
            }
        }
    }

    fn remove_from_bundle(&mut self, folder: &str) {
        if let Some(count) = self.bundles.get_mut(folder) {
            *count -= 1;
            if *count == 0 {
                self.bundles.remove(folder);
            }
        }
    }

    /// Returns the ids of the pages at or below `path`, a file or a folder; an empty path selects all.
    pub fn pages_below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        below(&self.pages, path)
    }

    /// Returns the ids of the data files at or below `path`.
    pub fn data_files_below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        below(&self.data_files, path)
    }

    /// Returns the pages that may have to be read again when these files change, appear or disappear: the lists and
    /// bundles that contain them and, if they describe a folder, the pages in and below it.
    pub fn dependents<'a>(&'a self, ids: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let (mut above, mut described) = (BTreeSet::new(), BTreeSet::new());
        for id in ids {
            let folders = id.rmatch_indices('/').map(|(at, _)| &id[..at]);
            // The folders above a known one are known, too.
            let _ = folders.take_while(|folder| above.insert(*folder)).last();
            if index_name(id).is_some() || self.file(id).is_some_and(|file| file.kind == FolderFileKind::Data)
            {
                described.insert(Path::new(folder_of(id)));
            }
        }
        let mut dependents = BTreeSet::new();
        for folder in above {
            dependents.extend(self.files_of(folder).map(|(id, _)| id));
            if self.bundles.contains_key(folder) {
                dependents.extend(self.bundle_pages(folder));
            }
        }
        // In the order of paths, a folder comes directly before the folders below it.
        let mut outer: Option<&Path> = None;
        for folder in described {
            if outer.is_none_or(|outer| !folder.starts_with(outer)) {
                dependents.extend(self.pages_below(folder.to_str().unwrap_or_default()));
                outer = Some(folder);
            }
        }
        dependents
    }

    /// Returns whether the file is a list page: the home page, or an `_index` with other files in or below
    /// its folder.
    #[must_use]
    pub fn is_list(&self, id: &str) -> bool {
        let folder = folder_of(id);
        index_name(id) == Some("_index") && (folder.is_empty() || self.has_other_pages(folder))
    }

    /// Returns whether there are pages in or below a folder besides its own `_index` files.
    fn has_other_pages(&self, folder: &str) -> bool {
        let is_other = |other: &str| index_name(other) != Some("_index") || folder_of(other) != folder;
        let (own, after_own) = (format!("{folder}/_index."), format!("{folder}/_index/"));
        let end = format!("{folder}0");
        let range = |from: &str, to: &str| {
            let bounds: (Bound<&str>, Bound<&str>) = (Bound::Included(from), Bound::Excluded(to));
            self.pages.range::<str, _>(bounds).map(String::as_str)
        };
        // `0` follows `/`, and `/` follows `.`, so that these are all pages below the folder.
        range(&format!("{folder}/"), &own).any(is_other)
            || range(&after_own, &end).next().is_some()
            || range(&own, &after_own).take(MAX_INDEX_FILES).any(is_other)
    }

    /// Returns whether the file is a resource of a page bundle: in or below a folder that has an `index`,
    /// and not that `index` itself.
    #[must_use]
    pub fn is_bundled(&self, id: &str) -> bool {
        let own = index_name(id).filter(|name| *name == "index").map(|_| folder_of(id));
        id.match_indices('/')
            .map(|(at, _)| &id[..at])
            .any(|folder| own != Some(folder) && self.bundles.contains_key(folder))
    }

    /// Returns the pages of the section in `folder`, one for each language and format, with their ids.
    pub(super) fn sections_in(&self, folder: &str) -> impl Iterator<Item = (&str, &FolderFile)> {
        self.files_of(folder).filter(|(_, file)| file.kind == FolderFileKind::Branch)
    }

    /// Returns the category of the file `id`: the first folder below `root`. Its name is the folder's title,
    /// preferably the one in `lang`. The folder's own page has no category.
    #[must_use]
    pub fn category(&self, id: &str, root: &str, lang: &str) -> Option<Category> {
        let below_root = id.strip_prefix(root)?.trim_start_matches('/');
        let (slug, rest) = below_root.split_once('/')?;
        if index_name(rest) == Some("_index") && !rest.contains('/') {
            return None;
        }
        let folder = &id[..id.len() - rest.len() - 1];
        let titled = || self.files_of(folder).filter(|(_, file)| file.title.is_some());
        let suffix = format!("/_index.{lang}.");
        let own = titled().find(|(id, _)| id[folder.len()..].starts_with(&suffix));
        // The file without a language in its name has the shortest id.
        let file = own.or_else(|| titled().min_by_key(|(id, _)| id.len()));
        let title = file.and_then(|(_, file)| file.title.clone());
        Some(Category { name: title.unwrap_or_else(|| humanize(slug)), slug: slug.to_owned() })
    }

    /// Returns the values that folders pass to the page `id`, each with the id of the file that sets them; those
    /// of the nearest folder come first.
    pub fn cascades_for<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a str, &'a Cascade)> {
        let folders = id.rmatch_indices('/').map(|(at, _)| &id[..at]).chain([""]);
        let files = folders.flat_map(|folder| self.files_of(folder));
        files.flat_map(|(id, file)| file.cascades.iter().map(move |cascade| (id, cascade)))
    }

    /// Returns the values of the files in `folder` whose names start with `name`, with the files' ids.
    pub(super) fn cascades_of(&self, folder: &str, name: &str) -> Vec<(&str, &Cascade)> {
        let prefix = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let files = self.folders.get(folder).into_iter().flat_map(|files| files.starting_with(&prefix));
        files.flat_map(|(id, file)| file.cascades.iter().map(move |cascade| (id, cascade))).collect()
    }

    /// Returns a digest of everything besides the file's own bytes that decides how the file is read:
    /// whether it is a list or bundled, and the titles and cascades of its folders.
    #[must_use]
    pub fn context(&self, id: &str) -> blake3::Hash {
        let folders = id.match_indices('/').map(|(at, _)| &id[..at]).chain([""]);
        let values =
            folders.filter_map(|folder| Some((folder, self.folders.get(folder)?.digest().as_bytes())));
        digest_of(&(self.is_list(id), self.is_bundled(id), values.collect::<Vec<_>>()))
    }

    /// Returns the pages that make a folder a bundle: its `index` files, in all languages and formats.
    fn bundle_pages<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let (bare, marked) = (format!("{folder}/index"), format!("{folder}/index."));
        let from: (Bound<&str>, Bound<&str>) = (Bound::Included(&marked), Bound::Unbounded);
        let others = self.pages.range::<str, _>(from).map(String::as_str);
        // A folder may be named like an index file; its files are not bundle pages.
        let others = others.take_while(move |id| id.starts_with(&marked)).take(MAX_INDEX_FILES);
        let others = others.filter(move |id| folder_of(id) == folder);
        self.pages.get(&bare).map(String::as_str).into_iter().chain(others)
    }

    fn file(&self, id: &str) -> Option<&FolderFile> {
        self.folders.get(folder_of(id))?.get(id)
    }

    fn files_of(&self, folder: &str) -> impl Iterator<Item = (&str, &FolderFile)> {
        self.folders.get(folder).into_iter().flat_map(FolderFiles::iter).take(MAX_INDEX_FILES)
    }
}

/// Returns the ids at or below `path`.
fn below<'a>(ids: &'a BTreeSet<String>, path: &'a str) -> impl Iterator<Item = &'a str> {
    let from: (Bound<&str>, Bound<&str>) = (Bound::Included(path), Bound::Unbounded);
    let ids = ids.range::<str, _>(from).map(String::as_str);
    ids.take_while(move |id| id.starts_with(path)).filter(move |id| is_at_or_below(id, path))
}

/// Returns `index` or `_index` if the file is one, in any language and format.
fn index_name(id: &str) -> Option<&str> {
    let name = id.rsplit('/').next().unwrap_or(id).split('.').next()?;
    matches!(name, "index" | "_index").then_some(name)
}

/// Returns whether a file is an `_index`, the page of a section, in any language and format.
pub(super) fn is_section_index(id: &str) -> bool {
    index_name(id) == Some("_index")
}

#[cfg(test)]
mod tests;
