//! Hugo's sections: the `_index` files of the folders above a page.

use super::languages::{HugoLanguage, HugoLanguages};
use crate::content::category::{Category, humanize};
use crate::content::folder_files::FolderFile;
use crate::content::inventory::Inventory;
use crate::content::source_id::folder_and_stem;

/// The sections of the content in one language.
#[derive(Clone, Copy)]
pub(super) struct Sections<'a> {
    languages: &'a HugoLanguages,
    language: Option<&'a str>,
    inventory: &'a Inventory,
}

impl<'a> Sections<'a> {
    pub(super) fn new(
        languages: &'a HugoLanguages,
        language: Option<&'a HugoLanguage>,
        inventory: &'a Inventory,
    ) -> Self {
        Self { languages, language: language.map(|language| language.code.as_str()), inventory }
    }

    /// Returns the `_index` files of a folder of the content, in all languages, each with its id and whether it is in
    /// this language.
    fn index_files(self, folder: &str) -> Vec<(&'a str, &'a FolderFile, bool)> {
        let mut files = Vec::new();
        for source in self.languages.sources_of(folder) {
            for (id, file) in self.inventory.sections_in(&source) {
                let Some(located) = self.languages.locate(id) else { continue };
                if folder_and_stem(&located.path) == (folder, "_index") {
                    let language = located.language.map(|language| language.code.as_str());
                    files.push((id, file, language == self.language));
                }
            }
        }
        files
    }

    fn section(self, folder: &str) -> Option<&'a FolderFile> {
        self.index_files(folder).into_iter().find(|(_, _, is_own)| *is_own).map(|(_, file, _)| file)
    }

    /// Returns the section of a folder: the nearest folder with an `_index`, starting at the folder itself, else the first
    /// folder of its path.
    pub(super) fn nearest(self, folder: &str) -> &str {
        let mut section = folder;
        while let Some((above, _)) = section.rsplit_once('/') {
            if self.section(section).is_some() {
                break;
            }
            section = above;
        }
        section
    }

    /// Returns the path of a folder in which the slugs of sections replace the names of their folders.
    pub(super) fn with_slugs(self, folder: &str) -> String {
        let mut path = String::with_capacity(folder.len());
        let mut end = 0;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            end += name.len();
            let slug = self.section(&folder[..end]).and_then(|file| file.slug.as_deref());
            path.extend([slug.unwrap_or(name), "/"]);
            end += 1;
        }
        path.trim_end_matches('/').to_owned()
    }

    /// Returns slug or title of each section on the path to a folder, `:sectionslugs`.
    pub(super) fn slugs_or_titles(self, folder: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut end = 0;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            end += name.len();
            let section = self.section(&folder[..end]);
            if section.is_some() || all.is_empty() {
                let text = section.and_then(|file| file.slug.clone().or_else(|| file.title.clone()));
                all.push(text.unwrap_or_else(|| humanize(name)));
            }
            end += 1;
        }
        all
    }

    /// Returns the category of a page: the first folder of its path, with the title of that section. The section's own
    /// page has none.
    pub(super) fn category(self, path: &str) -> Option<Category> {
        let (slug, rest) = path.split_once('/')?;
        if folder_and_stem(rest) == ("", "_index") {
            return None;
        }
        let files = self.index_files(slug);
        let titled = || files.iter().filter(|(_, file, _)| file.title.is_some());
        let own = titled().find(|(_, _, is_own)| *is_own);
        let file = own.or_else(|| titled().min_by_key(|(id, _, _)| id.len()));
        let title = file.and_then(|(_, file, _)| file.title.clone());
        Some(Category { name: title.unwrap_or_else(|| humanize(slug)), slug: slug.to_owned() })
    }
}
