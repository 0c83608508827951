//! What is odd in a post that can be read, for its writer.

use std::collections::HashSet;

use super::data::{Data, Format};
use super::fields::Fields;
use super::front_matter::Source;
use super::markdown::{Document, UnclosedFence};
use super::post::Warning;

/// The oddities of a post, by line.
pub(super) fn warnings(source: &Source<'_>, data: &Data, document: &Document) -> Vec<Warning> {
    let fields = Fields::new(data);
    let mut warnings = repeated_keys(source);
    let mut warn = |line, message: String| warnings.push(Warning { line, message });
    if fields.title().is_none() && document.title().is_none() {
        warn(1, "has no title: its file's name is shown; add `title` to its front matter".to_owned());
    }
    if let Some(fence) = &document.unclosed_fence {
        let opening = &fence.opening;
        let message = format!(
            "the code block that {opening} opens has no end: all below is code; add a line {} to end it",
            fence.mark()
        );
        warn(line_of_fence(source, fence), message);
    }
    for id in &document.repeated_ids {
        let line = line_in_body(source, &format!("#{id}"));
        warn(line, format!("the id `{id}` is given to several headings: links reach the first only"));
    }
    if let (_, Some(mistake)) = fields.overrides() {
        warn(source.line_of_key("boost"), mistake);
    }
    warnings.sort_by_key(|warning| warning.line);
    warnings
}

/// The line of the file on which `text` stands last.
fn line_in_body(source: &Source<'_>, text: &str) -> usize {
    let at = source.body.rfind(text).unwrap_or(0);
    source.body_line + crate::config::line_of(source.body.as_bytes(), at) - 1
}

/// The line of the file that opens a block; lines like it in the block, which do not, stand below.
fn line_of_fence(source: &Source<'_>, fence: &UnclosedFence) -> usize {
    let alike = source.body.lines().enumerate().filter(|(_, line)| fence.is_like(line));
    let alike: Vec<usize> = alike.map(|(number, _)| number).collect();
    let number = alike.iter().rev().nth(fence.alike_inside).or(alike.last());
    source.body_line + number.unwrap_or(&0)
}

/// Keys at the top of YAML that stand there twice, which its parsers take silently.
fn repeated_keys(source: &Source<'_>) -> Vec<Warning> {
    if source.format != Some(Format::Yaml) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let mut warnings = Vec::new();
    for (number, line) in source.front_matter.lines().enumerate() {
        let Some(key) = key_of(line) else { continue };
        if !seen.insert(key) {
            let message = format!("`{key}` is set before: the last one counts; remove one of them");
            warnings.push(Warning { line: source.front_matter_line + number, message });
        }
    }
    warnings
}

/// The key that is set on a line, without the quotes that it may stand in.
fn key_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    (is_key && (value.is_empty() || value.starts_with([' ', '\t', '\r']))).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::parse_markdown;
    use crate::content::template::Dialect;

    fn found(text: &str) -> Vec<(usize, String)> {
        let source = Source::parse(text).unwrap();
        let document = parse_markdown(source.body, Dialect::Hugo);
        let warnings = warnings(&source, &source.data, &document);
        warnings.into_iter().map(|warning| (warning.line, warning.message)).collect()
    }

    #[test]
    fn each_oddity_has_its_line() {
        let cases = [
            ("Text\n", 1, "has no title"),
            ("\n---\ntitle: A\ntags: x\ntitle: B\n---\n", 5, "`title` is set before"),
            ("---\ntitle: A\n\"title\": B\n---\n", 3, "`title` is set before"),
            ("---\ntitle: A\n---\nText\n\n```sh\nls\n", 6, "that ```sh opens"),
            ("---\ntitle: A\n---\n```sh\n```\n\n```sh\n```sh\nx ```sh\n", 7, "add a line ```"),
            ("---\ntitle: A\n---\n# A {#x}\n\n# B {#x}\n", 6, "`x` is given to several"),
            ("---\ntitle: A\nsearch:\n  boost: 99\n---\n", 4, "`boost` must be"),
        ];
        for (text, line, message) in cases {
            let found = found(text);
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
            assert!(found[0].0 == line && found[0].1.contains(message), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn an_ordinary_post_has_none() {
        for text in [
            "# Title\n\nText\n",
            "---\ntitle: A\nx: |\n  a: 1\n  a: 2\n---\n```\nx\n```\n",
            "+++\ntitle = 'A'\n+++\n",
            "---\ntitle: \"A\nhttp://x.org\nhttp://y.org\"\n---\n",
        ] {
            assert_eq!(found(text), [], "{text:?}");
        }
    }
}
