//! Astro's content collections: their folders and their routes.

use std::path::Path;

use super::super::project;
use super::route::{Route, Served};

/// Where the settings of collections are, below the folder of sources.
const COLLECTION_SETTINGS: [&str; 2] = ["content.config", "content/config"];

/// A collection of entries.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// Its folder, from the content directory on.
    pub folder: String,
    /// The route of its entries, if one was found.
    pub route: Option<Route>,
    /// Files whose names begin with `_` are none of its entries.
    pub hides_marked: bool,
}

/// The collections of the settings, else the folders of `src/content`.
pub(super) fn collections(site_dir: &Path, sources: &str) -> Vec<Collection> {
    let content = format!("{sources}/content");
    let settings =
        COLLECTION_SETTINGS.iter().find_map(|name| project::program(site_dir, &format!("{sources}/{name}")));
    let named = settings.map(|script| script.declared("collections")).unwrap_or_default();
    let of_settings = named.keys().map(|name| {
        let loader = named.table(name).table("loader");
        let base = loader.text("base").map(|base| project::folder_name(&base));
        let patterns = loader.texts("pattern");
        Collection {
            name: name.to_owned(),
            folder: base.unwrap_or_else(|| format!("{content}/{name}")),
            route: None,
            // Without a pattern it is a collection of older Astros, which leave them out.
            hides_marked: patterns.is_empty() || patterns.iter().any(|pattern| pattern.contains("[^_]")),
        }
    });
    let mut found: Vec<Collection> = of_settings.collect();
    if found.is_empty() {
        let folders = std::fs::read_dir(site_dir.join(&content)).into_iter().flatten().flatten();
        let folders = folders.filter(|entry| entry.path().is_dir());
        let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
        let of_folder =
            |name| Collection { folder: format!("{content}/{name}"), name, route: None, hides_marked: true };
        found = names.map(of_folder).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
    }
    found.retain(|own| !project::files_below(&site_dir.join(&own.folder), &[".md", ".mdx"]).is_empty());
    found
}

/// Gives each collection its route: one whose program asks for it, one in a folder of its name, or the
/// only one there is.
pub(super) fn assign_routes(collections: &mut [Collection], routes: &[Served], is_starlight: bool) {
    let is_alone = collections.len() == 1 && routes.len() == 1;
    for collection in collections {
        let name = collection.name.as_str();
        let found = routes.iter().find(|served| served.asks_for(name));
        let found = found.or_else(|| routes.iter().find(|served| served.has_folder(name)));
        let found = found.or_else(|| routes.first().filter(|_| is_alone));
        collection.route = match found {
            Some(served) => Some(served.route.clone()),
            None => (is_starlight && name == "docs").then(Route::of_starlight),
        };
    }
}
