//! The words of all posts in memory: what prefixes and typos are looked up in at every key that a
//! reader presses. A walk through the dictionaries of all segments costs twenty times as much.

use std::ops::Range;

use tantivy::SegmentReader;
use tantivy::schema::Field;

use super::IndexError;
use super::schema::{Fields, TextField};
use crate::analysis::MARKERS;

/// A word and how many living posts have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordCounts<'a> {
    /// The word, folded.
    pub word: &'a str,
    /// Its letters.
    pub letters: usize,
    /// Posts that have it anywhere.
    pub posts: u32,
    /// Posts that have it in the title.
    pub titles: u32,
    /// Posts that have it in a heading.
    pub headings: u32,
}

/// The surface forms that occur in living posts, in the order of their bytes.
#[derive(Debug, Default)]
pub struct Words {
    text: String,
    entries: Vec<Entry>,
    /// How many letters each word has.
    letters: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    len: u32,
    counts: Counts,
}

/// Living posts that have a word anywhere, in the title, in a heading.
#[derive(Debug, Clone, Copy)]
struct Counts {
    posts: u32,
    titles: u32,
    headings: u32,
}

impl Words {
    /// Reads the dictionaries.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(segments: &[SegmentReader], fields: &Fields) -> Result<Self, IndexError> {
        let mut words = Self::default();
        // Spellings of titles and headings are words too, though no post is counted for them.
        let title = fields.text[TextField::Title.index()];
        let headings = fields.text[TextField::Headings.index()];
        let lists = [fields.vocabulary, title, headings].map(|field| lists_of(segments, field));
        let [anywhere, titles, headings] = lists;
        let (anywhere, titles, headings) = (anywhere?, titles?, headings?);
        let counts = |posts, titles, headings| Counts { posts, titles, headings };
        let anywhere = anywhere.iter().flat_map(TermList::iter).map(|(word, n)| (word, counts(n, 0, 0)));
        let titles = titles.iter().flat_map(TermList::iter).map(|(word, n)| (word, counts(0, n, 0)));
        let headings = headings.iter().flat_map(TermList::iter).map(|(word, n)| (word, counts(0, 0, n)));
        let mut all: Vec<(&str, Counts)> = anywhere.chain(titles).chain(headings).collect();
        // Runs in order, which this sort merges.
        all.sort_by_key(|(word, _)| *word);
        for (word, counts) in all {
            words.add(word, counts);
        }
        Ok(words)
    }

    /// Adds a word that is the last one or comes after it.
    fn add(&mut self, word: &str, counts: Counts) {
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
        self.text.push_str(word);
        self.entries.push(Entry { start, len, counts });
        self.letters.push(u8::try_from(word.chars().count()).unwrap_or(u8::MAX));
    }

    /// A word by number; empty where there is none.
    #[must_use]
    pub fn word(&self, at: usize) -> &str {
        self.entries.get(at).map_or("", |entry| self.text_of(entry))
    }

    fn text_of(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        &self.text[start..start + entry.len as usize]
    }

    /// Words in the order of their bytes, each in one post.
    #[cfg(test)]
    pub(crate) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut list = Self::default();
        words.for_each(|word| list.add(word, Counts { posts: 1, titles: 0, headings: 0 }));
        list
    }

    fn find(&self, word: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| self.text_of(entry).cmp(word)).ok()
    }

    /// A word by number, with how many posts have it.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn counts(&self, at: usize) -> WordCounts<'_> {
        let entry = &self.entries[at];
        WordCounts {
            word: self.text_of(entry),
            letters: usize::from(self.letters[at]),
            posts: entry.counts.posts,
            titles: entry.counts.titles,
            headings: entry.counts.headings,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Living posts that have the word.
    #[must_use]
    pub fn posts_with(&self, word: &str) -> u32 {
        self.find(word).map_or(0, |at| self.entries[at].counts.posts)
    }

    /// The words that begin with `prefix`.
    pub fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = WordCounts<'_>> {
        let from = self.entries.partition_point(|entry| self.text_of(entry) < prefix);
        let len = self.entries[from..].partition_point(|entry| self.text_of(entry).starts_with(prefix));
        self.range(from..from + len)
    }

    fn range(&self, range: Range<usize>) -> impl Iterator<Item = WordCounts<'_>> {
        range.map(|at| self.counts(at))
    }

    /// The number behind the last word that begins with `beginning`, as word number `at` does.
    #[must_use]
    pub fn end_of_beginning(&self, at: usize, beginning: &str) -> usize {
        // Most beginnings have few words: the search goes as far as it must.
        let (mut from, mut step) = (at, 1);
        while from + step < self.entries.len() && self.word(from + step).starts_with(beginning) {
            from += step;
            step *= 2;
        }
        let to = self.entries.len().min(from + step);
        from + self.entries[from..to].partition_point(|entry| self.text_of(entry).starts_with(beginning))
    }
}

/// The words of a segment's field, without the marked forms.
#[derive(Default)]
struct TermList {
    text: String,
    ends: Vec<(usize, u32)>,
}

impl TermList {
    fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        let mut start = 0;
        self.ends.iter().map(move |(end, posts)| {
            let word = &self.text[start..*end];
            start = *end;
            (word, *posts)
        })
    }
}

fn lists_of(segments: &[SegmentReader], field: Field) -> Result<Vec<TermList>, IndexError> {
    segments.iter().map(|segment| list_of(segment, field)).collect()
}

fn list_of(segment: &SegmentReader, field: Field) -> Result<TermList, IndexError> {
    let index = segment.inverted_index(field)?;
    let mut list = TermList::default();
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
