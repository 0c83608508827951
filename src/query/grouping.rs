//! One hit for all translations and near-duplicates of a post.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use tantivy::DocAddress;

use super::Context;
use super::identity::{Identities, Identity};
use super::order::Order;
use super::retrieval::{Candidate, Retrieved};
use crate::content::language::primary_language;
use crate::index::{IndexError, Snapshot};

/// Parts of a fingerprint of which near-duplicates share at least one: they differ in fewer bits.
const FINGERPRINT_PARTS: u32 = 4;

/// Posts with a part of a fingerprint in common that others are compared with.
const MAX_ALIKE: usize = 64;

/// Another version of a hit that matches too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The post's id.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// Its language.
    pub lang: String,
}

/// The other versions of each candidate that stands for several.
pub type Versions = HashMap<DocAddress, Vec<DocAddress>>;

/// Lets one candidate stand for all translations and near-duplicates of a post: the one in `lang`, the
/// reader's language, where there is one, else the best. It is ranked as the best of them.
///
/// # Errors
/// When a column cannot be read.
pub fn group(
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

/// What is shown of other versions.
///
/// # Errors
/// When a column cannot be read.
pub fn describe(snapshot: &Snapshot, addresses: &[DocAddress]) -> Result<Vec<Version>, IndexError> {
    let identities = Identities::open(snapshot)?;
    let describe = |address: &DocAddress| {
        Ok(Version {
            id: snapshot.id(*address)?,
            url: snapshot.url(*address)?.unwrap_or_default(),
            lang: identities.of(*address)?.lang.unwrap_or_default(),
        })
    };
    let mut versions: Vec<Version> = addresses.iter().map(describe).collect::<Result<_, IndexError>>()?;
    versions.sort_by(|a, b| (&a.lang, &a.id).cmp(&(&b.lang, &b.id)));
    Ok(versions)
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
