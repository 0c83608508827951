//! Versions of one post (its translations and near-duplicates), and their collapse into one hit.

use std::collections::HashMap;

use tantivy::DocAddress;
use tantivy::columnar::{Column, StrColumn};

use super::order::HitOrder;
use crate::config::limits;
use crate::content::language_tag::LanguageMatch;
use crate::index::schema::columns;
use crate::index::simhash::is_near;
use crate::index::{GlobalOrdinals, IndexError, OrdinalColumn, Snapshot, first_text};
use crate::query::context::Context;
use crate::query::retrieve::candidate::{Candidate, Retrieved};

/// The attributes by which versions of a post are recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostIdentity {
    /// The language.
    pub(crate) lang: Option<String>,
    /// The key that a post shares only with its translations.
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

/// Number of parts of a `SimHash`. Near-duplicates differ in fewer bits than there are parts, so they share at least
/// one part.
const SIMHASH_PARTS: u32 = 4;

/// The other versions of each collapsed candidate.
pub(crate) type VersionsByPost = HashMap<DocAddress, Vec<DocAddress>>;

/// Collapses all translations and near-duplicates of a post into one candidate: the one whose language matches `lang`,
/// the reader's language, best; else the one with the best score. It keeps the best score of all versions.
///
/// # Errors
/// If a column cannot be read.
pub(crate) fn collapse_versions(
    context: &Context<'_>,
    mut retrieved: Retrieved,
    lang: Option<&str>,
) -> Result<(Retrieved, VersionsByPost), IndexError> {
    context.cancellation.check()?;
    let candidates = std::mem::take(&mut retrieved.candidates);
    let order = HitOrder::new(context)?;
    let roots = version_roots(&VersionKey::of_all(context, &candidates)?);
    let mut groups: Vec<(usize, usize)> = roots.into_iter().zip(0..).collect();
    groups.sort_unstable();
    context.cancellation.check()?;
    let requested = RequestedLanguage::new(context, lang)?;
    let mut collapsed = Vec::new();
    let mut versions = VersionsByPost::new();
    let mut members: Vec<Candidate> = Vec::new();
    for group in groups.chunk_by(|(root, _), (other, _)| root == other) {
        if let [(_, only)] = group {
            collapsed.push(candidates[*only]);
            continue;
        }
        members.clear();
        members.extend(group.iter().map(|(_, at)| &candidates[*at]));
        members.sort_by(|a, b| order.by_retrieval_score(a, b));
        let best = members[0];
        let preferred = members.iter().filter_map(|member| Some((requested.matches(member)?, member)));
        // On a tie the first, which has the better score.
        let shown = preferred.min_by_key(|(language, _)| *language).map_or(best, |(_, member)| *member);
        let shown = Candidate { score: best.score, in_first_tier: best.in_first_tier, ..shown };
        let others = members.iter().map(|member| member.address).filter(|other| *other != shown.address);
        versions.insert(shown.address, others.collect());
        collapsed.push(shown);
    }
    Ok((Retrieved { candidates: collapsed, ..retrieved }, versions))
}

/// The requested language: how well each language tag matches it, by the tag's ordinal.
struct RequestedLanguage<'a> {
    tags: Option<&'a GlobalOrdinals>,
    by_ordinal: Vec<Option<LanguageMatch>>,
}

impl<'a> RequestedLanguage<'a> {
    fn new(context: &Context<'a>, lang: Option<&str>) -> Result<Self, IndexError> {
        let Some(lang) = lang else { return Ok(Self { tags: None, by_ordinal: Vec::new() }) };
        let tags = context.snapshot.ordinals(OrdinalColumn::Lang)?;
        let mut by_ordinal = Vec::with_capacity(tags.num_values());
        for ordinal in (0..).take(tags.num_values()) {
            by_ordinal.push(LanguageMatch::of(lang, &tags.value(ordinal)?));
        }
        Ok(Self { tags: Some(tags), by_ordinal })
    }

    fn matches(&self, candidate: &Candidate) -> Option<LanguageMatch> {
        let address = candidate.address;
        let tag = self.tags?.first(address.segment_ord as usize, address.doc_id)?;
        *self.by_ordinal.get(tag as usize)?
    }
}

/// The attributes of a post by which its versions are recognized, with ordinals instead of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct VersionKey {
    translation_key: Option<u32>,
    simhash: Option<u64>,
}

impl VersionKey {
    fn of_all(context: &Context<'_>, candidates: &[Candidate]) -> Result<Vec<Self>, IndexError> {
        let keys = context.snapshot.ordinals(OrdinalColumn::TranslationKey)?;
        let simhashes = context.snapshot.segments().iter();
        let simhashes = simhashes.map(|segment| segment.fast_fields().u64(columns::SIMHASH));
        let simhashes: Vec<Column<u64>> = simhashes.collect::<tantivy::Result<_>>()?;
        let key = |Candidate { address, .. }: &Candidate| Self {
            translation_key: keys.first(address.segment_ord as usize, address.doc_id),
            simhash: simhashes[address.segment_ord as usize].first(address.doc_id),
        };
        Ok(candidates.iter().map(key).collect())
    }

    fn is_version_of(&self, other: &Self) -> bool {
        let is_copy = self.simhash.zip(other.simhash).is_some_and(|(a, b)| is_near(a, b));
        self.translation_key == other.translation_key || is_copy
    }
}

/// Returns for each candidate the index of the first one that is a version of the same post.
fn version_roots(posts: &[VersionKey]) -> Vec<usize> {
    let mut sets = DisjointSets((0..posts.len()).collect());
    let keys = posts.iter().zip(0..).filter_map(|(post, at)| Some((post.translation_key?, at)));
    let mut keys: Vec<(u32, usize)> = keys.collect();
    keys.sort_unstable();
    for [(key, at), (next_key, next)] in keys.array_windows() {
        if key == next_key {
            sets.join(*at, *next);
        }
    }
    let mut parts: Vec<(u64, usize)> = Vec::with_capacity(posts.len());
    for part in 0..SIMHASH_PARTS {
        let bits = u64::BITS / SIMHASH_PARTS;
        let value = |simhash: u64| simhash >> (part * bits) & ((1 << bits) - 1);
        parts.clear();
        parts.extend(posts.iter().zip(0..).filter_map(|(post, at)| Some((value(post.simhash?), at))));
        parts.sort_unstable();
        for similar in parts.chunk_by(|(value, _), (other, _)| value == other) {
            for (index, (_, at)) in similar.iter().enumerate().skip(1) {
                for (_, other) in &similar[..index.min(limits::MAX_SIMHASH_BUCKET)] {
                    if posts[*at].is_version_of(&posts[*other]) {
                        sets.join(*at, *other);
                    }
                }
            }
        }
    }
    (0..posts.len()).map(|at| sets.root_of(at)).collect()
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
    fn versions_share_a_translation_key_or_have_similar_texts() {
        let post = |translation_key, simhash| VersionKey { translation_key, simhash };
        let posts = [
            post(Some(7), Some(0xffff_0000_ffff_0000)),
            post(Some(8), Some(0x1234_5678_9abc_def0)),
            post(Some(7), None),
            post(Some(9), Some(0xffff_0000_ffff_0001)),
            post(Some(10), Some(0x1234_5678_0000_0000)),
            post(None, None),
            post(Some(9), Some(0x0f0f_0f0f_0f0f_0f0f)),
        ];
        assert_eq!(version_roots(&posts), [0, 1, 0, 0, 4, 5, 0]);
    }
}
