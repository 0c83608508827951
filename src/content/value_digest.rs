//! Digests of settings and front matter, by their values: names of types and fields do not count.

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// Returns the BLAKE3 digest of a value's postcard encoding, in which neither names of types, fields and
/// variants nor their `Debug` output appear. The order of fields and variants counts.
///
/// # Panics
/// If a value has no postcard encoding: a sequence of unknown length. Settings hold none.
pub(crate) fn digest_of(value: &impl Serialize) -> blake3::Hash {
    let encoded = postcard::to_allocvec(value);
    blake3::hash(&encoded.expect("settings and front matter have a postcard encoding"))
}

/// Serializes a time zone as its name, such as `Europe/Berlin`; one without a name by its rules.
pub(crate) fn time_zone<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
    name_of(zone).serialize(serializer)
}

/// Serializes a time zone that may be absent, see [`time_zone`].
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(crate) fn optional_time_zone<S: Serializer>(
    zone: &Option<TimeZone>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    zone.as_ref().map(name_of).serialize(serializer)
}

fn name_of(zone: &TimeZone) -> String {
    // Settings name their time zone: a zone without a name is not expected.
    zone.iana_name().map_or_else(|| format!("{zone:?}"), str::to_owned)
}
