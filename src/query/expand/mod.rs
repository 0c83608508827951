//! Phase 2, expand: the words of the syntax tree to terms of the dictionary (inflections, prefixes, typos,
//! synonyms, joined and split words).

pub(crate) mod edit_distance;
pub(crate) mod expanded_query;
pub(crate) mod expander;
pub(crate) mod query_builder;
mod variants;
pub(crate) mod word_lookup;
