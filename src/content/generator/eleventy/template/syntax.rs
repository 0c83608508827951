//! The syntax that Liquid and Nunjucks share: text, outputs `{{ … }}`, tags `{% … %}` and comments.

use super::scope::Unevaluated;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TemplateNode<'a> {
    /// Text between the outputs and tags.
    Text(&'a str),
    /// The expression of an output.
    Output(&'a str),
    /// The name of a tag, and the text after it.
    Tag(&'a str, &'a str),
}

/// Splits a template into its parts. `{% raw %}` gives text, and comments are left out.
pub(super) fn parse_nodes(template: &str) -> Result<Vec<TemplateNode<'_>>, Unevaluated> {
    let mut nodes = Vec::new();
    let mut rest = template;
    loop {
        let start = rest.match_indices('{').find(|(at, _)| rest[at + 1..].starts_with(['{', '%', '#']));
        let Some((start, _)) = start else { break };
        let (text, call) = rest.split_at(start);
        let end = match call.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => "#}",
        };
        let Some(length) = end_of_call(call, end) else {
            return Err(Unevaluated::new("an unclosed call"));
        };
        let inner = &call[2..length - 2];
        push_text(&mut nodes, if inner.starts_with('-') { text.trim_end() } else { text });
        rest = &call[length..];
        let is_trimmed = inner.len() > 1 && inner.ends_with('-');
        let inner = inner.trim_start_matches('-').trim_end_matches('-').trim();
        match end {
            "}}" => nodes.push(TemplateNode::Output(inner)),
            "%}" => {
                let name_end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
                match &inner[..name_end] {
                    name @ ("raw" | "comment" | "verbatim") => {
                        let (content, after) = enclosed(rest, name)?;
                        if name != "comment" {
                            push_text(&mut nodes, content);
                        }
                        rest = after;
                    }
                    name => nodes.push(TemplateNode::Tag(name, inner[name_end..].trim())),
                }
            }
            _ => {}
        }
        if is_trimmed {
            rest = rest.trim_start();
        }
    }
    push_text(&mut nodes, rest);
    Ok(nodes)
}

fn push_text<'a>(nodes: &mut Vec<TemplateNode<'a>>, text: &'a str) {
    if !text.is_empty() {
        nodes.push(TemplateNode::Text(text));
    }
}

/// Returns the length of a call up to and including its `end`, which does not count inside of quotes.
fn end_of_call(call: &str, end: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in call.char_indices().skip(2) {
        match quote {
            Some(open) if c == open => quote = None,
            None if call[at..].starts_with(end) => return Some(at + 2),
            None if matches!(c, '"' | '\'') && end != "#}" => quote = Some(c),
            Some(_) | None => {}
        }
    }
    None
}

/// Returns the text before the end tag of `name`, and the text after that tag.
fn enclosed<'a>(text: &'a str, name: &str) -> Result<(&'a str, &'a str), Unevaluated> {
    for (start, _) in text.match_indices("{%") {
        let Some(length) = text[start..].find("%}") else { break };
        let inner = text[start + 2..start + length].trim_matches(['-', ' ', '\t', '\n']);
        if inner.strip_prefix("end") == Some(name) {
            return Ok((&text[..start], &text[start + length + 2..]));
        }
    }
    Err(Unevaluated::new("an unclosed tag"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_templates_into_nodes() {
        let nodes =
            parse_nodes("/a/{{- x | f: '}}' -}} /{% if y %}{# no #}b{%endif%}{ c }{% raw %}{{{% endraw %}");
        assert_eq!(
            nodes.unwrap(),
            [
                TemplateNode::Text("/a/"),
                TemplateNode::Output("x | f: '}}'"),
                TemplateNode::Text("/"),
                TemplateNode::Tag("if", "y"),
                TemplateNode::Text("b"),
                TemplateNode::Tag("endif", ""),
                TemplateNode::Text("{ c }"),
                TemplateNode::Text("{{"),
            ]
        );
        for unclosed in ["/{{ x", "{% if", "{% raw %}{{", "{{ 'x }}"] {
            assert!(parse_nodes(unclosed).is_err(), "{unclosed}");
        }
    }
}
