//! All bounds on input, work and memory, grouped by the layer that they protect.
//!
//! A limit counts bytes, terms, posts or positions, never time, so that the same content gives the same
//! responses. Constants of a file format stay with the format, thresholds of an algorithm (such as the shortest word
//! that is stemmed) with the algorithm; ranking constants are in `query::weights`.

mod content;
mod index;
mod query;
mod service;
mod settings;

pub use content::*;
pub use index::*;
pub use query::*;
pub use service::*;
pub use settings::*;
