//! Values of the data cascade in the text of a page: what the text prints of them, and the title that it lacks.

use std::borrow::Cow;

use super::template::{TemplateContext, TemplateEngine};
use crate::config::limits;
use crate::content::data::Data;

/// Tags whose content is not evaluated.
const VERBATIM: [&str; 3] = ["raw", "verbatim", "comment"];

/// Returns the text with the outputs replaced whose values are known texts, such as `{{ excerpt }}`.
///
/// Outputs that only Eleventy can evaluate stay as they are, and so do those that print HTML or templates.
pub(super) fn with_values<'a>(
    context: &TemplateContext<'_>,
    engine: TemplateEngine,
    text: &'a str,
) -> Cow<'a, str> {
    let is_evaluated = matches!(engine, TemplateEngine::Liquid | TemplateEngine::Nunjucks);
    if !is_evaluated || !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut printed) = (text, 0);
    let mut unclosed: Vec<&str> = Vec::new();
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let call = &rest[start..];
        let near = &call[..call.floor_char_boundary(limits::MAX_CALL_BYTES)];
        let is_output = call.starts_with("{{");
        let Some(length) = near.find(if is_output { "}}" } else { "%}" }).map(|end| end + 2) else {
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        let inner = call[2..length - 2].trim_matches('-').trim();
        let mut end = start + length;
        let value = if is_output { known_text(context, engine, inner) } else { None };
        if let Some(value) = value.filter(|value| printed + value.len() <= limits::MAX_PRINTED_VALUES_BYTES) {
            printed += value.len();
            out.push_str(&rest[..start]);
            out.push_str(&value);
        } else {
            if let Some(name) = VERBATIM.iter().find(|name| !is_output && **name == inner) {
                end = end_of_verbatim(rest, end, name, &mut unclosed);
            }
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the offset after the end tag of `name`; `from` if there is none, which is not searched for again.
fn end_of_verbatim<'a>(text: &str, from: usize, name: &'a str, unclosed: &mut Vec<&'a str>) -> usize {
    if unclosed.contains(&name) {
        return from;
    }
    let closing = text[from..].match_indices("{%").find_map(|(at, _)| {
        let tag = text[from + at + 2..].trim_start_matches(['-', ' ']);
        tag.strip_prefix("end")?.strip_prefix(name)?;
        Some(from + at)
    });
    closing.unwrap_or_else(|| {
        unclosed.push(name);
        from
    })
}

/// Returns the text that an output prints, if it is known and neither HTML nor a template.
fn known_text(context: &TemplateContext<'_>, engine: TemplateEngine, expression: &str) -> Option<String> {
    let is_own = expression.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let text = context.render(&format!("{{{{{expression}}}}}"), engine).ok().filter(|_| is_own)?;
    let is_plain = !text.trim().is_empty() && !text.contains(['<', '{']);
    is_plain.then(|| text.trim().to_owned())
}

/// Returns the title that the navigation plugin gives a page without a title and without a heading.
pub(super) fn navigation_title(data: &Data, body: &str) -> Option<String> {
    if data.text("title").is_some() || has_heading(body) {
        return None;
    }
    let navigation = data.table("eleventyNavigation");
    navigation.text("title").or_else(|| navigation.text("key"))
}

/// Returns whether a text has a top-level heading, outside of code and of captured text.
fn has_heading(body: &str) -> bool {
    let mut is_inside = false;
    body.lines().any(|line| {
        let line = line.trim_start();
        let is_capture = ["{% set ", "{%- set ", "{% capture "].iter().any(|tag| line.starts_with(tag));
        let is_capture = is_capture && !line.contains('=') && !line.contains("{% end");
        if line.starts_with("```")
            || is_capture
            || line.contains("{% endset")
            || line.contains("{% endcapture")
        {
            is_inside = !is_inside;
        }
        !is_inside && (line.starts_with("# ") || line.to_ascii_lowercase().starts_with("<h1"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn prints_known_texts_and_nothing_else() {
        let data = "summary: Rain & *wind*\ntools: {saw: ripsaw, n: 3}\nhtml: <b>x</b>\ncode: '{{ x }}'\nlist: [a]\nempty: ''\n";
        let data = Data::parse(data, DataFormat::Yaml).unwrap();
        let rules = super::super::tests::rules("c.addFilter('mine', (x) => f(x))");
        let context = TemplateContext { settings: &rules.templates, id: "a/x.md", data: &data, date: None };
        let cases = [
            ("a {{ summary }} b", "a Rain & *wind* b"),
            ("{{- tools.saw | upcase -}} {{tools.n}}", "RIPSAW 3"),
            ("{{ html }} {{ code }} {{ empty }} {{ none }}", "{{ html }} {{ code }} {{ empty }} {{ none }}"),
            ("{{ summary | mine }} {{ tools }} {{ 'x' }}", "{{ summary | mine }} {{ tools }} {{ 'x' }}"),
            ("{% raw %}{{ summary }}{% endraw %} {{ list }}", "{% raw %}{{ summary }}{% endraw %} a"),
            ("{%- comment -%}{{ summary }}{% endcomment %}", "{%- comment -%}{{ summary }}{% endcomment %}"),
            ("{% raw %}{{ list }}", "{% raw %}a"),
            ("{% if x %}{{ list }}{% endif %} {{ never", "{% if x %}a{% endif %} {{ never"),
            ("no outputs", "no outputs"),
        ];
        for (text, expected) in cases {
            assert_eq!(with_values(&context, TemplateEngine::Liquid, text), expected, "{text}");
        }
        let nunjucks = with_values(&context, TemplateEngine::Nunjucks, "{{ summary | upper }}");
        assert_eq!(nunjucks, "RAIN &amp; *WIND*");
        assert_eq!(with_values(&context, TemplateEngine::Off, "{{ list }}"), "{{ list }}");
        let many = "{% raw %}{{".repeat(20_000);
        assert_eq!(with_values(&context, TemplateEngine::Liquid, &many), many);
    }

    #[test]
    fn the_navigation_names_a_page_without_a_title() {
        let cases = [
            ("eleventyNavigation: {key: Gates, title: All gates}", "Text", Some("All gates")),
            ("eleventyNavigation: {key: Gates}", "## Two\n", Some("Gates")),
            ("eleventyNavigation: {key: Gates}", "\n# One\n", None),
            ("eleventyNavigation: {key: Gates}", "```\n# code\n```\n`<h1>`", Some("Gates")),
            ("eleventyNavigation: {key: Gates}", "{% set x %}\n<h1>a</h1>\n{% endset %}\n", Some("Gates")),
            ("eleventyNavigation: {key: Gates}", "{% set x = 1 %}\n <h1>a</h1>", None),
            ("eleventyNavigation: {key: Gates}\ntitle: Own", "", None),
            ("eleventyNavigation: false", "", None),
        ];
        for (front_matter, body, expected) in cases {
            let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
            assert_eq!(navigation_title(&data, body).as_deref(), expected, "{front_matter}");
        }
    }
}
