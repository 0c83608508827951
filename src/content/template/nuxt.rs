//! Nuxt's MDC: block and inline components are removed, but not the text in them; `{{ … }}` is removed.

use super::calls::{find_near, replace_calls};
use super::code::CodeRanges;
use super::directives::{self, ContainerSyntax};
use crate::config::limits::MAX_CALL_BYTES;

/// Removes components, attributes and values.
#[must_use]
pub(super) fn remove_components(text: &str) -> String {
    let text = directives::remove(text, ContainerSyntax::Component);
    let code = CodeRanges::find(&text);
    replace_calls(&text, |call, _| {
        let at = text.len() - call.len();
        if code.containing(at).is_some() {
            return None;
        }
        if call.starts_with("{{") {
            return find_near(call, "}}").map(|end| end + 2);
        }
        // Braces after a span or a component hold its attributes.
        let follows_span = text[..at].ends_with([']', ')', '*', '`', '_']) || follows_component(&text[..at]);
        if !follows_span {
            return None;
        }
        let end = call[..call.floor_char_boundary(MAX_CALL_BYTES)].find(['}', '\n'])?;
        call[end..].starts_with('}').then_some(end + 1)
    })
}

/// Returns whether a text ends with an inline component, `:name`.
fn follows_component(text: &str) -> bool {
    let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(64))..];
    let name = tail.trim_end_matches(|c: char| c.is_alphanumeric() || c == '-');
    name.len() < tail.len() && name.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_components_and_keeps_text() {
        let cases = [
            ("::alert{type=\"info\"}\nText\n::\n", "\n\n\nText\n\n"),
            ("A [span]{.red} and :icon{name=\"x\"} {{ $doc.title }}.", "A [span] and :icon ."),
            ("`{{ kept }}` {kept}", "`{{ kept }}` {kept}"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_components(text), expected, "{text:?}");
        }
    }
}
