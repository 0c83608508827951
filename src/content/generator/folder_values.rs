//! The values that files pass to other pages: the front matter of sections, and data files.

use super::{Generator, SourceRole, mdbook, zola};
use crate::content::cascade;
use crate::content::data::{Data, DataError};
use crate::content::front_matter::{ParsedSource, with_unix_newlines};
use crate::content::inventory::{Inventory, SectionValues, is_section_index};
use crate::content::unknown_values::ValueScope;

impl Generator {
    /// Adds a source file to the inventory. `read` returns the file's text; it is called only for files
    /// that give a title or values to their folder.
    ///
    /// # Errors
    /// If the text is invalid; then the file is in the inventory without a title and values.
    pub fn add_to_inventory(
        &self,
        inventory: &mut Inventory,
        id: &str,
        read: impl FnOnce() -> Option<String>,
    ) -> Result<(), DataError> {
        if self.role(id) == Some(SourceRole::FolderData) {
            let (data, result) = value_or_default(read().map(|text| self.parse_folder_data(id, &text)));
            inventory.insert_data(id, data);
            result
        } else if is_section_index(id) {
            let (section, result) = value_or_default(read().map(|text| self.parse_section(&text)));
            inventory.insert_section(id, section);
            result
        } else {
            inventory.insert_page(id);
            Ok(())
        }
    }

    /// Parses a file of role [`SourceRole::FolderData`].
    fn parse_folder_data(&self, id: &str, text: &str) -> Result<Data, DataError> {
        match self {
            Self::MdBook(_) => Ok(mdbook::chapters(text)),
            Self::Eleventy(rules) => rules.parse_data_file(id, text),
            _ => Ok(Data::default()),
        }
    }

    /// Returns what the front matter of a section's page says of the section and the pages in and below it.
    fn parse_section(&self, text: &str) -> Result<SectionValues, DataError> {
        let text = with_unix_newlines(text);
        let data = ParsedSource::parse_as(&text, self.front_matter_syntax())?.data;
        let cascades = match self {
            Self::Hugo(_) | Self::Unknown(_) => cascade::of_front_matter(&data)?,
            Self::Zola(_) => zola::cascades(&data),
            _ => Vec::new(),
        };
        Ok(SectionValues { title: data.text("title"), slug: data.text("slug"), cascades })
    }

    /// Returns the pages to which a file passes values that may hide them; `None` if it does not.
    #[must_use]
    pub(crate) fn value_scope(&self, id: &str) -> Option<ValueScope> {
        match self {
            Self::Hugo(_) | Self::Unknown(_) | Self::Zola(_) => {
                is_section_index(id).then_some(ValueScope::Folder)
            }
            Self::Eleventy(rules) => rules.value_scope(id),
            Self::MdBook(_) => (id == mdbook::SUMMARY).then_some(ValueScope::Folder),
            _ => None,
        }
    }
}

/// Splits the result of parsing a file, if it was read, into a value and the error.
fn value_or_default<T: Default>(parsed: Option<Result<T, DataError>>) -> (T, Result<(), DataError>) {
    match parsed {
        Some(Ok(value)) => (value, Ok(())),
        Some(Err(error)) => (T::default(), Err(error)),
        None => (T::default(), Ok(())),
    }
}
