//! Categories of posts, and names made from folder names.

/// A category of posts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Category {
    /// Name as readers see it.
    pub name: String,
    /// Folder name, or the name in the front matter; filters and facets use it.
    pub slug: String,
}

/// Returns a folder or file name as a title: `infrastructure-as-code` gives `Infrastructure as code`.
pub(crate) fn humanize(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
