//! kramdown's ids of headings, in its GitHub mode, which Jekyll uses (`lib/kramdown/parser/gfm.rb` of
//! kramdown-parser-gfm).

use std::borrow::Cow;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Tag, TagEnd};
use regex::Regex;

/// The characters that an id does not keep: all but those of Ruby's `\p{Word}`, hyphens, spaces and tabs.
static DROPPED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- \t]+").ok());

/// Returns the id of a heading without a number, from its text: in lower case, with a hyphen for each space and tab.
pub(super) fn id(text: &str) -> String {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let kept =
        DROPPED.as_ref().map_or(Cow::Borrowed(lower.as_str()), |dropped| dropped.replace_all(&lower, ""));
    kept.replace([' ', '\t'], "-")
}

/// The text of a heading from which kramdown makes the id: with all of its spaces, but without images and without the
/// hyphens that become dashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KramdownText {
    text: String,
    /// Text before the typographer.
    typed: String,
    open_images: usize,
}

impl KramdownText {
    /// Reads what is in the heading.
    pub(super) fn read(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Image { .. }) => self.open_images += 1,
            Event::End(TagEnd::Image) => self.open_images = self.open_images.saturating_sub(1),
            _ if self.open_images > 0 => {}
            Event::Text(text) => self.typed.push_str(text),
            Event::SoftBreak => self.typed.push(' '),
            Event::Code(code) => {
                self.flush();
                self.text.push_str(code);
            }
            _ => self.flush(),
        }
    }

    /// Returns the text.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    /// Appends what the typographer makes of the text: dashes and guillemets, with the space inside of these, are no part
    /// of an id (`lib/kramdown/parser/kramdown/typographic_symbol.rb`).
    fn flush(&mut self) {
        let mut rest = self.typed.as_str();
        while let Some(at) = rest.find(['-', '<', ' ']) {
            self.text.push_str(&rest[..at]);
            let mark = ["---", "--", "<< ", " >>"].into_iter().find(|mark| rest[at..].starts_with(mark));
            let length = mark.map_or(1, str::len);
            if mark.is_none() {
                self.text.push_str(&rest[at..=at]);
            }
            rest = &rest[at + length..];
        }
        self.text.push_str(rest);
        self.typed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::parse_markdown;
    use crate::content::template::Dialect;

    #[test]
    fn ids_have_a_hyphen_for_each_space() {
        for (text, expected) in [
            ("Two  words", "two--words"),
            ("A \t b", "a---b"),
            ("Salt & pepper", "salt--pepper"),
            ("Größe_ÄÖ", "größe_äö"),
            ("हिन्दी", "हिन्दी"),
            ("x² ½ Ⅷ 日本‿語", "x--ⅷ-日本‿語"),
            ("a\u{a0}b\u{200d}c", "abc"),
            (" Install", "-install"),
            ("?!", ""),
        ] {
            assert_eq!(id(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ids_are_made_of_the_text_without_images_and_dashes() {
        for (markdown, expected) in [
            ("## ![a *cup*](cup.png) Tea", "-tea"),
            ("## Tea ![cup](cup.png) time", "tea--time"),
            ("## One -- two --- three - four", "one--two--three---four"),
            ("## The `--all  x` *flag*  ##", "the---all--x-flag"),
            ("## See  [the  *cup*](cup) <b>now</b>", "see--the--cup-now"),
            ("A  cup\n-----", "a--cup"),
            ("## Own {#cup-1}", "cup-1"),
            ("## <<  In >> out ---- - `<< `", "-in-out------"),
            ("## Cup {x}", "cup-x"),
        ] {
            let body = parse_markdown(markdown, Dialect::Jekyll);
            let heading = body.sections[0].heading.as_ref().unwrap();
            assert_eq!(heading.anchor, expected, "{markdown}");
        }
    }
}
