//! Values that pages inherit from a file that cannot be read or is broken: nobody knows them.
//!
//! A page with unknown values may be a draft, or be excluded from search.

use std::collections::{BTreeMap, HashMap};

use super::error::ReadFailure;
use super::source_id::{folder_and_stem, folder_of};

/// The pages to which a file passes values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueScope {
    /// All pages in and below the folder of the file.
    Folder,
    /// The page in the folder of the file that has this name, without its extension.
    Page,
}

/// The files whose values are unknown, by the folder or the page that they are for.
#[derive(Debug, Clone, Default)]
pub(super) struct UnknownValues {
    of_folders: FilesByTarget,
    of_pages: FilesByTarget,
}

type FilesByTarget = HashMap<String, BTreeMap<String, ReadFailure>>;

impl UnknownValues {
    /// Adds the file `id`, whose values cannot be read.
    pub(super) fn insert(&mut self, id: &str, scope: ValueScope, failure: ReadFailure) {
        let (files, target) = match scope {
            ValueScope::Folder => (&mut self.of_folders, folder_of(id).to_owned()),
            ValueScope::Page => (&mut self.of_pages, page_of(id)),
        };
        files.entry(target).or_default().insert(id.to_owned(), failure);
    }

    /// Removes the file `id`.
    pub(super) fn remove(&mut self, id: &str) {
        if self.of_folders.is_empty() && self.of_pages.is_empty() {
            return;
        }
        for (files, target) in [(&mut self.of_folders, folder_of(id)), (&mut self.of_pages, &page_of(id))] {
            if let Some(of_target) = files.get_mut(target) {
                of_target.remove(id);
                if of_target.is_empty() {
                    files.remove(target);
                }
            }
        }
    }

    /// Returns whether the values of the file `id` are unknown.
    pub(super) fn has(&self, id: &str) -> bool {
        let has =
            |files: Option<&BTreeMap<String, ReadFailure>>| files.is_some_and(|files| files.contains_key(id));
        has(self.of_folders.get(folder_of(id))) || has(self.of_pages.get(&page_of(id)))
    }

    /// Returns why values that the page `id` inherits are unknown; `None` if all are known.
    pub(super) fn of(&self, id: &str) -> Option<&ReadFailure> {
        if self.of_folders.is_empty() && self.of_pages.is_empty() {
            return None;
        }
        let others = |files: &'_ BTreeMap<String, ReadFailure>| files.keys().any(|file| file != id);
        let folders = id.rmatch_indices('/').map(|(at, _)| &id[..at]).chain([""]);
        let files = self.of_pages.get(&page_of(id)).into_iter();
        let mut files = files.chain(folders.filter_map(|folder| self.of_folders.get(folder)));
        // What is wrong with the page itself is found when it is read.
        let files = files.find(|files| others(files))?;
        files.iter().find(|(file, _)| *file != id).map(|(_, failure)| failure)
    }
}

/// Returns the path of a page and of its data files, without what follows the first dot of the name.
fn page_of(id: &str) -> String {
    let (folder, stem) = folder_and_stem(id);
    let name = stem.split('.').next().unwrap_or(stem);
    format!("{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::SourceError;

    fn failure(path: &str) -> ReadFailure {
        ReadFailure::Rejected(SourceError { path: path.to_owned(), line: 1, message: String::new() })
    }

    #[test]
    fn a_file_concerns_the_pages_of_its_scope_besides_itself() {
        let mut unknown = UnknownValues::default();
        unknown.insert("a/_index.md", ValueScope::Folder, failure("a/_index.md"));
        unknown.insert("b/one.11tydata.json", ValueScope::Page, failure("b/one.11tydata.json"));
        for (id, cause) in [
            ("a/x.md", Some("a/_index.md")),
            ("a/b/c/index.md", Some("a/_index.md")),
            ("a/_index.md", None),
            ("ab/x.md", None),
            ("x.md", None),
            ("b/one.md", Some("b/one.11tydata.json")),
            ("b/two.md", None),
            ("b/c/one.md", None),
        ] {
            assert_eq!(unknown.of(id), cause.map(failure).as_ref(), "{id}");
        }
        unknown.insert("a/_index.fr.md", ValueScope::Folder, failure("a/_index.fr.md"));
        assert_eq!(unknown.of("a/_index.md"), Some(&failure("a/_index.fr.md")));
        for file in ["a/_index.md", "a/_index.fr.md", "b/one.11tydata.json", "a/other.md"] {
            unknown.remove(file);
        }
        assert!(unknown.of_folders.is_empty() && unknown.of_pages.is_empty());
        unknown.insert("_index.md", ValueScope::Folder, failure("_index.md"));
        assert!(unknown.of("x.md").is_some() && unknown.of("a/b.md").is_some());
    }
}
