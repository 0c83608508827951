//! Marks around matches, and the escaping of texts with marks.
//!
//! A client names the tags around matches. `InstantSearch` and Autocomplete name placeholders, because they escape texts
//! themselves and then replace the placeholders: for these, texts are plain. For all other clients, which insert
//! texts as HTML, texts are escaped and marked by an element.

use std::ops::Range;

use serde_json::{Value, json};

/// Elements that mark matches; others are replaced by the first one.
const ELEMENTS: [&str; 7] = ["mark", "em", "strong", "b", "i", "u", "span"];
/// The placeholders of `InstantSearch` and Autocomplete.
const PLACEHOLDERS: [(&str, &str); 2] =
    [("__ais-highlight__", "__/ais-highlight__"), ("__aa-highlight__", "__/aa-highlight__")];

/// How matches are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MarkStyle {
    before: &'static str,
    /// The name of the element, or the whole placeholder.
    after: &'static str,
    is_html: bool,
}

impl Default for MarkStyle {
    fn default() -> Self {
        Self { before: "mark", after: "mark", is_html: true }
    }
}

impl MarkStyle {
    /// Returns the style of a client that asks for these tags.
    pub(super) fn of_tags(before: &str, after: &str) -> Self {
        if let Some((before, after)) = PLACEHOLDERS.into_iter().find(|tags| *tags == (before, after)) {
            return Self { before, after, is_html: false };
        }
        let name = |tag: &str, prefix: &str| {
            let name = tag.trim().strip_prefix(prefix)?.strip_suffix('>')?;
            ELEMENTS.into_iter().find(|element| *element == name)
        };
        match name(before, "<").zip(name(after, "</")) {
            Some((before, after)) if before == after => Self { before, after, is_html: true },
            _ => Self::default(),
        }
    }

    /// Returns a text with marks around the ranges, which are ascending and disjoint.
    pub(super) fn mark(self, text: &str, ranges: &[Range<usize>]) -> String {
        let mut marked = String::with_capacity(text.len() + ranges.len() * (self.before.len() + 16));
        let mut at = 0;
        for range in ranges {
            self.push_text(&text[at..range.start], &mut marked);
            self.push_tag("<", self.before, &mut marked);
            self.push_text(&text[range.clone()], &mut marked);
            self.push_tag("</", self.after, &mut marked);
            at = range.end;
        }
        self.push_text(&text[at..], &mut marked);
        marked
    }

    fn push_text(self, text: &str, marked: &mut String) {
        if self.is_html { push_escaped(text, marked) } else { marked.push_str(text) }
    }

    fn push_tag(self, start: &str, tag: &str, marked: &mut String) {
        if self.is_html {
            marked.extend([start, tag, ">"]);
        } else {
            marked.push_str(tag);
        }
    }

    /// Returns the entry of a text in `_highlightResult`.
    pub(super) fn highlighted(self, text: &str, ranges: &[Range<usize>]) -> Value {
        let mut words: Vec<String> = ranges.iter().map(|range| text[range.clone()].to_lowercase()).collect();
        words.sort_unstable();
        words.dedup();
        if !self.is_html {
            return json!({"value": self.mark(text, ranges), "matchLevel": level(ranges), "matchedWords": words});
        }
        let words: Vec<String> = words.iter().map(|word| escaped(word)).collect();
        json!({"value": self.mark(text, ranges), "matchLevel": level(ranges), "matchedWords": words})
    }

    /// Returns the entry of a text in `_snippetResult`.
    pub(super) fn snippet(self, text: &str, ranges: &[Range<usize>]) -> Value {
        json!({"value": self.mark(text, ranges), "matchLevel": level(ranges)})
    }
}

fn level(ranges: &[Range<usize>]) -> &'static str {
    if ranges.is_empty() { "none" } else { "full" }
}

/// Returns a text as HTML, with the entities that `DocSearch` decodes.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_escaped(text, &mut html);
    html
}

fn push_escaped(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#039;"),
            c => html.push(c),
        }
    }
}

/// Returns the ranges of a snippet.
pub(super) fn ranges_of(ranges: &[[usize; 2]]) -> Vec<Range<usize>> {
    ranges.iter().map(|[start, end]| *start..*end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<b> & \"é\" 'x'";

    #[test]
    fn texts_are_escaped_unless_the_client_escapes_them() {
        let escaped = "&lt;<mark>b</mark>&gt; &amp; &quot;é&quot; &#039;x&#039;";
        assert_eq!(MarkStyle::default().mark(TEXT, &[1..2]), escaped);
        for (before, after) in PLACEHOLDERS {
            let marked = MarkStyle::of_tags(before, after).mark(TEXT, &[1..2]);
            assert_eq!(marked, format!("<{before}b{after}> & \"é\" 'x'"));
        }
    }

    #[test]
    fn only_known_elements_mark_matches() {
        let mark = |before, after| MarkStyle::of_tags(before, after).mark("ab", &[0..1]);
        assert_eq!(mark("<em>", "</em>"), "<em>a</em>b");
        for (before, after) in [
            ("<script>", "</script>"),
            ("<em onclick=x>", "</em>"),
            ("<em>", "</b>"),
            ("<img src=x onerror=alert(1)>", ""),
            ("__ais-highlight__", "__/aa-highlight__"),
            ("__ais-highlight__", "<script>"),
            ("**", "**"),
            ("", ""),
        ] {
            assert_eq!(mark(before, after), "<mark>a</mark>b", "{before} {after}");
        }
    }

    #[test]
    fn entries_have_a_text_as_value() {
        let entry = MarkStyle::default().highlighted("A<A", &[0..1, 2..3]);
        let expected =
            json!({"value": "<mark>A</mark>&lt;<mark>A</mark>", "matchLevel": "full", "matchedWords": ["a"]});
        assert_eq!(entry, expected);
        assert_eq!(MarkStyle::default().snippet("", &[]), json!({"value": "", "matchLevel": "none"}));
        let entry = MarkStyle::default().highlighted("<b>", &[0..3]);
        assert_eq!(entry["matchedWords"], json!(["&lt;b&gt;"]));
    }
}
