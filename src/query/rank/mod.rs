//! Phase 4, rank: candidates to the hits of a page (features, weights, order, grouping of versions).

pub(crate) mod features;
pub(crate) mod matches;
pub(crate) mod order;
pub(crate) mod top_hits;
pub(crate) mod versions;
