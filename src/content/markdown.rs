//! The Markdown parser: Markdown to plain text by section. Besides it, only [`chapter_links`](super::chapter_links) and
//! [`explicit_ids`](super::explicit_ids) use pulldown-cmark.
//!
//! Each heading starts a section. Code blocks are kept separate from prose, and the alternative texts of
//! images are kept. Of raw HTML only the visible text is kept, without tags, comments, scripts and styles.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;
use super::explicit_ids::explicit_ids;
use super::goldmark::{GoldmarkSettings, IdText};
use super::html;
use super::kramdown::KramdownText;
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
    if reader.anchors.reserves_ahead() {
        explicit_ids(text, options(dialect)).for_each(|id| reader.anchors.reserve_ahead(id));
    }
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
    goldmark: Option<GoldmarkSettings>,
    /// The text of an id of a definition's term.
    term: Option<IdText>,
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
    /// The text of the id, for Goldmark.
    id_text: Option<IdText>,
    /// Range of the heading, if what seems to be attributes at its end is text.
    tail: Option<Range<usize>>,
    /// The text of the id, for kramdown.
    kramdown: Option<KramdownText>,
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
            goldmark: dialect.goldmark(),
            term: None,
            html: None,
            hidden: None,
        }
    }

    fn read(&mut self, event: Event<'a>, range: Range<usize>) {
        if let (Some(heading), false) = (&mut self.heading, matches!(event, Event::End(TagEnd::Heading(_)))) {
            let start = heading.source.as_ref().map_or(range.start, |source| source.start);
            heading.source = Some(start..range.end);
            if let Some(text) = &mut heading.id_text {
                text.read(&event, self.source, range.clone());
            }
            heading.kramdown.iter_mut().for_each(|text| text.read(&event));
        }
        if let (Some(term), false) =
            (&mut self.term, matches!(event, Event::End(TagEnd::DefinitionListTitle)))
        {
            term.read(&event, self.source, range.clone());
        }
        match event {
            Event::Start(tag) => self.open(tag, range),
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

    fn open(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, attrs, .. } => {
                self.hidden = None;
                let id = id.map(CowStr::into_string);
                let id_text = self.goldmark.map(IdText::new);
                // Goldmark has no attributes without a value.
                let has_tail = id_text.is_some() && attrs.iter().any(|(_, value)| value.is_none());
                let tail = has_tail.then_some(range);
                let (text, kramdown) = (String::new(), self.anchors.new_kramdown_text());
                self.heading = Some(OpenHeading { level, id, text, source: None, id_text, tail, kramdown });
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
            Tag::DefinitionListTitle => {
                self.term = self.goldmark.filter(|settings| settings.has_term_ids).map(IdText::new);
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
            TagEnd::DefinitionListTitle => {
                if let Some(term) = self.term.take() {
                    self.anchors.generate(0, &term.finish(), "");
                }
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
        let Some(mut heading) = self.heading.take() else { return };
        if let Some(range) = heading.tail.clone() {
            let start = heading.source.as_ref().map_or(range.start, |source| source.end);
            let tail = self.source.get(start..range.end).unwrap_or_default().trim_end();
            let tail = tail.trim_end_matches('#');
            let tail = if heading.source.is_none() { tail.trim_start_matches('#') } else { tail };
            heading.text.push_str(tail);
            heading.id_text.iter_mut().for_each(|text| text.push(tail));
        }
        let source = heading.source.map_or("", |range| &self.source[range]);
        let text = normalize_whitespace(&heading.text).replace('\n', " ");
        let anchor = if let Some(id) = heading.id {
            if !self.anchors.reserve(&id) {
                self.repeated_ids.push(id.clone());
            }
            id
        } else {
            let id_text = heading.id_text.map(IdText::finish);
            let id_text = id_text.or_else(|| heading.kramdown.map(KramdownText::finish));
            let source = id_text.as_deref().or_else(|| source.lines().last()).unwrap_or_default();
            self.anchors.generate(heading.level as u8, source, &text)
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
mod tests;
