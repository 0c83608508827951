//! The suggestion table: all suggestions of a snapshot in memory, best first.
//!
//! The index stores the suggestions as terms; the table counts their live posts over all segments, so the
//! order does not depend on the history of the index. It is built once per snapshot, on the first request.

use std::collections::HashMap;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, TERMINATED};
use unicode_normalization::char::is_combining_mark;

use crate::config::limits;
use crate::index::SuggestionTerm;
use crate::index::key::is_unspaced_char;
use crate::index::{IndexError, Snapshot, SuggestionKind};
use crate::query::weights;

/// Number of characters by which texts without spaces are indexed.
pub(super) const UNSPACED_PREFIX_CHARS: usize = 6;

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SuggestionEntry {
    /// Its folded words, see [`crate::index::key`].
    pub(crate) key: Box<str>,
    /// The text as written.
    pub(crate) text: Box<str>,
    /// The anchor of a heading; empty for other kinds.
    pub(crate) anchor: Box<str>,
    /// Its role in the posts, such as title or phrase.
    pub(crate) kind: SuggestionKind,
    /// Number of live posts that have it.
    pub(crate) posts: u32,
    /// The only post with this title or heading, if there is only one.
    pub(crate) source: Option<DocAddress>,
}

impl SuggestionEntry {
    /// Returns whether it leads to a page or section, rather than to a search.
    pub(crate) fn is_navigational(&self) -> bool {
        matches!(self.kind, SuggestionKind::Title | SuggestionKind::Heading)
    }
}

/// All suggestions, with an index by key and by word.
#[derive(Debug, Default)]
pub(crate) struct SuggestionTable {
    /// The suggestions, by popularity, then length, then text: the lower the index, the better.
    pub(crate) entries: Vec<SuggestionEntry>,
    /// Indexes of the suggestions, ordered by key.
    pub(crate) by_key: Vec<u32>,
    /// The indexed words in order; for a text without spaces, the text from each of its characters.
    pub(crate) words: Vec<Box<str>>,
    /// For each word, and once after the last, the offset of its suggestions in `occurrences`.
    offsets: Vec<u32>,
    occurrences: Vec<u32>,
}

impl SuggestionTable {
    /// Reads the suggestions of a snapshot.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn read(snapshot: &Snapshot) -> Result<Self, IndexError> {
        Ok(Self::new(without_prefixes(read_entries(snapshot)?)))
    }

    fn new(mut entries: Vec<SuggestionEntry>) -> Self {
        entries.sort_by(|a, b| {
            let length = |entry: &SuggestionEntry| entry.key.chars().count();
            b.posts.cmp(&a.posts).then_with(|| length(a).cmp(&length(b))).then_with(|| a.key.cmp(&b.key))
        });
        let mut by_key: Vec<u32> = (0..).take(entries.len()).collect();
        by_key.sort_unstable_by(|a, b| entries[*a as usize].key.cmp(&entries[*b as usize].key));
        let mut lists: HashMap<&str, Vec<u32>> = HashMap::new();
        for (index, entry) in (0..).zip(&entries) {
            each_word(&entry.key, |word| {
                let list = lists.entry(word).or_default();
                if list.last() != Some(&index) {
                    list.push(index);
                }
            });
        }
        let mut lists: Vec<(&str, Vec<u32>)> = lists.into_iter().collect();
        lists.sort_unstable_by_key(|(word, _)| *word);
        let (mut words, mut offsets, mut occurrences) = (Vec::new(), vec![0], Vec::new());
        for (word, list) in lists {
            words.push(word.into());
            occurrences.extend(list);
            offsets.push(u32::try_from(occurrences.len()).unwrap_or(u32::MAX));
        }
        Self { entries, by_key, words, offsets, occurrences }
    }

    /// Returns the indexes of the suggestions with this word, best first.
    pub(crate) fn entries_of_word(&self, word: usize) -> &[u32] {
        &self.occurrences[self.offsets[word] as usize..self.offsets[word + 1] as usize]
    }
}

/// Visits the words of a key; for a text without spaces, the text from each of its characters.
fn each_word<'a>(key: &'a str, mut visit: impl FnMut(&'a str)) {
    for chunk in key.split(' ') {
        if !chunk.starts_with(is_unspaced_char) {
            visit(chunk);
            continue;
        }
        for (start, c) in chunk.char_indices() {
            if !is_combining_mark(c) {
                visit(leading_chars(&chunk[start..], UNSPACED_PREFIX_CHARS));
            }
        }
    }
}

