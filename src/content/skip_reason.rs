//! The reasons why a file is not indexed.

/// Why a file that could be read, or need not be, is not indexed.
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
    /// A page that only redirects to another one.
    Redirect,
    /// The page that a server sends for a missing page.
    ErrorPage,
    /// A file without a title and without text.
    Empty,
    /// A post of which only the generator's code knows whether it is published.
    Unclear,
    /// A file or folder that ignore rules exclude, or whose name begins with a dot.
    Ignored,
    /// A file of another format, such as an image.
    OtherFormat,
}

impl SkipReason {
    /// Returns the noun for a file that is not indexed for this reason.
    #[must_use]
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::List => "list page",
            Self::Draft => "draft",
            Self::Future => "future post",
            Self::Expired => "expired post",
            Self::Unlisted => "unlisted page",
            Self::Excluded => "excluded page",
            Self::NotAPage => "file without a page",
            Self::Redirect => "redirect",
            Self::ErrorPage => "error page",
            Self::Empty => "empty file",
            Self::Unclear => "post of unclear publication",
            Self::Ignored => "ignored file",
            Self::OtherFormat => "file of another format",
        }
    }

    /// All reasons, in the order in which they are reported.
    pub(crate) const ALL: [Self; 13] = [
        Self::List,
        Self::Draft,
        Self::Future,
        Self::Expired,
        Self::Unlisted,
        Self::Excluded,
        Self::Redirect,
        Self::ErrorPage,
        Self::Empty,
        Self::Unclear,
        Self::NotAPage,
        Self::Ignored,
        Self::OtherFormat,
    ];
}
