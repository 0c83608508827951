//! Python-Markdown's extensions on `MkDocs` sites: admonitions, tabs, attribute lists and snippets.

use std::borrow::Cow;

use super::code::{closes_fence, fence_mark};

/// Indentation of the text in an admonition or tab, in spaces.
const INDENT: usize = 4;
/// The attribute by which Material for `MkDocs` leaves sections and blocks out of its search.
const UNSEARCHED: &str = "data-search-exclude";

/// Beginnings of the names of icons in Material for `MkDocs`.
const ICON_SETS: [&str; 4] = ["material-", "fontawesome-", "octicons-", "simple-"];

/// Removes instructions, attributes, and what Material leaves out of its search, and unindents the bodies of admonitions
/// and tabs. With `has_icons`, icons and emoji are removed, too: they are pictures.
#[must_use]
pub(super) fn remove_extensions(text: &str, has_icons: bool) -> String {
    let text = &*without_unsearched(text);
    let mut out = String::with_capacity(text.len());
    // The indentation of open admonitions, and the open code fence with the indentation to remove.
    let mut open: Vec<usize> = Vec::new();
    let mut fence: Option<(String, usize)> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let trimmed = line.trim();
        if let Some((mark, cut)) = &fence {
            out.push_str(&line[indent.min(*cut)..]);
            if fence_mark(line).is_some_and(|own| closes_fence(line, mark, own)) {
                fence = None;
            }
            continue;
        }
        if !trimmed.is_empty() {
            while open.last().is_some_and(|outer| indent < outer + INDENT) {
                open.pop();
            }
        }
        let cut = indent.min(open.len() * INDENT);
        if let Some(mark) = fence_mark(line) {
            fence = Some((mark.to_owned(), cut));
            out.push_str(&line[cut..]);
        } else if let Some(title) = opening(trimmed) {
            open.push(indent);
            out.extend(["\n", &line[cut..indent], title, "\n\n"]);
        } else if !is_instruction(trimmed) {
            let line = &line[cut..];
            let is_code = line.len() - line.trim_start_matches(' ').len() >= INDENT;
            if is_code || !has_icons {
                push_line(line, is_code, &mut out);
            } else {
                push_line(&without_icons(line), is_code, &mut out);
            }
        }
    }
    out
}

/// Returns a text without the sections whose heading has the attribute [`UNSEARCHED`], up to their next heading, and
/// without the paragraphs whose attributes, on their last line, have it.
fn without_unsearched(text: &str) -> Cow<'_, str> {
    if !text.contains(UNSEARCHED) {
        return text.into();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut is_unsearched = false;
    for line in text.split_inclusive('\n') {
        let mark = fence_mark(line);
        match fence {
            Some(open) if mark.is_some_and(|own| closes_fence(line, open, own)) => fence = None,
            None if mark.is_some() => fence = mark,
            None if line.starts_with('#') => is_unsearched = has_attribute(line),
            None if line.trim_start().starts_with('{') && has_attribute(line) => {
                let paragraph = kept.iter().rposition(|line| line.trim().is_empty());
                kept.truncate(paragraph.map_or(0, |blank| blank + 1));
                continue;
            }
            _ => {}
        }
        if !is_unsearched {
            kept.push(line);
        }
    }
    kept.concat().into()
}

/// Returns whether a line ends with an attribute list that has [`UNSEARCHED`].
fn has_attribute(line: &str) -> bool {
    let list = line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once('{'));
    let is_mark = |word: &str| word.split('=').next() == Some(UNSEARCHED);
    list.is_some_and(|(_, list)| list.trim_start_matches(':').split_whitespace().any(is_mark))
}

/// Returns the title of the admonition or tab that a line opens.
fn opening(line: &str) -> Option<&str> {
    let is_opened =
        ["!!! ", "??? ", "???+ ", "=== ", "===! ", "===+ "].iter().any(|mark| line.starts_with(mark));
    let rest = is_opened.then(|| line.split_once(' ').map_or("", |(_, rest)| rest))?;
    let (kinds, quoted) = rest.split_once('"').unwrap_or((rest, ""));
    let is_kind = kinds.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '|'));
    is_kind.then(|| quoted.trim_end_matches('"'))
}

/// Returns whether a line is an instruction: a snippet, a table of contents, an abbreviation or an API
/// reference.
fn is_instruction(line: &str) -> bool {
    line.starts_with("--8<--")
        || line.starts_with(";--8<--")
        || line == "[TOC]"
        || line.starts_with("*[") && line.contains("]:")
        || line.starts_with("::: ") && !line.contains(char::is_whitespace)
}

/// Appends a line without its attributes, unless it is code.
fn push_line(line: &str, is_code: bool, out: &mut String) {
    if is_code || !line.contains('{') {
        out.push_str(line);
    } else if line.starts_with('#') {
        push_heading(line, out);
    } else {
        push_without_attributes(line, out);
    }
}

/// Appends a heading, with its id in the syntax that the Markdown parser supports: `{#id}`.
fn push_heading(line: &str, out: &mut String) {
    let list = line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once('{'));
    let Some((heading, list)) = list.filter(|(_, list)| is_attribute_list(list)) else {
        return out.push_str(line);
    };
    let words = list.trim_start_matches(':').split_whitespace();
    let mut ids = words.filter_map(|word| match word.strip_prefix('#') {
        Some(id) => Some(id),
        None => word.strip_prefix("id=").map(|id| id.trim_matches(['"', '\''])),
    });
    // The last id counts.
    let id = ids.rfind(|id| !id.is_empty());
    out.push_str(heading.trim_end().trim_end_matches('#').trim_end());
    if let Some(id) = id {
        out.extend([" {#", id, "}"]);
    }
    out.push('\n');
}

