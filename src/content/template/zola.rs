//! Zola's shortcodes: `{{ name(…) }}` and `{% name(…) %} body {% end %}`. The body is kept, and an escaped
//! call, `{{/* … */}}`, becomes the literal call.

use super::calls::{find_near, replace_calls};

/// Removes shortcode calls.
#[must_use]
pub(super) fn remove_shortcodes(text: &str) -> String {
    replace_calls(text, read_call)
}

/// Appends the replacement of the call at the start of `text` and returns the call's length in bytes.
fn read_call(text: &str, out: &mut String) -> Option<usize> {
    let (opening, closing) = match text.get(..2)? {
        "{{" => ("{{", "}}"),
        "{%" => ("{%", "%}"),
        _ => return None,
    };
    let end = find_near(&text[2..], closing)? + 2;
    let inner = &text[2..end];
    if let Some(escaped) = inner.strip_prefix("/*").and_then(|inner| inner.strip_suffix("*/")) {
        out.extend([opening, escaped, closing]);
        return Some(end + 2);
    }
    let inner = inner.trim();
    let name = inner.split('(').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    let is_call = is_name && name.len() < inner.len() && inner.ends_with(')');
    let is_end = opening == "{%" && inner == "end";
    (is_call || is_end).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_calls_and_keeps_bodies() {
        let cases = [
            ("a {{ youtube(id=\"x\") }} b", "a  b"),
            ("{% quote(author=\"x\") %}said{% end %}", "said"),
            ("{{/* youtube(id=1) */}}", "{{ youtube(id=1) }}"),
            ("{{ .Values.x }} {% raw %} {", "{{ .Values.x }} {% raw %} {"),
            ("{{ never(", "{{ never("),
            ("{%} {{}", "{%} {{}"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_shortcodes(text), expected, "{text:?}");
        }
    }
}
