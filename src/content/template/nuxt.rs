//! Nuxt's MDC: components of blocks and of text go, and values of the page; their text stays.

use super::calls::{MAX_CALL_BYTES, find_near, replace_calls};
use super::code::CodeRanges;
use super::directives::{self, Notation};

/// Takes components and values out.
#[must_use]
pub(super) fn plain(text: &str) -> String {
    let text = directives::remove(text, Notation::Component);
    let code = CodeRanges::of(&text);
    replace_calls(&text, |call, _| {
        let at = text.len() - call.len();
        if code.at(at).is_some() {
            return None;
        }
        if call.starts_with("{{") {
            return find_near(call, "}}").map(|end| end + 2);
        }
        // Attributes of the span or the component before.
        let follows_span = text[..at].ends_with([']', ')', '*', '`', '_']) || follows_component(&text[..at]);
        if !follows_span {
            return None;
        }
        let end = call[..call.floor_char_boundary(MAX_CALL_BYTES)].find(['}', '\n'])?;
        call[end..].starts_with('}').then_some(end + 1)
    })
}

/// Whether a text ends with `:name`.
fn follows_component(text: &str) -> bool {
    let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(64))..];
    let name = tail.trim_end_matches(|c: char| c.is_alphanumeric() || c == '-');
    name.len() < tail.len() && name.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_go_and_text_stays() {
        let cases = [
            ("::alert{type=\"info\"}\nText\n::\n", "\n\n\nText\n\n"),
            ("A [span]{.red} and :icon{name=\"x\"} {{ $doc.title }}.", "A [span] and :icon ."),
            ("`{{ kept }}` {kept}", "`{{ kept }}` {kept}"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }
}
