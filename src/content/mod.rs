//! Files to posts: the source files of a static site, understood as its generator does.
//!
//! [`source::walk`] finds the files, [`post::read_post`] turns one into a [`Post`], a reason to
//! skip it, or a [`Failure`] that says what to mend. Nothing here knows of the index.

pub mod anchor;
pub mod data;
pub mod date;
pub mod front_matter;
pub mod generator;
pub mod markdown;
pub mod post;
pub mod section;
pub mod site;
pub mod source;
pub mod template;

pub use generator::Generator;
pub use post::{Audience, Kind, Post, Publication, read_post};
pub use section::{Block, Heading, Section};
pub use site::{Site, SiteError};
pub use source::{Category, Inventory, SourceFile};

/// A file that cannot be read as a post.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{path}:{line}: {message}")]
pub struct Failure {
    /// Path below the content directory.
    pub path: String,
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// Why a readable file is not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// What became of a source file.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is searched.
    Post(Box<Post>),
    /// It is not meant to be.
    Skipped(SkipReason),
    /// It could not be read.
    Failed(Failure),
}
