//! The words of all posts with their document frequencies, in memory.
//!
//! Prefixes and fuzzy matches are looked up here at every keystroke. Scanning the dictionaries of all
//! segments takes twenty times as long. Changes since the dictionaries were read are in a second, short list
//! (`vocabulary_changes`), so that saving a post does not read all dictionaries again.

use std::sync::Arc;

use tantivy::SegmentReader;
use tantivy::schema::Field;

use crate::analysis::MARKERS;
use crate::config::limits;
use crate::index::error::IndexError;
use crate::index::schema::{SchemaFields, TextField};

/// A word and its document frequencies among live posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VocabularyWord<'a> {
    /// The folded word.
    pub word: &'a str,
    /// Number of characters, at most 255.
    pub num_chars: usize,
    /// Posts that contain it in any field.
    pub posts: u32,
    /// Posts that contain it in the title.
    pub titles: u32,
    /// Posts that contain it in a heading.
    pub headings: u32,
}

/// The folded words of live posts.
#[derive(Debug, Clone, Default)]
pub struct SnapshotVocabulary {
    /// Words of an earlier commit.
    base: Arc<WordList>,
    /// Words whose counts have changed since; may be empty.
    recent: Arc<WordList>,
}

/// Number of words that a scan skips in one step.
const SHARED_AT_ONCE: usize = 32;

impl SnapshotVocabulary {
    /// Reads the vocabulary from the dictionaries.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub(crate) fn read(segments: &[SegmentReader], fields: &SchemaFields) -> Result<Self, IndexError> {
        Ok(Self { base: Arc::new(WordList::read(segments, fields)?), recent: Arc::default() })
    }

    /// Returns the vocabulary with the changed words, which must be in byte order.
    #[must_use]
    pub(super) fn with<'a>(&self, changed: impl Iterator<Item = (&'a str, PostCounts)>) -> Self {
        let recent = self.recent.with(changed, |_| true);
        if recent.len() <= limits::MAX_RECENT_WORDS.max(self.base.len() / limits::MIN_BASE_PER_RECENT_WORD) {
            return Self { base: Arc::clone(&self.base), recent: Arc::new(recent) };
        }
        let all = self.base.with(recent.iter(), |counts| counts != PostCounts::default());
        Self { base: Arc::new(all), recent: Arc::default() }
    }

    /// Returns the counts of a word, zero if it is unknown.
    pub(super) fn counts_of(&self, word: &str) -> PostCounts {
        let in_list = |list: &WordList| list.find(word).map(|at| list.entries[at].counts);
        in_list(&self.recent).or_else(|| in_list(&self.base)).unwrap_or_default()
    }

    /// Returns the number of live posts that contain the word.
    #[must_use]
    pub(crate) fn document_frequency(&self, word: &str) -> u32 {
        self.counts_of(word).posts
    }

    /// Returns the words that begin with `prefix`, in no particular order.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = VocabularyWord<'_>> {
        let recent = self.recent.with_prefix(prefix);
        let base = self.base.with_prefix(prefix);
        let current = base.filter_map(|at| self.current(&self.base, at));
        current.chain(recent.filter_map(|at| self.current(&self.recent, at)))
    }

    /// Returns the word lists, each in byte order. They may contain outdated entries, see
    /// [`SnapshotVocabulary::current`].
    #[must_use]
    pub(crate) fn lists(&self) -> [&WordList; 2] {
        [&self.base, &self.recent]
    }

    /// Returns the word at index `at` of a list, unless it occurs in no post or the other list has newer counts.
    #[must_use]
    pub(crate) fn current<'a>(&'a self, list: &'a WordList, at: usize) -> Option<VocabularyWord<'a>> {
        let counts = list.counts(at)?;
        let is_outdated = std::ptr::eq(list, &raw const *self.base)
            && !self.recent.is_empty()
            && self.recent.find(counts.word).is_some();
        let is_there = counts.posts > 0 || counts.titles > 0 || counts.headings > 0;
        (is_there && !is_outdated).then_some(counts)
    }
}

