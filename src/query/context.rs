//! What every phase of a search reads.

use super::synonyms::Synonyms;
use super::weights::Weights;
use crate::analysis::SiteAnalyzer;
use crate::config::TypoLimits;
use crate::index::Snapshot;

/// What a search looks at.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The posts.
    pub(crate) snapshot: &'a Snapshot,
    /// The analysis of queries for the languages of the posts.
    pub(crate) analyzer: &'a SiteAnalyzer,
    /// Names that mean the same.
    pub(crate) synonyms: &'a Synonyms,
    /// The constants of ranking.
    pub(crate) weights: &'a Weights,
    /// How many typos words may have.
    pub(crate) typos: TypoLimits,
    /// Days in which half of what a post gains by being new is lost.
    pub(crate) recency_half_life_days: u32,
    /// Length that a snippet aims at, in characters.
    pub(crate) snippet_chars: usize,
}
