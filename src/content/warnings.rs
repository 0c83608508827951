//! Warnings about a post: likely mistakes of its author.

use std::collections::{BTreeMap, HashSet};

use super::data::{Data, DataFormat};
use super::fields::FrontMatterFields;
use super::front_matter::ParsedSource;
use super::markdown::{PostBody, UnclosedFence};
use super::post::Warning;

/// Returns the warnings about a post, ordered by line.
pub(super) fn warnings(source: &ParsedSource<'_>, data: &Data, body: &PostBody) -> Vec<Warning> {
    let fields = FrontMatterFields::new(data);
    let mut warnings = repeated_keys(source);
    let mut warn = |line, message: String| warnings.push(Warning { line, message });
    if let Some(error) = &source.error {
        warn(error.line, format!("front matter is read line by line: {}", error.message));
    }
    if fields.title().is_none() && body.title().is_none() {
        warn(1, "no title: the file name is shown instead; add `title` to the front matter".to_owned());
    }
    if let Some(fence) = &body.unclosed_fence {
        let opening = &fence.opening;
        let message = format!(
            "unclosed code block: {opening} makes everything below it code; add a closing line {}",
            fence.mark()
        );
        warn(line_of_fence(source, fence), message);
    }
    for (id, line) in lines_of_ids(source, &body.repeated_ids) {
        warn(
            line,
            format!(
                "duplicate heading id `{id}`: links reach the first heading only; give each heading its own id"
            ),
        );
    }
    if let Some(message) = fields.invalid_boost() {
        warn(source.line_of_key("boost"), message);
    }
    warnings.sort_by_key(|warning| warning.line);
    warnings
}

/// Returns each of the heading ids once, with the last line of the file that sets it. The body is read once, however
/// many ids there are.
fn lines_of_ids<'a>(source: &ParsedSource<'_>, ids: &'a [String]) -> BTreeMap<&'a str, usize> {
    let mut lines: BTreeMap<&str, usize> = ids.iter().map(|id| (id.as_str(), source.body_line)).collect();
    if lines.is_empty() {
        return lines;
    }
    for (number, line) in source.body.lines().enumerate() {
        let words = line.split(|c: char| c.is_whitespace() || matches!(c, '{' | '}'));
        for (_, id) in words.filter_map(|word| word.split_once('#')) {
            if let Some(last) = lines.get_mut(id) {
                *last = source.body_line + number;
            }
        }
    }
    lines
}

/// Returns the line of the file that opens the unclosed block. Lines inside the block may look like the
/// opening fence, so the matching lines are counted from the end.
fn line_of_fence(source: &ParsedSource<'_>, fence: &UnclosedFence) -> usize {
    let matching = source.body.lines().enumerate().filter(|(_, line)| fence.matches(line));
    let matching: Vec<usize> = matching.map(|(number, _)| number).collect();
    let number = matching.iter().rev().nth(fence.matches_inside).or(matching.last());
    source.body_line + number.unwrap_or(&0)
}

/// Returns a warning for each repeated top-level key of YAML front matter: YAML parsers accept them silently.
fn repeated_keys(source: &ParsedSource<'_>) -> Vec<Warning> {
    if source.format != Some(DataFormat::Yaml) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let mut warnings = Vec::new();
    for (number, line) in source.front_matter.lines().enumerate() {
        let Some(key) = key_of(line) else { continue };
        if !seen.insert(key) {
            let message = format!("duplicate key `{key}`: the last value is used; remove the others");
            warnings.push(Warning { line: source.front_matter_line + number, message });
        }
    }
    warnings
}

/// Returns the key that a line sets, without quotes.
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

    fn warnings_of(text: &str) -> Vec<(usize, String)> {
        let source = ParsedSource::parse(text).unwrap();
        let body = parse_markdown(source.body, Dialect::Hugo);
        let warnings = warnings(&source, &source.data, &body);
        warnings.into_iter().map(|warning| (warning.line, warning.message)).collect()
    }

    #[test]
    fn each_warning_has_its_line() {
        let cases = [
            ("Text\n", 1, "no title"),
            ("\n---\ntitle: A\ntags: x\ntitle: B\n---\n", 5, "duplicate key `title`"),
            ("---\ntitle: A\n\"title\": B\n---\n", 3, "duplicate key `title`"),
            ("---\ntitle: A\n---\nText\n\n```sh\nls\n", 6, "unclosed code block: ```sh"),
            ("---\ntitle: A\n---\n```sh\n```\n\n```sh\n```sh\nx ```sh\n", 7, "closing line ```"),
            ("---\ntitle: A\n---\n# A {#x}\n\n# B {#x}\n", 6, "duplicate heading id `x`"),
            ("---\ntitle: A\nsearch:\n  boost: 99\n---\n", 4, "for `boost`"),
        ];
        for (text, line, message) in cases {
            let found = warnings_of(text);
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
            assert!(found[0].0 == line && found[0].1.contains(message), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn an_ordinary_post_has_no_warnings() {
        for text in [
            "# Title\n\nText\n",
            "---\ntitle: A\nx: |\n  a: 1\n  a: 2\n---\n```\nx\n```\n",
            "+++\ntitle = 'A'\n+++\n",
            "---\ntitle: \"A\nhttp://x.org\nhttp://y.org\"\n---\n",
        ] {
            assert_eq!(warnings_of(text), [], "{text:?}");
        }
    }
}
