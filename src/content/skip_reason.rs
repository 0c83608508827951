//! The reasons why a readable file is not indexed.

/// Why a readable file is not indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// A home page or section page, which only lists posts.
    List,
    /// A draft.
    Draft,
    /// A post with a publication date in the future.
    Future,
    /// A post whose expiry date has passed.
    Expired,
    /// Not a page of its own: a data file, an include, or a file that the generator does not render.
    NotAPage,
    /// A page that the generator marks as unlisted.
    Unlisted,
    /// A page that its front matter excludes from search.
    Excluded,
}
