//! The HTML parser: HTML pages, and HTML blocks in Markdown, to plain text by section.
//!
//! Each heading starts a section and keeps its id, `pre` elements are code, and the alternative texts of
//! images are kept. Comments, scripts, styles and templates are dropped.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::html_attributes::limit_attributes;
use super::section::{Heading, Section, SectionsBuilder, normalize_whitespace};

/// Parses an HTML page or fragment into sections.
#[must_use]
pub fn parse_html(html: &str) -> Vec<Section> {
    let mut sections = SectionsBuilder::default();
    read_into(&mut sections, html);
    sections.finish()
}

/// Appends the visible text of an HTML fragment to `sections`.
///
/// Tags are read as a flat sequence: building the element tree takes time quadratic in its depth.
pub(super) fn read_into(sections: &mut SectionsBuilder, html: &str) {
    let reader = HtmlReader { sections, heading: None, code: None, hidden: 0 };
    let tokenizer = Tokenizer::new(HtmlSink(RefCell::new(reader)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(limit_attributes(html).as_ref().into());
    // The tokenizer stops early only to run scripts, which this sink never requests.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.borrow_mut().finish();
}

/// Elements that may appear in titles.
const TITLE_ELEMENTS: [&str; 14] =
    ["abbr", "b", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup"];

/// Returns a title as plain text: entities are decoded and elements removed. An unclosed tag is kept as text,
/// because titles contain `Vec<T>` and names of tags.
pub(super) fn plain_title(title: &str) -> String {
    if !title.contains(['&', '<']) {
        return title.to_owned();
    }
    let closed: Vec<&str> =
        TITLE_ELEMENTS.into_iter().filter(|name| title.contains(&format!("</{name}>"))).collect();
    let is_tag = |rest: &str| {
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        closed.contains(&name)
    };
    let is_entity = |rest: &str| {
        let name =
            rest.len() - rest.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric()).len();
        name > 0 && rest[name..].starts_with(';')
    };
    let mut html = String::with_capacity(title.len());
    for (at, c) in title.char_indices() {
        match c {
            '<' if !is_tag(&title[at + 1..]) => html.push_str("&lt;"),
            '&' if !is_entity(&title[at + 1..]) => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
    let sections = parse_html(&html);
    sections.iter().flat_map(Section::prose).collect::<Vec<_>>().join(" ")
}

struct HtmlSink<'a>(RefCell<HtmlReader<'a>>);

impl TokenSink for HtmlSink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if reader.code.is_some() => reader.text(&text),
            // A line break in prose is only a space.
            Token::CharacterTokens(text) => reader.text(&text.replace('\n', " ")),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                reader.open(&tag);
                // The content of these elements is not markup.
                match &*tag.name {
                    "script" | "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => {}
                }
            }
            Token::TagToken(tag) => reader.close(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct HtmlReader<'a> {
    sections: &'a mut SectionsBuilder,
    heading: Option<Heading>,
    code: Option<String>,
    /// Number of open elements whose content is not visible.
    hidden: usize,
}

impl HtmlReader<'_> {
    fn open(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let attribute = |name: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
            found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
        };
        match name {
            "body" => self.hidden = 0,
            "pre" if self.heading.is_none() => self.code = Some(String::new()),
            "br" => self.text("\n"),
            "img" => self.text(&format!(" {} ", attribute("alt"))),
            _ if is_hidden(name) => self.hidden += 1,
            _ => {}
        }
        if let Some(level) = heading_level(name) {
            self.close_heading();
            self.heading = Some(Heading { text: String::new(), level, anchor: attribute("id") });
        } else if is_block(name) && self.code.is_none() {
            self.text("\n");
        }
    }

    fn close(&mut self, name: &str) {
        if is_hidden(name) {
            self.hidden = self.hidden.saturating_sub(1);
        }
        if name == "pre" {
            self.close_code();
        } else if heading_level(name).is_some() {
            self.close_heading();
        } else if matches!(name, "td" | "th") {
            self.text(" ");
        } else if is_block(name) {
            self.text("\n");
        }
    }

    fn finish(&mut self) {
        self.close_heading();
        self.close_code();
    }

    fn close_code(&mut self) {
        if let Some(code) = self.code.take() {
            self.sections.code(None, &code);
        }
    }

    fn close_heading(&mut self) {
        if let Some(heading) = self.heading.take() {
            let text = normalize_whitespace(&heading.text).replace('\n', " ");
            self.sections.heading(Heading { text, ..heading });
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        match (&mut self.code, &mut self.heading) {
            (Some(code), _) => code.push_str(text),
            (None, Some(heading)) => heading.text.push_str(text),
            (None, None) => self.sections.text(text),
        }
    }
}

fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "head" | "title" | "noscript")
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// Returns whether an element starts on a new line.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "section"
            | "summary"
            | "table"
            | "tr"
            | "ul"
    )
}