/// The end of the words with a shared prefix in a [`WordList`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct PrefixEnd {
    /// Index of the first word without the prefix; the length of the list if there is none.
    pub(crate) word: usize,
    /// Length of the prefix that this word shares with the word before it, in bytes.
    pub(crate) shared_bytes: usize,
}

/// Words in byte order.
#[derive(Debug, Default)]
pub(crate) struct WordList {
    text: String,
    entries: Vec<WordEntry>,
    /// Number of characters of each word.
    num_chars: Vec<u8>,
    /// Length of the prefix that each word shares with the previous one, in bytes.
    shared: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct WordEntry {
    start: u32,
    len: u32,
    counts: PostCounts,
}

/// Document frequencies of a word among live posts: in any field, in the title, in headings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PostCounts {
    pub(super) posts: u32,
    pub(super) titles: u32,
    pub(super) headings: u32,
}

impl WordList {
    fn read(segments: &[SegmentReader], fields: &SchemaFields) -> Result<Self, IndexError> {
        let mut words = Self::default();
        // Umlaut spellings and identifier parts in titles and headings count too; the vocabulary field omits them.
        let title = fields.text[TextField::Title.index()];
        let headings = fields.text[TextField::Headings.index()];
        let lists = [fields.vocabulary, title, headings].map(|field| lists_of(segments, field));
        let [anywhere, titles, headings] = lists;
        let (anywhere, titles, headings) = (anywhere?, titles?, headings?);
        let counts = |posts, titles, headings| PostCounts { posts, titles, headings };
        let anywhere = anywhere.iter().flat_map(FieldTerms::iter).map(|(word, n)| (word, counts(n, 0, 0)));
        let titles = titles.iter().flat_map(FieldTerms::iter).map(|(word, n)| (word, counts(0, n, 0)));
        let headings = headings.iter().flat_map(FieldTerms::iter).map(|(word, n)| (word, counts(0, 0, n)));
        let mut all: Vec<(&str, PostCounts)> = anywhere.chain(titles).chain(headings).collect();
        // A stable sort merges the sorted runs in linear time.
        all.sort_by_key(|(word, _)| *word);
        for (word, counts) in all {
            words.add(word, counts);
        }
        Ok(words)
    }

