//! The Markdown parser: Markdown to plain text by section. Only this module uses pulldown-cmark.
//!
//! Each heading starts a section. Code blocks are kept separate from prose, and the alternative texts of
//! images are kept. Of raw HTML only the visible text is kept, without tags, comments, scripts and styles.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;
use super::html;
use super::nesting::limit_nesting;
use super::section::{Heading, Section, SectionsBuilder, normalize_whitespace};
use super::template::{Dialect, plain_markdown};

/// Divider at the end of a post's summary.
const SUMMARY_DIVIDER: &str = "<!--more-->";

/// The parsed text of a post.
#[derive(Debug, Default, PartialEq)]
pub struct PostBody {
    /// Sections in reading order; none is empty.
    pub sections: Vec<Section>,
    /// Prose before the summary divider, if there is one.
    pub summary: Option<String>,
    /// Opening fence of a code block that is never closed.
    pub unclosed_fence: Option<UnclosedFence>,
    /// Ids that several headings set explicitly.
    pub repeated_ids: Vec<String>,
}

/// The opening fence of a code block that is never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclosedFence {
    /// The fence and the text after it.
    pub opening: String,
    /// Number of lines inside the block that [match](Self::matches) the opening fence.
    pub matches_inside: usize,
}

impl UnclosedFence {
    /// Returns the fence that would close the block.
    #[must_use]
    pub(crate) fn mark(&self) -> &str {
        let mark = self.opening.chars().next().unwrap_or('`');
        &self.opening[..self.opening.len() - self.opening.trim_start_matches(mark).len()]
    }

    /// Returns whether a line could open the block, possibly within a list or a quote.
    #[must_use]
    pub(crate) fn matches(&self, line: &str) -> bool {
        line.trim_end().ends_with(&self.opening)
    }
}

impl PostBody {
    /// Returns the text of the first top-level heading.
    #[must_use]
    pub(crate) fn title(&self) -> Option<String> {
        let headings = self.sections.iter().filter_map(|section| section.heading.as_ref());
        headings.filter(|heading| heading.level == 1).map(|heading| heading.text.clone()).next()
    }
}

/// Parses the Markdown body of a post, written in a generator's dialect.
///
/// # Examples
/// ```
/// use bloghound::content::{parse_markdown, template::Dialect};
///
/// let body = parse_markdown("Intro.\n\n## First *steps*\n\nText.", Dialect::Hugo);
/// let heading = body.sections[1].heading.as_ref().unwrap();
/// assert_eq!((heading.text.as_str(), heading.anchor.as_str()), ("First steps", "first-steps"));
/// ```
#[must_use]
pub fn parse_markdown(body: &str, dialect: Dialect) -> PostBody {
    let text = plain_markdown(body, dialect);
    let text = limit_nesting(&text);
    let summary = text.find(SUMMARY_DIVIDER).map(|end| {
        let sections = read(&text[..end], dialect).sections;
        let prose: Vec<&str> = sections.iter().flat_map(Section::prose).collect();
        prose.join("\n")
    });
    PostBody { summary: summary.filter(|summary| !summary.is_empty()), ..read(&text, dialect) }
}

fn options(dialect: Dialect) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        // Recognizes `[!NOTE]` and the like at the start of a quote.
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, dialect.has_heading_ids());
    options
}

fn read(text: &str, dialect: Dialect) -> PostBody {
    let mut reader = MarkdownReader::new(text, dialect);
    for (event, range) in Parser::new_ext(text, options(dialect)).into_offset_iter() {
        reader.read(event, range);
    }
    reader.finish()
}

struct MarkdownReader<'a> {
    source: &'a str,
    /// Length of the source without whitespace at its end.
    end: usize,
    anchors: Anchors,
    sections: SectionsBuilder,
    code: Option<OpenCode>,
    unclosed_fence: Option<UnclosedFence>,
    repeated_ids: Vec<String>,
    heading: Option<OpenHeading>,
    html: Option<String>,
    /// The open element, `script` or `style`, whose content is skipped.
    hidden: Option<&'static str>,
}

/// A code block whose end has not been reached.
struct OpenCode {
    language: Option<String>,
    text: String,
}

/// A heading whose end has not been reached.
struct OpenHeading {
    level: HeadingLevel,
    id: Option<String>,
    text: String,
    /// Range of the heading's inline Markdown, from which the anchor is made.
    source: Option<Range<usize>>,
}

impl<'a> MarkdownReader<'a> {
    fn new(source: &'a str, dialect: Dialect) -> Self {
        Self {
            source,
            end: source.trim_end().len(),
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
                    self.note_unclosed_fence(range);
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
                self.code = Some(OpenCode { language, text: String::new() });
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
                if let Some(code) = self.code.take() {
                    self.sections.code(code.language, &code.text);
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
            (Some(code), _) => code.text.push_str(text),
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
        let text = normalize_whitespace(&heading.text).replace('\n', " ");
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

    /// Records a fenced block that ends with the text instead of a closing fence.
    fn note_unclosed_fence(&mut self, block: Range<usize>) {
        let text = &self.source[block.clone()];
        let mark = text.trim_start().chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let Some(mark) = mark.filter(|_| block.end >= self.end) else { return };
        let mut lines = text.trim_end().lines();
        let (first, last) = (lines.next().unwrap_or_default(), lines.next_back().unwrap_or_default().trim());
        let is_fence = last.len() >= 3 && last.chars().all(|c| c == mark);
        if !is_fence {
            let mut fence = UnclosedFence { opening: first.trim().to_owned(), matches_inside: 0 };
            fence.matches_inside = text.lines().skip(1).filter(|line| fence.matches(line)).count();
            self.unclosed_fence = Some(fence);
        }
    }

    fn finish(self) -> PostBody {
        PostBody {
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
        let body = parse_markdown(markdown, Dialect::Hugo);
        body.sections.iter().flat_map(Section::prose).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn headings_start_sections_with_hugo_anchors() {
        let text =
            "Intro.\n\n## A & `b`\n\nOne.\n\n### A & `b`\n\nSetext *head*\n====\n\nTwo.\n\n## Own {#mine}\n";
        let body = parse_markdown(text, Dialect::Hugo);
        let headings: Vec<_> = body
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
        assert_eq!(body.sections[3].blocks, [Block::Prose("Two.".to_owned())]);
    }

    #[test]
    fn code_is_a_separate_block_and_its_comments_are_not_headings() {
        let body = parse_markdown(
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
        assert_eq!(body.sections.len(), 1);
        assert_eq!(body.sections[0].blocks, expected);
    }

    #[test]
    fn keeps_visible_text_and_drops_markup() {
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
    fn reports_unclosed_fences_and_duplicate_heading_ids() {
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
        let body = parse_markdown("First.\n\nSecond.\n\n<!--more-->\n\nThird.", Dialect::Hugo);
        assert_eq!(body.summary.as_deref(), Some("First.\nSecond."));
        assert_eq!(parse_markdown("No divider", Dialect::Hugo).summary, None);
    }
}
