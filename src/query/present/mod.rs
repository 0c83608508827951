//! The fifth phase: ranked hits to the response.

pub(crate) mod correction;
pub(crate) mod explanation;
pub(crate) mod facet;
pub(crate) mod highlight;
pub(crate) mod hit;
pub(crate) mod response;
pub(crate) mod snippet;
pub(crate) mod warnings;