    /// Appends a word that is not before the last one; adds up the counts of equal words.
    fn add(&mut self, word: &str, counts: PostCounts) {
        if let Some(last) = self.entries.last_mut()
            && &self.text[last.start as usize..] == word
        {
            last.counts.posts += counts.posts;
            last.counts.titles += counts.titles;
            last.counts.headings += counts.headings;
            return;
        }
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u32::try_from(word.len())) else {
            return;
        };
        let last = self.entries.last().map_or("", |last| self.text_of(last));
        let shared = last.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
        self.shared.push(u8::try_from(shared).unwrap_or(u8::MAX));
        self.text.push_str(word);
        self.entries.push(WordEntry { start, len, counts });
        self.num_chars.push(u8::try_from(word.chars().count()).unwrap_or(u8::MAX));
    }

    /// Returns the list with the counts of changed or new words replaced, filtered by `is_kept`.
    fn with<'a>(
        &self,
        changed: impl Iterator<Item = (&'a str, PostCounts)>,
        is_kept: impl Fn(PostCounts) -> bool,
    ) -> Self {
        let mut list = Self::default();
        let mut add = |word: &str, counts| {
            if is_kept(counts) {
                list.add(word, counts);
            }
        };
        let mut known = self.iter().peekable();
        for (word, counts) in changed {
            while let Some((before, counts)) = known.next_if(|(known, _)| *known < word) {
                add(before, counts);
            }
            known.next_if(|(known, _)| *known == word);
            add(word, counts);
        }
        known.for_each(|(word, counts)| add(word, counts));
        list
    }

    fn iter(&self) -> impl Iterator<Item = (&str, PostCounts)> {
        self.entries.iter().map(|entry| (self.text_of(entry), entry.counts))
    }

    /// Returns the word at an index; empty if there is none.
    #[must_use]
    pub(crate) fn word(&self, at: usize) -> &str {
        self.entries.get(at).map_or("", |entry| self.text_of(entry))
    }

    fn text_of(&self, entry: &WordEntry) -> &str {
        let start = entry.start as usize;
        &self.text[start..start + entry.len as usize]
    }

    /// Returns a list of words in byte order, each in one post.
    #[cfg(test)]
    pub(crate) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut list = Self::default();
        words.for_each(|word| list.add(word, PostCounts { posts: 1, titles: 0, headings: 0 }));
        list
    }

    fn find(&self, word: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| self.text_of(entry).cmp(word)).ok()
    }

    fn counts(&self, at: usize) -> Option<VocabularyWord<'_>> {
        let WordEntry { counts: PostCounts { posts, titles, headings }, .. } = *self.entries.get(at)?;
        Some(VocabularyWord {
            word: self.word(at),
            num_chars: usize::from(self.num_chars[at]),
            posts,
            titles,
            headings,
        })
    }

    /// Returns the number of words.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the list is empty.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the indexes of the words that begin with `prefix`.
    fn with_prefix(&self, prefix: &str) -> std::ops::Range<usize> {
        let from = self.entries.partition_point(|entry| self.text_of(entry) < prefix);
        let len = self.entries[from..].partition_point(|entry| self.text_of(entry).starts_with(prefix));
        from..from + len
    }

    /// Returns the first word after `at` that does not share the first `bytes` bytes with the word at `at`.
    #[must_use]
    pub(crate) fn end_of_shared_prefix(&self, at: usize, bytes: usize) -> PrefixEnd {
        let behind = self.shared.get(at + 1..).unwrap_or_default();
        let bytes = u8::try_from(bytes).unwrap_or(u8::MAX);
        // The compiler vectorizes a minimum, but not a search.
        let least = |chunk: &[u8]| chunk.iter().copied().fold(u8::MAX, u8::min);
        let whole = behind.chunks(SHARED_AT_ONCE).take_while(|chunk| least(chunk) >= bytes);
        let passed = whole.map(<[u8]>::len).sum();
        let rest = &behind[passed..];
        let passed = passed + rest.iter().position(|shared| *shared < bytes).unwrap_or(rest.len());
        let shared_bytes = behind.get(passed).copied().map_or(0, usize::from);
        PrefixEnd { word: at + 1 + passed, shared_bytes }
    }
}

/// Words of a segment's field with their document frequencies, without terms that have a marker.
#[derive(Default)]
struct FieldTerms {
    text: String,
    ends: Vec<(usize, u32)>,
}

impl FieldTerms {
    fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        let mut start = 0;
        self.ends.iter().map(move |(end, posts)| {
            let word = &self.text[start..*end];
            start = *end;
            (word, *posts)
        })
    }
}

fn lists_of(segments: &[SegmentReader], field: Field) -> Result<Vec<FieldTerms>, IndexError> {
    segments.iter().map(|segment| list_of(segment, field)).collect()
}

fn list_of(segment: &SegmentReader, field: Field) -> Result<FieldTerms, IndexError> {
    let index = segment.inverted_index(field)?;
    let mut list = FieldTerms::default();
    let mut terms = index.terms().stream()?;
    while terms.advance() {
        let Ok(word) = std::str::from_utf8(terms.key()) else { continue };
        if word.starts_with(MARKERS) {
            continue;
        }
        let info = terms.value();
        let posts = match segment.alive_bitset() {
            None => info.doc_freq,
            Some(alive) => {
                let postings =
                    index.read_postings_from_terminfo(info, tantivy::schema::IndexRecordOption::Basic)?;
                postings.doc_freq_given_deletes(alive)
            }
        };
        if posts > 0 {
            list.text.push_str(word);
            list.ends.push((list.text.len(), posts));
        }
    }
    Ok(list)
}
