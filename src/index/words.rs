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
    /// The letters of each word as bits, see [`letter_bits`].
    letter_bits: Vec<u64>,
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
        self.letter_bits.push(letter_bits(word));
        self.letters.push(u8::try_from(word.chars().count()).unwrap_or(u8::MAX));
    }

    fn word(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        &self.text[start..start + entry.len as usize]
    }

    fn find(&self, word: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| self.word(entry).cmp(word)).ok()
    }

    fn counts(&self, at: usize) -> WordCounts<'_> {
        let entry = &self.entries[at];
        WordCounts {
            word: self.word(entry),
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
        let from = self.entries.partition_point(|entry| self.word(entry) < prefix);
        let len = self.entries[from..].partition_point(|entry| self.word(entry).starts_with(prefix));
        self.range(from..from + len)
    }

    fn range(&self, range: Range<usize>) -> impl Iterator<Item = WordCounts<'_>> {
        range.map(|at| self.counts(at))
    }

    /// The words that may be, or with `is_prefix` may begin with, what is at most `typos` typos away
    /// from `typed`: all that are, and some that are not. A typo takes away one letter and adds one
    /// at most, so that words which differ in more letters need no closer look.
    pub fn maybe_similar(
        &self,
        typed: &str,
        typos: u8,
        is_prefix: bool,
    ) -> impl Iterator<Item = WordCounts<'_>> {
        let (bits, typos) = (letter_bits(typed), u32::from(typos));
        let letters = typed.chars().count();
        let least = letters.saturating_sub(typos as usize);
        let most = if is_prefix { usize::MAX } else { letters + typos as usize };
        let may_be = move |(of_word, len): (&u64, &u8)| {
            let is_near = (bits & !of_word).count_ones() <= typos
                && (is_prefix || (of_word & !bits).count_ones() <= typos);
            is_near && (least..=most).contains(&usize::from(*len))
        };
        let words = self.letter_bits.iter().zip(&self.letters).enumerate();
        words.filter(move |(_, word)| may_be(*word)).map(|(at, _)| self.counts(at))
    }
}

/// A set of letters as 64 bits; different letters may share one.
fn letter_bits(word: &str) -> u64 {
    word.chars().fold(0, |bits, letter| bits | 1 << (u32::from(letter) % u64::BITS))
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
