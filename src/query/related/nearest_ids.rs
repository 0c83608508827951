//! Ids with a similar spelling, to propose for an unknown id.

use std::collections::HashSet;

use crate::config::limits;
use crate::index::{IndexError, Snapshot};
use crate::query::weights;

/// Returns the ids of the posts that are spelled most like `id`, by shared pairs of letters (Dice's
/// coefficient).
///
/// # Errors
/// When the index cannot be read.
pub(super) fn nearest_ids(snapshot: &Snapshot, id: &str) -> Result<Vec<String>, IndexError> {
    let wanted = pairs(&id[..id.floor_char_boundary(limits::MAX_TYPED_BYTES)]);
    let ids = snapshot.manifest()?.into_keys();
    let mut similar: Vec<(f64, String)> = ids
        .map(|id| (similarity(&wanted, &pairs(&id)), id))
        .filter(|(similarity, _)| *similarity >= weights::MIN_ID_SIMILARITY)
        .collect();
    similar.sort_by(|(a, a_id), (b, b_id)| b.total_cmp(a).then_with(|| a_id.cmp(b_id)));
    Ok(similar.into_iter().take(limits::MAX_PROPOSED_IDS).map(|(_, id)| id).collect())
}

fn pairs(id: &str) -> HashSet<(char, char)> {
    let lower = id.to_lowercase();
    lower.chars().zip(lower.chars().skip(1)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of letters")]
fn similarity(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f64 {
    let common = a.intersection(b).count();
    2.0 * common as f64 / (a.len() + b.len()).max(1) as f64
}
