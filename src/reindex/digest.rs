//! What tells settings, and versions of source files, from others.

use crate::content::Site;
use crate::index::Digest;

/// Tells settings apart that documents depend on.
#[must_use]
pub fn fingerprint(site: &Site) -> String {
    let settings = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        site.generator, site.base, site.language, site.time_zone, site.permalinks
    );
    blake3::hash(settings.as_bytes()).to_hex()[..32].to_owned()
}

/// The digest of a source file with its context, see [`Inventory::context`].
///
/// [`Inventory::context`]: crate::content::Inventory::context
pub(super) fn digest(bytes: &[u8], context: &str) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(bytes).update(b"\0").update(context.as_bytes());
    let mut first = [0; size_of::<Digest>()];
    hasher.finalize_xof().fill(&mut first);
    Digest::from_le_bytes(first)
}
