//! Phase 5, present: ranked hits to the response (hits, snippets, highlights, facets, corrections,
//! explanations, warnings).

pub(crate) mod correction;
pub(crate) mod explanation;
pub(crate) mod facet;
pub(crate) mod highlight;
pub(crate) mod hit;
pub(crate) mod response;
pub(crate) mod snippet;
pub(crate) mod unknown_names;
pub(crate) mod warnings;