/// Returns the largest number of attributes of a tag.
#[cfg(test)]
pub(super) fn max_attributes(html: &str) -> usize {
    #[derive(Default)]
    struct AttributeCounter(std::cell::Cell<usize>);

    impl TokenSink for AttributeCounter {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
            self.0.set(self.0.get().max(tag.attrs.len()));
            match (&*tag.name, tag.kind) {
                ("script" | "style", TagKind::StartTag) => TokenSinkResult::RawData(RawKind::Rawtext),
                ("title" | "textarea", TagKind::StartTag) => TokenSinkResult::RawData(RawKind::Rcdata),
                _ => TokenSinkResult::Continue,
            }
        }
    }

    let tokenizer = Tokenizer::new(AttributeCounter::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::section::Block;

    #[test]
    fn headings_start_sections_and_keep_their_ids() {
        let html = "<p>Intro<h2 id=own>One <em>two</em></h2><div>Text &amp; more</div><pre>a\n  b</pre><h3>Next</h3>";
        let sections = parse_html(html);
        assert_eq!(sections[0].blocks, [Block::Prose("Intro".into())]);
        let heading = sections[1].heading.as_ref().unwrap();
        assert_eq!((heading.text.as_str(), heading.level, heading.anchor.as_str()), ("One two", 2, "own"));
        let code = Block::Code { language: None, text: "a\n  b".into() };
        assert_eq!(sections[1].blocks, [Block::Prose("Text & more".into()), code]);
        assert_eq!(sections[2].heading.as_ref().unwrap().anchor, "");
    }

    #[test]
    fn titles_become_plain_text() {
        let cases = [
            ("R&amp;D &#8212; &lt;T&gt;", "R&D — <T>"),
            ("The <code class=x>async</code> <em>way</em>", "The async way"),
            ("Vec<T>, the <b> tag & a < b", "Vec<T>, the <b> tag & a < b"),
            ("AT&T; &nosuch; &", "AT&T; &nosuch; &"),
            ("Plain", "Plain"),
        ];
        for (title, expected) in cases {
            assert_eq!(plain_title(title), expected);
        }
    }

    #[test]
    fn keeps_only_visible_text() {
        let cases = [
            ("<!-- no --><script>if (a < b) {}</script>yes<style>p{}</style>", "yes"),
            ("<html><head><title>t</title></head><body>shown</body></html>", "shown"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("a<br>b <img src=x alt=\"the <b> picture\"> c", "a\nb the <b> picture c"),
            ("<ul><li>one<li>two</ul>", "one\ntwo"),
            ("one <b>bold</b>word", "one boldword"),
            ("<p>one\ntwo\n<p>\nthree", "one two\nthree"),
            ("</div>stray &lt;x&gt;", "stray <x>"),
            ("<svg><style>x</style></svg>", ""),
            ("a <b", "a"),
            ("x<script>never closed", "x"),
        ];
        for (html, expected) in cases {
            let prose: Vec<_> = parse_html(html)
                .iter()
                .flat_map(|s| s.prose().map(str::to_owned).collect::<Vec<_>>())
                .collect();
            assert_eq!(prose.join("\n"), expected, "{html}");
        }
    }
}
