//! Front matter: splits a source file into front matter and body.
//!
//! Front matter is TOML between `+++` lines, YAML between `---` lines, or a JSON object, at the start of
//! the file. As in the generators, blank lines and a byte order mark may precede it, the opening dashes may
//! name another format (`---toml`, `---json`, `---js`), and `...` may end YAML. [`Data`] parses it.

use std::borrow::Cow;

use super::data::{Data, DataError, DataFormat};
use super::metadata_lines;
use super::script::declared_values;
use crate::config::line_of;

/// Starts of templates, attributes and comments, which look like JSON but are not.
const NOT_JSON: [&str; 5] = ["{{", "{%", "{:", "{#", "{/"];
/// End of a YAML document, which may replace the closing dashes.
const YAML_END: &str = "...";

/// How a generator reads metadata between lines of dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum FrontMatterSyntax {
    /// As YAML.
    Yaml,
    /// As YAML or, if that is invalid, as `key: value` by line.
    YamlOrLines,
    /// As `key: value` by line. The dashes may be missing.
    Lines,
}

/// A source file, split into front matter and body.
#[derive(Debug, PartialEq)]
pub struct ParsedSource<'a> {
    /// Parsed front matter; empty if the file has none.
    pub data: Data,
    /// Whether the file has front matter, even if it is empty.
    pub has_front_matter: bool,
    /// Format of the front matter; `None` also for JavaScript.
    pub format: Option<DataFormat>,
    /// Raw front matter, without the fences.
    pub front_matter: &'a str,
    /// First line of `front_matter` in the file, from 1.
    pub front_matter_line: usize,
    /// Text after the front matter.
    pub body: &'a str,
    /// First line of `body` in the file, from 1.
    pub body_line: usize,
    /// Why the front matter is invalid, if it was read by line instead.
    pub error: Option<DataError>,
}

impl<'a> ParsedSource<'a> {
    /// Splits `text` and parses its front matter.
    ///
    /// # Errors
    /// If the closing fence is missing or the front matter is invalid. The error has the line of the file.
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
                error: None,
            });
        };
        let data = parts.parse()?;
        Ok(Self::of_parts(text, &parts, data))
    }

    /// Splits `text` and parses its front matter in the generator's syntax.
    ///
    /// # Errors
    /// If the closing fence is missing or the front matter is invalid. The error has the line of the file.
    pub(super) fn parse_as(text: &'a str, syntax: FrontMatterSyntax) -> Result<Self, DataError> {
        match syntax {
            FrontMatterSyntax::Yaml => Self::parse(text),
            FrontMatterSyntax::YamlOrLines => Self::parse(text).or_else(|error| {
                let parts = split(text)?.filter(|parts| parts.notation == Notation::Data(DataFormat::Yaml));
                let read = |parts: FrontMatterParts<'a>| {
                    let data = metadata_lines::read_invalid_yaml(parts.front_matter)?;
                    Some(Self { error: Some(error.clone()), ..Self::of_parts(text, &parts, data) })
                };
                parts.and_then(read).ok_or(error)
            }),
            FrontMatterSyntax::Lines => Ok(Self::of_lines(text)),
        }
    }

    fn of_parts(text: &str, parts: &FrontMatterParts<'a>, data: Data) -> Self {
        Self {
            data,
            has_front_matter: true,
            format: parts.format(),
            front_matter: parts.front_matter,
            front_matter_line: parts.line,
            body: parts.body,
            body_line: line_of(text.as_bytes(), text.len() - parts.body.len()),
            error: None,
        }
    }

    /// Splits `text` as Python-Markdown does.
    fn of_lines(text: &'a str) -> Self {
        let found = metadata_lines::read(text);
        let has_front_matter = found.is_some();
        let (data, start, end, body) = found.map_or_else(
            || (Data::default(), 0, 0, 0),
            |found| (found.values, found.start, found.end, found.body),
        );
        Self {
            data,
            has_front_matter,
            format: None,
            front_matter: &text[start..end],
            front_matter_line: line_of(text.as_bytes(), start),
            body: text[body..].trim_start_matches('\u{feff}'),
            body_line: line_of(text.as_bytes(), body),
            error: None,
        }
    }

    /// Returns whether the value of `key` is written without quotes, so that YAML and TOML may give it a type of its own.
    /// A value that other files pass to the post counts as such.
    #[must_use]
    pub(super) fn is_plain_value(&self, key: &str) -> bool {
        let value = |line: &'a str| {
            let line = line.trim_start().trim_start_matches(['"', '\'', '{', ' ']);
            let rest = line.get(..key.len()).filter(|start| start.eq_ignore_ascii_case(key));
            let rest = rest.and(line.get(key.len()..))?.trim_start_matches(['"', '\'', ' ']);
            rest.strip_prefix([':', '=']).map(str::trim_start)
        };
        let last = self.front_matter.lines().filter_map(value).next_back();
        self.format != Some(DataFormat::Json)
            && last.is_none_or(|value| !value.starts_with(['"', '\'', '|', '>']))
    }

    /// Returns the source with the lines of a file that has fewer lines at the top.
    pub(super) fn moved_up(self, lines: usize) -> Self {
        let up = |line: usize| line.saturating_sub(lines).max(1);
        Self { front_matter_line: up(self.front_matter_line), body_line: up(self.body_line), ..self }
    }

    /// Returns the line of the file that sets `key`, for errors about its value.
    #[must_use]
    pub fn line_of_key(&self, key: &str) -> usize {
        let is_key = |line: &str| {
            let line = line.trim_start().trim_start_matches('"');
            line.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
        };
        self.front_matter_line + self.front_matter.lines().position(is_key).unwrap_or(0)
    }
}

