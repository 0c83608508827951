//! Ids that are spelled like one that does not exist.

use std::collections::HashSet;

use crate::config::limits;
use crate::index::{IndexError, Snapshot};

/// Ids that are named.
const MAX_NEAREST: usize = 3;
/// Share of pairs of letters that must be the same.
const MIN_LIKENESS: f64 = 0.4;

/// The ids of the posts that are spelled most like `id`, by the pairs of letters that both have
/// (Dice's coefficient).
///
/// # Errors
/// When the index cannot be read.
pub(super) fn nearest_ids(snapshot: &Snapshot, id: &str) -> Result<Vec<String>, IndexError> {
    let wanted = pairs(&id[..id.floor_char_boundary(limits::MAX_TYPED_BYTES)]);
    let ids = snapshot.manifest()?.into_keys();
    let mut likely: Vec<(f64, String)> = ids
        .map(|id| (likeness(&wanted, &pairs(&id)), id))
        .filter(|(likeness, _)| *likeness >= MIN_LIKENESS)
        .collect();
    likely.sort_by(|(a, a_id), (b, b_id)| b.total_cmp(a).then_with(|| a_id.cmp(b_id)));
    Ok(likely.into_iter().take(MAX_NEAREST).map(|(_, id)| id).collect())
}

fn pairs(id: &str) -> HashSet<(char, char)> {
    let lower = id.to_lowercase();
    lower.chars().zip(lower.chars().skip(1)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of letters")]
fn likeness(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f64 {
    let common = a.intersection(b).count();
    2.0 * common as f64 / (a.len() + b.len()).max(1) as f64
}
