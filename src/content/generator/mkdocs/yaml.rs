//! YAML with the tags of Python and of `pyyaml-env-tag`, as `mkdocs.yml` has them, as plain YAML.

/// The tag of values that the environment sets.
const ENVIRONMENT: &str = "!ENV";
/// Tags before the name of an object of Python; the tagged value has its arguments.
const OBJECTS: [&str; 3] = ["!!python/object/apply:", "!!python/object/new:", "!!python/object:"];
/// The tag before the name of a function or class of Python.
const NAME: &str = "!!python/name:";
/// The key of tagged tables under which the name of the object is.
pub(super) const OBJECT_KEY: &str = "python-object";

/// Returns the settings without tags.
///
/// The value of `!ENV` is its default, the last item of a list with several, else null; the environment of the build is
/// not known (`pyyaml_env_tag.construct_env`). Names of Python become strings; tables of arguments get the name of
/// their object under [`OBJECT_KEY`]. Other tags are dropped.
#[must_use]
pub(crate) fn without_tags(yaml: &str) -> String {
    let mut plain = String::with_capacity(yaml.len());
    let mut rest = yaml;
    // The quote or comment that is open, and the characters before this one: any, and one of this line that is no space.
    let mut quote: Option<char> = None;
    let mut previous = '\n';
    let mut last: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        let is_apart = previous.is_whitespace() || matches!(previous, '[' | '{' | ',');
        let is_start = is_apart && matches!(last, None | Some(':' | '-' | '[' | '{' | ',' | '?'));
        match quote {
            Some(open) if c == open || c == '\n' && open == '#' => quote = None,
            None if c == '!' && is_start => {
                rest = push_untagged(rest, &mut plain);
                (previous, last) = ('!', Some('!'));
                continue;
            }
            None if matches!(c, '"' | '\'') && is_start => quote = Some(c),
            None if c == '#' && is_apart => quote = Some(c),
            None if matches!(c, '|' | '>') && is_start => {
                rest = push_block_text(rest, &mut plain);
                (previous, last) = ('\n', None);
                continue;
            }
            _ => {}
        }
        last = if c == '\n' { None } else { Some(c).filter(|c| !c.is_whitespace()).or(last) };
        previous = c;
        plain.push(c);
        rest = &rest[c.len_utf8()..];
    }
    plain
}

/// Appends a text of several lines unchanged, with its mark `|` or `>`, and returns the text after it.
fn push_block_text<'a>(text: &'a str, plain: &mut String) -> &'a str {
    let indent = indentation(&plain[plain.rfind('\n').map_or(0, |at| at + 1)..]);
    let lines = text.split_inclusive('\n').enumerate();
    let block = lines
        .take_while(|(number, line)| *number == 0 || line.trim().is_empty() || indentation(line) > indent);
    let length = block.map(|(_, line)| line.len()).sum();
    plain.push_str(&text[..length]);
    &text[length..]
}

/// Appends the value of the tag with which a text begins, and returns the text after it.
fn push_untagged<'a>(text: &'a str, plain: &mut String) -> &'a str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(text.len());
    let (tag, rest) = text.split_at(end);
    if tag == ENVIRONMENT {
        return push_default(rest, plain);
    }
    if let Some(name) = tag.strip_prefix(NAME) {
        plain.extend(["\"", &name.replace(['"', '\\'], ""), "\""]);
        // An empty value may be written after the tag: `!!python/name:a.b ''`.
        return rest.strip_prefix(" ''").or_else(|| rest.strip_prefix(" \"\"")).unwrap_or(rest);
    }
    if let Some(name) = OBJECTS.iter().find_map(|object| tag.strip_prefix(object)) {
        return push_object(&name.replace(['"', '\\'], ""), rest, plain);
    }
    rest
}

/// Appends the arguments of an object with its name. Without a table of arguments, only the name is appended.
fn push_object<'a>(name: &str, rest: &'a str, plain: &mut String) -> &'a str {
    let inline = rest.trim_start_matches(' ');
    if let Some(table) = inline.strip_prefix('{') {
        plain.extend(["{", OBJECT_KEY, ": \"", name, "\", "]);
        return table;
    }
    let line_start = plain.rfind('\n').map_or(0, |at| at + 1);
    let indent = indentation(&plain[line_start..]);
    let below = rest.split_inclusive('\n').skip(1).find(|line| !line.trim().is_empty());
    let deeper =
        below.map(indentation).filter(|deeper| inline.starts_with(['\n', '\r', '#']) && *deeper > indent);
    match (deeper, below.is_some_and(|line| line.trim_start().starts_with("- "))) {
        (Some(deeper), false) => plain.extend(["\n", &" ".repeat(deeper), OBJECT_KEY, ": \"", name, "\""]),
        (Some(_), true) => {}
        (None, _) => plain.extend(["\"", name, "\""]),
    }
    rest
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Appends the default of an environment variable, and returns the text after its list or name.
fn push_default<'a>(rest: &'a str, plain: &mut String) -> &'a str {
    let value = rest.trim_start_matches(' ');
    plain.push(' ');
    if let Some(list) = value.strip_prefix('[') {
        let Some((items, after)) = flow_items(list) else {
            plain.push_str("null");
            return rest;
        };
        let default = items.last().filter(|_| items.len() > 1);
        plain.push_str(default.map_or("null", |item| item.trim()));
        return after;
    }
    if value.starts_with(['\n', '\r', '#']) {
        return push_default_of_block(rest, plain);
    }
    // A name ends at the end of the line, at a comment, or at the `:` after a key.
    let line = &value[..value.find('\n').unwrap_or(value.len())];
    let ends = [": ", " #", ",", "]", "}"].iter().filter_map(|end| line.find(end));
    let end = ends.min().unwrap_or_else(|| line.trim_end_matches(['\r', ':']).len());
    plain.push_str("null");
    &value[end..]
}

