//! Files to posts: the source files of a static site, understood as its generator does.
//!
//! [`source::walk`] finds the files, [`read_post`] turns one into a [`Post`], a reason to skip it, or a
//! [`Failure`] that says what to mend; a [`Catalog`] is all of them. Nothing here knows of the index.

pub mod anchor;
pub mod catalog;
pub mod data;
pub mod date;
pub mod date_keys;
mod fields;
pub mod front_matter;
pub mod generator;
pub mod html;
mod ignored;
pub mod inventory;
pub mod language;
pub mod markdown;
pub mod post;
pub mod problem;
mod reading;
pub mod section;
pub mod site;
pub mod source;
pub mod template;
pub mod translation;
mod warnings;

pub use catalog::Catalog;
pub use generator::Generator;
pub use inventory::{Category, Inventory};
pub use post::{Audience, Kind, Post, Publication, Warning};
pub use problem::{Problem, Severity};
pub use reading::read_post;
pub use section::{Block, Heading, Section};
pub use site::{Site, SiteError};
pub use source::SourceFile;

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
