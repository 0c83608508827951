//! Search requests to ranked results, in phases.
//!
//! | phase | input → output |
//! |---|---|
//! | [`language`] | the query's text → its syntax tree |
//! | [`expand`] | words → terms of the dictionary: inflections, prefixes, typos, synonyms |
//! | [`retrieve`] | terms → candidates with BM25F scores |
//! | [`rank`] | candidates → the hits of a page, by the positions of their matches |
//! | [`present`] | hits → the response: snippets, highlights, facets, corrections, explanations |
//!
//! A phase imports only the phases before it, and [`context`], [`weights`] and [`request`]. [`search`] runs the
//! phases. [`suggest`] completes what is being typed, [`related`] finds the posts closest to one. Nothing here
//! writes to the index.

pub(crate) mod context;
pub(crate) mod date_bound;
pub(crate) mod expand;
pub(crate) mod language;
pub(crate) mod present;
pub(crate) mod rank;
pub mod related;
pub(crate) mod request;
pub(crate) mod retrieve;
pub(crate) mod search;
pub mod suggest;
pub(crate) mod synonyms;
pub(crate) mod weights;

pub(crate) use context::Context;
pub(crate) use present::response;
pub use present::response::{Hit, SearchResponse};
pub use request::{FacetField, Grouping, RawRequest, RequestError, SearchRequest, Sort};
pub(crate) use search::{rank, search};
pub(crate) use synonyms::Synonyms;
pub use weights::Weights;
