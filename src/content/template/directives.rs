//! Containers of Docusaurus, Starlight and Nuxt: `:::note[Title]` … `:::`. Their lines go, title and text
//! stay.

use super::code::{closes, fence_mark};

/// Which lines open and close containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// `:::name[Title]{…}` or `:::name Title`.
    Admonition,
    /// `::name{…}`, with `---` around properties and `#name` before slots.
    Component,
}

/// Takes the lines of containers out; code stays as it is.
#[must_use]
pub(super) fn remove(text: &str, notation: Notation) -> String {
    let least = if notation == Notation::Admonition { ":::" } else { "::" };
    if !text.contains(least) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut depth = 0_usize;
    let mut properties = Properties::None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let mark = fence_mark(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if closes(line, open, mark) => {
                fence = None;
                out.push_str(line);
                continue;
            }
            _ => {}
        }
        if fence.is_some() {
            out.push_str(line);
            properties = Properties::None;
            continue;
        }
        if properties == Properties::Open {
            if trimmed == "---" {
                properties = Properties::None;
            }
            continue;
        }
        if properties == Properties::MayFollow && trimmed == "---" {
            properties = Properties::Open;
            continue;
        }
        properties = Properties::None;
        if let Some(rest) = trimmed.strip_prefix(least) {
            let rest = rest.trim_start_matches(':');
            let is_name = rest.trim_start().starts_with(|c: char| c.is_alphabetic());
            if rest.is_empty() {
                depth = depth.saturating_sub(1);
                out.push('\n');
                continue;
            }
            if is_name {
                depth += 1;
                let title = title(rest.trim_start(), notation);
                out.extend(["\n", title, "\n\n"]);
                if notation == Notation::Component {
                    properties = Properties::MayFollow;
                }
                continue;
            }
        }
        let is_slot = notation == Notation::Component
            && depth > 0
            && trimmed.strip_prefix('#').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()));
        out.push_str(if is_slot { "\n" } else { line });
    }
    out
}

/// The YAML below the line that opens a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Properties {
    None,
    MayFollow,
    Open,
}

/// What a container is headed with.
fn title(opening: &str, notation: Notation) -> &str {
    let name_end =
        opening.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(opening.len());
    let rest = &opening[name_end..];
    if let Some(label) = rest.strip_prefix('[') {
        return label.rsplit_once(']').map_or("", |(label, _)| label);
    }
    let is_title =
        notation == Notation::Admonition && rest.starts_with(' ') && !rest.trim_start().starts_with('{');
    if is_title { rest.trim() } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_go_and_their_text_stays() {
        let cases = [
            (":::note\n\nText\n\n:::\n", "\n\n\n\nText\n\n\n"),
            (":::tip[Own *title*]{.x}\nText\n:::", "\nOwn *title*\n\nText\n\n"),
            (":::info Old title\nText\n:::\n", "\nOld title\n\nText\n\n"),
            ("::::a\n:::b\nText\n:::\n::::\n", "\n\n\n\n\n\nText\n\n\n"),
            ("```\n:::note\n```\n", "```\n:::note\n```\n"),
            ("a ::: b", "a ::: b"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove(text, Notation::Admonition), expected, "{text:?}");
        }
    }

    #[test]
    fn components_lose_properties_and_slots() {
        let text = "::hero{x}\n---\ntitle: X\n---\n#default\nText\n::\n\n# Heading\n\n---\n";
        assert_eq!(remove(text, Notation::Component), "\n\n\n\nText\n\n\n# Heading\n\n---\n");
    }
}
