//! Splits a source file into front matter and body.
//!
//! Front matter is TOML between `+++` lines, YAML between `---` lines, or a JSON object, at the
//! very start of the file; blank lines and a byte order mark before it, another notation named
//! behind the dashes and YAML's own end `...` are accepted, as the generators do. Parsing is
//! [`Data`]'s work.

use super::data::{Data, DataError, Format};
use crate::config::line_of;

/// Templates, attributes and comments at the beginning of a text, which are no JSON.
const NO_JSON: [&str; 5] = ["{{", "{%", "{:", "{#", "{/"];
/// Ends a YAML document, as dashes do.
const YAML_END: &str = "...";

/// A source file, split.
#[derive(Debug, PartialEq)]
pub struct Source<'a> {
    /// The parsed front matter, empty when the file has none.
    pub data: Data,
    /// Whether there is front matter, if only an empty one.
    pub has_front_matter: bool,
    /// The front matter's notation.
    pub format: Option<Format>,
    /// The raw front matter, without its fences.
    pub front_matter: &'a str,
    /// Line of the file on which `front_matter` starts, from 1.
    pub front_matter_line: usize,
    /// What follows the front matter: the Markdown.
    pub body: &'a str,
    /// Line of the file on which `body` starts, from 1.
    pub body_line: usize,
}

impl<'a> Source<'a> {
    /// Splits `text` and parses its front matter.
    ///
    /// # Errors
    /// When the closing fence is missing or the front matter is invalid; the line is the file's.
    pub fn parse(text: &'a str) -> Result<Self, DataError> {
        let Some(parts) = split(text)? else {
            let body = text.strip_prefix('\u{feff}').unwrap_or(text);
            return Ok(Self {
                data: Data::default(),
                has_front_matter: false,
                format: None,
                front_matter: "",
                front_matter_line: 1,
                body,
                body_line: 1,
            });
        };
        let data = Data::parse(parts.front_matter, parts.format)
            .map_err(|error| DataError { line: error.line + parts.line - 1, ..error })?;
        Ok(Self {
            data,
            has_front_matter: true,
            format: Some(parts.format),
            front_matter: parts.front_matter,
            front_matter_line: parts.line,
            body: parts.body,
            body_line: line_of(text.as_bytes(), text.len() - parts.body.len()),
        })
    }

    /// The line of the file on which `key` is set, for messages about its value.
    #[must_use]
    pub fn line_of_key(&self, key: &str) -> usize {
        let is_key = |line: &str| {
            let line = line.trim_start().trim_start_matches('"');
            line.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
        };
        self.front_matter_line + self.front_matter.lines().position(is_key).unwrap_or(0)
    }
}

struct Parts<'a> {
    format: Format,
    front_matter: &'a str,
    line: usize,
    body: &'a str,
}

fn split(text: &str) -> Result<Option<Parts<'_>>, DataError> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let rest = &text[start..];
    let first_line = line_of(text.as_bytes(), start);
    let opening = rest.lines().next().unwrap_or_default().trim_end();
    let (format, fence) = match opening {
        "+++" => (Format::Toml, "+++"),
        "---" | "---yaml" => (Format::Yaml, "---"),
        "---toml" => (Format::Toml, "---"),
        "---json" => (Format::Json, "---"),
        _ if opening.starts_with('{') && !NO_JSON.iter().any(|call| opening.starts_with(call)) => {
            return split_json(rest, first_line).map(Some);
        }
        _ => return Ok(None),
    };
    let inner_start = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let mut offset = inner_start;
    for line in rest[inner_start..].split_inclusive('\n') {
        let line_text = line.trim_end();
        if line_text == fence || opening == "---" && line_text == YAML_END {
            return Ok(Some(Parts {
                format,
                front_matter: &rest[inner_start..offset],
                line: first_line + 1,
                body: &rest[offset + line.len()..],
            }));
        }
        offset += line.len();
    }
    let message = format!("the front matter has no end: add a line `{fence}` after it");
    Err(DataError { line: first_line, message })
}

/// A JSON object ends where its braces close, which only a JSON parser knows.
fn split_json(rest: &str, line: usize) -> Result<Parts<'_>, DataError> {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            let (front_matter, body) = rest.split_at(values.byte_offset());
            Ok(Parts { format: Format::Json, front_matter, line, body })
        }
        Some(Err(error)) => {
            let error = DataError::of_json(&error);
            Err(DataError { line: line + error.line - 1, ..error })
        }
        None => Err(DataError { line, message: "the front matter is empty".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_split_and_blank_lines_or_a_bom_may_stand_before() {
        let cases = [
            "+++\ntitle = 'A'\n+++\nBody\n",
            "\n+++\ntitle = 'A'\n+++\nBody\n",
            "\u{feff}+++\r\ntitle = 'A'\r\n+++\r\nBody\n",
            "---\ntitle: A\n---\nBody\n",
            "\n \n--- \ntitle: A\n---\t\nBody\n",
            "{\"title\": \"A\"}\nBody\n",
            "{\n\"title\": \"A\", \"x\": {\"}\": 1}\n}\nBody\n",
            "---\ntitle: A\n...\nBody\n",
            "---yaml\ntitle: A\n---\nBody\n",
            "---toml\ntitle = 'A'\n---\nBody\n",
            "---json\n{\"title\": \"A\"}\n---\nBody\n",
        ];
        for text in cases {
            let source = Source::parse(text).unwrap();
            assert_eq!(source.data.text("title").as_deref(), Some("A"), "{text:?}");
            assert_eq!(source.body.trim(), "Body", "{text:?}");
        }
    }

    #[test]
    fn a_text_without_front_matter_is_all_body() {
        for text in [
            "",
            "Body",
            "# Title\n\n---\n",
            "{{< youtube x >}}\n",
            "{% include x %}",
            "+++ x\n",
            "{: .x}\n",
            "{#x}",
        ] {
            let source = Source::parse(text).unwrap();
            assert_eq!((source.body, source.front_matter), (text, ""));
        }
    }

    #[test]
    fn dashes_in_the_body_do_not_end_anything() {
        let source = Source::parse("---\na: 1\n---\none\n---\ntwo\n").unwrap();
        assert_eq!(source.body, "one\n---\ntwo\n");
    }

    #[test]
    fn mistakes_have_the_line_of_the_file() {
        let cases = [
            ("\n\n+++\ntitle = 'A'\n", 3, "has no end"),
            ("\n+++\ntitle = 'A'\ndate = \n+++\n", 4, "invalid TOML"),
            ("---\na: 1\nb: [\n---\n", 3, "invalid YAML"),
            ("\n{\"a\": }\nBody", 2, "invalid JSON"),
        ];
        for (text, line, message) in cases {
            let error = Source::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {}", error.message);
            assert!(error.message.contains(message), "{}", error.message);
        }
    }

    #[test]
    fn a_key_has_its_line() {
        let source = Source::parse("\n+++\ntitle = 'A'\nDate = 'no'\n+++\n").unwrap();
        assert_eq!(source.line_of_key("date"), 4);
    }
}
