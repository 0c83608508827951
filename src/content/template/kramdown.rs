//! kramdown's attribute lists: `{: .class #id}` on its own line or after a span, and `{:toc}`.
//!
//! They are removed. An id below a heading becomes `{#id}` after the heading, which the Markdown parser
//! supports.

use std::borrow::Cow;

use crate::config::limits::MAX_ATTRIBUTE_LISTS;

/// Removes attribute lists from prose and sets heading ids; code is unchanged.
#[must_use]
pub(super) fn resolve_attributes(text: &str) -> String {
    let text = &without_comments(text);
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut lists = 0;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let is_indented = line.len() - trimmed.len() >= 4;
        if let Some(open) = fence {
            if trimmed.starts_with(open) {
                fence = None;
            }
            lines.push(line.to_owned());
        } else if let Some(open) = opening_fence(trimmed) {
            fence = Some(open);
            lines.push(line.to_owned());
        } else if is_indented {
            lines.push(line.to_owned());
        } else if let Some(list) =
            trimmed.trim_end().strip_prefix("{:").and_then(|list| list.strip_suffix('}'))
        {
            // Each list reads and writes the whole heading.
            lists += 1;
            if lists <= MAX_ATTRIBUTE_LISTS {
                set_heading_id(&mut lines, list);
            }
            continue;
        } else {
            let line = without_span_attributes(line);
            if let Some(above) =
                lines.last_mut().filter(|above| underlines(&line) && !above.trim().is_empty())
            {
                *above = with_text_braces(std::mem::take(above));
            }
            lines.push(if line.starts_with('#') { with_text_braces(line) } else { line });
        }
        lists = 0;
    }
    lines.join("\n")
}

/// Returns the fence that a line opens a code block with.
fn opening_fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3 && !line[length..].contains('`')).then_some(&line[..length])
}

/// Puts an empty comment after braces at the end of a heading, so that they are text, unless they are an id, `{#id}` after
/// a space: kramdown has no other attributes there (`HEADER_ID` in `lib/kramdown/parser/kramdown/header.rb`).
fn with_text_braces(line: String) -> String {
    let heading = line.trim_end();
    let braces = heading.rfind('{').filter(|_| heading.ends_with('}'));
    let Some(at) = braces else { return line };
    let id = heading[at + 1..heading.len() - 1].strip_prefix('#').unwrap_or_default();
    let is_name = id.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'))
        && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'));
    if is_name && heading[..at].ends_with([' ', '\t']) {
        return line;
    }
    format!("{heading}<!-- -->")
}

/// Returns whether a line underlines a heading.
fn underlines(line: &str) -> bool {
    let marks = line.trim();
    line.len() > 1
        && !marks.is_empty()
        && (marks.bytes().all(|b| b == b'=') || marks.bytes().all(|b| b == b'-'))
}

/// Sets the id of the heading on the last line, or above the last line if that underlines it.
fn set_heading_id(lines: &mut [String], list: &str) {
    let Some(id) = list.split_whitespace().find_map(|word| word.strip_prefix('#')) else { return };
    let heading = match lines {
        [.., last] if last.starts_with('#') => last,
        // After an empty line, the dashes are a thematic break.
        [.., heading, last] if underlines(last) && !heading.trim().is_empty() => heading,
        _ => return,
    };
    // A later id replaces an earlier one, as in kramdown.
    let other = heading.trim_end().strip_suffix('}').and_then(|heading| heading.rsplit_once(" {#"));
    let bare = other.map_or(heading.as_str(), |(bare, _)| bare);
    let bare = bare.trim_end().trim_end_matches('#').trim_end();
    *heading = format!("{bare} {{#{id}}}");
}

/// Returns a line without attribute lists after its spans; inline code is unchanged.
fn without_span_attributes(line: &str) -> String {
    if !line.contains("{:") {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    for (number, part) in line.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        let is_code = number % 2 == 1;
        let mut rest = part;
        while let Some((before, list)) = rest.split_once("{:").filter(|_| !is_code) {
            let Some((_, after)) = list.split_once('}') else { break };
            out.push_str(before);
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

/// Removes the comments of kramdown's extensions, `{::comment}…{:/comment}` or `{:/}`, which no reader sees. An unclosed
/// one hides the rest of the text.
fn without_comments(text: &str) -> Cow<'_, str> {
    const OPENING: &str = "{::comment}";
    if !text.contains(OPENING) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPENING) {
        shown.push_str(before);
        let ends = ["{:/comment}", "{:/}"].into_iter().filter_map(|end| Some((after.find(end)?, end.len())));
        rest = ends.min().map_or("", |(at, length)| &after[at + length..]);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_attributes_and_sets_heading_ids() {
        let cases = [
            ("A summary.\n{: .summary}\n\nMore.", "A summary.\n\nMore."),
            ("## Yum {#yum}\n## Yum {.x}", "## Yum {#yum}\n## Yum {.x}<!-- -->"),
            ("## Yum{#yum}\n## {a} {#1}", "## Yum{#yum}<!-- -->\n## {a} {#1}<!-- -->"),
            ("Yum {x}\n---\nYum {#yum}\n---", "Yum {x}<!-- -->\n---\nYum {#yum}\n---"),
            ("## Yum\n{: #yum .x}\nText", "## Yum {#yum}\nText"),
            ("## Yum {#x}\n{: #y}\n{: #yum}", "## Yum {#yum}"),
            ("Text\n\n---\n{: #own}\n", "Text\n\n---"),
            ("Setext\n------\n{: #own}\n", "Setext {#own}\n------"),
            ("* TOC\n{:toc}", "* TOC"),
            ("*span*{:.x} and `{:code}` stay", "*span* and `{:code}` stay"),
            ("```ruby\n{:a => 1}\n```", "```ruby\n{:a => 1}\n```"),
            ("    {:b => 2}", "    {:b => 2}"),
            ("{:never", "{:never"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve_attributes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_are_not_text() {
        for (text, expected) in [
            ("One\n\n{::comment}\nheld\n{:/comment}\n\nTwo", "One Two"),
            ("One {::comment}held{:/} Two", "One Two"),
            ("One\n\n{::comment}\nheld", "One"),
            ("One {:/} Two", "One {:/} Two"),
        ] {
            let shown = without_comments(text);
            assert_eq!(shown.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
