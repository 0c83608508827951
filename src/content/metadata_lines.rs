//! Metadata by line, `key: value`, which looks like YAML and is not.
//!
//! Python-Markdown, and with it Pelican, takes the rest of the line as the value, whatever signs it has
//! (`markdown/extensions/meta.py`). Authors who know no better write YAML in the same way, and then
//! `title: Home: a story` is invalid.

use serde_json::{Map, Value};

use super::data::{Data, DataFormat};

/// Keys whose values are lists; Pelican separates their items with `;` or else `,` (`ensure_metadata_list` in
/// `pelican/readers.py`).
const LISTS: [&str; 5] = ["tags", "authors", "categories", "keywords", "tag"];

/// Metadata of Python-Markdown at the start of a file.
#[derive(Debug, PartialEq)]
pub(super) struct MetadataLines {
    pub(super) values: Data,
    /// Start of the metadata, after an opening line of dashes, in bytes.
    pub(super) start: usize,
    /// End of the metadata, in bytes.
    pub(super) end: usize,
    /// Start of the text after it, in bytes.
    pub(super) body: usize,
}

/// Reads the metadata of Python-Markdown at the start of a text; `None` if it has none.
///
/// Dashes around it may be missing; a blank line ends it, too. A line with an indentation of four spaces continues the
/// value above it.
pub(super) fn read(text: &str) -> Option<MetadataLines> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n']).len();
    let mut values = Map::new();
    let mut key: Option<String> = None;
    let mut at = start;
    let mut first = start;
    for line in text[start..].split_inclusive('\n') {
        let end = at + line.len();
        if at == start && is_fence(line, "---") {
            (at, first) = (end, end);
            continue;
        }
        if line.trim().is_empty() || is_fence(line, "---") || is_fence(line, "...") {
            return finish(values, first..at, end);
        }
        if let Some((name, value)) = key_and_value(line) {
            // Pelican warns about a second value and uses the first one.
            values.entry(name.clone()).or_insert_with(|| Value::String(value.to_owned()));
            key = Some(name);
        } else if let Some(more) = line.strip_prefix("    ") {
            let Some(Value::String(value)) = key.as_ref().and_then(|key| values.get_mut(key)) else { break };
            value.extend([" ", more.trim()]);
        } else {
            break;
        }
        at = end;
    }
    finish(values, first..at, at)
}

fn finish(
    mut values: Map<String, Value>,
    range: std::ops::Range<usize>,
    body: usize,
) -> Option<MetadataLines> {
    if values.is_empty() {
        return None;
    }
    for (key, value) in &mut values {
        split_list(key, value);
    }
    let values = Data::from_value(&Value::Object(values))?;
    Some(MetadataLines { values, start: range.start, end: range.end, body })
}

/// Reads invalid YAML whose entries are valid, or whose values are text on the line of their key. Returns `None` for any
/// other one: nobody knows what its lines mean.
pub(super) fn read_invalid_yaml(text: &str) -> Option<Data> {
    let mut values = Map::new();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).peekable();
    while let Some(line) = lines.next() {
        let mut entry = line.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t', '-'])) {
            entry.extend(["\n", more]);
        }
        let (name, text) = key_and_value(line)?;
        let parsed = Data::parse(&entry, DataFormat::Yaml).ok();
        let parsed = parsed.and_then(|data| data.entries().next().map(|(_, value)| value.clone()));
        // After a `#` there is a comment, in valid YAML.
        let parsed = parsed.filter(|value| text.is_empty() || !value.is_null());
        let is_line = entry == line;
        let mut value = parsed.or_else(|| is_line.then(|| Value::String(text.to_owned())))?;
        split_list(&name, &mut value);
        values.insert(name, value);
    }
    Data::from_value(&Value::Object(values)).filter(|values| !values.is_empty())
}

/// Returns the key of a line, in lower case, and the text after it. Up to three spaces may precede the key.
fn key_and_value(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let name = key.trim_start_matches(' ');
    let is_key =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (is_key && key.len() - name.len() < 4).then(|| (name.to_ascii_lowercase(), value.trim()))
}

/// Returns whether a line is the mark alone, or the mark and a space.
fn is_fence(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn split_list(key: &str, value: &mut Value) {
    let Value::String(text) = &*value else { return };
    if LISTS.contains(&key) {
        let separator = if text.contains(';') { ';' } else { ',' };
        let items = text.split(separator).map(str::trim).filter(|item| !item.is_empty());
        *value = items.map(|item| Value::String(item.to_owned())).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_metadata_with_or_without_dashes() {
        for text in [
            "---\nTitle: Fog: what now?\nTags: #sea, \"mist\"\n---\nBody\n",
            "\u{feff}---\ntitle: Fog: what now?\ntags: #sea; \"mist\"\n...\nBody\n",
            "Title: Fog: what now?\nTags: #sea, \"mist\",\n\nBody\n",
            "title: Fog:\n    what now?\ntags: #sea, \"mist\"\nBody\n",
            "title: Fog: what now?\n  Title: second\ntags: #sea,\"mist\"\n\nBody\n",
        ] {
            let found = read(text).unwrap();
            assert_eq!(found.values.text("title").as_deref(), Some("Fog: what now?"), "{text:?}");
            assert_eq!(found.values.texts("tags"), ["#sea", "\"mist\""], "{text:?}");
            assert_eq!(&text[found.body..], "Body\n", "{text:?}");
            assert!(text[found.start..found.end].to_lowercase().starts_with("title:"), "{text:?}");
        }
        for text in ["", "Text\n", "# A: b\n", "---\n", "---\n\ntitle: x\n", "http://x.org is down\n    x"] {
            let found = read(text).map(|found| found.values);
            assert!(found.is_none() || text.starts_with("http:"), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn reads_invalid_yaml_by_entry() {
        let text = "title: Fog: what now?\nTags: [sea, mist]\ndraft: true\n\n# note\nby: @ann\nmore:\n  - a\n  - b: 1\nn: #x";
        let data = read_invalid_yaml(text).unwrap();
        let texts = ["title", "by", "n"].map(|key| data.text(key).unwrap_or_default());
        assert_eq!(texts, ["Fog: what now?", "@ann", "#x"]);
        assert_eq!(
            (data.texts("tags"), data.flag("draft")),
            (vec!["sea".to_owned(), "mist".to_owned()], Some(true))
        );
        assert_eq!(data.tables("more").len(), 1);
        for text in
            ["title: x: y\njust a line", "a: b: c\nx:\n  - y: z: {\n", "- a\n- b: [", "title: [x\n  y: z: {"]
        {
            assert_eq!(read_invalid_yaml(text), None, "{text:?}");
        }
    }
}
