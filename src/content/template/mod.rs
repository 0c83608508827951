//! Takes what is meant for a generator's templates out of Markdown and leaves what is meant for
//! readers.

mod code;
mod directives;
mod hugo;
mod kramdown;
mod liquid;
mod mdbook;
mod mdx;
mod mkdocs;
mod nuxt;
mod zola;

use self::code::with_divider;
use self::directives::Notation;
use super::anchor::AnchorStyle;

/// A fence longer than any that a writer types, so that fences inside stay text.
const FENCE: &str = "````````````";

/// Bytes within which a call has to end: what is longer is no call, and looking for its end again
/// and again would cost more than the text is worth.
const MAX_CALL_BYTES: usize = 4_096;

/// Where `needle` stands near the beginning of `text`.
fn find_near(text: &str, needle: &str) -> Option<usize> {
    let end = text.floor_char_boundary(MAX_CALL_BYTES);
    text[..end].find(needle)
}

/// Copies `text` and puts in the place of calls what `read_call` writes for them. It is asked at each
/// `{` and says how many bytes the call there has, or that there is none.
fn replace_calls<'a>(
    text: &'a str,
    mut read_call: impl FnMut(&'a str, &mut String) -> Option<usize>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, call) = rest.split_at(start);
        out.push_str(before);
        let length = read_call(call, &mut out).unwrap_or_else(|| {
            out.push('{');
            1
        });
        rest = &call[length..];
    }
    out.push_str(rest);
    out
}

/// The Markdown that a generator understands, with what its templates add. Where plugins decide the
/// ids of headings, it says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Goldmark with Hugo's shortcodes.
    Hugo,
    /// pulldown-cmark with Zola's shortcodes.
    Zola,
    /// kramdown with Liquid.
    Jekyll,
    /// marked with Nunjucks tags, which leave code alone.
    Hexo,
    /// markdown-it behind Liquid or Nunjucks.
    Eleventy(AnchorStyle),
    /// Docusaurus' MDX.
    Docusaurus,
    /// Nuxt's MDC.
    Nuxt,
    /// Python-Markdown with the extensions of `MkDocs` sites.
    MkDocs(AnchorStyle),
    /// pulldown-cmark with mdBook's includes.
    MdBook(AnchorStyle),
    /// Markdown without templates.
    Plain(AnchorStyle),
    /// MDX: Markdown with JavaScript and components.
    Mdx(AnchorStyle),
}

impl Dialect {
    /// The rule by which headings get their ids.
    #[must_use]
    pub fn anchors(self) -> AnchorStyle {
        match self {
            Self::Hugo => AnchorStyle::Goldmark,
            Self::Zola => AnchorStyle::Zola,
            Self::Jekyll => AnchorStyle::Kramdown,
            Self::Hexo => AnchorStyle::Hexo,
            Self::Docusaurus => AnchorStyle::Docusaurus,
            Self::Nuxt => AnchorStyle::Nuxt,
            Self::Eleventy(anchors)
            | Self::MkDocs(anchors)
            | Self::MdBook(anchors)
            | Self::Plain(anchors)
            | Self::Mdx(anchors) => anchors,
        }
    }

    /// Whether `{#id}` behind a heading is its id, and no text.
    #[must_use]
    pub fn has_heading_ids(self) -> bool {
        match self {
            Self::Hugo | Self::Zola | Self::Jekyll | Self::Docusaurus | Self::MkDocs(_) | Self::MdBook(_) => {
                true
            }
            Self::Hexo | Self::Eleventy(_) | Self::Nuxt | Self::Plain(_) | Self::Mdx(_) => false,
        }
    }
}

/// The Markdown without template calls and attributes.
#[must_use]
pub fn plain_markdown(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Hugo => hugo::remove_shortcodes(text),
        Dialect::Zola => zola::remove_shortcodes(text),
        Dialect::Jekyll => kramdown::resolve_attributes(&liquid::remove_tags(text)),
        Dialect::Hexo => liquid::remove_tags_outside_code(&with_divider(text.to_owned())),
        Dialect::Eleventy(_) => liquid::remove_tags_and_comments(text),
        Dialect::Nuxt => nuxt::plain(&with_divider(text.to_owned())),
        Dialect::MkDocs(_) => mkdocs::plain(&with_divider(text.to_owned())),
        Dialect::MdBook(_) => mdbook::remove_calls(text),
        Dialect::Plain(_) => directives::remove(text, Notation::Admonition),
        Dialect::Docusaurus | Dialect::Mdx(_) => {
            let text = mdx::remove_code(&with_divider(text.to_owned()));
            directives::remove(&text, Notation::Admonition)
        }
    }
}
