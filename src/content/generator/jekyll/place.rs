//! What a file is for Jekyll by its path: a post, a draft, a document of a collection, or a page
//! (`lib/jekyll/reader.rb`).

use super::collection::JekyllCollection;

/// What Jekyll reads a file as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A file in `_posts`, with the folders above.
    Post(&'a str),
    /// A file in `_drafts`, with the folders above.
    Draft(&'a str),
    /// A file in the folder of a collection, with its path below.
    Document(&'a JekyllCollection, &'a str),
    /// Any other file.
    Page,
}

impl Place<'_> {
    /// Returns the type to which front matter defaults refer. Drafts are posts.
    pub(super) fn kind(&self) -> &str {
        match self {
            Self::Post(_) | Self::Draft(_) => "posts",
            Self::Document(collection, _) => &collection.name,
            Self::Page => "pages",
        }
    }
}
