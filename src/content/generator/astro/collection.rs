//! Astro's content collections: their folders and their routes.

use std::path::Path;

use super::super::folders;
use super::super::globs::GlobList;
use super::super::js_project;
use super::super::site_files;
use super::route::{AstroRoute, RouteFile};
use crate::content::data::Data;
use crate::content::mounts::Mount;
use crate::content::script::ParsedScript;
use crate::content::script::expression::{Expression, ScriptCode};

/// Files with the collection settings, below the source folder, without extension.
const COLLECTION_SETTINGS: [&str; 2] = ["content.config", "content/config"];

/// A content collection.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct AstroCollection {
    /// Name of the collection.
    pub name: String,
    /// Folder of its entries, relative to the content directory.
    pub folder: String,
    /// Routes that serve its entries, by precedence.
    pub routes: Vec<AstroRoute>,
    /// Whether no route serves the collection, so that its entries have no pages.
    pub is_unserved: bool,
    /// Patterns of its entries, relative to the folder; empty for all files whose path has no name that begins with `_`.
    pub patterns: GlobList,
    /// Patterns of the files that are no entries.
    pub excluded: GlobList,
    /// Whether ids of entries keep the extension of files, as in collections without a loader.
    pub has_file_ids: bool,
    /// The function `generateId` of the loader.
    pub id: Option<Expression>,
}

impl AstroCollection {
    /// Returns the collection of a folder below `src/content`, for a site without collection settings.
    fn of_folder(content: &str, name: String) -> Self {
        Self { folder: format!("{content}/{name}"), name, has_file_ids: true, ..Self::default() }
    }

    /// Reads a collection in the settings; `loader` is that of `defineCollection`.
    fn of_settings(content: &str, name: &str, loader: &Data, code: &CollectionCode) -> Self {
        let patterns = loader.texts("pattern");
        let base = loader.text("base").map(|base| folders::folder_name(&base));
        // The default `base` of `glob` is the root of the project; other loaders have a folder of their own.
        let folder = base.or_else(|| (!patterns.is_empty()).then(String::new));
        let (excluded, patterns): (Vec<String>, Vec<String>) =
            patterns.into_iter().partition(|pattern| pattern.starts_with('!'));
        Self {
            name: name.to_owned(),
            folder: folder.unwrap_or_else(|| format!("{content}/{name}")),
            patterns: GlobList::of_micromatch(patterns),
            excluded: GlobList::of_micromatch(excluded.iter().map(|pattern| pattern[1..].to_owned())),
            has_file_ids: code.loader(name).is_none(),
            id: code.loader(name).and_then(generated_id),
            ..Self::default()
        }
    }

    /// Returns whether a file, by its path in the folder, is an entry.
    pub(super) fn contains(&self, path: &str) -> bool {
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        if self.patterns.is_empty() {
            return !path.split('/').any(|part| part.starts_with('_'));
        }
        !is_hidden && self.patterns.matches(path) && !self.excluded.matches(path)
    }
}

/// The expressions of the collection settings.
struct CollectionCode {
    names: Vec<(String, Expression)>,
}

impl CollectionCode {
    fn bound(&self, name: &str) -> Option<&Expression> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Returns the loader of a collection: an expression, or `None` for a collection without a loader.
    fn loader(&self, name: &str) -> Option<&Expression> {
        let Some(Expression::Object(collections)) = self.bound("collections") else { return None };
        let (_, named) = collections.iter().find(|(own, _)| own == name)?;
        let collection = match named {
            Expression::Name(name) => self.bound(name)?,
            other => other,
        };
        let Expression::Call(_, arguments) = collection else { return None };
        let Some(Expression::Object(options)) = arguments.first() else { return None };
        options.iter().find(|(key, _)| key == "loader").map(|(_, loader)| loader)
    }
}

/// Returns the function `generateId` of a loader.
fn generated_id(loader: &Expression) -> Option<Expression> {
    let Expression::Call(_, arguments) = loader else { return None };
    let Some(Expression::Object(options)) = arguments.first() else { return None };
    options.iter().find(|(key, _)| key == "generateId").map(|(_, function)| function.clone())
}

/// Returns the collections of the settings, or, if there are none, one for each folder of `src/content`; and the mounts
/// of the collections outside of the site's root.
pub(super) fn collections(site_dir: &Path, sources: &str) -> (Vec<AstroCollection>, Vec<Mount>) {
    let content = format!("{sources}/content");
    let texts = COLLECTION_SETTINGS
        .iter()
        .find_map(|name| js_project::script_text(site_dir, &format!("{sources}/{name}")));
    let text = texts.unwrap_or_default();
    let named = ParsedScript::parse(&text).declared_object("collections");
    let code = CollectionCode { names: ScriptCode::parse(&text).bindings() };
    let mut found: Vec<AstroCollection> = named
        .keys()
        .map(|name| AstroCollection::of_settings(&content, name, &named.table(name).table("loader"), &code))
        .collect();
    if found.is_empty() {
        let folders = site_files::entries(&site_dir.join(&content)).into_iter().filter(|path| path.is_dir());
        let names = folders.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        found = names.map(|name| AstroCollection::of_folder(&content, name)).collect();
    }
    found.retain(|own| site_files::has_files_below(&site_dir.join(&own.folder), &[".md", ".mdx"]));
    let mut mounts = Vec::new();
    for own in found.iter_mut().filter(|own| own.folder.starts_with("..")) {
        let at = own.folder.trim_start_matches(['.', '/']).to_owned();
        mounts.push(Mount { folder: folders::real_folder(site_dir, &own.folder), at: at.clone() });
        own.folder = at;
    }
    (found, mounts)
}

/// Assigns each collection the routes whose code queries it. For code that is not understood, a route with a folder of
/// the collection's name, or the only one, is guessed.
pub(super) fn assign_routes(
    collections: &mut [AstroCollection],
    routes: &[RouteFile],
    is_starlight: bool,
    has_pages: bool,
) {
    let is_alone = collections.len() == 1 && routes.len() == 1;
    let is_decided =
        has_pages && routes.iter().all(|file| !file.queries.is_unknown && !file.queries.names.is_empty());
    for collection in collections {
        let name = collection.name.as_str();
        let mut found: Vec<&RouteFile> =
            routes.iter().filter(|file| file.queries.names.contains(name)).collect();
        // Pages that show the text of entries come first, then those of no other collection.
        found.sort_by_key(|file| (!file.has_content, file.queries.names.len()));
        if found.is_empty() && is_starlight && name == "docs" {
            collection.routes = vec![AstroRoute::of_starlight()];
            continue;
        }
        if found.is_empty() {
            let undecided =
                || routes.iter().filter(|file| file.queries.names.is_empty() || file.queries.is_unknown);
            let guess = undecided()
                .find(|file| file.has_folder(name))
                .or_else(|| undecided().next().filter(|_| is_alone));
            found.extend(guess);
        }
        collection.is_unserved = found.is_empty() && is_decided;
        collection.routes = found.into_iter().map(|file| file.route.clone()).collect();
    }
}
