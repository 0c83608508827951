//! Content: the source files of a static site, parsed into posts by the rules of the site's generator.
//!
//! [`list_sources`] finds the files. [`read_post`] turns one file into a [`Post`], a [`SkipReason`], or a
//! [`SourceError`] that tells the author what to fix. A [`Catalog`] holds the outcome for all files of a
//! site. This layer knows nothing of the index.

pub(crate) mod anchor;
pub(crate) mod cascade;
mod catalog;
pub(crate) mod category;
mod chapter_links;
mod content_folders;
pub(crate) mod data;
pub(crate) mod date;
pub(crate) mod date_keys;
pub(crate) mod diagnostic;
pub(crate) mod error;
mod explicit_ids;
mod fields;
mod folder_files;
pub(crate) mod front_matter;
pub mod generator;
mod go_text;
pub(crate) mod goldmark;
mod heading_ids;
mod html;
mod html_attributes;
pub(crate) mod ignored;
pub(crate) mod inventory;
mod kramdown;
pub(crate) mod language;
pub(crate) mod language_tag;
pub(crate) mod links;
mod markdown;
mod metadata_lines;
pub(crate) mod mounts;
mod nesting;
mod parser_message;
pub(crate) mod plural;
mod post;
mod reading;
pub(crate) mod script;
mod section;
pub(crate) mod site;
pub(crate) mod skip_reason;
pub(crate) mod slugs;
pub(crate) mod source;
pub(crate) mod source_id;
pub(crate) mod source_reader;
pub(crate) mod source_walker;
mod stubs;
pub mod template;
mod translation;
pub(crate) mod tree_walk;
mod typographer;
pub(crate) mod unknown_values;
mod unreadable_date;
pub(crate) mod value_digest;
mod warnings;

/// Version of how source files are read. A change after which an unchanged file makes another post, or none, increments
/// it: an index of another version is neither searched nor updated, because it may have a post that is not searched any
/// more.
pub(crate) const READING_VERSION: u32 = 3;

pub use anchor::AnchorStyle;
pub use catalog::Catalog;
pub use category::Category;
pub use data::{Data, DataError, DataFormat};
pub use date::PostDate;
pub use diagnostic::{Diagnostic, Severity};
pub use error::{ReadFailure, SiteError, SourceError};
pub use front_matter::{FrontMatterSyntax, ParsedSource};
pub use generator::sites_below::sites_below;
pub use generator::{Generator, SourceRole};
pub use html::parse_html;
pub use inventory::Inventory;
pub use links::LinkRules;
pub use markdown::{PostBody, UnclosedFence, parse_markdown};
pub use mounts::Mount;
pub use post::{Post, PostKind, Publication, SearchOverrides, VisibilityRules, Warning};
pub use reading::{ReadOutcome, read_post};
pub use section::{Block, Heading, Section};
pub use site::Site;
pub use skip_reason::SkipReason;
pub use source::{SourceFile, SourceListing};
pub use source_walker::list_sources;
