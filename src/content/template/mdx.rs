//! MDX: imports, exports, comments and tags of components are removed; the text between tags is kept.
//!
//! An expression in braces is removed unless it is a string. Code is unchanged. The time is linear in the
//! length of the text.

use std::collections::HashMap;
use std::ops::Range;

use super::calls::find_near;
use super::code::{CodeRanges, closes_fence, fence_mark};
use crate::config::limits::{MAX_CALL_BYTES, MAX_EXPRESSION_BYTES};

/// Tags within words; any other tag separates words.
const INLINE_TAGS: [&str; 20] = [
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "u", "var",
];

/// Tags that are kept for the Markdown parser.
const KEPT_TAGS: [&str; 12] =
    ["br", "img", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style", "pre", "template"];

/// Removes JavaScript and tags.
#[must_use]
pub(super) fn remove_jsx(text: &str) -> String {
    let text = without_modules(text);
    let code = CodeRanges::find(&text);
    let braces = matching_braces(&text, &code);
    let mut stripper =
        MdxStripper { text: &text, code: &code, braces: &braces, out: String::with_capacity(text.len()) };
    stripper.run();
    without_indentation(&stripper.out)
}

/// Returns the text without `import` and `export` statements. A statement starts a paragraph and ends with it.
fn without_modules(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut is_start = true;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let mark = fence_mark(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if closes_fence(line, open, mark) => fence = None,
            _ => {}
        }
        if fence.is_none() && is_start && is_module_line(line) {
            // A statement may contain empty lines inside brackets.
            let mut depth = depth_change(line);
            while let Some(next) = lines.next_if(|next| depth > 0 || !next.trim().is_empty()) {
                depth += depth_change(next);
            }
            continue;
        }
        is_start = line.trim().is_empty();
        out.push_str(line);
    }
    out
}

/// Returns whether a line begins an `import` or `export` statement.
fn is_module_line(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("export ") {
        return [
            "const ",
            "let ",
            "var ",
            "function",
            "default ",
            "async ",
            "class ",
            "{",
            "*",
            "type ",
            "interface ",
        ]
        .iter()
        .any(|word| rest.starts_with(word));
    }
    let Some(rest) = line.strip_prefix("import ") else { return false };
    let rest = rest.trim_start();
    rest.starts_with(['{', '*', '"', '\'']) || rest.contains(" from ") || rest.trim_end().ends_with(',')
}

/// Returns the number of brackets that a line opens, less those that it closes.
fn depth_change(line: &str) -> isize {
    line.bytes().fold(0, |depth, byte| match byte {
        b'{' | b'(' | b'[' => depth + 1,
        b'}' | b')' | b']' => depth - 1,
        _ => depth,
    })
}

/// Returns the offsets of closing braces by the offsets of the opening ones, outside of code.
fn matching_braces(text: &str, code: &CodeRanges) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut matching = HashMap::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}', '`', '~']) {
        at += found;
        match text.as_bytes()[at] {
            // Inside braces, backticks delimit JavaScript templates.
            b'`' | b'~' => {
                if let Some(range) = code.containing(at) {
                    let is_block = text[range.clone()].contains('\n');
                    if is_block {
                        open.clear();
                    }
                    if is_block || open.is_empty() {
                        at = range.end;
                        continue;
                    }
                }
            }
            b'{' => open.push(at),
            _ => {
                if let Some(start) = open.pop() {
                    matching.insert(start, at);
                }
            }
        }
        at += 1;
    }
    matching
}

struct MdxStripper<'a> {
    text: &'a str,
    code: &'a CodeRanges,
    braces: &'a HashMap<usize, usize>,
    out: String,
}

