//! All bounds on input, work and memory, by the layer that they protect.
//!
//! A limit counts bytes, terms, posts or positions, never time, so that the same content gives the same answers.
//! Constants of a file format stay with the format; constants of ranking are in `query::weights`.

mod content;
mod index;
mod query;
mod service;

pub use content::*;
pub use index::*;
pub use query::*;
pub use service::*;
