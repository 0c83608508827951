//! Phase 3, retrieve: terms to candidates (posting lists, term frequencies, BM25F, filters).

pub(crate) mod absent_names;
pub(crate) mod bm25f;
pub(crate) mod candidate;
pub(crate) mod filter;
pub(crate) mod id_set;
pub(crate) mod language_range;
pub(crate) mod postings;
pub(crate) mod retrieval;
pub(crate) mod term_frequencies;