/// Splits the items of a list after its `[`, and returns them with the text after the `]`.
fn flow_items(list: &str) -> Option<(Vec<&str>, &str)> {
    let (mut items, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut quote: Option<char> = None;
    for (at, c) in list.char_indices() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '[' | '{' => depth += 1,
            ']' if depth == 0 => {
                items.push(&list[start..at]);
                items.retain(|item| !item.trim().is_empty());
                return Some((items, &list[at + 1..]));
            }
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// Appends the default of a list whose items are on the lines below.
fn push_default_of_block<'a>(rest: &'a str, plain: &mut String) -> &'a str {
    let mut items: Vec<&str> = Vec::new();
    let mut at = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    for line in rest[at..].split_inclusive('\n') {
        let Some(item) = line.trim_start().strip_prefix("- ") else { break };
        items.push(item.trim());
        at += line.len();
    }
    let default = items.last().filter(|_| items.len() > 1);
    plain.push_str(default.copied().unwrap_or("null"));
    plain.push('\n');
    &rest[at..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};

    #[test]
    fn environment_variables_have_their_defaults() {
        let cases = [
            ("a: !ENV [NAME, 'x, y']", "{\"a\":\"x, y\"}"),
            ("a: !ENV [NAME, OTHER, false] # c", "{\"a\":false}"),
            ("a: !ENV [NAME]", "{\"a\":null}"),
            ("a: !ENV NAME\nb: 1", "{\"a\":null,\"b\":1}"),
            ("a: !ENV\n  - NAME\n  - x\nb: 1", "{\"a\":\"x\",\"b\":1}"),
            ("a: !ENV [NAME,\n   x]\nb: 1", "{\"a\":\"x\",\"b\":1}"),
            ("- !ENV [NAME, \"Home\"]: a.md", "[{\"Home\":\"a.md\"}]"),
            (
                "- A: !ENV [NAME, a.md]\n- {b: !ENV [C, d], e: f}",
                "[{\"A\":\"a.md\"},{\"b\":\"d\",\"e\":\"f\"}]",
            ),
            (
                "a: 'no !ENV [A, b]' # !ENV x\nb: it's !ENV\nc: !ENV [D, [e, f]]",
                "{\"a\":\"no !ENV [A, b]\",\"b\":\"it's !ENV\",\"c\":[\"e\",\"f\"]}",
            ),
        ];
        for (yaml, expected) in cases {
            let wrapped = format!(
                "x:\n{}",
                without_tags(yaml).lines().flat_map(|line| ["  ", line, "\n"]).collect::<String>()
            );
            let data = Data::parse(&wrapped, DataFormat::Yaml)
                .unwrap_or_else(|error| panic!("{wrapped}: {error:?}"));
            assert_eq!(data.get("x").unwrap().to_string(), expected, "{yaml}");
        }
    }

    #[test]
    fn tags_of_python_become_names() {
        let cases = [
            ("s: !!python/name:a.b\nt: 1", "{\"s\":\"a.b\",\"t\":1}"),
            ("s: {i: !!python/name:a.b, j: !!python/name:c.d}", "{\"s\":{\"i\":\"a.b\",\"j\":\"c.d\"}}"),
            (
                "s: !!python/object/apply:a.b\n  kwds:\n    case: lower\n",
                "{\"s\":{\"python-object\":\"a.b\",\"kwds\":{\"case\":\"lower\"}}}",
            ),
            (
                "s: !!python/object/apply:a.b {kwds: {case: lower}}",
                "{\"s\":{\"python-object\":\"a.b\",\"kwds\":{\"case\":\"lower\"}}}",
            ),
            ("s: !!python/object/apply:a.b\nt: 1", "{\"s\":\"a.b\",\"t\":1}"),
            ("s: !relative $config_dir\nt: !x 1", "{\"s\":\"$config_dir\",\"t\":1}"),
        ];
        for (yaml, expected) in cases {
            let data = Data::parse(&without_tags(yaml), DataFormat::Yaml).unwrap();
            let value =
                serde_json::to_value(data.entries().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
            assert_eq!(value, serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{yaml}");
        }
    }
}
