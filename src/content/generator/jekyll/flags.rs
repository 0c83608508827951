//! Flags in YAML as Ruby reads them: with the booleans of YAML 1.1, and anything else than `false` and `null` is true.

use serde_json::Value;

use crate::content::data::Data;

/// Returns whether Ruby treats a value as true; a missing one is false.
///
/// Psych reads `no`, `off` and `false` in any case as false. Quotes, with which they are texts, are not known here: such a
/// text counts as false, too.
pub(super) fn is_true(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => boolean(text) != Some(false),
        Some(_) => true,
    }
}

/// Returns the boolean of YAML 1.1 that a text without quotes is.
fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Replaces the texts of flags by booleans: of `published`, and of the keys that hide a post from search.
pub(super) fn normalize(data: &mut Data) {
    let mut flags = serde_json::Map::new();
    for (key, value) in data.entries() {
        let name = key.to_ascii_lowercase();
        if name == "published" {
            // An empty value is `nil`, with which Jekyll does not publish the post (`lib/jekyll/publisher.rb`).
            flags.insert(key.to_owned(), is_true(Some(value)).into());
        } else if let Some(flag) = value.as_str().and_then(boolean)
            && (name.contains("search") || name == "draft")
        {
            flags.insert(key.to_owned(), flag.into());
        }
    }
    set(data, &Value::Object(flags));
}

/// Sets all values of a table, which take precedence over those of `data`.
pub(super) fn set(data: &mut Data, values: &Value) {
    data.override_with(&Data::from_value(values).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn booleans_are_those_of_yaml_1_1() {
        for (text, expected) in [
            ("false", false),
            ("no", false),
            ("No", false),
            ("OFF", false),
            ("", false),
            ("~", false),
            ("true", true),
            ("yes", true),
            ("On", true),
            ("n", true),
            ("0", true),
            ("2024-01-02", true),
        ] {
            let mut data = Data::parse(&format!("published: {text}\n"), DataFormat::Yaml).unwrap();
            normalize(&mut data);
            assert_eq!(data.flag("published"), Some(expected), "{text}");
        }
        let mut data =
            Data::parse("search: Off\nexclude_from_search: yes\ntitle: On\n", DataFormat::Yaml).unwrap();
        normalize(&mut data);
        assert_eq!((data.flag("search"), data.flag("exclude_from_search")), (Some(false), Some(true)));
        assert_eq!(data.text("title").as_deref(), Some("On"));
        assert!(!is_true(None) && is_true(Some(&Value::from("later"))));
    }
}
