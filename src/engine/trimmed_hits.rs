//! Removal of the fields of hits that a request does not ask for.
//!
//! It works on the JSON of the response, so that requests for all fields cost nothing, and copies values unchanged.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::response_cache::to_json;
use crate::index::IndexError;
use crate::query::HitFields;

/// Returns the JSON of a search response with only these fields of its hits.
///
/// # Errors
/// If the text is not the JSON of a search response.
pub(super) fn with_fields(json: &[u8], fields: HitFields) -> Result<Bytes, IndexError> {
    let mut response: RawObject = serde_json::from_slice(json)?;
    for (name, value) in &mut response.0 {
        if name == "hits" {
            let mut hits: Vec<RawObject> = serde_json::from_str(value.get())?;
            for hit in &mut hits {
                hit.0.retain(|(name, _)| fields.contains(name));
            }
            *value = Cow::Owned(to_raw_value(&hits)?);
        }
    }
    to_json(&response)
}

/// An object whose values are not parsed, in the order of its fields.
struct RawObject<'a>(Vec<(Cow<'a, str>, Cow<'a, RawValue>)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<&'de str, &'de RawValue>()? {
                    fields.push((Cow::Borrowed(name), Cow::Borrowed(value)));
                }
                Ok(RawObject(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

impl Serialize for RawObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, &**value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::RawRequest;

    #[test]
    fn values_are_copied_unchanged_and_in_order() {
        let raw = RawRequest { fields: Some("score,url".to_owned()), ..RawRequest::default() };
        let fields = raw.validate().unwrap().fields;
        let json = br#"{"query":"a \"b\"","total":1,"hits":[{"url":"/a\u00e9","title":"T","score":3.1391544}],"facets":{"hits":[]}}"#;
        let expected = r#"{"query":"a \"b\"","total":1,"hits":[{"url":"/a\u00e9","score":3.1391544}],"facets":{"hits":[]}}"#;
        assert_eq!(with_fields(json, fields).unwrap(), expected);
        assert!(with_fields(b"[]", fields).is_err());
    }
}
