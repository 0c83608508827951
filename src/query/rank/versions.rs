//! Versions of one post (its translations and near-duplicates), and their collapse into one hit.

use std::collections::{BTreeMap, HashMap};

use tantivy::DocAddress;
use tantivy::columnar::{Column, StrColumn};

use super::order::HitOrder;
use crate::config::limits;
use crate::content::language::primary_language;
use crate::index::schema::columns;
use crate::index::simhash::is_near;
use crate::index::{IndexError, Snapshot, first_text};
use crate::query::context::Context;
use crate::query::retrieve::candidate::{Candidate, Retrieved};

/// The attributes by which versions of a post are recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostIdentity {
    /// The language.
    pub(crate) lang: Option<String>,
    /// The key that a post shares with its translations only.
    pub(crate) translation_key: Option<String>,
    /// The `SimHash` of the text, if it is long enough.
    pub(crate) simhash: Option<u64>,
}

impl PostIdentity {
    /// Returns whether the other post is a translation or a near-duplicate.
    pub(crate) fn is_version_of(&self, other: &Self) -> bool {
        let is_copy = self.simhash.zip(other.simhash).is_some_and(|(a, b)| is_near(a, b));
        self.translation_key == other.translation_key || is_copy
    }
}

/// The columns with the identities of a snapshot's posts.
pub(crate) struct IdentityColumns {
    segments: Vec<IdentitySegment>,
}

/// The identity columns of a segment.
struct IdentitySegment {
    langs: Option<StrColumn>,
    translation_keys: Option<StrColumn>,
    simhashes: Column<u64>,
}

impl IdentityColumns {
    pub(crate) fn open(snapshot: &Snapshot) -> Result<Self, IndexError> {
        let open = |segment: &tantivy::SegmentReader| {
            let columns = segment.fast_fields();
            Ok(IdentitySegment {
                langs: columns.str(columns::LANG)?,
                translation_keys: columns.str(columns::TRANSLATION_KEY)?,
                simhashes: columns.u64(columns::SIMHASH)?,
            })
        };
        let segments: Result<Vec<IdentitySegment>, IndexError> =
            snapshot.segments().iter().map(open).collect();
        Ok(Self { segments: segments? })
    }

    pub(crate) fn of(&self, address: DocAddress) -> Result<PostIdentity, IndexError> {
        let (columns, doc) = (&self.segments[address.segment_ord as usize], address.doc_id);
        Ok(PostIdentity {
            lang: first_text(columns.langs.as_ref(), doc)?,
            translation_key: first_text(columns.translation_keys.as_ref(), doc)?,
            simhash: columns.simhashes.first(doc),
        })
    }
}

/// Number of parts of a `SimHash`. Near-duplicates differ in fewer bits than that, so they share at least one
/// part.
const SIMHASH_PARTS: u32 = 4;

/// The other versions of each collapsed candidate.
pub(crate) type VersionsByPost = HashMap<DocAddress, Vec<DocAddress>>;

/// Collapses all translations and near-duplicates of a post into one candidate: the one in `lang`, the
/// reader's language, if there is one, else the best. It keeps the best score of all versions.
///
/// # Errors
/// When a column cannot be read.
pub(crate) fn collapse_versions(
    context: &Context<'_>,
    retrieved: Retrieved,
    lang: Option<&str>,
) -> Result<(Retrieved, VersionsByPost), IndexError> {
    let Retrieved { candidates, term_weights, relaxed_phrases, frequencies } = retrieved;
    let columns = IdentityColumns::open(context.snapshot)?;
    let identities: Result<Vec<PostIdentity>, IndexError> =
        candidates.iter().map(|candidate| columns.of(candidate.address)).collect();
    let identities = identities?;
    let order = HitOrder::new(context)?;
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, root) in version_roots(&identities).into_iter().enumerate() {
        groups.entry(root).or_default().push(at);
    }
    let compare = |a: &usize, b: &usize| order.by_retrieval_score(&candidates[*a], &candidates[*b]);
    let mut collapsed = Vec::with_capacity(groups.len());
    let mut versions = VersionsByPost::new();
    for mut members in groups.into_values() {
        members.sort_by(compare);
        let best = candidates[members[0]];
        let mut shown = members[0];
        for member in members.iter().rev() {
            if lang.is_some() && is_same_language(identities[*member].lang.as_deref(), lang) {
                shown = *member;
            }
        }
        let shown = Candidate { score: best.score, in_first_tier: best.in_first_tier, ..candidates[shown] };
        let others = members.iter().map(|at| candidates[*at].address);
        let others: Vec<DocAddress> = others.filter(|address| *address != shown.address).collect();
        if !others.is_empty() {
            versions.insert(shown.address, others);
        }
        collapsed.push(shown);
    }
    Ok((Retrieved { candidates: collapsed, term_weights, relaxed_phrases, frequencies }, versions))
}

/// Returns whether two language tags have the same primary subtag.
fn is_same_language(lang: Option<&str>, requested: Option<&str>) -> bool {
    lang.map(primary_language) == requested.map(primary_language)
}

/// Returns for each candidate the index of the first one that is a version of the same post.
fn version_roots(identities: &[PostIdentity]) -> Vec<usize> {
    let mut sets = DisjointSets((0..identities.len()).collect());
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    let mut by_part: HashMap<(u32, u64), Vec<usize>> = HashMap::new();
    for (at, identity) in identities.iter().enumerate() {
        if let Some(key) = &identity.translation_key {
            sets.join(at, *by_key.entry(key).or_insert(at));
        }
        let Some(simhash) = identity.simhash else { continue };
        for part in 0..SIMHASH_PARTS {
            let bits = u64::BITS / SIMHASH_PARTS;
            let value = simhash >> (part * bits) & ((1 << bits) - 1);
            let similar = by_part.entry((part, value)).or_default();
            for other in similar.iter().filter(|other| identity.is_version_of(&identities[**other])) {
                sets.join(at, *other);
            }
            if similar.len() < limits::MAX_SIMHASH_BUCKET {
                similar.push(at);
            }
        }
    }
    (0..identities.len()).map(|at| sets.root_of(at)).collect()
}

/// A disjoint-set forest; the root of a set is its smallest element.
struct DisjointSets(Vec<usize>);

impl DisjointSets {
    fn root_of(&mut self, at: usize) -> usize {
        let mut at = at;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root_of(a), self.root_of(b));
        let (smallest, other) = (a.min(b), a.max(b));
        self.0[other] = smallest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_elements_have_one_root() {
        let mut sets = DisjointSets((0..6).collect());
        sets.join(4, 5);
        sets.join(2, 4);
        sets.join(1, 3);
        let roots: Vec<usize> = (0..6).map(|at| sets.root_of(at)).collect();
        assert_eq!(roots, [0, 1, 2, 1, 2, 2]);
    }

    #[test]
    fn compares_languages_by_their_primary_subtags() {
        assert!(is_same_language(Some("pt"), Some("pt-BR")) && is_same_language(Some("DE"), Some("de")));
        assert!(!is_same_language(Some("pt"), Some("es")) && !is_same_language(None, Some("de")));
    }
}
