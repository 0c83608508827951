//! Markdown to plain text by section; the only place that knows pulldown-cmark.
//!
//! Headings open sections; code blocks stay apart from prose; alternative texts of images are
//! kept; tags, comments, scripts and styles of raw HTML go and its visible text stays.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;
use super::html;
use super::section::{Heading, Section, SectionsBuilder, tidy_lines};
use super::template::{Dialect, plain_markdown};

/// The divider that ends a post's summary.
const SUMMARY_DIVIDER: &str = "<!--more-->";

/// A post's text.
#[derive(Debug, Default, PartialEq)]
pub struct Document {
    /// The sections in reading order; none is empty.
    pub sections: Vec<Section>,
    /// The prose before the summary divider, where there is one.
    pub summary: Option<String>,
    /// The code block that nothing closes.
    pub unclosed_fence: Option<UnclosedFence>,
    /// Ids that the writer gave to more than one heading.
    pub repeated_ids: Vec<String>,
}

/// How a code block without an end begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclosedFence {
    /// The opening fence, with what stands behind it.
    pub opening: String,
    /// How many lines inside the block are like it.
    pub alike_inside: usize,
}

impl UnclosedFence {
    /// The fence alone, as it would close the block.
    #[must_use]
    pub fn mark(&self) -> &str {
        let mark = self.opening.chars().next().unwrap_or('`');
        &self.opening[..self.opening.len() - self.opening.trim_start_matches(mark).len()]
    }

    /// Whether a line could be the one that opens the block, in a list or a quote perhaps.
    #[must_use]
    pub fn is_like(&self, line: &str) -> bool {
        line.trim_end().ends_with(&self.opening)
    }
}

impl Document {
    /// The first heading of the first level.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        let headings = self.sections.iter().filter_map(|section| section.heading.as_ref());
        headings.filter(|heading| heading.level == 1).map(|heading| heading.text.clone()).next()
    }
}

/// Reads a post's Markdown body, written in a generator's dialect.
#[must_use]
pub fn parse_markdown(body: &str, dialect: Dialect) -> Document {
    let text = plain_markdown(body, dialect);
    let summary = text.find(SUMMARY_DIVIDER).map(|end| {
        let sections = read(&text[..end], dialect).sections;
        let prose: Vec<&str> = sections.iter().flat_map(Section::prose).collect();
        prose.join("\n")
    });
    Document { summary: summary.filter(|summary| !summary.is_empty()), ..read(&text, dialect) }
}

fn options(dialect: Dialect) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        // Takes `[!NOTE]` at the beginning of quotes for what it is.
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, dialect.has_heading_ids());
    options
}

fn read(text: &str, dialect: Dialect) -> Document {
    let mut reader = Reader::new(text, dialect);
    for (event, range) in Parser::new_ext(text, options(dialect)).into_offset_iter() {
        reader.read(event, range);
    }
    reader.finish()
}

struct Reader<'a> {
    source: &'a str,
    anchors: Anchors,
    sections: SectionsBuilder,
    code: Option<(Option<String>, String)>,
    unclosed_fence: Option<UnclosedFence>,
    repeated_ids: Vec<String>,
    heading: Option<OpenHeading>,
    html: Option<String>,
    /// The element, `script` or `style`, whose content is being left out.
    hidden: Option<&'static str>,
}

