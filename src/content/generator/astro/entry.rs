//! The entries of Astro's collections: their ids, and their values in the code of routes.

use std::collections::BTreeMap;

use super::collection::AstroCollection;
use crate::content::data::Data;
use crate::content::script::expression::{Evaluation, ScriptValue};
use crate::content::slugs;

/// An entry of a collection.
pub(super) struct AstroEntry {
    /// The id, or the slug of a collection without a loader.
    pub(super) id: String,
    /// The value of the entry in the code of a route.
    pub(super) value: ScriptValue,
}

impl AstroEntry {
    /// Returns the entry of a file, by its path in the collection's folder.
    ///
    /// Astro takes the id from `slug`, else it makes it of the path without extension: each name becomes a slug, and a
    /// trailing `/index` is dropped (`getContentEntryIdAndSlug` in `content/utils.ts`).
    pub(super) fn new(collection: &AstroCollection, path: &str, data: &Data) -> Self {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let slugged: Vec<String> = stem.split('/').map(slugs::github).collect();
        let by_path = slugged.join("/");
        let by_path = by_path.strip_suffix("/index").unwrap_or(&by_path).to_owned();
        let values = ScriptValue::of_data(data);
        let generated = collection.id.as_ref().and_then(|function| {
            let file = ScriptValue::Object(BTreeMap::from([
                ("entry".to_owned(), ScriptValue::Text(path.to_owned())),
                ("data".to_owned(), values.clone()),
            ]));
            Evaluation::new(&file, &[], 0).value(function)?.text()
        });
        let id = generated.or_else(|| data.text("slug")).unwrap_or(by_path);
        let own_id = if collection.has_file_ids { path.to_owned() } else { id.clone() };
        let text = |key: &str, value: &str| (key.to_owned(), ScriptValue::Text(value.to_owned()));
        let value = ScriptValue::Object(BTreeMap::from([
            text("id", &own_id),
            text("slug", &id),
            text("collection", &collection.name),
            text("filePath", &format!("{}/{path}", collection.folder)),
            ("data".to_owned(), values),
        ]));
        Self { id, value }
    }
}
