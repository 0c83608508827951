//! Liquid, Jekyll's template language, and Nunjucks, which Hexo and Eleventy use.
//!
//! Tags and outputs, `{{ … }}`, are removed; the text between tags is kept. `{% raw %}` keeps its content
//! unchanged, and `{% comment %}` is removed with its content. `{% highlight %}` and Hexo's `{% codeblock %}`
//! become fenced code blocks.

use super::calls::{FENCE, find_near, replace_calls};
use super::code::CodeRanges;

/// Removes tags and outputs, in code too.
#[must_use]
pub(super) fn remove_tags(text: &str) -> String {
    remove(text, |_| false)
}

/// Removes tags and outputs outside of code; Hexo does not evaluate those in code.
#[must_use]
pub(super) fn remove_tags_outside_code(text: &str) -> String {
    let code = CodeRanges::find(text);
    remove(text, |at| code.containing(at).is_some())
}

/// Removes tags, outputs and the comments of Nunjucks, `{# … #}`.
#[must_use]
pub(super) fn remove_tags_and_comments(text: &str) -> String {
    let without_comments = replace_calls(text, |call, _| {
        let is_comment = call.starts_with("{# ") || call.starts_with("{#-") || call.starts_with("{#\n");
        find_near(call, "#}").filter(|_| is_comment).map(|end| end + 2)
    });
    remove(&without_comments, |_| false)
}

/// Removes tags and outputs, except at offsets for which `is_kept` returns true.
fn remove(text: &str, is_kept: impl Fn(usize) -> bool) -> String {
    let mut unclosed = Vec::new();
    replace_calls(text, |call, out| match call.get(..2)? {
        _ if is_kept(text.len() - call.len()) => None,
        "{%" => read_tag(call, out, &mut unclosed),
        "{{" => find_near(call, "}}").map(|end| end + 2),
        _ => None,
    })
}

/// Appends the replacement of the tag at the start of `text` and returns the tag's length in bytes. A name in
/// `unclosed` has no end tag in the rest of the text, which is not searched again, to take linear time.
fn read_tag<'a>(text: &'a str, out: &mut String, unclosed: &mut Vec<&'a str>) -> Option<usize> {
    let length = find_near(&text[2..], "%}")? + 4;
    let inner = text[2..length - 2].trim_matches(['-', ' ', '\t', '\n']);
    let (name, arguments) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    match name {
        "raw" | "comment" => {
            let enclosed = if unclosed.contains(&name) { None } else { enclosed(&text[length..], name) };
            let Some((content, end)) = enclosed else {
                unclosed.push(name);
                return None;
            };
            if name == "raw" {
                out.push_str(content);
            }
            return Some(length + end);
        }
        "highlight" => {
            let language = arguments.split_whitespace().next().unwrap_or_default();
            out.extend(["\n", FENCE, language, "\n"]);
        }
        "codeblock" | "code" => {
            let language = arguments.split_whitespace().find_map(|word| word.strip_prefix("lang:"));
            out.extend(["\n", FENCE, language.unwrap_or_default(), "\n"]);
        }
        "endhighlight" | "endcodeblock" | "endcode" => out.extend(["\n", FENCE, "\n"]),
        _ => {}
    }
    Some(length)
}

/// Returns the text before the end tag of `name`, and the offset after that tag.
fn enclosed<'a>(text: &'a str, name: &str) -> Option<(&'a str, usize)> {
    let mut from = 0;
    while let Some(start) = text[from..].find("{%").map(|at| from + at) {
        let Some(end) = find_near(&text[start + 2..], "%}").map(|end| start + end + 4) else {
            from = start + 2;
            continue;
        };
        let inner = text[start + 2..end - 2].trim_matches(['-', ' ', '\t', '\n']);
        if inner.strip_prefix("end").is_some_and(|rest| rest == name) {
            return Some((&text[..start], end));
        }
        from = start + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_tags_and_keeps_text() {
        let cases = [
            ("a {% include x.html %} b {{ page.title }}.", "a  b ."),
            ("{% if x %}yes{% else %}no{% endif %}", "yesno"),
            ("{% raw %}{{ kept }} {% kept %}{% endraw %}!", "{{ kept }} {% kept %}!"),
            ("{%- comment -%} gone {%- endcomment -%}left", "left"),
            ("[text]({% link en/x.md %})", "[text]()"),
            ("{% never closed", "{% never closed"),
            ("{%} {%%} {% raw %}{%}", " {% raw %}{%}"),
            ("{% raw %} never closed", "{% raw %} never closed"),
            ("{ a: 1 } {", "{ a: 1 } {"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_tags(text), expected, "{text:?}");
        }
        let code = remove_tags("{% highlight ruby linenos %}\n# no heading\n{% endhighlight %}");
        assert_eq!(code, format!("\n{FENCE}ruby\n\n# no heading\n\n{FENCE}\n"));
    }

    #[test]
    fn keeps_tags_in_code_for_hexo() {
        let cases = [
            ("{% asset_img a.png A %} `{{ x }}` {{ y }}", " `{{ x }}` "),
            ("```\n{% if %}\n```\n{% note %}N{% endnote %}", "```\n{% if %}\n```\nN"),
            ("{% raw %}\n```\n{{ x }}\n```\n{% endraw %}", "\n```\n{{ x }}\n```\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_tags_outside_code(text), expected, "{text:?}");
        }
        let code = remove_tags_outside_code("{% codeblock Title lang:js %}\n# x\n{% endcodeblock %}");
        assert_eq!(code, format!("\n{FENCE}js\n\n# x\n\n{FENCE}\n"));
        assert_eq!(remove_tags_and_comments("a {# no #} b {{ x }}{#id}"), "a  b {#id}");
    }
}
