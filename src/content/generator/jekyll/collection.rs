//! Jekyll's collections.

use super::flags;
use crate::content::data::Data;

/// A collection: the documents in the folder `_name`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct JekyllCollection {
    /// Name of the collection.
    pub name: String,
    /// Folder of its documents, relative to the content directory.
    pub folder: String,
    /// Whether its documents are rendered.
    pub output: bool,
    /// Permalink pattern of its documents.
    pub permalink: Option<String>,
}

/// Returns `collections_dir`, without slashes at its ends.
pub(super) fn folder_of_all(config: &Data) -> String {
    let folder = config.text("collections_dir").unwrap_or_default();
    folder.trim_start_matches("./").trim_matches('/').to_owned()
}

/// Reads the collections from the settings, which list their names or map names to options.
pub(super) fn of_config(config: &Data) -> Vec<JekyllCollection> {
    let parent = folder_of_all(config);
    let parent = if parent.is_empty() { parent } else { parent + "/" };
    let options = config.table("collections");
    let names = config.texts("collections").into_iter().chain(options.keys().map(str::to_owned));
    let read = |key: String| {
        // As `sanitize_label` in `lib/jekyll/collection.rb`.
        let is_kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let name: String = key.chars().filter(is_kept).collect();
        JekyllCollection {
            folder: format!("{parent}_{name}"),
            output: flags::is_true(options.table(&key).get("output")),
            permalink: options.table(&key).text("permalink"),
            name,
        }
    };
    names.map(read).collect()
}
