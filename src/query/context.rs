//! The context of a search: the data that several phases read.

use super::cancellation::Cancellation;
use super::synonyms::Synonyms;
use super::weights::Weights;
use crate::analysis::SiteAnalyzer;
use crate::config::TypoLimits;
use crate::index::Snapshot;

/// The snapshot to search and the settings of the site.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The snapshot to search.
    pub(crate) snapshot: &'a Snapshot,
    /// The query analyzer for the languages of the posts.
    pub(crate) analyzer: &'a SiteAnalyzer,
    /// The synonyms of the site.
    pub(crate) synonyms: &'a Synonyms,
    /// The weights of matching and ranking.
    pub(crate) weights: &'a Weights,
    /// Maximum number of typos in a word, by its length.
    pub(crate) typos: TypoLimits,
    /// Half-life of the recency bonus, in days.
    pub(crate) recency_half_life_days: u32,
    /// Target length of a snippet, in characters.
    pub(crate) snippet_chars: usize,
    /// Whether the request was cancelled.
    pub(crate) cancellation: &'a Cancellation,
}
