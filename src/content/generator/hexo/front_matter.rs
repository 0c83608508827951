//! Hexo's forms of front matter: without an opening line, and as JSON members (`hexo-front-matter`, `lib/front_matter.ts`).

use std::borrow::Cow;

use crate::content::data::{Data, DataFormat};

/// Minimum length of a line that separates front matter and text.
const MIN_SEPARATOR: usize = 3;

/// Returns a file with its front matter in the common form, and the number of lines that this adds at the top. A file that
/// has the common form, or no front matter, stays as it is.
pub(crate) fn in_common_form(text: &str) -> (Cow<'_, str>, usize) {
    let first = text.lines().next().unwrap_or_default();
    let (opening, rest) = match separator(first) {
        Some('-') => return (Cow::Borrowed(text), 0),
        Some(_) => (first, text.get(first.len() + 1..).unwrap_or_default()),
        None => ("", text),
    };
    let is_end =
        |line: &str| if opening.is_empty() { separator(line).is_some() } else { line.trim_end() == opening };
    let Some((front_matter, end, body)) = split_at_line(rest, is_end) else {
        return (Cow::Borrowed(text), 0);
    };
    let is_json = end.starts_with(';');
    // The members of a JSON object are written without its braces, which take no line here.
    let (fence, front_matter) = if is_json {
        ("---json", format!("{{{}}}\n", front_matter.trim_end_matches('\n')))
    } else {
        ("---", front_matter.to_owned())
    };
    let format = if is_json { DataFormat::Json } else { DataFormat::Yaml };
    // Text before a line of dashes is a heading, unless it is a table of values.
    let has_values = Data::parse(&front_matter, format).is_ok_and(|data| data.keys().next().is_some());
    if !has_values {
        return (Cow::Borrowed(text), 0);
    }
    (Cow::Owned(format!("{fence}\n{front_matter}---\n{body}")), usize::from(opening.is_empty()))
}

/// Returns the character of a line that separates front matter and text: dashes for YAML, semicolons for JSON.
fn separator(line: &str) -> Option<char> {
    let line = line.trim_end();
    let first = line.chars().next().filter(|c| matches!(c, '-' | ';'))?;
    (line.len() >= MIN_SEPARATOR && line.chars().all(|c| c == first)).then_some(first)
}

/// Splits a text at the first line after the first one that `is_end`: the text before it, the line, the text after it.
fn split_at_line(text: &str, is_end: impl Fn(&str) -> bool) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && is_end(line) {
            return Some((&text[..at], line, &text[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::front_matter::ParsedSource;

    #[test]
    fn reads_front_matter_without_an_opening_line_and_as_json() {
        let cases = [
            ("title: Nest\ntags: [a]\n---\nText.\n", "Nest", "Text.\n", 1),
            ("title: Nest\n-----\nText.\n---\nMore.\n", "Nest", "Text.\n---\nMore.\n", 1),
            ("\"title\": \"Nest\"\n;;;\nText.\n", "Nest", "Text.\n", 1),
            (";;;\n\"title\": \"Nest\",\n\"a\": 1\n;;;\nText.\n", "Nest", "Text.\n", 0),
            ("---\ntitle: Nest\n---\nText.\n", "Nest", "Text.\n", 0),
            // A heading, a sentence, a list and broken values are text.
            ("Nest\n---\nText.\n", "", "Nest\n---\nText.\n", 0),
            ("- a\n- b\n---\nText.\n", "", "- a\n- b\n---\nText.\n", 0),
            ("\"title\" \"Nest\"\n;;;\nText.\n", "", "\"title\" \"Nest\"\n;;;\nText.\n", 0),
            ("title: Nest\n", "", "title: Nest\n", 0),
            ("", "", "", 0),
            (";;;", "", ";;;", 0),
        ];
        for (text, title, body, added) in cases {
            let (common, lines) = in_common_form(text);
            let source = ParsedSource::parse(&common).unwrap();
            let found = source.data.text("title").unwrap_or_default();
            assert_eq!((found.as_str(), source.body, lines), (title, body, added), "{text}");
        }
    }
}
