//! Takes what is meant for a generator's templates out of Markdown and leaves what is meant for
//! readers.

mod calls;
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

/// The Markdown that a generator understands, with what its templates add. Where plugins decide the
/// ids of headings, it says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_has_the_anchors_of_its_generator() {
        let cases = [
            (Dialect::Hugo, AnchorStyle::Goldmark),
            (Dialect::Docusaurus, AnchorStyle::Docusaurus),
            (Dialect::Hexo, AnchorStyle::Hexo),
            (Dialect::Nuxt, AnchorStyle::Nuxt),
            (Dialect::Eleventy(AnchorStyle::EleventyIds), AnchorStyle::EleventyIds),
            (Dialect::MkDocs(AnchorStyle::Python), AnchorStyle::Python),
            (Dialect::Plain(AnchorStyle::Astro), AnchorStyle::Astro),
            (Dialect::MdBook(AnchorStyle::MdBookSmart), AnchorStyle::MdBookSmart),
        ];
        for (dialect, style) in cases {
            assert_eq!(dialect.anchors(), style, "{dialect:?}");
        }
    }
}
