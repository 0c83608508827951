//! Astro's content collections: their folders and their routes.

use std::path::Path;

use super::super::folders;
use super::super::js_project;
use super::route::{AstroRoute, RouteFile};
use crate::content::generator::site_files;

/// Files with the collection settings, below the source folder, without extension.
const COLLECTION_SETTINGS: [&str; 2] = ["content.config", "content/config"];

/// A content collection.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AstroCollection {
    /// Name of the collection.
    pub name: String,
    /// Folder of its entries, relative to the content directory.
    pub folder: String,
    /// Route that serves its entries, if one was found.
    pub route: Option<AstroRoute>,
    /// Whether files and folders whose names begin with `_` are excluded.
    pub excludes_underscores: bool,
}

/// Returns the collections of the settings, or, if there are none, one for each folder of `src/content`.
pub(super) fn collections(site_dir: &Path, sources: &str) -> Vec<AstroCollection> {
    let content = format!("{sources}/content");
    let settings = COLLECTION_SETTINGS
        .iter()
        .find_map(|name| js_project::parse_script(site_dir, &format!("{sources}/{name}")));
    let named = settings.map(|script| script.declared_object("collections")).unwrap_or_default();
    let of_settings = named.keys().map(|name| {
        let loader = named.table(name).table("loader");
        let base = loader.text("base").map(|base| folders::folder_name(&base));
        let patterns = loader.texts("pattern");
        AstroCollection {
            name: name.to_owned(),
            folder: base.unwrap_or_else(|| format!("{content}/{name}")),
            route: None,
            // A collection without a pattern follows older versions of Astro, which exclude such files.
            excludes_underscores: patterns.is_empty()
                || patterns.iter().any(|pattern| pattern.contains("[^_]")),
        }
    });
    let mut found: Vec<AstroCollection> = of_settings.collect();
    if found.is_empty() {
        let folders = site_files::entries(&site_dir.join(&content)).into_iter().filter(|path| path.is_dir());
        let names = folders.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let of_folder = |name| AstroCollection {
            folder: format!("{content}/{name}"),
            name,
            route: None,
            excludes_underscores: true,
        };
        found = names.map(of_folder).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
    }
    found.retain(|own| site_files::has_files_below(&site_dir.join(&own.folder), &[".md", ".mdx"]));
    found
}

/// Assigns each collection its route: one whose code queries the collection, else one with a folder of the
/// collection's name, else the only route if there is only one collection.
pub(super) fn assign_routes(collections: &mut [AstroCollection], routes: &[RouteFile], is_starlight: bool) {
    let is_alone = collections.len() == 1 && routes.len() == 1;
    for collection in collections {
        let name = collection.name.as_str();
        let found = routes.iter().find(|route_file| route_file.queries(name));
        let found = found.or_else(|| routes.iter().find(|route_file| route_file.has_folder(name)));
        let found = found.or_else(|| routes.first().filter(|_| is_alone));
        collection.route = match found {
            Some(route_file) => Some(route_file.route.clone()),
            None => (is_starlight && name == "docs").then(AstroRoute::of_starlight),
        };
    }
}
