//! Eleventy's data cascade: how the values of front matter, layouts, data files and global data are merged.
//!
//! Sources: `#getData` of `Template.js` and `Merge.js` of Eleventy.

use serde_json::{Map, Value};

use crate::content::data::Data;
use crate::content::script::COMPUTED_KEYS;

/// The prefix of a key whose value replaces a list or table instead of being merged with it.
const OVERRIDE: &str = "override:";

/// Values of a site for all of its pages.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub(crate) struct GlobalData {
    /// The values, by the names of their files.
    pub values: Data,
    /// Names whose values are computed.
    pub computed: Vec<String>,
}

impl GlobalData {
    /// Returns the value of a name.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.entries().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Returns whether code computes the value of a path such as `site.url`.
    pub(super) fn computes(&self, path: &str) -> bool {
        self.computed.iter().any(|computed| {
            let computed = computed.strip_suffix(".*").unwrap_or(computed);
            path.strip_prefix(computed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Sets the value at a path such as `eleventyComputed.permalink`.
    pub(super) fn set(&mut self, path: &str, value: Value) {
        let nested = path
            .rsplit('.')
            .fold(value, |value, key| Value::Object(Map::from_iter([(key.to_owned(), value)])));
        if let Some(data) = Data::from_value(&nested) {
            self.values = merged([&self.values, &data]);
        }
    }

    /// Returns the values that decide about all pages.
    pub(super) fn of_pages(&self) -> Data {
        const NAMES: [&str; 7] = [
            "permalink",
            "layout",
            "draft",
            "published",
            "eleventyComputed",
            "lang",
            "templateEngineOverride",
        ];
        let mut values = Map::new();
        for name in NAMES {
            if let Some(value) = self.value(name) {
                values.insert(name.to_owned(), value.clone());
            }
        }
        let first = |path: &String| path.split('.').next().unwrap_or_default().to_owned();
        let computed: Vec<Value> = self
            .computed
            .iter()
            .filter(|path| NAMES.contains(&first(path).as_str()))
            .map(|path| Value::from(path.as_str()))
            .collect();
        if !computed.is_empty() {
            values.insert(COMPUTED_KEYS.to_owned(), Value::Array(computed));
        }
        to_data(values)
    }
}

/// Merges values; later ones take precedence. Tables are merged and lists are joined.
pub(super) fn merged<'a>(sources: impl IntoIterator<Item = &'a Data>) -> Data {
    let mut values = Map::new();
    let mut computed: Vec<String> = Vec::new();
    for source in sources {
        for (key, value) in source.entries().filter(|(key, _)| *key != COMPUTED_KEYS) {
            computed.retain(|path| {
                path.strip_prefix(own_key(key))
                    .is_none_or(|rest| !rest.is_empty() && (value.is_object() || !rest.starts_with('.')))
            });
            merge_key(&mut values, key, value);
        }
        for path in source.texts(COMPUTED_KEYS) {
            values.remove(&path);
            computed.push(path);
        }
    }
    if !computed.is_empty() {
        values.insert(COMPUTED_KEYS.to_owned(), computed.into());
    }
    to_data(values)
}

fn own_key(key: &str) -> &str {
    key.strip_prefix(OVERRIDE).unwrap_or(key)
}

fn merge_key(values: &mut Map<String, Value>, key: &str, value: &Value) {
    let own = own_key(key);
    match (values.get_mut(own), value) {
        (Some(Value::Object(table)), Value::Object(over)) if own == key => {
            for (key, value) in over {
                merge_key(table, key, value);
            }
        }
        (Some(Value::Array(items)), Value::Array(more)) if own == key => items.extend(more.iter().cloned()),
        _ => {
            values.insert(own.to_owned(), value.clone());
        }
    }
}

/// Returns whether code computes a value of the data.
pub(super) fn is_computed(data: &Data, name: &str) -> bool {
    let paths = data.texts(COMPUTED_KEYS);
    paths.iter().any(|path| path == name) || paths.iter().any(|path| path == "*") && !has_key(data, name)
}

fn has_key(data: &Data, name: &str) -> bool {
    data.keys().any(|key| key == name)
}

/// Returns the values except those of one key.
pub(super) fn without(data: &Data, name: &str) -> Data {
    let mut values = Map::new();
    for (key, value) in data.entries().filter(|(key, _)| *key != name) {
        values.insert(key.to_owned(), value.clone());
    }
    to_data(values)
}

fn to_data(values: Map<String, Value>) -> Data {
    Data::from_value(&Value::Object(values)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn later_values_take_precedence_and_tables_are_merged() {
        let cases: [(&[&str], &str); 7] = [
            (&["{a: 1, b: 2}", "{b: 3}"], "{a: 1, b: 3}"),
            (&["{t: {a: 1, b: [1]}}", "{t: {b: [2], c: 3}}"], "{t: {a: 1, b: [1, 2], c: 3}}"),
            (&["{b: [1]}", "{'override:b': [2]}"], "{b: [2]}"),
            (&["{t: {a: 1}}", "{t: x}"], "{t: x}"),
            (&["{'computed:keys': [p]}", "{p: 1}"], "{p: 1}"),
            (
                &["{p: 1}", "{'computed:keys': [p, t.x]}", "{t: {y: 1}}"],
                "{t: {y: 1}, 'computed:keys': [p, t.x]}",
            ),
            (&["{'computed:keys': [t.x, tt]}", "{t: false}"], "{t: false, 'computed:keys': [tt]}"),
        ];
        let parse = |text: &str| Data::parse(text, DataFormat::Yaml).unwrap();
        for (sources, expected) in cases {
            let sources: Vec<Data> = sources.iter().map(|text| parse(text)).collect();
            assert_eq!(merged(&sources), parse(expected), "{expected}");
        }
        let mut global = GlobalData::default();
        global.set("eleventyComputed.permalink", "/x/".into());
        assert_eq!(global.of_pages(), parse("{eleventyComputed: {permalink: /x/}}"));
    }
}
