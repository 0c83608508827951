//! The ids that headings of a Markdown text set explicitly: `## Title {#id}`.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Returns the explicit ids of all headings, in their order.
pub(super) fn explicit_ids(text: &str, options: Options) -> impl Iterator<Item = String> {
    // Most texts have none, and need not be parsed.
    let text = if text.contains('{') { text } else { "" };
    Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Start(Tag::Heading { id: Some(id), .. }) => Some(id.into_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::markdown::parse_markdown;
    use super::super::template::Dialect;
    use super::*;

    #[test]
    fn finds_explicit_ids() {
        let ids: Vec<_> =
            explicit_ids("# A {#x}\n\n`{#no}`\n\nB {#y .z}\n===\n", Options::ENABLE_HEADING_ATTRIBUTES)
                .collect();
        assert_eq!(ids, ["x", "y"]);
    }

    #[test]
    fn zola_reserves_the_ids_of_later_headings() {
        let body = parse_markdown("## Mast\n\n## Other {#mast}\n\n## Last {#mast}\n", Dialect::Zola);
        let anchors: Vec<_> =
            body.sections.iter().filter_map(|s| Some(s.heading.as_ref()?.anchor.as_str())).collect();
        assert_eq!((anchors, body.repeated_ids), (vec!["mast-1", "mast", "mast"], vec!["mast".to_owned()]));
    }
}
