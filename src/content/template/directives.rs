//! Container directives of Docusaurus, Starlight and Nuxt: `:::note[Title]` … `:::`. The marker lines are
//! removed; title and text are kept.

use super::code::{closes_fence, fence_mark};

/// The syntax of container directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContainerSyntax {
    /// `:::name[Title]{…}` or `:::name Title`.
    Admonition,
    /// `::name{…}`, with properties between lines `---` and slots after `#name`.
    Component,
}

/// Removes the marker lines of containers; code is unchanged.
#[must_use]
pub(super) fn remove(text: &str, syntax: ContainerSyntax) -> String {
    let marker = if syntax == ContainerSyntax::Admonition { ":::" } else { "::" };
    if !text.contains(marker) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut depth = 0_usize;
    let mut properties = PropertiesState::None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let mark = fence_mark(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if closes_fence(line, open, mark) => {
                fence = None;
                out.push_str(line);
                continue;
            }
            _ => {}
        }
        if fence.is_some() {
            out.push_str(line);
            properties = PropertiesState::None;
            continue;
        }
        if properties == PropertiesState::Open {
            if trimmed == "---" {
                properties = PropertiesState::None;
            }
            continue;
        }
        if properties == PropertiesState::MayFollow && trimmed == "---" {
            properties = PropertiesState::Open;
            continue;
        }
        properties = PropertiesState::None;
        if let Some(rest) = trimmed.strip_prefix(marker) {
            let rest = rest.trim_start_matches(':');
            let is_name = rest.trim_start().starts_with(|c: char| c.is_alphabetic());
            if rest.is_empty() {
                depth = depth.saturating_sub(1);
                out.push('\n');
                continue;
            }
            if is_name {
                depth += 1;
                let title = title(rest.trim_start(), syntax);
                out.extend(["\n", title, "\n\n"]);
                if syntax == ContainerSyntax::Component {
                    properties = PropertiesState::MayFollow;
                }
                continue;
            }
        }
        let is_slot = syntax == ContainerSyntax::Component
            && depth > 0
            && trimmed.strip_prefix('#').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()));
        out.push_str(if is_slot { "\n" } else { line });
    }
    out
}

/// Whether the current line may belong to the YAML properties of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PropertiesState {
    /// Outside of properties.
    None,
    /// The previous line opened a component.
    MayFollow,
    /// Inside properties.
    Open,
}

/// Returns the title in the opening line of a container; may be empty.
fn title(opening: &str, syntax: ContainerSyntax) -> &str {
    let name_end =
        opening.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(opening.len());
    let rest = &opening[name_end..];
    if let Some(label) = rest.strip_prefix('[') {
        return label.rsplit_once(']').map_or("", |(label, _)| label);
    }
    let is_title =
        syntax == ContainerSyntax::Admonition && rest.starts_with(' ') && !rest.trim_start().starts_with('{');
    if is_title { rest.trim() } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_markers_and_keeps_titles_and_text() {
        let cases = [
            (":::note\n\nText\n\n:::\n", "\n\n\n\nText\n\n\n"),
            (":::tip[Own *title*]{.x}\nText\n:::", "\nOwn *title*\n\nText\n\n"),
            (":::info Old title\nText\n:::\n", "\nOld title\n\nText\n\n"),
            ("::::a\n:::b\nText\n:::\n::::\n", "\n\n\n\n\n\nText\n\n\n"),
            ("```\n:::note\n```\n", "```\n:::note\n```\n"),
            ("a ::: b", "a ::: b"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove(text, ContainerSyntax::Admonition), expected, "{text:?}");
        }
    }

    #[test]
    fn removes_properties_and_slots_of_components() {
        let text = "::hero{x}\n---\ntitle: X\n---\n#default\nText\n::\n\n# Heading\n\n---\n";
        assert_eq!(remove(text, ContainerSyntax::Component), "\n\n\n\nText\n\n\n# Heading\n\n---\n");
    }
}
