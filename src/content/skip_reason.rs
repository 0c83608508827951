//! Why a source file that can be read is not searched.

/// Why a readable file is not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The home page or a section's page, whose teasers would only repeat the posts.
    List,
    /// A draft.
    Draft,
    /// To be published later.
    Future,
    /// No longer published.
    Expired,
    /// Not a page of its own: a data file, an include, one that the generator leaves out.
    NotAPage,
    /// A page that the generator lists nowhere: readers come by a link only.
    Unlisted,
    /// Its writer wants it not to be searched.
    Excluded,
}
