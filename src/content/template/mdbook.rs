//! mdBook's calls, such as `{{#include file}}` and `{{#playground file}}`, are removed; an escaped one,
//! `\{{#…}}`, is kept as text.

use super::calls::find_near;

/// Removes template calls.
#[must_use]
pub(super) fn remove_calls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{#") {
        let (before, call) = rest.split_at(start);
        if let Some(before) = before.strip_suffix('\\') {
            out.extend([before, "{{#"]);
            rest = &call[3..];
            continue;
        }
        out.push_str(before);
        let end = find_near(call, "}}").map(|end| end + 2);
        let is_name = call[3..].starts_with(|c: char| c.is_alphabetic());
        let length = end.filter(|_| is_name).unwrap_or_else(|| {
            out.push_str("{{#");
            3
        });
        rest = &call[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_calls_and_unescapes_escaped_ones() {
        let cases = [
            ("a {{#include x.rs:2:3}} b", "a  b"),
            ("{{#title T}}\nText", "\nText"),
            ("\\{{#include x}}", "{{#include x}}"),
            ("{{ x }} {{#never", "{{ x }} {{#never"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_calls(text), expected, "{text:?}");
        }
    }
}
