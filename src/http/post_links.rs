//! Where the links of pages to posts lead: to the blog, or to previews of the posts.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::state::AppState;

/// Where links to posts lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PostLinks {
    Blog,
    Preview,
}

impl PostLinks {
    /// Returns the link to a post, given its URL or that of one of its sections.
    pub(super) fn to<'a>(self, id: &str, url: &'a str) -> Cow<'a, str> {
        match self {
            Self::Blog => url.into(),
            Self::Preview => {
                let section = url.find('#').map_or("", |at| &url[at..]);
                format!("preview?id={}{section}", utf8_percent_encode(id, NON_ALPHANUMERIC)).into()
            }
        }
    }
}

impl FromRequestParts<AppState> for PostLinks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(if state.preview.applies_to(parts) { Self::Preview } else { Self::Blog })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_previews_name_the_post_and_keep_the_section() {
        let url = "https://blog.example/a/#b%20c";
        assert_eq!(PostLinks::Blog.to("a & b/ü.md", url), url);
        assert_eq!(PostLinks::Preview.to("a & b/ü.md", url), "preview?id=a%20%26%20b%2F%C3%BC%2Emd#b%20c");
        assert_eq!(PostLinks::Preview.to("a", "/a/"), "preview?id=a");
    }
}
