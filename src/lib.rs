//! bloghound: the search service that a blog runs for itself.
//!
//! The modules in the order of the layers; each imports only those before it:
//!
//! - [`config`]: settings and limits
//! - [`content`]: source files to posts
//! - [`analysis`]: text to tokens
//! - [`index`]: posts to a Tantivy index
//! - [`query`]: request to ranked results
//! - [`reindex`]: the index in step with the content
//! - [`engine`]: searches over the newest commit
//! - [`evaluation`]: judged queries to measures of relevance
//! - [`http`]: the HTTP service
//! - [`cli`]: the command line

pub mod analysis;
pub mod cli;
pub mod config;
pub mod content;
pub mod engine;
pub mod evaluation;
pub mod http;
pub mod index;
pub mod query;
pub mod reindex;