/// Returns the first characters of a text.
pub(super) fn leading_chars(text: &str, max_chars: usize) -> &str {
    text.char_indices().nth(max_chars).map_or(text, |(end, _)| &text[..end])
}

/// Removes phrases that are only prefixes of another one: `argo` if all its posts have `argo cd`. The entries
/// are ordered by key.
fn without_prefixes(entries: Vec<SuggestionEntry>) -> Vec<SuggestionEntry> {
    let is_prefix = |at: usize, entry: &SuggestionEntry| {
        let longer = entries[at + 1..].iter().take(limits::MAX_LONGER_PHRASES);
        let continues = |rest: &str| rest.starts_with(' ') || rest.starts_with(is_unspaced_char);
        let mut longer =
            longer.take_while(|longer| longer.key.strip_prefix(&*entry.key).is_some_and(continues));
        longer.any(|longer| longer.kind != SuggestionKind::Heading && longer.posts == entry.posts)
    };
    let is_redundant: Vec<bool> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| entry.kind == SuggestionKind::Phrase && is_prefix(at, entry))
        .collect();
    entries
        .into_iter()
        .zip(is_redundant)
        .filter(|(_, is_redundant)| !is_redundant)
        .map(|(entry, _)| entry)
        .collect()
}

/// One spelling of a suggestion, with its term in each segment that has it.
struct WrittenForm {
    kind: SuggestionKind,
    text: Box<str>,
    anchor: Box<str>,
    /// Segment ordinals with the term's dictionary entry.
    terms: Vec<(usize, TermInfo)>,
}

impl WrittenForm {
    fn posts_with_deleted(&self) -> u32 {
        self.terms.iter().map(|(_, info)| info.doc_freq).sum()
    }
}

/// Reads all suggestions, ordered by key, one per key.
fn read_entries(snapshot: &Snapshot) -> Result<Vec<SuggestionEntry>, IndexError> {
    let field = snapshot.fields().suggestions;
    let indexes: Result<Vec<_>, _> =
        snapshot.segments().iter().map(|segment| segment.inverted_index(field)).collect();
    let indexes = indexes?;
    let mut streams = Vec::with_capacity(indexes.len());
    for (at, index) in indexes.iter().enumerate() {
        let mut stream = index.terms().stream()?;
        if stream.advance() {
            streams.push((at, stream));
        }
    }
    let mut entries = Vec::new();
    let mut group = KeyGroup::default();
    while let Some(term) = streams.iter().map(|(_, stream)| stream.key()).min().map(<[u8]>::to_vec) {
        let mut terms = Vec::new();
        streams.retain_mut(|(at, stream)| {
            if stream.key() != term {
                return true;
            }
            terms.push((*at, stream.value().clone()));
            stream.advance()
        });
        let Some(parsed) = SuggestionTerm::parse(&term) else { continue };
        if *group.key != *parsed.key {
            let done = std::mem::replace(&mut group, KeyGroup { key: parsed.key.into(), forms: Vec::new() });
            entries.extend(done.entry(snapshot)?);
        }
        let (text, anchor) = (parsed.text.into(), parsed.anchor.into());
        group.forms.push(WrittenForm { kind: parsed.kind, text, anchor, terms });
    }
    entries.extend(group.entry(snapshot)?);
    Ok(entries)
}

/// All spellings of one key.
#[derive(Default)]
struct KeyGroup {
    key: Box<str>,
    forms: Vec<WrittenForm>,
}

/// The most frequent spelling of one kind of a suggestion, with the index of posts.
struct KindSummary {
    best: WrittenForm,
    best_posts: u32,
    posts: u32,
    source: Option<DocAddress>,
}

