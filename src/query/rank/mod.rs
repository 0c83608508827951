//! The fourth phase: candidates to the hits of a page, in order.

pub(crate) mod features;
pub(crate) mod matches;
pub(crate) mod order;
pub(crate) mod top_hits;
pub(crate) mod versions;
