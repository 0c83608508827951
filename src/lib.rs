//! Self-hosted search for static-site blogs.
//!
//! The modules in layer order; each one imports only modules above it:
//!
//! - [`config`]: reads and validates settings, and defines every limit
//! - [`content`]: reads a site's source files as posts
//! - [`analysis`]: turns text into tokens
//! - [`index`]: writes posts to a Tantivy index and reads snapshots of it
//! - [`query`]: turns a request into ranked results
//! - [`reindex`]: keeps the index in sync with the content
//! - [`engine`]: answers requests from the latest commit
//! - [`evaluation`]: measures relevance with judged queries
//! - [`http`]: serves the HTTP API and the search page
//! - [`cli`]: runs the subcommands

#![forbid(unsafe_code)]

pub mod analysis;
pub mod cli;
pub mod config;
pub mod content;
pub mod engine;
pub(crate) mod evaluation;
pub mod http;
pub mod index;
pub mod query;
pub mod reindex;
