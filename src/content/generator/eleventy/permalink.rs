//! The path of a page's URL: from its permalink, or from the path of its file.
//!
//! Sources: `_getLink` of `Template.js` and `TemplatePermalink.js` of Eleventy.

use serde_json::Value;

use super::cascade::is_computed;
use super::template::{TemplateContext, TemplateEngine, text_of};
use crate::content::generator::pattern::normalize_slashes;
use crate::content::source_id::folder_and_stem;

/// What the data of a page says about its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Permalink {
    /// The path is set.
    Path(String),
    /// The path follows that of the file.
    Default,
    /// The page is not written.
    Unwritten,
    /// The path is set by something that only Eleventy can evaluate, named here.
    Unknown(String),
}

/// Returns what the data of a page says about its URL.
pub(super) fn of_page(context: &TemplateContext<'_>, engine: TemplateEngine) -> Permalink {
    let data = context.data;
    let names = ["eleventyComputed.permalink", "eleventyComputed", "permalink"];
    if names.iter().any(|name| is_computed(data, name) && !is_spread(context, name)) {
        return Permalink::Unknown("its permalink is computed by JavaScript".to_owned());
    }
    let computed = data.table("eleventyComputed");
    let permalink = computed.get("permalink").or_else(|| data.get("permalink"));
    match permalink {
        Some(Value::Object(table)) if !table.is_empty() => match table.get("build") {
            Some(build) => of_value(build, context, engine),
            None => Permalink::Unwritten,
        },
        Some(value) => of_value(value, context, engine),
        None => Permalink::Default,
    }
}

/// Returns whether a name counts as computed only because any value might be.
fn is_spread(context: &TemplateContext<'_>, name: &str) -> bool {
    use crate::content::script::COMPUTED_KEYS;
    !context.data.texts(COMPUTED_KEYS).iter().any(|path| path == name)
}

fn of_value(value: &Value, context: &TemplateContext<'_>, engine: TemplateEngine) -> Permalink {
    let dynamic = context.data.flag("dynamicPermalink") != Some(false);
    match value {
        Value::Bool(false) => Permalink::Unwritten,
        Value::String(template) if template.is_empty() => Permalink::Default,
        Value::String(path) if !dynamic => Permalink::Path(path.clone()),
        Value::String(template) => match context.render(template, engine) {
            Ok(path) if path.is_empty() => Permalink::Unwritten,
            Ok(path) => Permalink::Path(path),
            Err(what) => {
                Permalink::Unknown(format!("its permalink uses {}, which only Eleventy can evaluate", what.0))
            }
        },
        Value::Number(_) => text_of(value).map_or(Permalink::Default, Permalink::Path),
        _ => Permalink::Default,
    }
}

/// Returns the path of a page without a permalink.
pub(super) fn default_path(id: &str) -> String {
    let (folder, stem) = folder_and_stem(id);
    let is_folders = stem == "index" || folder.rsplit('/').next() == Some(stem);
    if is_folders { format!("{folder}/") } else { format!("{folder}/{stem}/") }
}

/// Returns the path of the URL for the path of an output file.
pub(super) fn url_path(path: &str) -> String {
    let path = normalize_slashes(&without_dots(path.trim()));
    for ending in ["/index.html", "/index/", "/index"] {
        if let Some(folder) = path.strip_suffix(ending) {
            return format!("{folder}/");
        }
    }
    path
}

/// Returns the path without `.` and `..`.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
