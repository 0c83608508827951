//! Takes Hugo's shortcode calls out of Markdown and leaves the text between them.
//!
//! `{{< name … >}}` and `{{% name … %}}` go, paired calls keep what stands between them,
//! `{{</* name */>}}` becomes the literal call it shows, and `highlight` becomes the fenced code
//! block that it renders, so that a `#` comment in it is no heading.

use super::calls::{FENCE, find_near, replace_calls};

/// Removes the calls; a text without any comes back unchanged.
#[must_use]
pub(super) fn remove_shortcodes(text: &str) -> String {
    replace_calls(text, read_call)
}

/// Writes what stands for the call at the start of `text`; how many bytes of it are done.
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
    let (closes, name) = match inner.strip_prefix('/') {
        Some(name) => (true, name.trim_start()),
        None => (false, inner),
    };
    let mut words = name.split_whitespace();
    let name = words.next()?;
    if !name.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    if name == "highlight" {
        let language = if closes { "" } else { words.next().unwrap_or_default().trim_matches('"') };
        out.extend(["\n", FENCE, language, "\n"]);
    }
    Some(end + closing.len())
}

/// Where `needle` stands in `text` outside of quoted arguments; calls are one paragraph at most.
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
    fn calls_go_and_inner_text_stays() {
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
    fn highlight_becomes_a_code_block() {
        let text = "{{< highlight bash >}}\n# no heading\n{{< /highlight >}}";
        let fenced = format!("\n{FENCE}bash\n\n# no heading\n\n{FENCE}\n");
        assert_eq!(remove_shortcodes(text), fenced);
    }
}
