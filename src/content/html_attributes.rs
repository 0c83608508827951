//! A bound on the number of attributes of HTML tags: the tokenizer compares each attribute with all others of its tag.

use std::borrow::Cow;

use crate::config::limits::MAX_TAG_ATTRIBUTES;

/// Elements whose content is text up to their end tag.
const TEXT_ELEMENTS: [&str; 4] = ["script", "style", "title", "textarea"];

/// Returns HTML without the attributes of a tag beyond the first [`MAX_TAG_ATTRIBUTES`].
pub(super) fn limit_attributes(html: &str) -> Cow<'_, str> {
    limit(html, MAX_TAG_ATTRIBUTES)
}

fn limit(html: &str, max: usize) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = html[at..].find('<') {
        at += found;
        let rest = &html[at..];
        let name_start = if rest.starts_with("</") { at + 2 } else { at + 1 };
        if rest.starts_with("<!--") {
            at = end_of_comment(html, at + 4);
        } else if bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic) {
            let tag = Tag::read(bytes, name_start, max);
            if let Some(surplus) = tag.surplus {
                out.push_str(&html[copied..surplus]);
                copied = tag.end;
            }
            at = tag.end;
            let name = html[name_start..tag.name_end].to_ascii_lowercase();
            if !rest.starts_with("</") && TEXT_ELEMENTS.contains(&name.as_str()) {
                at = end_of_text(html, at, &name);
            }
        } else if rest.starts_with("<!") || rest.starts_with("<?") || rest.starts_with("</") {
            // A document type, or what the tokenizer takes for a comment.
            at = rest.find('>').map_or(html.len(), |end| at + end);
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return html.into();
    }
    out.push_str(&html[copied..]);
    out.into()
}

/// A start tag or end tag.
struct Tag {
    name_end: usize,
    /// Offset of its `>`, or of the end of the text.
    end: usize,
    /// Offset of the first attribute that is too many.
    surplus: Option<usize>,
}

impl Tag {
    /// Reads the tag whose name starts at `start`, by the rules of the HTML standard's tokenizer.
    fn read(bytes: &[u8], start: usize, max: usize) -> Self {
        let skip = |from: usize, is_skipped: fn(u8) -> bool| {
            from + bytes[from..].iter().take_while(|byte| is_skipped(**byte)).count()
        };
        let name_end = skip(start, |byte| !ends_name(byte));
        let (mut at, mut attributes, mut surplus) = (name_end, 0, None);
        loop {
            at = skip(at, |byte| is_space(byte) || byte == b'/');
            if matches!(bytes.get(at), None | Some(b'>')) {
                return Self { name_end, end: at, surplus };
            }
            attributes += 1;
            if attributes == max + 1 {
                surplus = Some(at);
            }
            // The first character belongs to the name, even `=`.
            at = skip(at + 1, |byte| !ends_name(byte) && byte != b'=');
            let value = skip(at, is_space);
            if bytes.get(value) != Some(&b'=') {
                continue;
            }
            at = skip(value + 1, is_space);
            at = match bytes.get(at) {
                Some(b'"') => skip(at + 1, |byte| byte != b'"') + 1,
                Some(b'\'') => skip(at + 1, |byte| byte != b'\'') + 1,
                _ => skip(at, |byte| !is_space(byte) && byte != b'>'),
            };
            at = at.min(bytes.len());
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

fn end_of_comment(html: &str, start: usize) -> usize {
    let rest = &html[start..];
    if rest.starts_with('>') || rest.starts_with("->") {
        return start;
    }
    let mut at = start;
    while let Some(found) = html[at..].find("--") {
        at += found;
        if html[at + 2..].starts_with('>') || html[at + 2..].starts_with("!>") {
            return at;
        }
        at += 1;
    }
    html.len()
}

/// Returns the offset of the end tag of an element that contains only text.
fn end_of_text(html: &str, start: usize, name: &str) -> usize {
    let mut at = start;
    while let Some(found) = html[at..].find("</") {
        at += found;
        let after = &html.as_bytes()[at + 2..];
        let is_end = after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
            && after.get(name.len()).is_some_and(|byte| ends_name(*byte));
        if is_end {
            return at;
        }
        at += 2;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn removes_the_attributes_that_are_too_many() {
        let cases = [
            ("<a b c>d", "<a b c>d"),
            ("<a b=1 c='2' d=\"3\" e>f", "<a b=1 c='2' >f"),
            ("<a b='>'c=\"<\"d>e</a b c d>f", "<a b='>'c=\"<\">e</a b c >f"),
            ("<a b/c/d/>e", "<a b/c/>e"),
            ("<a =b/=c/=d>e", "<a =b/=c/>e"),
            ("<!-- <a b=\" --><a b c d>e", "<!-- <a b=\" --><a b c >e"),
            ("<!--><a b c d>", "<!--><a b c >"),
            ("<script><a b=\"</script><a b c d>", "<script><a b=\"</script><a b c >"),
            ("<Title><a b='</tit</TITLE ><a b c d>", "<Title><a b='</tit</TITLE ><a b c >"),
            ("a < b c d e", "a < b c d e"),
            ("<a b c d", "<a b c "),
            ("<a b c='d", "<a b c='d"),
        ];
        for (html, expected) in cases {
            assert_eq!(limit(html, 2), expected, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_tag_that_the_tokenizer_sees_has_too_many(
            parts in prop::collection::vec(prop::sample::select(vec![
                "<", "</", "a", "p ", "b ", " c", "d=", "e=f ", "=", "'", "\"", ">", "/", "/>", "<!--", "-->", "--!>",
                "-", "!", "<!", "<?", "<script>", "</script>", "<style", "</style ", "<title>", "</title>",
                "<textarea>", "</textarea>", "\n", "<![CDATA[", "]]>", "<!DOCTYPE ", "&amp;", "é", "\0",
            ]), 0..60)
        ) {
            let html = parts.concat();
            let limited = limit(&html, 2);
            prop_assert!(crate::content::html::max_attributes(&limited) <= 2, "{html:?}: {limited:?}");
        }
    }
}
