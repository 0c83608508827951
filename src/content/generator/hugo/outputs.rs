//! Which Hugo pages are rendered as HTML: `outputs` and `disableKinds`.

use super::url_rules::PageKind;
use crate::content::data::Data;

/// The kinds of pages that are not rendered as HTML, and the output formats that are HTML.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub(crate) struct Outputs {
    /// The kinds that the settings disable.
    disabled: Vec<PageKind>,
    /// The kinds whose output formats are not HTML.
    other_formats: Vec<PageKind>,
    /// Names of own output formats that are HTML.
    html_formats: Vec<String>,
}

impl Outputs {
    /// Reads `outputs`, `outputFormats` and `disableKinds`.
    pub(super) fn from_config(config: &Data) -> Self {
        let formats = config.table("outputFormats");
        let is_html_format = |name: &&str| {
            let media_type = formats.table(name).text("mediaType");
            media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case("text/html"))
        };
        let html_formats = formats.keys().filter(is_html_format).map(str::to_lowercase).collect();
        let mut outputs = Self { html_formats, ..Self::default() };
        let of_kinds = config.table("outputs");
        let disabled: Vec<String> =
            config.texts("disableKinds").iter().map(|kind| kind.to_ascii_lowercase()).collect();
        for kind in PageKind::ALL {
            let texts = of_kinds.texts(kind.name());
            if !texts.is_empty() && !outputs.has_html(&texts) {
                outputs.other_formats.push(kind);
            }
            // The old name of the kind.
            let is_old = kind == PageKind::Taxonomy && disabled.iter().any(|name| name == "taxonomyterm");
            if is_old || disabled.iter().any(|name| name == kind.name()) {
                outputs.disabled.push(kind);
            }
        }
        outputs
    }

    fn has_html(&self, formats: &[String]) -> bool {
        let is_html = |format: &String| {
            let format = format.to_lowercase();
            format == "html" || self.html_formats.contains(&format)
        };
        formats.iter().any(is_html)
    }

    /// Returns whether a page is rendered as HTML.
    pub(super) fn render(&self, kind: PageKind, front_matter: &Data) -> bool {
        let own = front_matter.texts("outputs");
        let is_html = if own.is_empty() { !self.other_formats.contains(&kind) } else { self.has_html(&own) };
        is_html && !self.disabled.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn pages_are_rendered_as_html_unless_outputs_say_otherwise() {
        let parse = |text| Data::parse(text, DataFormat::Toml).unwrap();
        let config = "disableKinds = ['taxonomyTerm', 'RSS']\n[outputs]\nsection = ['RSS']\nhome = ['HTML', 'RSS']\n\
                      [outputFormats.Slides]\nmediaType = 'text/html'\n";
        let outputs = Outputs::from_config(&parse(config));
        for (kind, front_matter, expected) in [
            (PageKind::Page, "", true),
            (PageKind::Home, "", true),
            (PageKind::Section, "", false),
            (PageKind::Section, "outputs = ['html']", true),
            (PageKind::Page, "outputs = 'RSS'", false),
            (PageKind::Page, "outputs = ['json', 'slides']", true),
            (PageKind::Page, "outputs = []", true),
            (PageKind::Taxonomy, "", false),
            (PageKind::Taxonomy, "outputs = ['html']", false),
            (PageKind::Term, "", true),
        ] {
            assert_eq!(outputs.render(kind, &parse(front_matter)), expected, "{kind:?} {front_matter}");
        }
    }
}
