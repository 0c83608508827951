//! The parts of the JSON of a search response that pages and feeds show.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A page of results.
#[derive(Debug, Deserialize)]
pub(super) struct ResultsView {
    pub(super) total: usize,
    pub(super) page: usize,
    pub(super) limit: usize,
    pub(super) warnings: Vec<String>,
    pub(super) corrected: Option<CorrectionView>,
    pub(super) hits: Vec<HitView>,
    #[serde(default)]
    pub(super) facets: BTreeMap<String, Vec<FacetValueView>>,
}

/// A corrected query.
#[derive(Debug, Deserialize)]
pub(super) struct CorrectionView {
    pub(super) query: String,
    pub(super) applied: bool,
}

/// A post that matches.
#[derive(Debug, Deserialize)]
pub(super) struct HitView {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) title: String,
    /// Escaped HTML with `<mark>`.
    pub(super) title_html: String,
    pub(super) description: String,
    pub(super) categories: Vec<String>,
    pub(super) tags: Vec<String>,
    /// RFC 3339.
    pub(super) date: Option<String>,
    /// RFC 3339.
    pub(super) updated: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) lang: String,
    pub(super) snippet: SnippetView,
    pub(super) section: Option<SectionView>,
}

/// A text fragment.
#[derive(Debug, Deserialize)]
pub(super) struct SnippetView {
    pub(super) text: String,
    /// Escaped HTML with `<mark>`.
    pub(super) html: String,
}

/// The section that contains the snippet.
#[derive(Debug, Deserialize)]
pub(super) struct SectionView {
    /// Escaped HTML with `<mark>`.
    pub(super) title_html: String,
    pub(super) url: String,
}

/// A value of a facet.
#[derive(Debug, Deserialize)]
pub(super) struct FacetValueView {
    pub(super) value: String,
    pub(super) count: usize,
}

impl HitView {
    /// Returns the date of the last change, RFC 3339.
    pub(super) fn changed_at(&self) -> Option<&str> {
        self.updated.as_deref().or(self.date.as_deref())
    }

    /// Returns the description, or the snippet if there is none.
    pub(super) fn summary(&self) -> &str {
        if self.description.is_empty() { &self.snippet.text } else { &self.description }
    }
}
