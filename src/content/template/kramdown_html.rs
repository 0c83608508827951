//! Markdown inside of HTML elements with the attribute `markdown`
//! (kramdown.gettalong.org/syntax.html#html-blocks).

use super::code::CodeRanges;
use crate::config::limits::{MAX_CALL_BYTES, MAX_NESTED_BLOCKS};

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// An open element.
struct OpenElement<'a> {
    name: &'a str,
    has_markdown: bool,
}

/// Removes the tags of elements whose attribute `markdown` is `1`, `block` or `span`, so that what they contain is read as
/// Markdown. Each becomes an empty line.
#[must_use]
pub(super) fn open_elements(text: &str) -> String {
    if !text.contains("markdown=") {
        return text.to_owned();
    }
    let code = CodeRanges::find(text);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<OpenElement<'_>> = Vec::new();
    let (mut kept_from, mut at) = (0, 0);
    while let Some(start) = text[at..].find('<').map(|offset| at + offset) {
        if let Some(range) = code.containing(start) {
            at = range.end.max(start + 1);
            continue;
        }
        let Some(tag) = tag_at(&text[start..]) else {
            at = start + 1;
            continue;
        };
        at = start + tag.len();
        if is_markdown_tag(tag, &mut open) {
            // What follows on the line is not indented code.
            out.extend([text[kept_from..start].trim_end_matches([' ', '\t']), "\n\n"]);
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
            kept_from = at;
        }
    }
    out.push_str(&text[kept_from..]);
    out
}

/// Returns the tag at the start of a text.
fn tag_at(text: &str) -> Option<&str> {
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let end = text.floor_char_boundary(MAX_CALL_BYTES);
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
    is_tag.then(|| text[..end].find('>').map(|at| &text[..=at]))?
}

/// Returns whether a tag begins or ends an element with Markdown, and opens or closes the element.
fn is_markdown_tag<'a>(tag: &'a str, open: &mut Vec<OpenElement<'a>>) -> bool {
    let inner = tag.trim_matches(['<', '>', '/']);
    let name = inner.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    if tag.starts_with("</") {
        let Some(opened) = open.iter().rposition(|element| element.name.eq_ignore_ascii_case(name)) else {
            return false;
        };
        let has_markdown = open[opened].has_markdown;
        open.truncate(opened);
        return has_markdown;
    }
    let is_heading = matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6']);
    let has_markdown = !is_heading && has_markdown_attribute(inner);
    let is_void = tag.ends_with("/>") || VOID.iter().any(|void| void.eq_ignore_ascii_case(name));
    let opens = !is_void && open.len() < MAX_NESTED_BLOCKS;
    if opens {
        open.push(OpenElement { name, has_markdown });
    }
    opens && has_markdown
}

/// Returns whether a tag has the attribute `markdown` with a value that turns Markdown on.
fn has_markdown_attribute(tag: &str) -> bool {
    tag.match_indices("markdown=").any(|(at, attribute)| {
        let value = tag[at + attribute.len()..].trim_start_matches(['"', '\'']);
        let value = value.split(['"', '\'', ' ', '\t', '\n']).next().unwrap_or_default();
        tag[..at].ends_with(char::is_whitespace) && matches!(value, "1" | "block" | "span")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_with_markdown_lose_their_tags() {
        for (text, expected) in [
            ("<div markdown=\"1\">\n**a**\n</div>\nb", "\n\n\n**a**\n\n\n\nb"),
            ("<p class=x markdown='span'>*a*</p>", "\n\n*a*\n\n"),
            ("<div><p markdown=block>a</p></div>", "<div>\n\na\n\n</div>"),
            ("<div markdown=1>\n  <div>a</div>\n</div>", "\n\n\n  <div>a</div>\n\n\n"),
            ("<div markdown=\"1\">a<br>b</div>", "\n\na<br>b\n\n"),
            ("<DIV markdown=\"1\">a</div>", "\n\na\n\n"),
        ] {
            assert_eq!(open_elements(text), expected, "{text:?}");
        }
        for text in [
            "<div markdown=\"0\">a</div>",
            "<div data-markdown=\"1\">a</div>",
            "`<div markdown=\"1\">`",
            "```\n<div markdown=\"1\">\n```",
            "<h2 markdown=\"1\">a</h2>",
            "<img markdown=\"1\">",
            "a < b markdown=",
            "<div markdown=\"1\"",
        ] {
            assert_eq!(open_elements(text), text);
        }
    }
}