/// Returns the text with `\n` as its only line ending.
#[must_use]
pub(super) fn with_unix_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The notation of front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Data(DataFormat),
    /// JavaScript, of which the literal values are read.
    Script,
}

struct FrontMatterParts<'a> {
    notation: Notation,
    front_matter: &'a str,
    line: usize,
    body: &'a str,
}

impl FrontMatterParts<'_> {
    fn format(&self) -> Option<DataFormat> {
        match self.notation {
            Notation::Data(format) => Some(format),
            Notation::Script => None,
        }
    }

    /// Parses the front matter. An error has the line of the file.
    fn parse(&self) -> Result<Data, DataError> {
        let Notation::Data(format) = self.notation else { return Ok(declared_values(self.front_matter)) };
        Data::parse(self.front_matter, format)
            .map_err(|error| DataError { line: error.line + self.line - 1, ..error })
    }
}

fn split(text: &str) -> Result<Option<FrontMatterParts<'_>>, DataError> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let rest = &text[start..];
    let first_line = line_of(text.as_bytes(), start);
    let opening = rest.lines().next().unwrap_or_default().trim_end();
    let (notation, fence) = match (opening, named_notation(opening)) {
        ("+++", _) => (Notation::Data(DataFormat::Toml), "+++"),
        ("---", _) => (Notation::Data(DataFormat::Yaml), "---"),
        (_, Some(notation)) => (notation, "---"),
        _ if opening.starts_with('{') && !NOT_JSON.iter().any(|call| opening.starts_with(call)) => {
            return split_json(rest, first_line).map(Some);
        }
        _ => return Ok(None),
    };
    let inner_start = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let mut offset = inner_start;
    for line in rest[inner_start..].split_inclusive('\n') {
        let is_yaml_end = opening == "---" && line.trim_end() == YAML_END;
        let end = if is_yaml_end { Some(line.len()) } else { length_of_closing(line, fence) };
        if let Some(end) = end {
            return Ok(Some(FrontMatterParts {
                notation,
                front_matter: &rest[inner_start..offset],
                line: first_line + 1,
                body: &rest[offset + end..],
            }));
        }
        offset += line.len();
    }
    let message = format!("unclosed front matter; add a line `{fence}` after it");
    Err(DataError { line: first_line, message })
}

/// Returns the notation that dashes name, such as `---json` or `--- js`.
///
/// Source: `lib/engine.js` of gray-matter, which ignores spaces and case, and Eleventy's engines for JavaScript.
fn named_notation(opening: &str) -> Option<Notation> {
    let name = opening.strip_prefix("---")?.trim().to_ascii_lowercase();
    match name.as_str() {
        "js" | "javascript" | "jslegacy" | "node" => Some(Notation::Script),
        name => DataFormat::of_extension(name).map(Notation::Data),
    }
}

/// Returns the length of what closes the front matter at the start of a line: the fence, which may be longer than the
/// opening one. What follows it after white space belongs to the body, as in Hugo's `pagelexer_intro.go` and in the npm
/// package `gray-matter`.
fn length_of_closing(line: &str, fence: &str) -> Option<usize> {
    let after = line.strip_prefix(fence)?.trim_start_matches(&fence[..1]);
    match after.trim() {
        "" => Some(line.len()),
        _ if after.starts_with([' ', '\t']) => Some(line.len() - after.len()),
        _ => None,
    }
}