impl MdxStripper<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(found) = self.text[at..].find(['{', '<', '`', '~', '\\']) {
            self.out.push_str(&self.text[at..at + found]);
            at += found;
            at = match self.text.as_bytes()[at] {
                b'\\' => self.copy(at..self.text.ceil_char_boundary((at + 2).min(self.text.len()))),
                b'`' | b'~' => {
                    let end = self.code.containing(at).map_or(at + 1, |range| range.end);
                    self.copy(at..end)
                }
                b'{' => self.expression(at),
                _ => self.tag(at),
            };
        }
        self.out.push_str(&self.text[at..]);
    }

    fn copy(&mut self, range: Range<usize>) -> usize {
        self.out.push_str(&self.text[range.clone()]);
        range.end
    }

    /// Appends the text of a string expression and returns the offset after the expression.
    fn expression(&mut self, at: usize) -> usize {
        let end = self.braces.get(&at).copied().filter(|end| end - at <= MAX_EXPRESSION_BYTES);
        let Some(end) = end else { return self.copy(at..at + 1) };
        let inner = self.text[at + 1..end].trim();
        // `{#id}` sets the id of a heading.
        let is_id = inner.starts_with('#') && !inner.contains(char::is_whitespace);
        if is_id || inner.is_empty() {
            return self.copy(at..end + 1);
        }
        let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'));
        let quoted = quote.and_then(|quote| {
            inner.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote))
        });
        if let Some(text) = quoted.filter(|text| !text.contains("${")) {
            self.out.push_str(text);
        }
        end + 1
    }

    /// Removes a tag, or copies a `<` that does not begin one; returns the offset after it.
    fn tag(&mut self, at: usize) -> usize {
        if self.text[at..].starts_with("<!--") {
            let end = find_near(&self.text[at..], "-->").map_or(at + 4, |end| at + end + 3);
            return self.copy(at..end);
        }
        let Some(end) = self.end_of_tag(at) else { return self.copy(at..at + 1) };
        let name = self.text[at + 1..end].trim_start_matches('/');
        let name = &name[..name
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')))
            .unwrap_or(name.len())];
        if KEPT_TAGS.contains(&name) {
            return self.copy_tag(at..end);
        }
        let is_between_words = !INLINE_TAGS.contains(&name) && !self.out.ends_with(char::is_whitespace);
        if is_between_words && !self.out.is_empty() {
            self.out.push(' ');
        }
        end
    }

    /// Copies a tag, with its expressions replaced by empty strings.
    fn copy_tag(&mut self, tag: Range<usize>) -> usize {
        let mut at = tag.start;
        while let Some(start) = self.text[at..tag.end].find('{').map(|found| at + found) {
            self.out.push_str(&self.text[at..start]);
            at = self.braces.get(&start).map_or(start + 1, |end| (end + 1).min(tag.end));
            self.out.push_str("\"\"");
        }
        self.copy(at..tag.end)
    }

    /// Returns the offset after the tag at `at`, or `None` if no tag begins there.
    fn end_of_tag(&self, at: usize) -> Option<usize> {
        let first = self.text[at + 1..].chars().find(|c| *c != '/')?;
        if !(first.is_alphabetic() || first == '>') {
            return None;
        }
        let near = &self.text[at..at + self.text[at..].floor_char_boundary(MAX_CALL_BYTES)];
        // A URL or e-mail address in angle brackets is an autolink.
        let word_end = near[1..].find([' ', '<', '>', '\n']).map_or(near.len(), |end| end + 1);
        if near[..word_end].contains("://") || near[..word_end].contains('@') {
            return None;
        }
        let mut offset = 1;
        while let Some(found) = near[offset..].find(['>', '<', '{', '"', '\'']) {
            offset += found;
            match near.as_bytes()[offset] {
                b'>' => return Some(at + offset + 1),
                b'<' => return None,
                b'{' => offset = self.braces.get(&(at + offset))?.checked_sub(at)? + 1,
                quote => offset += near[offset + 1..].find(char::from(quote))? + 2,
            }
            if offset >= near.len() || !near.is_char_boundary(offset) {
                return None;
            }
        }
        None
    }
}

