//! Versions of one post (its translations and near-duplicates), and one hit for all of them.

use std::collections::{BTreeMap, HashMap};

use tantivy::DocAddress;
use tantivy::columnar::{Column, StrColumn};

use super::order::Order;
use crate::content::language::primary_language;
use crate::index::schema::columns;
use crate::index::simhash::is_near;
use crate::index::text_of;
use crate::index::{IndexError, Snapshot};
use crate::query::context::Context;
use crate::query::retrieve::candidate::{Candidate, Retrieved};

/// What a post has in common with its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Its language.
    pub(crate) lang: Option<String>,
    /// What its translations have too, and only they.
    pub(crate) translation_key: Option<String>,
    /// The fingerprint of its text, where that is long enough.
    pub(crate) simhash: Option<u64>,
}

impl Identity {
    /// Whether the other post is a translation or a near-duplicate.
    pub(crate) fn is_version_of(&self, other: &Self) -> bool {
        let is_copy = self.simhash.zip(other.simhash).is_some_and(|(a, b)| is_near(a, b));
        self.translation_key == other.translation_key || is_copy
    }
}

/// Reads identities from the columns of a snapshot.
pub(crate) struct Identities {
    segments: Vec<Columns>,
}

struct Columns {
    langs: Option<StrColumn>,
    translation_keys: Option<StrColumn>,
    simhashes: Column<u64>,
}

impl Identities {
    pub(crate) fn open(snapshot: &Snapshot) -> Result<Self, IndexError> {
        let open = |segment: &tantivy::SegmentReader| {
            let columns = segment.fast_fields();
            Ok(Columns {
                langs: columns.str(columns::LANG)?,
                translation_keys: columns.str(columns::TRANSLATION_KEY)?,
                simhashes: columns.u64(columns::SIMHASH)?,
            })
        };
        let segments: Result<Vec<Columns>, IndexError> = snapshot.segments().iter().map(open).collect();
        Ok(Self { segments: segments? })
    }

    pub(crate) fn of(&self, address: DocAddress) -> Result<Identity, IndexError> {
        let (columns, doc) = (&self.segments[address.segment_ord as usize], address.doc_id);
        Ok(Identity {
            lang: text_of(columns.langs.as_ref(), doc)?,
            translation_key: text_of(columns.translation_keys.as_ref(), doc)?,
            simhash: columns.simhashes.first(doc),
        })
    }
}

/// Parts of a fingerprint of which near-duplicates share at least one: they differ in fewer bits.
const FINGERPRINT_PARTS: u32 = 4;

/// Posts with a part of a fingerprint in common that others are compared with.
const MAX_ALIKE: usize = 64;

/// The other versions of each candidate that stands for several.
pub(crate) type Versions = HashMap<DocAddress, Vec<DocAddress>>;

/// Lets one candidate stand for all translations and near-duplicates of a post: the one in `lang`, the
/// reader's language, where there is one, else the best. It is ranked as the best of them.
///
/// # Errors
/// When a column cannot be read.
pub(crate) fn group(
    context: &Context<'_>,
    retrieved: Retrieved,
    lang: Option<&str>,
) -> Result<(Retrieved, Versions), IndexError> {
    let Retrieved { candidates, worths, loose, tallies } = retrieved;
    let columns = Identities::open(context.snapshot)?;
    let identities: Result<Vec<Identity>, IndexError> =
        candidates.iter().map(|candidate| columns.of(candidate.address)).collect();
    let identities = identities?;
    let order = Order::new(context)?;
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, root) in roots(&identities).into_iter().enumerate() {
        groups.entry(root).or_default().push(at);
    }
    let compare = |a: &usize, b: &usize| {
        let (a, b) = (&candidates[*a], &candidates[*b]);
        order.by_score((a, a.score), (b, b.score))
    };
    let mut grouped = Vec::with_capacity(groups.len());
    let mut versions = Versions::new();
    for mut members in groups.into_values() {
        members.sort_by(compare);
        let best = candidates[members[0]];
        let mut shown = members[0];
        for member in members.iter().rev() {
            if lang.is_some() && is_in(identities[*member].lang.as_deref(), lang) {
                shown = *member;
            }
        }
        let shown = Candidate { score: best.score, is_first: best.is_first, ..candidates[shown] };
        let others = members.iter().map(|at| candidates[*at].address);
        let others: Vec<DocAddress> = others.filter(|address| *address != shown.address).collect();
        if !others.is_empty() {
            versions.insert(shown.address, others);
        }
        grouped.push(shown);
    }
    Ok((Retrieved { candidates: grouped, worths, loose, tallies }, versions))
}

/// Whether two language tags have the primary subtag in common.
fn is_in(lang: Option<&str>, asked: Option<&str>) -> bool {
    lang.map(primary_language) == asked.map(primary_language)
}

/// For each candidate the first one that is a version of the same post.
fn roots(identities: &[Identity]) -> Vec<usize> {
    let mut roots = Roots((0..identities.len()).collect());
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    let mut by_part: HashMap<(u32, u64), Vec<usize>> = HashMap::new();
    for (at, identity) in identities.iter().enumerate() {
        if let Some(key) = &identity.translation_key {
            roots.join(at, *by_key.entry(key).or_insert(at));
        }
        let Some(simhash) = identity.simhash else { continue };
        for part in 0..FINGERPRINT_PARTS {
            let bits = u64::BITS / FINGERPRINT_PARTS;
            let value = simhash >> (part * bits) & ((1 << bits) - 1);
            let alike = by_part.entry((part, value)).or_default();
            for other in alike.iter().filter(|other| identity.is_version_of(&identities[**other])) {
                roots.join(at, *other);
            }
            if alike.len() < MAX_ALIKE {
                alike.push(at);
            }
        }
    }
    (0..identities.len()).map(|at| roots.of(at)).collect()
}

/// A forest of disjoint sets; a root is the least of its set.
struct Roots(Vec<usize>);

impl Roots {
    fn of(&mut self, at: usize) -> usize {
        let mut at = at;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        let (least, other) = (a.min(b), a.max(b));
        self.0[other] = least;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_has_one_root() {
        let mut roots = Roots((0..6).collect());
        roots.join(4, 5);
        roots.join(2, 4);
        roots.join(1, 3);
        let of: Vec<usize> = (0..6).map(|at| roots.of(at)).collect();
        assert_eq!(of, [0, 1, 2, 1, 2, 2]);
    }

    #[test]
    fn languages_are_compared_by_their_primary_subtags() {
        assert!(is_in(Some("pt"), Some("pt-BR")) && is_in(Some("DE"), Some("de")));
        assert!(!is_in(Some("pt"), Some("es")) && !is_in(None, Some("de")));
    }
}