/// Splits a file that starts with a JSON object; the JSON parser finds its end.
fn split_json(rest: &str, line: usize) -> Result<FrontMatterParts<'_>, DataError> {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            let (front_matter, body) = rest.split_at(values.byte_offset());
            Ok(FrontMatterParts { notation: Notation::Data(DataFormat::Json), front_matter, line, body })
        }
        Some(Err(error)) => {
            let error = DataError::of_json(&error);
            Err(DataError { line: line + error.line - 1, ..error })
        }
        None => Err(DataError { line, message: "empty front matter; expected a JSON object".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_fences_after_blank_lines_or_a_byte_order_mark() {
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
            "--- JSON\n{\"title\": \"A\"}\n---\nBody\n",
            "---js\nconst title = \"A\";\n---\nBody\n",
            "---javascript\n{ title: 'A' }\n---\nBody\n",
            "---\ntitle: A\n--------\nBody\n",
            "---\ntitle: A\n---- \t\nBody\n",
            "+++\ntitle = 'A'\n++++++\nBody\n",
            "---\ntitle: A\n--- Body\n",
            "---\ntitle: A\nx: |\n  ----\n---\nBody\n",
        ];
        for text in cases {
            let source = ParsedSource::parse(text).unwrap();
            assert_eq!(source.data.text("title").as_deref(), Some("A"), "{text:?}");
            assert_eq!(source.body.trim(), "Body", "{text:?}");
        }
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
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
            let source = ParsedSource::parse(text).unwrap();
            assert_eq!((source.body, source.front_matter), (text, ""));
        }
    }

    #[test]
    fn dashes_in_the_body_are_text() {
        let source = ParsedSource::parse("---\na: 1\n---\none\n---\ntwo\n").unwrap();
        assert_eq!(source.body, "one\n---\ntwo\n");
    }

    #[test]
    fn errors_have_the_line_of_the_file() {
        let cases = [
            ("\n\n+++\ntitle = 'A'\n", 3, "unclosed front matter"),
            ("\n+++\ntitle = 'A'\ndate = \n+++\n", 4, "invalid TOML"),
            ("---\na: 1\nb: [\n---\n", 3, "invalid YAML"),
            ("\n{\"a\": }\nBody", 2, "invalid JSON"),
        ];
        for (text, line, message) in cases {
            let error = ParsedSource::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {}", error.message);
            assert!(error.message.contains(message), "{}", error.message);
        }
    }

    #[test]
    fn the_generator_decides_whether_invalid_yaml_is_read_by_line() {
        let text = "---\ntitle: Salt: a tale\ndraft: true\n---\nBody\n";
        let title = |syntax| ParsedSource::parse_as(text, syntax).map(|source| source.data.text("title"));
        assert!(title(FrontMatterSyntax::Yaml).is_err());
        for syntax in [FrontMatterSyntax::YamlOrLines, FrontMatterSyntax::Lines] {
            assert_eq!(title(syntax).unwrap().as_deref(), Some("Salt: a tale"), "{syntax:?}");
        }
        let source = ParsedSource::parse_as(text, FrontMatterSyntax::YamlOrLines).unwrap();
        assert_eq!(
            (source.error.map(|error| error.line), source.body, source.body_line),
            (Some(2), "Body\n", 5)
        );
        let bare =
            ParsedSource::parse_as("Title: Salt\nDate: 2024\n\nBody\n", FrontMatterSyntax::Lines).unwrap();
        assert_eq!((bare.line_of_key("date"), bare.body, bare.body_line), (2, "Body\n", 4));
        let none = ParsedSource::parse_as("\u{feff}Body\n", FrontMatterSyntax::Lines).unwrap();
        assert_eq!((none.has_front_matter, none.body), (false, "Body\n"));
    }

    #[test]
    fn finds_the_line_of_a_key() {
        let source = ParsedSource::parse("\n+++\ntitle = 'A'\nDate = 'no'\n+++\n").unwrap();
        assert_eq!(source.line_of_key("date"), 4);
    }

    #[test]
    fn a_plain_value_has_no_quotes() {
        for (text, expected) in [
            ("---\ndate: 2024-01-02\n---\n", true),
            ("---\ndate: '2024-01-02'\n---\n", false),
            ("---\n\"Date\" : \"2024-01-02\"\n---\n", false),
            ("---\ndate: >-\n  2024-01-02\n---\n", false),
            ("---\ndated: 'x'\ndate: 2024-01-02\n---\n", true),
            ("---\ndate: '2023'\ndate: 2024-01-02\n---\n", true),
            ("+++\ndate = 2024-01-02\n+++\n", true),
            ("+++\ndate = '2024-01-02'\n+++\n", false),
            ("{\"date\": \"2024-01-02\"}\n", false),
            ("---\ntitle: x\n---\n", true),
        ] {
            assert_eq!(ParsedSource::parse(text).unwrap().is_plain_value("date"), expected, "{text}");
        }
    }
}
