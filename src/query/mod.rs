//! Search: requests to ranked results, in phases.
//!
//! | phase | input → output |
//! |---|---|
//! | [`language`] | query text → syntax tree |
//! | [`expand`] | words → dictionary terms: inflections, prefixes, typos, synonyms, joined and split words |
//! | [`retrieve`] | terms → candidates with BM25F scores |
//! | [`rank`](mod@rank) | candidates → the hits of a page, by the positions of their matches |
//! | [`present`] | hits → response: snippets, highlights, facets, corrections, explanations |
//!
//! A phase imports only earlier phases and the modules below them: [`weights`], [`request`], [`synonyms`],
//! [`context`], [`conditions`], [`cancellation`], [`date_bound`] and [`quoting`]. [`search`](mod@search) runs the phases;
//! [`mod@facet_values`] searches the values of a facet, and [`records`] presents results as records of posts or of sections.
//! [`suggest`] completes what a reader types, [`mod@post`] returns a post, and [`related`] finds the posts most similar to
//! one. Nothing here writes to the index.

pub(crate) mod cancellation;
pub(crate) mod conditions;
pub(crate) mod context;
pub(crate) mod date_bound;
pub(crate) mod expand;
pub(crate) mod facet_values;
pub(crate) mod language;
pub mod post;
pub(crate) mod post_lookup;
pub(crate) mod present;
pub(crate) mod quoting;
pub(crate) mod rank;
pub(crate) mod records;
pub mod related;
pub(crate) mod request;
pub(crate) mod retrieve;
pub(crate) mod search;
pub mod suggest;
pub(crate) mod synonyms;
pub(crate) mod weights;

pub(crate) use cancellation::Cancellation;
pub(crate) use context::Context;
pub use date_bound::Year;
pub(crate) use facet_values::facet_values;
pub use post_lookup::PostLookupError;
pub(crate) use present::response;
pub use present::response::{FacetResponse, Hit, SearchResponse};
pub(crate) use quoting::shortened;
pub use request::{
    FacetField, FacetRequest, Grouping, HitFields, RawFacetRequest, RawRequest, RequestError, SearchRequest,
    Sort,
};
pub(crate) use request::{GROUPINGS, HIT_FIELDS, SORTS};
pub(crate) use search::{rank, search};
pub(crate) use synonyms::Synonyms;
pub use weights::Weights;
