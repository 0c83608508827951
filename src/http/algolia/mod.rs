//! Algolia's search protocol, for front ends that speak it: `InstantSearch`, Autocomplete, `DocSearch` and Recommend work
//! when only their host is changed.
//!
//! It is a translation of requests and responses around the same engine and the same search pool. The record
//! indexes are [`RecordIndex`]; `docs/integrate.md` lists what is supported.
//!
//! These clients stop using a host for two minutes after a response with a status from 500, so that overload is
//! status 429 here. Their requests say which tags mark matches. A client that asks for the marks of `InstantSearch` or
//! Autocomplete escapes texts itself; for all others, texts with marks are escaped HTML.

mod attributes;
mod batch;
mod body;
mod error;
mod filter_expression;
mod filters;
mod highlight;
mod numeric;
mod parameters;
mod posts;
mod recommendations;
mod request;
mod response;
mod routes;
mod sections;
mod selection;

pub(super) use error::AlgoliaError;
pub(super) use routes::table;

use crate::query::Sort;
use crate::query::records::RecordUnit;

/// The path below which the routes are.
pub(super) const ROOT: &str = "/1";

/// An index of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordIndex {
    /// One record per post, the most relevant first.
    Posts,
    /// One record per post, the newest first.
    PostsNewest,
    /// One record per post, the oldest first.
    PostsOldest,
    /// One record per section of a post, as `DocSearch` expects them.
    Sections,
}

impl RecordIndex {
    const ALL: [Self; 4] = [Self::Posts, Self::PostsNewest, Self::PostsOldest, Self::Sections];

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|index| index.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::PostsNewest => "posts_newest",
            Self::PostsOldest => "posts_oldest",
            Self::Sections => "sections",
        }
    }

    fn unit(self) -> RecordUnit {
        match self {
            Self::Posts | Self::PostsNewest | Self::PostsOldest => RecordUnit::Post,
            Self::Sections => RecordUnit::Section,
        }
    }

    fn sort(self) -> Sort {
        match self {
            Self::Posts | Self::Sections => Sort::Relevance,
            Self::PostsNewest => Sort::Newest,
            Self::PostsOldest => Sort::Oldest,
        }
    }
}
