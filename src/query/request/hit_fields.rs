//! The fields of hits that a response contains.

use super::values::{RequestError, list, unknown_member};

/// The names of the fields of a hit, in the order of the response.
pub(crate) const HIT_FIELDS: [&str; 23] = [
    "id",
    "url",
    "title",
    "title_html",
    "description",
    "kind",
    "categories",
    "tags",
    "date",
    "updated",
    "authors",
    "series",
    "image",
    "reading_minutes",
    "lang",
    "score",
    "snippet",
    "fragments",
    "section",
    "sections",
    "missing",
    "versions",
    "explanation",
];
/// Fields that are made from the text of a post.
const EXCERPT_FIELDS: [&str; 4] = ["snippet", "fragments", "section", "sections"];

/// A set of fields of a hit: bit `n` stands for the name `n` in [`HIT_FIELDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HitFields(u32);

impl HitFields {
    /// All fields.
    pub const ALL: Self = Self(u32::MAX >> (u32::BITS as usize - HIT_FIELDS.len()));

    /// Parses a comma-separated list of names; a blank one selects all fields.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, RequestError> {
        let mut fields = Self(0);
        for name in list(text) {
            let Some(bit) = Self::bit(name) else { return Err(unknown_member("fields", name, &HIT_FIELDS)) };
            fields.0 |= bit;
        }
        Ok(if fields.0 == 0 { Self::ALL } else { fields })
    }

    /// Returns whether the set contains the field with this name.
    #[must_use]
    pub fn contains(self, name: &str) -> bool {
        Self::bit(name).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Returns whether the text of a post has to be read for the fields.
    pub(crate) fn need_text(self) -> bool {
        self == Self::ALL || EXCERPT_FIELDS.into_iter().any(|name| self.contains(name))
    }

    fn bit(name: &str) -> Option<u32> {
        HIT_FIELDS.iter().position(|field| *field == name).map(|at| 1 << at)
    }
}

impl Default for HitFields {
    fn default() -> Self {
        Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_selects_fields_and_a_blank_one_selects_all() {
        for blank in [None, Some(""), Some(" , ")] {
            assert_eq!(HitFields::parse(blank), Ok(HitFields::ALL));
        }
        let fields = HitFields::parse(Some("url, title,url")).unwrap();
        let names: Vec<&str> = HIT_FIELDS.into_iter().filter(|name| fields.contains(name)).collect();
        assert_eq!(names, ["url", "title"]);
        assert!(HIT_FIELDS.into_iter().all(|name| HitFields::ALL.contains(name)));
        assert!(!HitFields::ALL.contains("color"));
    }

    #[test]
    fn the_text_is_needed_only_for_excerpts() {
        let need_text = |list| HitFields::parse(Some(list)).unwrap().need_text();
        assert!(need_text("") && need_text("id,snippet") && need_text("sections"));
        assert!(!need_text("id,url,title_html,score,missing"));
    }

    #[test]
    fn an_unknown_field_is_an_error_that_lists_the_fields() {
        let error = HitFields::parse(Some("url,colour")).unwrap_err();
        assert_eq!((error.parameter, error.value.as_str()), ("fields", "colour"));
        assert!(error.allowed.contains("id, url, title") && error.allowed.ends_with("and explanation"));
    }
}
