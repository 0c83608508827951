//! Jekyll's collections.

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

/// Reads the collections from the settings, which list their names or map names to options.
pub(super) fn of_config(config: &Data) -> Vec<JekyllCollection> {
    let parent =
        config.text("collections_dir").map(|dir| format!("{}/", dir.trim_matches('/'))).unwrap_or_default();
    let options = config.table("collections");
    let names = config.texts("collections").into_iter().chain(options.keys().map(str::to_owned));
    let read = |name: String| JekyllCollection {
        folder: format!("{parent}_{name}"),
        output: options.table(&name).flag("output").unwrap_or(false),
        permalink: options.table(&name).text("permalink"),
        name,
    };
    names.map(read).collect()
}
