//! The links of a list of chapters in Markdown, as mdBook reads `SUMMARY.md`.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::nesting::limit_nesting;

/// A link in a list of chapters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ChapterLink {
    /// The text of the link.
    pub(super) title: String,
    /// The target as written; empty for a chapter that is only planned.
    pub(super) target: String,
}

/// Returns the links of a list of chapters: the first one of each list item, and those outside of the lists.
///
/// Source: `crates/mdbook-summary/src/lib.rs` of mdBook. Comments, and headings from the first list on, have no chapters.
#[must_use]
pub(super) fn chapter_links(summary: &str) -> Vec<ChapterLink> {
    let mut links = Vec::new();
    let mut open: Option<ChapterLink> = None;
    // For each open list item, whether its link was read.
    let mut items: Vec<bool> = Vec::new();
    let (mut has_list, mut in_heading) = (false, false);
    for event in Parser::new(&limit_nesting(summary)) {
        match event {
            Event::Start(Tag::List(_)) => has_list = true,
            Event::Start(Tag::Heading { level, .. }) => in_heading = has_list || level == HeadingLevel::H1,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Item) => items.push(false),
            Event::End(TagEnd::Item) => {
                items.pop();
            }
            Event::Start(Tag::Link { dest_url, .. }) if !in_heading => {
                let is_read = items.last_mut().is_some_and(|is_read| std::mem::replace(is_read, true));
                if !is_read {
                    open = Some(ChapterLink { target: dest_url.into_string(), ..ChapterLink::default() });
                }
            }
            Event::End(TagEnd::Link) => links.extend(open.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(link) = &mut open {
                    link.title.push_str(&text);
                }
            }
            Event::SoftBreak => {
                if let Some(link) = &mut open {
                    link.title.push(' ');
                }
            }
            _ => {}
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_chapters_as_mdbook_does() {
        let summary = "# [Not](title.md)\n\n[Preface *one*](preface.md)\n\n- [`A` & b](<a b.md>) and [more](more.md)\n  1. [Nested][ref]\n\
                       <!--\n- [Hidden](hidden.md)\n-->\n- [Planned]()\n  + [Below\n    it](below.md)\n\n# [Part](part.md)\n\n- [C](c.md)\n\n\
                       ```\n- [Code](code.md)\n```\n---\n\n[Afterword](end.md)\n\n[ref]: nested.md\n";
        let links = chapter_links(summary);
        let found: Vec<_> = links.iter().map(|link| (link.title.as_str(), link.target.as_str())).collect();
        let expected = [
            ("Preface one", "preface.md"),
            ("A & b", "a b.md"),
            ("Nested", "nested.md"),
            ("Planned", ""),
            ("Below it", "below.md"),
            ("C", "c.md"),
            ("Afterword", "end.md"),
        ];
        assert_eq!(found, expected);
    }
}