/// Returns the text without the indentation inside components, because MDX has no indented code. In lists,
/// where indentation nests items, it is kept.
fn without_indentation(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<(&str, usize)> = None;
    let mut is_in_list = false;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let trimmed = line.trim();
        if let Some((open, cut)) = fence {
            out.push_str(&line[indent.min(cut)..]);
            if fence_mark(line).is_some_and(|mark| closes_fence(line, open, mark)) {
                fence = None;
            }
            continue;
        }
        let is_item = is_list_item(trimmed);
        if indent == 0 && !trimmed.is_empty() || is_item {
            is_in_list = is_item;
        }
        let cut = if is_in_list { 0 } else { indent };
        if let Some(mark) = fence_mark(line) {
            fence = Some((mark, cut));
        }
        out.push_str(&line[cut.min(line.trim_end_matches('\n').len())..]);
    }
    out
}

/// Returns whether a line begins a list item.
fn is_list_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_bullet = rest.len() == line.len() && line.starts_with(['-', '*', '+']);
    let is_number = rest.len() < line.len() && rest.starts_with(['.', ')']);
    (is_bullet || is_number) && rest[1..].starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_javascript_and_tags_and_keeps_text() {
        let cases = [
            ("import A from './a';\nimport {\n  B\n} from 'b'\n\n# T\n", "\n# T\n"),
            ("export const x = {\n\n  a: 1,\n};\n\nText", "\nText"),
            ("Text\nimport taxes are high", "Text\nimport taxes are high"),
            ("a {/* no */} b", "a  b"),
            ("a {x + 1} b {'text'} c {\" \"}d", "a  b text c  d"),
            ("a {`${x}`} b {f({a: 1})}.", "a  b ."),
            ("## Own {#mine}", "## Own {#mine}"),
            ("`{code}` and `<Code>` stay", "`{code}` and `<Code>` stay"),
            ("```jsx\n<A>{b}</A>\nimport x\n```\n", "```jsx\n<A>{b}</A>\nimport x\n```\n"),
            (
                "<Tabs items={[1, 2]}>\n  <Tab label=\"a > b\">\n\n    Text\n\n  </Tab>\n</Tabs>",
                "\n\n\nText\n\n\n",
            ),
            ("<Card\n  title=\"x\"\n  onClick={() => a > b}\n/>After", "After"),
            ("wo<b>rd</b>s <>and</> <A.B/>more", "words and  more"),
            ("<a>one</a><Td>two</Td><Td>three</Td>", "one two three "),
            ("1 < 2 and a<b, <https://a.org>", "1 < 2 and a<b, <https://a.org>"),
            ("\\{kept\\} \\<kept>", "\\{kept\\} \\<kept>"),
            ("<img alt=\"A\" style={{a: 1}} /> <br/>", "<img alt=\"A\" style=\"\" /> <br/>"),
            ("- item\n\n    more\n", "- item\n\n    more\n"),
            ("<Note>\n    ```js\n      a\n    ```\n</Note>", "\n```js\n  a\n```\n"),
            ("a { b", "a { b"),
            ("a } b { c", "a } b { c"),
            ("<!-- note --> ü", "<!-- note --> ü"),
            ("<Ünï ü='é' {...p}>ö", "ö"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(remove_jsx(text), expected, "{text:?}");
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        // Eight times the text takes eight times as long, or 64 times in quadratic time. The ratio, unlike
        // the time itself, depends little on the machine's load.
        let seconds = |text: &str| {
            let start = std::time::Instant::now();
            assert!(remove_jsx(text).len() <= 2 * text.len());
            start.elapsed().as_secs_f64()
        };
        for part in [
            "{",
            "<a ",
            "<a {",
            "`",
            "{`",
            "<a \"",
            "{}<",
            "<A x={",
            "export const a = {\n",
            "\n\nimport {\n",
            "~~~\n{",
        ] {
            let (short, long) = (part.repeat(20_000 / part.len()), part.repeat(160_000 / part.len()));
            let (short, long) = (seconds(&short), seconds(&long));
            assert!(long < 32.0 * short + 0.5, "{part:?}: {short} s, then {long} s");
        }
    }
}
