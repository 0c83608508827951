//! Front matter that hides a Hugo page: `draft`, `headless` and `build`.
//!
//! Hugo before 0.152 reads YAML 1.1, in which `yes` and `on` are booleans. What any version hides is hidden.

use serde_json::Value;

use crate::content::data::Data;

/// Returns the boolean that a version of Hugo reads: `true`, or `yes`, `on` and `1`.
fn flag(data: &Data, key: &str) -> Option<bool> {
    match data.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Returns whether the front matter marks the page as a draft.
pub(crate) fn is_draft(data: &Data) -> bool {
    flag(data, "draft") == Some(true)
}

/// Returns whether Hugo renders a page: not with `headless` or `build.render`.
pub(super) fn is_rendered(data: &Data) -> bool {
    flag(data, "headless") != Some(true) && !has_build_option(data, "render", &["never", "link"])
}

/// Returns whether Hugo omits the page from all lists.
pub(super) fn is_unlisted(data: &Data) -> bool {
    has_build_option(data, "list", &["never", "local"])
}

/// Returns whether an option of `build`, which older versions of Hugo call `_build`, is off or has one of the values.
fn has_build_option(data: &Data, key: &str, values: &[&str]) -> bool {
    ["build", "_build"].iter().map(|table| data.table(table)).any(|options| {
        let text = options.text(key).unwrap_or_default().to_ascii_lowercase();
        flag(&options, key) == Some(false) || values.contains(&text.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn booleans_of_all_versions_hide_pages() {
        for (front_matter, hidden) in [
            ("draft: true", "draft"),
            ("draft: yes", "draft"),
            ("Draft: On", "draft"),
            ("draft: 1", "draft"),
            ("draft: no", ""),
            ("draft: maybe", ""),
            ("published: no", ""),
            ("headless: yes", "not rendered"),
            ("headless: off", ""),
            ("build: {render: never}", "not rendered"),
            ("build: {render: Link}", "not rendered"),
            ("build: {render: false}", "not rendered"),
            ("_build: {render: no}", "not rendered"),
            ("_build: {render: always}", ""),
            ("build: {render: always}\n_build: {render: never}", "not rendered"),
            ("build: {list: never}", "unlisted"),
            ("build: {list: local}", "unlisted"),
            ("_build: {list: off}", "unlisted"),
            ("build: {list: yes, render: on}", ""),
        ] {
            let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
            let found = match () {
                () if is_draft(&data) => "draft",
                () if !is_rendered(&data) => "not rendered",
                () if is_unlisted(&data) => "unlisted",
                () => "",
            };
            assert_eq!(found, hidden, "{front_matter}");
        }
    }
}
