//! Files to posts: the source files of a static site, understood as its generator does.
//!
//! [`source::walk`] finds the files, [`read_post`] turns one into a [`Post`], a reason to skip it, or a
//! [`Failure`] that says what to mend; a [`Catalog`] is all of them. Nothing here knows of the index.

pub mod anchor;
pub mod cascade;
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
pub mod site_error;
pub mod skip_reason;
pub mod slugs;
pub mod source;
pub mod source_id;
pub mod template;
pub mod translation;
pub(crate) mod value_digest;
mod warnings;

pub use catalog::Catalog;
pub use generator::{Generator, Role};
pub use inventory::{Category, Inventory};
pub use post::{Audience, Kind, Post, Publication, Warning};
pub use problem::{Failure, Problem, Severity};
pub use reading::{Reading, read_post};
pub use section::{Block, Heading, Section};
pub use site::Site;
pub use site_error::SiteError;
pub use skip_reason::SkipReason;
pub use source::SourceFile;
