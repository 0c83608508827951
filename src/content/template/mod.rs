//! Removal of template syntax from Markdown: shortcodes, Liquid, JSX and attributes go, text for readers
//! stays.

mod calls;
mod code;
mod directives;
mod hugo;
mod kramdown;
mod kramdown_html;
mod liquid;
mod mdbook;
mod mdx;
mod mkdocs;
mod nuxt;
mod zola;

use self::code::normalize_divider;
use self::directives::ContainerSyntax;
use super::anchor::AnchorStyle;
use super::goldmark::GoldmarkSettings;

/// A Markdown dialect: a generator's Markdown with its template syntax. A dialect whose heading ids depend on
/// plugins carries their style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Dialect {
    /// Goldmark with Hugo's shortcodes.
    #[default]
    Hugo,
    /// pulldown-cmark with Zola's shortcodes.
    Zola,
    /// kramdown with Liquid.
    Jekyll,
    /// marked with Nunjucks tags, which are not evaluated in code.
    Hexo,
    /// markdown-it after Liquid or Nunjucks.
    Eleventy(AnchorStyle),
    /// Docusaurus' MDX.
    Docusaurus,
    /// Nuxt's MDC.
    Nuxt,
    /// Python-Markdown with the extensions of `MkDocs` sites.
    MkDocs {
        /// Style of heading ids.
        anchors: AnchorStyle,
        /// Whether `:name:` is an icon or emoji.
        has_icons: bool,
    },
    /// pulldown-cmark with mdBook's includes.
    MdBook(AnchorStyle),
    /// Markdown without templates.
    Plain(AnchorStyle),
    /// MDX: Markdown with JavaScript and components.
    Mdx(AnchorStyle),
    /// Goldmark with Hugo's shortcodes and other settings than Hugo's defaults.
    HugoWith(GoldmarkSettings),
    /// pulldown-cmark with Zola's shortcodes and other heading ids than Zola's default.
    ZolaIds(AnchorStyle),
}

impl Dialect {
    /// Returns the style of heading ids.
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
            | Self::MkDocs { anchors, .. }
            | Self::MdBook(anchors)
            | Self::Plain(anchors)
            | Self::Mdx(anchors)
            | Self::ZolaIds(anchors) => anchors,
            Self::HugoWith(settings) => settings.ids,
        }
    }

    /// Returns Hugo's settings of Goldmark; `None` for another Markdown.
    pub(crate) fn goldmark(self) -> Option<GoldmarkSettings> {
        match self {
            Self::Hugo => Some(GoldmarkSettings::default()),
            Self::HugoWith(settings) => Some(settings),
            _ => None,
        }
    }

    /// Returns whether `{#id}` after a heading sets its id.
    #[must_use]
    pub(crate) fn has_heading_ids(self) -> bool {
        match self {
            Self::Hugo
            | Self::Zola
            | Self::ZolaIds(_)
            | Self::Jekyll
            | Self::Docusaurus
            | Self::MkDocs { .. }
            | Self::MdBook(_) => true,
            Self::HugoWith(settings) => settings.has_heading_ids,
            Self::Hexo | Self::Eleventy(_) | Self::Nuxt | Self::Plain(_) | Self::Mdx(_) => false,
        }
    }
}

/// Returns the Markdown without template calls and attributes.
#[must_use]
pub(crate) fn plain_markdown(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Hugo | Dialect::HugoWith(_) => hugo::remove_shortcodes(text),
        Dialect::Zola | Dialect::ZolaIds(_) => zola::remove_shortcodes(text),
        Dialect::Jekyll => {
            kramdown::resolve_attributes(&kramdown_html::open_elements(&liquid::remove_tags(text)))
        }
        Dialect::Hexo => liquid::remove_tags_outside_code(&normalize_divider(text.to_owned())),
        Dialect::Eleventy(_) => liquid::remove_tags_and_comments(text),
        Dialect::Nuxt => nuxt::remove_components(&normalize_divider(text.to_owned())),
        Dialect::MkDocs { has_icons, .. } => {
            mkdocs::remove_extensions(&normalize_divider(text.to_owned()), has_icons)
        }
        Dialect::MdBook(_) => mdbook::remove_calls(text),
        Dialect::Plain(_) => directives::remove(text, ContainerSyntax::Admonition),
        Dialect::Docusaurus | Dialect::Mdx(_) => {
            let text = mdx::remove_jsx(&normalize_divider(text.to_owned()));
            directives::remove(&text, ContainerSyntax::Admonition)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_have_the_heading_ids_of_their_generator() {
        let cases = [
            (Dialect::Hugo, AnchorStyle::Goldmark),
            (Dialect::Docusaurus, AnchorStyle::Docusaurus),
            (Dialect::Hexo, AnchorStyle::Hexo),
            (Dialect::Nuxt, AnchorStyle::Nuxt),
            (Dialect::Eleventy(AnchorStyle::EleventyIds), AnchorStyle::EleventyIds),
            (Dialect::MkDocs { anchors: AnchorStyle::Python, has_icons: false }, AnchorStyle::Python),
            (Dialect::Plain(AnchorStyle::Astro), AnchorStyle::Astro),
            (Dialect::MdBook(AnchorStyle::MdBookSmart), AnchorStyle::MdBookSmart),
        ];
        for (dialect, style) in cases {
            assert_eq!(dialect.anchors(), style, "{dialect:?}");
        }
    }
}