/// Appends a line without `{ .class }` and `{: #id }` after its spans; inline code is unchanged.
fn push_without_attributes(line: &str, out: &mut String) {
    for (number, part) in line.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('{').filter(|_| number % 2 == 0) {
            // Nested braces are not an attribute list.
            let end = after.find(['{', '}']).filter(|end| after[*end..].starts_with('}'));
            let list =
                end.map(|end| (&after[..end], &after[end + 1..])).filter(|(list, _)| is_attribute_list(list));
            let Some((_, after)) = list else {
                out.extend([before, "{"]);
                rest = after;
                continue;
            };
            out.push_str(before);
            rest = after;
        }
        out.push_str(rest);
    }
}

/// Returns a line without icons and emoji outside of inline code, and without their attributes
/// (`pymdownx.emoji` and the icons of Material: `:material-eye:`, `:rose:`).
fn without_icons(line: &str) -> Cow<'_, str> {
    if line.matches(':').count() < 2 {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    for (number, part) in line.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        let mut rest = part;
        while let Some(at) = rest.find(':').filter(|_| number % 2 == 0) {
            let after = &rest[at + 1..];
            let name = after.split(':').next().filter(|name| name.len() < after.len() && is_icon(name));
            let is_free = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '/');
            let Some(name) = name.filter(|_| is_free) else {
                out.push_str(&rest[..=at]);
                rest = after;
                continue;
            };
            out.push_str(&rest[..at]);
            rest = &after[name.len() + 1..];
            let list = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            if let Some((_, after)) = list.filter(|(list, _)| is_attribute_list(list)) {
                rest = after;
            }
        }
        out.push_str(rest);
    }
    out.into()
}

/// Returns whether a text between colons has the form of an icon's or emoji's name. Names of emoji have no hyphens.
fn is_icon(name: &str) -> bool {
    let is_name = |name: &str, marks: &[char]| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(&c))
    };
    let mut icons = ICON_SETS.iter().filter_map(|set| name.strip_prefix(set));
    let is_emoji = name.len() > 1 && name.contains(|c: char| c.is_ascii_lowercase()) && is_name(name, &['_']);
    icons.any(|rest| is_name(rest, &['-', '_']))
        || is_emoji
        || matches!(name, "+1" | "-1" | "100" | "1234" | "x" | "o" | "m" | "v" | "a" | "b" | "e-mail")
}

/// Returns whether the text between braces is an attribute list.
fn is_attribute_list(list: &str) -> bool {
    let list = list.trim_start_matches(':').trim_start();
    let is_pair = |word: &str| {
        word.split_once('=').is_some_and(|(key, _)| key.chars().all(|c| c.is_alphanumeric() || c == '-'))
    };
    list.starts_with(['.', '#'])
        || list.starts_with(UNSEARCHED)
        || list.split_whitespace().next().is_some_and(is_pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_extensions_and_keeps_text() {
        let cases = [
            (
                "!!! note \"My title\"\n    Body\n\n    More\n\nAfter\n",
                "\nMy title\n\nBody\n\nMore\n\nAfter\n",
            ),
            ("??? info\n    Body\n", "\n\n\nBody\n"),
            (
                "=== \"Tab\"\n    ```py\n    a\n        b\n    ```\nAfter",
                "\nTab\n\n```py\na\n    b\n```\nAfter",
            ),
            ("!!! a\n    !!! b\n        Deep\n    Back\n", "\n\n\n\n\n\nDeep\nBack\n"),
            ("- x\n\n    !!! note\n        In a list\n", "- x\n\n\n    \n\n    In a list\n"),
            ("## T {: #own .x }\n## U { #u }\n## V {.c}\n", "## T {#own}\n## U {#u}\n## V\n"),
            (
                "## T { #1.2 }\n## U { id='u' .x }\n## V {: #a:b }\n## W {id=w title=\"x\"}\n",
                "## T {#1.2}\n## U {#u}\n## V {#a:b}\n## W {#w}\n",
            ),
            ("[a](b){ .md-button } `{.x}` {x}\n", "[a](b) `{.x}` {x}\n"),
            ("--8<-- \"x.md\"\n[TOC]\n*[HTML]: Hyper\nText\n", "Text\n"),
            ("```\n!!! note\n[TOC]\n```\n", "```\n!!! note\n[TOC]\n```\n"),
            ("    code { .x }\n", "    code { .x }\n"),
            ("!!! wow, this is text\n", "!!! wow, this is text\n"),
            ("# A\na\n## B { data-search-exclude }\nb\n### C\nc\n", "# A\na\n### C\nc\n"),
            ("a\n\nb\nc\n{: .x data-search-exclude=\"\" }\n\nd\n", "a\n\n\nd\n"),
            ("```\n## B { data-search-exclude }\n```\na\n", "```\n## B { data-search-exclude }\n```\na\n"),
            ("a {data-search-exclude}\n", "a \n"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_extensions(text, false), expected, "{text:?}");
        }
    }

    #[test]
    fn removes_icons() {
        let cases = [
            ("# :material-eye: Iris", "#  Iris"),
            ("Roses :rose: and :tada:", "Roses  and "),
            ("## :octicons-tag-16:{ .big } New :+1:", "##  New "),
            (
                "at 10:30:45, :no-such-icon: `:rose:` a:b:c http://a:80:",
                "at 10:30:45, :no-such-icon: `:rose:` a:b:c http://a:80:",
            ),
            ("    :rose:", "    :rose:"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_extensions(text, true), expected, "{text}");
        }
        assert_eq!(remove_extensions(":rose:", false), ":rose:");
    }
}
