//! Hugo's shortcodes: `{{< name … >}}` and `{{% name … %}}`.
//!
//! Calls are removed; the text between paired calls is kept. An escaped call, `{{</* name */>}}`, becomes the
//! literal call, and `highlight` becomes a fenced code block, so that a `#` comment in it is not a heading.

use super::calls::{FENCE, find_near, replace_calls};

/// Removes shortcode calls.
#[must_use]
pub(super) fn remove_shortcodes(text: &str) -> String {
    replace_calls(text, read_call)
}

/// Appends the replacement of the call at the start of `text` and returns the call's length in bytes.
fn read_call(text: &str, out: &mut String) -> Option<usize> {
    let closing = match text.get(..3)? {
        "{{<" => ">}}",
        "{{%" => "%}}",
        _ => return None,
    };
    if text[3..].starts_with("/*") {
        let escaped_end = format!("*/{closing}");
        let end = find_near(&text[5..], &escaped_end)? + 5;
        out.extend([&text[..3], &text[5..end], closing]);
        return Some(end + escaped_end.len());
    }
    let end = find_outside_quotes(&text[3..], closing)? + 3;
    let inner = text[3..end].trim().trim_end_matches('/').trim_end();
    let (is_closing, name) = match inner.strip_prefix('/') {
        Some(name) => (true, name.trim_start()),
        None => (false, inner),
    };
    let mut words = name.split_whitespace();
    let name = words.next()?;
    if !name.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    if name == "highlight" {
        let language = if is_closing { "" } else { words.next().unwrap_or_default().trim_matches('"') };
        out.extend(["\n", FENCE, language, "\n"]);
    }
    Some(end + closing.len())
}

/// Returns the offset of `needle` in `text` outside of quoted arguments, or `None` if another call begins
/// before it.
fn find_outside_quotes(text: &str, needle: &str) -> Option<usize> {
    let mut quote: Option<u8> = None;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) => quote = Some(open).filter(|open| byte != *open),
            None if byte == b'"' || byte == b'`' => quote = Some(byte),
            None if text.as_bytes()[at..].starts_with(needle.as_bytes()) => return Some(at),
            None if text.as_bytes()[at..].starts_with(b"{{") => return None,
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_calls_and_keeps_inner_text() {
        let cases = [
            ("a {{< youtube ahTk >}} b", "a  b"),
            ("{{% children sort=\"date\" %}}", ""),
            ("{{< tab \"x >}} y\" >}}inner{{< /tab >}}", "inner"),
            ("{{< figure src=\"a.png\" />}}.", "."),
            ("{{</* ref \"x\" */>}}", "{{< ref \"x\" >}}"),
            ("{{ .Values.x }} and {{- end }}", "{{ .Values.x }} and {{- end }}"),
            ("{{< never closed", "{{< never closed"),
            ("{{<<", "{{<<"),
            ("{{", "{{"),
            ("{{%/*/%}}", "{{%/*/%}}"),
            ("ü {{< é >}}", "ü "),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_shortcodes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn replaces_highlight_by_a_code_block() {
        let text = "{{< highlight bash >}}\n# no heading\n{{< /highlight >}}";
        let fenced = format!("\n{FENCE}bash\n\n# no heading\n\n{FENCE}\n");
        assert_eq!(remove_shortcodes(text), fenced);
    }
}
