//! Whether a post of an unknown generator is published, by all common spellings.
//!
//! Nobody knows which of them the generator obeys. What one of them hides is hidden.

use serde_json::Value;

use crate::content::data::Data;
use crate::content::source_id::folder_and_stem;

/// Keys that mark a draft if they are true, in lower case and without `_` and `-`.
const DRAFT: [&str; 8] =
    ["draft", "drafts", "isdraft", "unpublished", "isunpublished", "private", "isprivate", "wip"];
/// Keys that mark a draft if they are false.
const PUBLISHED: [&str; 5] = ["published", "ispublished", "publish", "public", "ispublic"];
/// Keys whose value may name a state.
const STATE: [&str; 5] = ["status", "state", "visibility", "publishstatus", "poststatus"];
/// States of a post that is not published.
const UNPUBLISHED_STATES: [&str; 9] =
    ["draft", "drafts", "unpublished", "private", "pending", "wip", "skip", "archive-draft", "in review"];
/// Keys that mark an unlisted page if they are true.
const UNLISTED: [&str; 4] = ["unlisted", "isunlisted", "hidden", "ishidden"];
/// Keys that mark an unlisted page if they are false.
const LISTED: [&str; 3] = ["listed", "islisted", "visible"];
/// Folders whose files are parts of pages, not pages.
const PARTIALS: [&str; 9] = [
    "_includes",
    "_layouts",
    "_templates",
    "_partials",
    "_components",
    "_data",
    "_sass",
    "_site",
    "_archetypes",
];

/// Returns whether the front matter marks the post as a draft.
pub(super) fn is_draft(data: &Data) -> bool {
    has(data, &DRAFT, |value| flag(value) == Some(true))
        || has(data, &PUBLISHED, |value| flag(value) == Some(false))
        || has(data, &STATE, |value| is_state(value, &UNPUBLISHED_STATES))
}

/// Returns whether the front matter keeps the page out of all lists.
pub(super) fn is_unlisted(data: &Data) -> bool {
    let list = build_options(data).text("list");
    has(data, &UNLISTED, |value| flag(value) == Some(true))
        || has(data, &LISTED, |value| flag(value) == Some(false))
        || has(data, &STATE, |value| is_state(value, &["hidden", "unlisted"]))
        || matches!(list.as_deref(), Some("never" | "local" | "false"))
}

/// Returns whether the front matter says that the file gets no page.
pub(super) fn is_not_rendered(data: &Data) -> bool {
    let render = build_options(data).text("render");
    matches!(render.as_deref(), Some("never" | "link" | "false"))
        || data.flag("headless") == Some(true)
        || data.flag("render") == Some(false)
        || data.flag("permalink") == Some(false)
}

/// Returns whether a file is among drafts: its folder or the end of its name says so.
pub(super) fn is_among_drafts(id: &str) -> bool {
    let (folder, stem) = folder_and_stem(id);
    folder.split('/').any(|name| matches!(name.to_ascii_lowercase().as_str(), "drafts" | "_drafts"))
        || stem.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("draft"))
}

/// Returns whether a file is a part of other pages: its name begins with `_`, or its folder is one of layouts and the like.
pub(super) fn is_partial(id: &str) -> bool {
    let (folder, stem) = folder_and_stem(id);
    let is_section = stem == "_index" || stem.starts_with("_index.");
    stem.starts_with('_') && !is_section || folder.split('/').any(|name| PARTIALS.contains(&name))
}

/// Returns whether the value of one of the keys is as wanted. `keys` are in lower case and without `_` and `-`.
fn has(data: &Data, keys: &[&str], is_wanted: impl Fn(&Value) -> bool) -> bool {
    data.entries().any(|(key, value)| {
        let key = key.replace(['_', '-'], "").to_ascii_lowercase();
        keys.contains(&key.as_str()) && is_wanted(value)
    })
}

/// Returns a value as a flag, in the spellings of all versions of YAML.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn is_state(value: &Value, states: &[&str]) -> bool {
    value.as_str().is_some_and(|text| states.contains(&text.trim().to_ascii_lowercase().as_str()))
}

/// Returns Hugo's table `build`, which older versions call `_build`.
fn build_options(data: &Data) -> Data {
    let mut options = data.table("build");
    options.fill_from(&data.table("_build"));
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn data(yaml: &str) -> Data {
        Data::parse(yaml, DataFormat::Yaml).unwrap()
    }

    #[test]
    fn drafts_in_all_spellings_are_hidden() {
        for yaml in [
            "draft: true",
            "Draft: yes",
            "is_draft: true",
            "isDraft: 'True'",
            "draft: 1",
            "unpublished: true",
            "published: false",
            "publish: no",
            "isPublished: false",
            "public: false",
            "status: Draft",
            "state: private",
            "private: true",
            "post-status: pending",
        ] {
            assert!(is_draft(&data(yaml)), "{yaml}");
        }
        for yaml in [
            "draft: false",
            "published: true",
            "published: 2024-01-02",
            "status: published",
            "title: draft",
            "publish: 2024",
            "draft: no",
            "private: no",
            "public: 2019-01-02",
        ] {
            assert!(!is_draft(&data(yaml)), "{yaml}");
        }
    }

    #[test]
    fn unlisted_pages_and_files_without_a_page_are_known() {
        for yaml in
            ["unlisted: true", "hidden: true", "listed: false", "Status: hidden", "build: {list: never}"]
        {
            assert!(is_unlisted(&data(yaml)), "{yaml}");
        }
        for yaml in ["headless: true", "_build: {render: never}", "render: false", "permalink: false"] {
            assert!(is_not_rendered(&data(yaml)), "{yaml}");
        }
        let ordinary = data("hidden: false\nlisted: true\nrender: true\npermalink: /x/");
        assert!(!is_unlisted(&ordinary) && !is_not_rendered(&ordinary));
    }

    #[test]
    fn names_of_files_and_folders_tell_drafts_and_partials() {
        for id in ["drafts/a.md", "x/_drafts/y/a.md", "x/a.draft.md", "Drafts/a.md"] {
            assert!(is_among_drafts(id), "{id}");
        }
        for id in ["x/_part.md", "_includes/a.md", "x/_layouts/a.md"] {
            assert!(is_partial(id), "{id}");
        }
        for id in ["x/_index.md", "_index.fr.md", "_posts/a.md", "drafting/a.md", "my-draft.md"] {
            assert!(!is_among_drafts(id) && !is_partial(id), "{id}");
        }
    }
}
