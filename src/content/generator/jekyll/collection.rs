//! Jekyll's collections: documents in folders of their own.

use crate::content::data::Data;

/// Documents in a folder of their own, `_name`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// Its folder below the content directory.
    pub folder: String,
    /// Whether its documents become pages.
    pub output: bool,
    /// Its permalink pattern.
    pub permalink: Option<String>,
}

/// The collections in the settings: names, or names with options.
pub(super) fn of_config(config: &Data) -> Vec<Collection> {
    let parent =
        config.text("collections_dir").map(|dir| format!("{}/", dir.trim_matches('/'))).unwrap_or_default();
    let options = config.table("collections");
    let names = config.texts("collections").into_iter().chain(options.keys().map(str::to_owned));
    let read = |name: String| Collection {
        folder: format!("{parent}_{name}"),
        output: options.table(&name).flag("output").unwrap_or(false),
        permalink: options.table(&name).text("permalink"),
        name,
    };
    names.map(read).collect()
}
