//! The second phase: the words of a query to the terms of the dictionary.

pub(crate) mod edit_distance;
pub(crate) mod expanded_query;
pub(crate) mod expander;
pub(crate) mod query_builder;
mod variants;
pub(crate) mod word_lookup;