impl KeyGroup {
    /// Returns the suggestion for the key, or `None` if it has too few live posts.
    fn entry(self, snapshot: &Snapshot) -> Result<Option<SuggestionEntry>, IndexError> {
        let is_phrase = self.forms.iter().all(|form| form.kind == SuggestionKind::Phrase);
        let total: u32 = self.forms.iter().map(WrittenForm::posts_with_deleted).sum();
        if is_phrase && total < weights::MIN_SUGGESTED_PHRASE_POSTS {
            return Ok(None);
        }
        let mut kinds: Vec<KindSummary> = Vec::new();
        for form in self.forms {
            let (posts, source) = live_posts(snapshot, &form)?;
            if posts == 0 {
                continue;
            }
            match kinds.iter_mut().find(|known| known.best.kind == form.kind) {
                None => kinds.push(KindSummary { best: form, best_posts: posts, posts, source }),
                Some(known) => {
                    // Spellings are ordered, and the first of equals is kept.
                    if posts > known.best_posts {
                        (known.best, known.best_posts) = (form, posts);
                    }
                    known.posts += posts;
                    known.source = None;
                }
            }
        }
        let posts = kinds.iter().map(|kind| kind.posts).max().unwrap_or(0);
        // A phrase that several posts use is preferred to the heading of a single section.
        let order = |kind: &KindSummary| match kind.best.kind {
            SuggestionKind::Phrase if kind.posts >= weights::MIN_SUGGESTED_PHRASE_POSTS => {
                (2, kind.best.kind)
            }
            SuggestionKind::Phrase => (4, kind.best.kind),
            SuggestionKind::Heading => (3, kind.best.kind),
            _ => (1, kind.best.kind),
        };
        let best = kinds.into_iter().min_by_key(order);
        let best = best.filter(|of| {
            of.best.kind != SuggestionKind::Phrase || posts >= weights::MIN_SUGGESTED_PHRASE_POSTS
        });
        Ok(best.map(|of| SuggestionEntry {
            key: self.key,
            text: of.best.text,
            anchor: of.best.anchor,
            kind: of.best.kind,
            posts,
            source: of.source,
        }))
    }
}

/// Returns the index of live posts with the spelling, and the post if a title or heading has only one.
fn live_posts(snapshot: &Snapshot, form: &WrittenForm) -> Result<(u32, Option<DocAddress>), IndexError> {
    let is_navigational = matches!(form.kind, SuggestionKind::Title | SuggestionKind::Heading);
    let (mut posts, mut source) = (0, None);
    for (ord, info) in &form.terms {
        let segment: &SegmentReader = &snapshot.segments()[*ord];
        let alive = segment.alive_bitset();
        if alive.is_none() && (!is_navigational || info.doc_freq > 1) {
            posts += info.doc_freq;
            continue;
        }
        let index = segment.inverted_index(snapshot.fields().suggestions)?;
        let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(postings.doc())) {
                posts += 1;
                source = Some(DocAddress::new(u32::try_from(*ord).unwrap_or(u32::MAX), postings.doc()));
            }
            postings.advance();
        }
    }
    Ok((posts, source.filter(|_| is_navigational && posts == 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, kind: SuggestionKind, posts: u32) -> SuggestionEntry {
        SuggestionEntry { key: text.into(), text: text.into(), anchor: "".into(), kind, posts, source: None }
    }

    #[test]
    fn orders_by_popularity_and_length() {
        let phrase = |text, posts| entry(text, SuggestionKind::Phrase, posts);
        let table =
            SuggestionTable::new(vec![phrase("b c", 2), phrase("a", 2), phrase("z", 9), phrase("b", 2)]);
        let order: Vec<&str> = table.entries.iter().map(|entry| &*entry.key).collect();
        assert_eq!(order, ["z", "a", "b", "b c"]);
        let b = table.words.iter().position(|word| &**word == "b").unwrap();
        assert_eq!(table.entries_of_word(b), [2, 3]);
    }

    #[test]
    fn removes_phrases_that_are_prefixes_with_the_same_posts() {
        let phrase = |text, posts| entry(text, SuggestionKind::Phrase, posts);
        let title = entry("deploy", SuggestionKind::Title, 1);
        let entries = vec![
            phrase("argo", 3),
            phrase("argo cd", 3),
            title,
            phrase("deploy it", 1),
            phrase("go", 4),
            phrase("go mod", 2),
            phrase("gold", 4),
        ];
        let left = without_prefixes(entries);
        let left: Vec<&str> = left.iter().map(|entry| &*entry.key).collect();
        assert_eq!(left, ["argo cd", "deploy", "deploy it", "go", "go mod", "gold"]);
    }

    #[test]
    fn indexes_texts_without_spaces_at_every_character() {
        let mut words = Vec::new();
        each_word("ruby 日本語", |word| words.push(word));
        assert_eq!(words, ["ruby", "日本語", "本語", "語"]);
    }
}
