//! Languages of the posts, and sets of them.

use std::collections::BTreeMap;

use tantivy::{DocId, Searcher, SegmentReader};

use super::text_column::TextColumn;
use crate::config::limits;
use crate::content::language_tag::primary_subtag;
use crate::index::error::IndexError;
use crate::index::schema::columns;

/// Languages of a commit's posts, most frequent first.
#[derive(Debug, Clone, Default)]
pub struct IndexLanguages {
    tags: Vec<String>,
    /// Their distinct primary subtags, on which the analysis depends.
    primary: Vec<String>,
}

impl IndexLanguages {
    pub(super) fn read(searcher: &Searcher) -> Result<Self, IndexError> {
        let mut posts: BTreeMap<String, usize> = BTreeMap::new();
        for segment in searcher.segment_readers() {
            let column = read_column(segment)?;
            for (language, posts_of_language) in column.texts.iter().zip(count_posts(segment, &column)) {
                *posts.entry(language.clone()).or_default() += posts_of_language;
            }
        }
        posts.retain(|_, posts| *posts > 0);
        Ok(Self::by_frequency(posts))
    }

    fn by_frequency(posts: BTreeMap<String, usize>) -> Self {
        let mut of_primary: BTreeMap<String, usize> = BTreeMap::new();
        for (tag, posts) in &posts {
            *of_primary.entry(primary_subtag(tag).to_owned()).or_default() += posts;
        }
        Self { tags: most_frequent(posts), primary: most_frequent(of_primary) }
    }

    /// Returns the languages in which queries are analyzed, as primary subtags, at most
    /// [`limits::MAX_QUERY_LANGUAGES`].
    #[must_use]
    pub(crate) fn for_queries(&self) -> &[String] {
        &self.primary[..self.primary.len().min(limits::MAX_QUERY_LANGUAGES)]
    }

    /// Returns the language tags of the posts.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(String::as_str)
    }

    /// Returns the set of languages that satisfy the predicate; `None` if all do.
    #[must_use]
    pub(crate) fn subset(&self, matches: impl Fn(&str) -> bool) -> Option<LanguageSet> {
        let mut set = LanguageSet::default();
        let meant = (0..).zip(&self.tags).filter(|(_, language)| matches(language));
        meant.for_each(|(number, _)| set.insert(number));
        (set.len() < self.tags.len() || self.tags.len() >= limits::MAX_SITE_LANGUAGES).then_some(set)
    }
}

/// Set of languages of a commit, by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LanguageSet([u64; 4]);

impl LanguageSet {
    fn insert(&mut self, language: u8) {
        self.0[usize::from(language >> 6)] |= 1 << (language & 63);
    }

    fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    fn has(&self, language: u8) -> bool {
        self.0[usize::from(language >> 6)] >> (language & 63) & 1 == 1
    }
}

/// Language of each post of a segment.
#[derive(Debug, Default)]
pub(super) struct PostLanguages(Vec<u8>);

impl PostLanguages {
    pub(super) fn read(segment: &SegmentReader, languages: &IndexLanguages) -> Result<Self, IndexError> {
        if languages.tags.len() < 2 {
            return Ok(Self::default());
        }
        let column = read_column(segment)?;
        let number = |text: &String| languages.tags.iter().position(|language| language == text);
        let numbers: Vec<u8> = column.texts.iter().map(number).map(number_or_other).collect();
        let of_post =
            |doc| column.first_ord(doc).and_then(|ord| numbers.get(ord).copied()).unwrap_or(u8::MAX);
        Ok(Self((0..segment.max_doc()).map(of_post).collect()))
    }

    /// Returns whether a post's language is in the set.
    pub(super) fn contains(&self, doc: DocId, languages: &LanguageSet) -> bool {
        self.0.get(doc as usize).is_some_and(|language| languages.has(*language))
    }
}

/// Returns the languages with the most posts, most frequent first.
fn most_frequent(posts: BTreeMap<String, usize>) -> Vec<String> {
    let mut languages: Vec<(String, usize)> = posts.into_iter().collect();
    // The sort is stable: languages with equally many posts stay in alphabetical order.
    languages.sort_by_key(|(_, posts)| std::cmp::Reverse(*posts));
    languages.into_iter().take(limits::MAX_SITE_LANGUAGES).map(|(language, _)| language).collect()
}

fn number_or_other(number: Option<usize>) -> u8 {
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}

fn read_column(segment: &SegmentReader) -> Result<TextColumn, IndexError> {
    TextColumn::read(segment.fast_fields().str(columns::LANG)?)
}

/// Returns the number of live posts per language of a segment's column.
fn count_posts(segment: &SegmentReader, column: &TextColumn) -> Vec<usize> {
    let mut posts = vec![0; column.texts.len()];
    for ord in segment.doc_ids_alive().filter_map(|doc| column.first_ord(doc)) {
        posts[ord] += 1;
    }
    posts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(posts: &[(&str, usize)]) -> IndexLanguages {
        IndexLanguages::by_frequency(posts.iter().map(|(tag, posts)| ((*tag).to_owned(), *posts)).collect())
    }

    #[test]
    fn queries_are_analyzed_in_each_primary_language_once() {
        let languages = languages(&[("zh-tw", 3), ("en", 4), ("zh-cn", 2), ("und", 1)]);
        assert_eq!(languages.tags().collect::<Vec<_>>(), ["en", "zh-tw", "zh-cn", "und"]);
        assert_eq!(languages.for_queries(), ["zh", "en", "und"]);
    }

    #[test]
    fn the_subset_of_all_languages_is_none() {
        let languages = languages(&[("en", 3), ("de", 2), ("fr", 1)]);
        assert_eq!(languages.subset(|_| true), None);
        let some = languages.subset(|language| language != "de").unwrap();
        assert!(some.has(0) && !some.has(1) && some.has(2) && !some.has(u8::MAX));
        let posts = PostLanguages(vec![0, 1, u8::MAX]);
        assert_eq!([0, 1, 2, 3].map(|doc| posts.contains(doc, &some)), [true, false, false, false]);
    }
}
