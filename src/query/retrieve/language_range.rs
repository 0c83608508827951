//! Filters by language: the language tags that a language range of RFC 4647 selects among those of the posts.

use crate::content::language_tag::LanguageMatch;
use crate::index::Snapshot;

/// A requested language. It selects the tags that are equal to it or refine it (`zh` selects `zh-TW`). If no post has
/// such a tag, it selects the longest tag that it refines (`pt-BR` selects `pt`), so that a page in `en-US` finds the
/// posts in `en`.
pub(super) struct LanguageRange<'a> {
    range: &'a str,
    /// The tag that is selected because no post has a better one.
    refined: Option<&'a str>,
}

impl<'a> LanguageRange<'a> {
    pub(super) fn new(range: &'a str, snapshot: &'a Snapshot) -> Self {
        Self::among(range, || snapshot.languages().tags())
    }

    /// Decides over all `tags` of the posts, so that no segment answers differently than another.
    fn among<I: Iterator<Item = &'a str>>(range: &'a str, tags: impl Fn() -> I) -> Self {
        let is_refined = |tag: &&str| LanguageMatch::of(range, tag) == Some(LanguageMatch::Refined);
        let has_better = tags().any(|tag| is_in_range(range, tag));
        let refined = if has_better { None } else { tags().filter(is_refined).max_by_key(|tag| tag.len()) };
        Self { range, refined }
    }

    /// Returns whether posts with this tag are selected.
    pub(super) fn selects(&self, tag: &str) -> bool {
        is_in_range(self.range, tag) || self.refined.is_some_and(|refined| refined.eq_ignore_ascii_case(tag))
    }
}

fn is_in_range(range: &str, tag: &str) -> bool {
    matches!(LanguageMatch::of(range, tag), Some(LanguageMatch::Equal | LanguageMatch::Refining))
}

/// Returns whether the language selects a post.
pub(crate) fn has_language(snapshot: &Snapshot, range: &str) -> bool {
    let range = LanguageRange::new(range, snapshot);
    snapshot.languages().tags().any(|tag| range.selects(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected<'a>(range: &'a str, tags: &[&'a str]) -> Vec<&'a str> {
        let range = LanguageRange::among(range, || tags.iter().copied());
        tags.iter().copied().filter(|tag| range.selects(tag)).collect()
    }

    #[test]
    fn a_range_selects_the_best_tags_of_all_posts() {
        let cases: [(&str, &[&str], &[&str]); 12] = [
            ("zh", &["zh", "zh-cn", "zh-TW", "en"], &["zh", "zh-cn", "zh-TW"]),
            ("zh-tw", &["zh", "zh-cn", "zh-TW"], &["zh-TW"]),
            ("zh_TW", &["zh-cn", "zh-tw"], &["zh-tw"]),
            ("pt-BR", &["pt", "pt-br"], &["pt-br"]),
            ("pt-BR", &["pt", "es"], &["pt"]),
            ("pt-BR", &["PT", "pt"], &["PT", "pt"]),
            ("pt-PT", &["pt-BR"], &[]),
            ("en-US", &["en-GB", "en"], &["en"]),
            ("zh-Hant-TW", &["zh", "zh-Hant", "zh-Hans"], &["zh-Hant"]),
            ("und", &["en", "und"], &["und"]),
            ("", &["en"], &[]),
            ("de", &["en", "den"], &[]),
        ];
        for (range, tags, expected) in cases {
            assert_eq!(selected(range, tags), expected, "{range} among {tags:?}");
        }
    }
}