struct OpenHeading {
    level: HeadingLevel,
    id: Option<String>,
    text: String,
    /// The heading's inline Markdown, from which the anchor is made.
    source: Option<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, dialect: Dialect) -> Self {
        Self {
            source,
            anchors: Anchors::new(dialect.anchors()),
            sections: SectionsBuilder::default(),
            code: None,
            unclosed_fence: None,
            repeated_ids: Vec::new(),
            heading: None,
            html: None,
            hidden: None,
        }
    }

    fn read(&mut self, event: Event<'a>, range: Range<usize>) {
        if let (Some(heading), false) = (&mut self.heading, matches!(event, Event::End(TagEnd::Heading(_)))) {
            let start = heading.source.as_ref().map_or(range.start, |source| source.start);
            heading.source = Some(start..range.end);
        }
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => {
                if tag == TagEnd::CodeBlock {
                    self.look_for_fence(range);
                }
                self.close(tag);
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak | Event::Rule => self.text("\n"),
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.html(&html),
            },
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.hidden = None;
                let id = id.map(CowStr::into_string);
                self.heading = Some(OpenHeading { level, id, text: String::new(), source: None });
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{']).next().filter(|word| !word.is_empty()).map(str::to_owned)
                    }
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Image { .. } => self.text(" "),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.sections.code(language, &text);
                }
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.html(&html);
                self.text("\n");
            }
            TagEnd::TableCell | TagEnd::Image => self.text(" "),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => {}
            _ => self.text("\n"),
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        match (&mut self.code, &mut self.heading) {
            (Some((_, code)), _) => code.push_str(text),
            (None, Some(heading)) => heading.text.push_str(text),
            (None, None) => self.sections.text(text),
        }
    }

    fn html(&mut self, html: &str) {
        if self.hidden.is_none() && self.heading.is_none() {
            html::read_into(&mut self.sections, html);
        }
    }

    fn inline_html(&mut self, html: &str) {
        let tag = html.to_ascii_lowercase();
        for name in ["script", "style"] {
            if tag.strip_prefix('<').is_some_and(|rest| rest.starts_with(name)) {
                self.hidden = Some(name);
            } else if tag.strip_prefix("</").is_some_and(|rest| rest.starts_with(name)) {
                self.hidden = None;
            }
        }
        if tag.starts_with("<br") {
            self.text("\n");
        } else if tag.starts_with("<img") {
            let shown = html::parse_html(html);
            let alternative: Vec<&str> = shown.iter().flat_map(Section::prose).collect();
            self.text(&format!(" {} ", alternative.join(" ")));
        }
    }

    fn close_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        let source = heading.source.map_or("", |range| &self.source[range]);
        let text = tidy_lines(&heading.text).replace('\n', " ");
        let anchor = if let Some(id) = heading.id {
            if !self.anchors.reserve(&id) {
                self.repeated_ids.push(id.clone());
            }
            id
        } else {
            self.anchors.generate(heading.level as u8, source.lines().last().unwrap_or_default(), &text)
        };
        self.sections.heading(Heading { text, level: heading.level as u8, anchor });
    }

    /// Takes note of a fenced block that ends with the text instead of with its fence.
    fn look_for_fence(&mut self, block: Range<usize>) {
        let text = &self.source[block.clone()];
        let mark = text.trim_start().chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let Some(mark) = mark.filter(|_| self.source[block.end..].trim().is_empty()) else { return };
        let mut lines = text.trim_end().lines();
        let (first, last) = (lines.next().unwrap_or_default(), lines.next_back().unwrap_or_default().trim());
        let is_fence = last.len() >= 3 && last.chars().all(|c| c == mark);
        if !is_fence {
            let mut fence = UnclosedFence { opening: first.trim().to_owned(), alike_inside: 0 };
            fence.alike_inside = text.lines().skip(1).filter(|line| fence.is_like(line)).count();
            self.unclosed_fence = Some(fence);
        }
    }

    fn finish(self) -> Document {
        Document {
            sections: self.sections.finish(),
            summary: None,
            unclosed_fence: self.unclosed_fence,
            repeated_ids: self.repeated_ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::section::Block;

    fn prose(markdown: &str) -> String {
        let document = parse_markdown(markdown, Dialect::Hugo);
        document.sections.iter().flat_map(Section::prose).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn headings_open_sections_with_hugos_anchors() {
        let text =
            "Intro.\n\n## A & `b`\n\nOne.\n\n### A & `b`\n\nSetext *head*\n====\n\nTwo.\n\n## Own {#mine}\n";
        let document = parse_markdown(text, Dialect::Hugo);
        let headings: Vec<_> = document
            .sections
            .iter()
            .map(|s| s.heading.as_ref().map(|h| (h.text.as_str(), h.level, h.anchor.as_str())))
            .collect();
        let expected = [
            None,
            Some(("A & b", 2, "a--b")),
            Some(("A & b", 3, "a--b-1")),
            Some(("Setext head", 1, "setext-head")),
            Some(("Own", 2, "mine")),
        ];
        assert_eq!(headings, expected);
        assert_eq!(document.sections[3].blocks, [Block::Prose("Two.".to_owned())]);
    }

    #[test]
    fn comments_in_code_are_no_headings_and_code_stays_apart() {
        let document = parse_markdown(
            "Run:\n\n```bash title=x\n# a comment\nls -l\n```\n\nDone.\n\n    # indented\n",
            Dialect::Hugo,
        );
        let code = |language: Option<&str>, text: &str| Block::Code {
            language: language.map(Into::into),
            text: text.into(),
        };
        let expected = [
            Block::Prose("Run:".to_owned()),
            code(Some("bash"), "# a comment\nls -l"),
            Block::Prose("Done.".to_owned()),
            code(None, "# indented"),
        ];
        assert_eq!(document.sections.len(), 1);
        assert_eq!(document.sections[0].blocks, expected);
    }

    #[test]
    fn visible_text_stays_and_markup_goes() {
        let cases = [
            ("A **bold** [link](https://x.org \"t\") and `code`.", "A bold link and code."),
            ("See ![the *big* picture](a.png).", "See the big picture ."),
            ("<div class=\"x\">Shown &amp; seen</div>\n\nMore", "Shown & seen\nMore"),
            ("<script>\nalert(1)\n\nalert(2)\n</script>\n\nText <b>in</b> <!-- no --> tags", "Text in tags"),
            ("One <script>alert(1)</script> two", "One two"),
            ("See <img src=x alt='a &amp; b'>", "See a & b"),
            ("<style>p { color: red }</style>\n\nX", "X"),
            ("<!-- hidden -->\n\nX\\*Y &lt;z&gt;", "X*Y <z>"),
            ("{{< youtube abc >}}\n\nText", "Text"),
            ("> [!NOTE]\n> Mind.", "Mind."),
            ("| a | b |\n|---|---|\n| c | d |\n", "a b\nc d"),
            ("- one\n- [x] two\n\nNote[^1].\n\n[^1]: The note.", "one\ntwo\nNote.\nThe note."),
        ];
        for (markdown, expected) in cases {
            assert_eq!(prose(markdown), expected, "{markdown:?}");
        }
    }

    #[test]
    fn what_the_writer_forgot_is_noticed() {
        let parse = |text| parse_markdown(text, Dialect::Hugo);
        for (text, opening, mark) in
            [("Text\n\n```sh\nls\n", "```sh", "```"), ("~~~~ \n```\n", "~~~~", "~~~~")]
        {
            let fence = parse(text).unclosed_fence.unwrap();
            assert_eq!((fence.opening.as_str(), fence.mark()), (opening, mark));
        }
        for closed in
            ["```\nls\n```\n", "```\nls\n```  \n\n", "````\n```\n````", "    code", "```\nx\n```\n\nEnd"]
        {
            assert_eq!(parse(closed).unclosed_fence, None, "{closed:?}");
        }
        assert_eq!(parse("# A {#x}\n\n# B {#x}\n\n# C {#y}\n").repeated_ids, ["x"]);
    }

    #[test]
    fn the_divider_ends_the_summary() {
        let document = parse_markdown("First.\n\nSecond.\n\n<!--more-->\n\nThird.", Dialect::Hugo);
        assert_eq!(document.summary.as_deref(), Some("First.\nSecond."));
        assert_eq!(parse_markdown("No divider", Dialect::Hugo).summary, None);
    }
}
